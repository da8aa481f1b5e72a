/** What is wrong with a tensor, by name. */
export type FindingKind =
  | ("nonFinite" | "allZero" | "zeros" | "constantTensor" | "notConstant" | "outOfBounds")
  | ("equalRows" | "equalColumns" | "constantRows" | "constantColumns" | "unevenRows")
  | ("unevenColumns" | "duplicate" | "sameStream" | "dependent" | "notOrthogonal" | "outliers")
  | ("fansSwapped" | "receptiveFieldForgotten" | "gainMissing" | "gainUnexpected" | "boundAsStd")
  | ("stdAsBound" | "varianceAsStd" | "stdAsVariance" | "stdAsMean" | "meanShifted")
  | ("correctionMissing" | "correctionUnexpected" | "correctionTwice" | "frameworkDefault")
  | (
    | "depthScaleMissing"
    | "depthScaleUnexpected"
    | "wrongDistribution"
    | "wrongScale"
    | "unknownLaw"
  );

/** "error": the network cannot learn as meant. "warning": the law is not the expected one. "note": worth a look. */
export type Severity = "error" | "warning" | "note";

/** The gravest first. */
export const SEVERITIES: readonly Severity[] = ["error", "warning", "note"];

export interface Finding {
  readonly kind: FindingKind;
  readonly severity: Severity;
  /** What was measured, and what it means. */
  readonly says: string;
  /** What to do. */
  readonly fix: string;
}

/** A number in at most four digits, as prose shows it. */
export function short(value: number): string {
  return String(Number(value.toPrecision(4)));
}

/** A share in percent, in at most three digits. */
export function percent(share: number): string {
  return `${Number((100 * share).toPrecision(3))} %`;
}

/** How many findings there are of each severity: "2 errors, 1 note". */
export function tally(findings: readonly Finding[]): string {
  const counts = SEVERITIES.map((severity) => ({
    severity,
    count: findings.filter((finding) => finding.severity === severity).length,
  })).filter(({ count }) => count > 0).map(({ severity, count }) => counted(count, severity));
  return counts.join(", ") || "nothing found";
}

/** "1 tensor", "2 tensors". */
export function counted(count: number, what: string): string {
  return `${grouped(count)} ${what}${count === 1 ? "" : "s"}`;
}

/** A count with its thousands set apart. */
export function grouped(count: number): string {
  return count.toLocaleString("en");
}
