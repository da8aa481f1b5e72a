import type { Law } from "../initializers/initializer.ts";
import { type Finding, type FindingKind, grouped, short } from "./finding.ts";
import { isIndependent, LEVEL, spreadTail } from "./fit.ts";
import type { Spectrum } from "./spectrum.ts";
import type { Lines, Measured, TensorStats } from "./statistics.ts";

/** A row that is shorter may be constant by chance in coarse numbers. */
const SHORTEST = 8;

/** Without an expectation, lengths are told from this ratio to the typical one on. */
const WILD = 10;

/** What is wrong whatever the law: NaN, all zero, constant or equal or very unequal rows and columns. */
export function structureFindings(measured: Measured, law: Law | undefined): Finding[] {
  const { stats, lines } = measured, findings: Finding[] = [];
  const bad = stats.nan + stats.infinite;
  if (bad > 0) {
    findings.push({
      kind: "nonFinite",
      severity: "error",
      says: `${stats.nan} NaN and ${stats.infinite} infinite among ${grouped(stats.count)} entries`,
      fix: "find the division, overflow or uninitialized memory that made them",
    });
  }
  if (bad === stats.count || law?.distribution === "structured") return findings;
  if (stats.min === stats.max) return [...findings, ...constantFindings(stats, lines, law)];
  if (lines && law?.distribution !== "constant") {
    const constant = constantLines(lines, measured, law !== undefined);
    findings.push(...constant);
    if (constant.length === 0) {
      const exact = law !== undefined && isIndependent(law);
      const farthest = Math.max(stats.max ** 2, stats.min ** 2);
      const { rowSquares: rows, columnSquares: columns } = lines;
      findings.push(...unevenLines("row", rows, columns.length, farthest, exact));
      findings.push(...unevenLines("column", columns, rows.length, farthest, exact));
    }
  }
  return findings;
}

/** For a tensor of one value, that of the law or not. */
function constantFindings(
  stats: TensorStats,
  lines: Lines | undefined,
  law: Law | undefined,
): Finding[] {
  const value = stats.min;
  if (law ? law.std === 0 || stats.count === 1 : !lines) return []; // biases and gains are constant
  if (value === 0) {
    return [{
      kind: "allZero",
      severity: law ? "error" : "warning",
      says: `all ${grouped(stats.count)} entries are 0: the signal ends here`,
      fix: "draw it, unless it is meant to start a residual branch or a head at 0",
    }];
  }
  return [{
    kind: "constantTensor",
    severity: law ? "error" : "warning",
    says: `all ${grouped(stats.count)} entries are ${
      short(value)
    }: units that start equal stay equal`,
    fix: "draw it at random, so that units differ",
  }];
}

function constantLines(lines: Lines, { stats }: Measured, isExpected: boolean): Finding[] {
  const rows = lines.rowSquares.length, columns = lines.columnSquares.length;
  const { constantRows, constantColumns } = lines;
  const isLong = (length: number) => length >= SHORTEST && stats.count > length;
  if (rows > 1 && constantColumns === columns) {
    return [equal("equalRows", `all ${rows} rows are equal`)];
  }
  if (columns > 1 && constantRows === rows) {
    return [equal("equalColumns", `all ${columns} columns are equal`)];
  }
  const findings: Finding[] = [];
  const sides: [FindingKind, string, number, Float64Array, number][] = [
    ["constantRows", "rows", constantRows, lines.rowSquares, columns],
    ["constantColumns", "columns", constantColumns, lines.columnSquares, rows],
  ];
  for (const [kind, what, constant, squares, length] of sides) {
    if (constant === 0 || !isLong(length)) continue;
    const zero = squares.filter((square) => square === 0).length;
    const which = zero === constant
      ? "0 throughout"
      : zero > 0
      ? `constant, ${zero} of them 0`
      : "constant";
    findings.push({
      kind,
      severity: isExpected || zero < constant ? "warning" : "note",
      says: `${constant} of ${squares.length} ${what}: ${which}`,
      fix: "look for padding, masks, dead units, or a fill that missed some",
    });
  }
  return findings;
}

function equal(kind: FindingKind, says: string): Finding {
  return {
    kind,
    severity: "error",
    says: `${says}: units that start equal stay equal`,
    fix: "draw every entry for itself; check that no row was broadcast",
  };
}

/** Lengths that differ more than those of independent entries do; without an expectation, more than tenfold. */
function unevenLines(
  what: "row" | "column",
  squares: Float64Array,
  length: number,
  farthest: number,
  exact: boolean,
): Finding[] {
  const sorted = squares.toSorted(), quarter = (k: number) => sorted[(k * squares.length) >> 2];
  const median = quarter(2), sum = squares.reduce((sum, square) => sum + square, 0);
  const typical = median > 0 ? median : sum / squares.length;
  const off = (square: number) => Math.abs(Math.log(square / typical));
  const wildest = squares.reduce((worst, square) => off(square) > off(worst) ? square : worst);
  const ratio = Math.sqrt(wildest / typical);
  // With n independent normal entries log lengths have variance 2 / n, hence quartiles 1.349 sqrt(2 / n) apart: where all
  // lengths differ more, as with a heavy tail, each counts as one of fewer entries.
  const n = Math.min(length, 2 * (1.349 / Math.log(quarter(3) / quarter(1))) ** 2);
  // A line that is long by one entry alone is no long line: that entry is an outlier.
  const rest = wildest > typical ? Math.max(wildest - farthest, typical) : wildest;
  const mean = (sum - wildest + rest) / squares.length;
  const chance = squares.length * spreadTail(rest / mean * n / (n + 1), n, 0);
  if (!(chance < LEVEL) || (!exact && ratio < WILD && ratio > 1 / WILD)) return [];
  return [{
    kind: what === "row" ? "unevenRows" : "unevenColumns",
    severity: exact ? "warning" : "note",
    says: `one ${what} is ${short(ratio)} times as long as the median one`,
    fix: `look for ${what}s that were scaled, trained or drawn apart`,
  }];
}

