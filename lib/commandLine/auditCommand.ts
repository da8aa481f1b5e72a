import fs from "node:fs";
import { basename } from "node:path";
import { auditEach, type AuditOptions, type AuditRow } from "../audit/audit.ts";
import { counted, short, tally } from "../audit/finding.ts";
import { findingGroups } from "../audit/findingGroups.ts";
import { overviewOf } from "../audit/overview.ts";
import { auditReport } from "../audit/report.ts";
import { type Checkpoint, openCheckpoint } from "../checkpoints/open.ts";
import { checkpointPresets } from "../presets/tensorNames.ts";
import { oneOf } from "../tensor/arguments.ts";
import type { Layout } from "../initializers/fans.ts";
import { type Expectations, expectationsFrom, expectationsOfModel } from "./expectations.ts";
import { parsed, positionsOf } from "./arguments.ts";
import { type ExitCode, type Terminal, UsageError } from "./terminal.ts";

export const AUDIT_USAGE =
  `audit FILE [--against LAWS [--model MODEL.json]] [--layout torch] [--html REPORT.html] [--json]
    Measures every tensor of a .safetensors, .npy or .npz file (or a sharded index, or a folder with
    one), says which law it may come from, and finds what is wrong. Exit code 1 where something is,
    notes not counted.
    --against LAWS   what tensors should be: an initializer for all weights of two or more axes, as
                     heNormal or '{"name": "normal", "std": 0.02}'; or patterns and initializers, the
                     first that fits counting, as JSON or in a file:
                     {"*norm*.weight": "ones", "*.weight": {"name": "normal", "std": 0.02}};
                     or LIBRARY:MODEL, a checkpoint by the library's own names of tensors:
                     ${checkpointPresets.slice(0, 4).join(", ")},
                     ${checkpointPresets.slice(4).join(", ")}
    --model FILE     MODEL.json as init takes it: --against is then the scheme, as gpt2 or heNormal, by
                     init's own names of tensors
    --layout torch   weights are (out, in, ...kernel), as PyTorch's Linear and Conv keep them;
                     (...kernel, in, out) otherwise, or what init wrote, or --against knows
    --html FILE      writes a page with each tensor's histogram beside its law
    --json           prints all numbers as JSON`;

/** `audit model.safetensors --html report.html`. */
export function auditCommand(args: readonly string[], terminal: Terminal): ExitCode {
  const { positions, values, flags } = parsed(args, {
    against: true,
    model: true,
    layout: true,
    html: true,
    json: false,
  });
  const [path] = positionsOf(positions, ["FILE"]);
  if (values.layout !== undefined) oneOf("layout", values.layout, LAYOUTS);
  using checkpoint = openCheckpoint(path);
  const given = values.layout ?? checkpoint.metadata.layout;
  const expected = expectationsIn(values, checkpoint.tensors, layoutIn(given));
  const layout = layoutIn(given ?? expected.layout), { against } = expected;
  if (values.html !== undefined) fs.closeSync(fs.openSync(values.html, "a")); // or fail before the work
  const rows = measured(checkpoint, { against, layout }, terminal);
  if (values.html !== undefined) {
    fs.writeFileSync(values.html, auditReport(rows, { title: basename(path) }));
  }
  if (flags.has("json")) terminal.out(JSON.stringify(rows, plainNumber, 2));
  else for (const line of linesOf(rows, layout)) terminal.out(line);
  const severe = rows.flatMap(({ findings }) => findings)
    .filter(({ severity }) => severity !== "note");
  return severe.length > 0 ? 1 : 0;
}

function expectationsIn(
  { against, model }: Readonly<Record<string, string>>,
  tensors: Checkpoint["tensors"],
  layout: Layout,
): Expectations {
  if (model === undefined) {
    return against === undefined ? { against } : expectationsFrom(against, tensors);
  }
  if (against !== undefined) return expectationsOfModel(model, against, tensors, layout);
  throw new UsageError("--model needs --against SCHEME, as gpt2");
}

const LAYOUTS: readonly Layout[] = ["keras", "jax", "torch"];

/** A layout that was asked for or is written in the file; "keras" where there is none. */
function layoutIn(layout: string | undefined): Layout {
  return LAYOUTS.find((known) => known === layout) ?? "keras";
}

function measured(
  checkpoint: Checkpoint,
  options: AuditOptions,
  { progress }: Terminal,
): AuditRow[] {
  const rows: AuditRow[] = [], { tensors } = checkpoint;
  progress(`0 of ${tensors.length} tensors`);
  for (const row of auditEach(checkpoint, options)) {
    rows.push(row);
    progress(`${rows.length} of ${tensors.length} tensors, ${row.name}`);
  }
  progress("");
  return rows;
}

/** Findings first, the gravest on top, and those of many tensors once; then a line for each tensor. */
function* linesOf(rows: readonly AuditRow[], layout: Layout): Generator<string> {
  for (
    const { finding: { severity, says, fix }, rows: [{ name }, ...more] } of findingGroups(rows)
  ) {
    const where = more.length > 0 ? `${more.length + 1} tensors, such as ${name}` : name;
    yield `${severity.toUpperCase()}  ${where}: ${says}\n    To do: ${fix}`;
  }
  const axes = layout === "torch" ? "(out, in, ...kernel)" : "(...kernel, in, out)";
  const expected = rows.filter((row) => row.expected).length;
  const laws = expected > 0 ? `, ${expected} with an expected law` : "";
  yield `${counted(rows.length, "tensor")}${laws}, read as ${axes}: ${
    tally(rows.flatMap(({ findings }) => findings))
  }`;
  const overview = overviewOf(rows);
  if (overview) yield `${overview}.`;
  const width = Math.max(...rows.map(({ name }) => name.length), 0);
  for (const { name, shape, stats, expected, fits, findings } of rows) {
    const found = findings.map(({ kind }) => `, ${kind}`).join("");
    yield `${name.padEnd(width)}  (${shape.join(", ")})  mean ${short(stats.mean)}  ` +
      `std ${short(stats.std)}${expected ? ` (${short(expected.law.std)})` : ""}  ${
        lawsOf(fits, stats)
      }${found}`;
  }
}

/** Below this a std may be off by a factor of 2 and not be found in 99 of 100 cases: see `audit`, d = 1 and b = 0.01. */
const TELLING = 36;

/** One law, or two; of more, which are many for a small tensor, the likeliest. */
function lawsOf(fits: AuditRow["fits"], { count, std }: AuditRow["stats"]): string {
  if (count < TELLING && std > 0) return "too few entries to tell";
  const [first = "no known law", second, ...more] = fits.map(({ name }) => name);
  if (more.length > 0) return `${first} or ${more.length + 1} other laws`;
  return second === undefined ? first : `${first} or ${second}`;
}

/** JSON has no NaN and no infinities: they become text. */
function plainNumber(_: string, value: unknown): unknown {
  return typeof value === "number" && !Number.isFinite(value) ? String(value) : value;
}
