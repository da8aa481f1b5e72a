import type { AuditRow } from "./audit.ts";
import { type Finding, SEVERITIES } from "./finding.ts";

/** A finding, and the tensors that it is told of: the first is the one whose numbers it has. */
export interface FindingGroup {
  readonly finding: Finding;
  readonly rows: readonly AuditRow[];
}

/** From so many tensors on, what is found in all of them, with the same thing to do, is told once. */
const MANY = 4;

/** All findings, the gravest first. */
export function findingGroups(rows: readonly AuditRow[]): FindingGroup[] {
  const groups = new Map<string, { finding: Finding; row: AuditRow }[]>();
  for (const row of rows) {
    for (const finding of row.findings) {
      const { kind, severity, fix } = finding, key = `${severity} ${kind} ${fix}`;
      groups.set(key, [...groups.get(key) ?? [], { finding, row }]);
    }
  }
  const told = [...groups.values()].flatMap((group): FindingGroup[] =>
    group.length < MANY
      ? group.map(({ finding, row }) => ({ finding, rows: [row] }))
      : [{ finding: group[0].finding, rows: group.map(({ row }) => row) }]
  );
  return SEVERITIES.flatMap((severity) =>
    told.filter(({ finding }) => finding.severity === severity)
      .sort((a, b) => rows.indexOf(a.rows[0]) - rows.indexOf(b.rows[0]))
  );
}