/** A tensor that should hold one value, a fixed pattern within bounds, or an orthogonal matrix. */
export function patternFindings(
  { stats }: Measured,
  law: Law,
  spectrum: Spectrum | undefined,
): Finding[] {
  const isKept = keepsTo(law, stats);
  if (law.distribution === "constant") {
    return isKept ? [] : [{
      kind: "notConstant",
      severity: "warning",
      says: `every entry should be ${short(law.low)}: they run from ${short(stats.min)} to ${
        short(stats.max)
      }`,
      fix: `fill it with ${short(law.low)}, or expect what it is`,
    }];
  }
  if (law.distribution === "structured") {
    return isKept ? [] : [{
      kind: "outOfBounds",
      severity: "warning",
      says: `entries run from ${short(stats.min)} to ${short(stats.max)}, beyond ${
        short(law.low)
      } to ${short(law.high)}`,
      fix: "check the gain of the pattern",
    }];
  }
  return law.distribution === "orthogonal" ? orthogonalFindings(stats, law, spectrum) : [];
}

/** Whether every entry is within a law's bounds, as bfloat16 or float16 may keep them; of a constant both are its value. */
function keepsTo({ low, high }: Law, { min, max }: TensorStats): boolean {
  const slack = (x: number) => x === 0 ? 0 : Math.max(2 ** -8 * Math.abs(x), 2 ** -25);
  return min >= low - slack(low) && max <= high + slack(high);
}

function orthogonalFindings(
  stats: TensorStats,
  law: Law,
  spectrum: Spectrum | undefined,
): Finding[] {
  if (spectrum && !isOrthogonal(spectrum)) {
    return [{
      kind: "notOrthogonal",
      severity: "warning",
      says: `the shorter side is not orthogonal: the squared length of W u varies by ${
        short(100 * spectrum.unevenness)
      } % over unit vectors u`,
      fix: "draw it with orthogonal(), and do not scale entries one by one",
    }];
  }
  // The squared lengths of an orthogonal matrix add up exactly, but for rounding.
  const ratio = Math.hypot(stats.std, stats.mean) / law.std;
  if (Math.abs(ratio - 1) <= 2 ** -stats.digits + 1e-4) return [];
  return [{
    kind: "wrongScale",
    severity: "warning",
    says: `the gain is ${short(ratio)} times the expected one`,
    fix: "check the gain",
  }];
}

/**
 * Whether independent entries can be ruled out as what makes a matrix orthogonal.
 *
 * s rows have s (s + 1) / 2 - 1 ratios of products, each a tenth of what it would be: from 4 rows on, one in 1e9.
 */
export function looksOrthogonal(spectrum: Spectrum): boolean {
  return spectrum.top > 0 && Math.min(spectrum.rows, spectrum.columns) >= 4 &&
    isOrthogonal(spectrum);
}

/** Ten times more even than a matrix of independent normal entries is. */
function isOrthogonal({ rows, columns, unevenness }: Spectrum): boolean {
  return unevenness < 0.1 * Math.sqrt(2 / Math.max(rows, columns));
}

/**
 * Entries that depend on each other where they should not: a top singular value beyond std (sqrt(rows) + sqrt(columns) + t),
 * of which a normal matrix's chance is at most exp(-t^2 / 2) = 1e-6, or an orthogonal matrix.
 *
 * Mean and std are the measured ones, since a wrong scale is no dependence; with a heavier tail than normal t grows.
 *
 * Reference: Davidson and Szarek (2001), theorem II.13.
 */
export function dependenceFindings(
  { stats }: Measured,
  law: Law,
  spectrum: Spectrum | undefined,
): Finding[] {
  if (!spectrum || !isIndependent(law)) return [];
  const { rows, columns, top, edge } = spectrum;
  const ofMean = Math.abs(stats.mean) * Math.sqrt(rows * columns);
  const t = Math.sqrt(-Math.log(LEVEL) * (Math.max(3, stats.kurtosis) - 1));
  if (top > edge + ofMean + stats.std * t) {
    return [{
      kind: "dependent",
      severity: "warning",
      says: `the largest singular value is ${short(top)}, ${short(top / edge)} times the edge ${
        short(edge)
      } of independent entries: one direction dominates`,
      fix: "look for a repeated block, a low-rank update, or training",
    }];
  }
  if (!looksOrthogonal(spectrum)) return [];
  return [{
    kind: "wrongDistribution",
    severity: "warning",
    says: "the shorter side is orthogonal, where independent entries are expected",
    fix: "expect orthogonal(), or draw independent entries",
  }];
}
