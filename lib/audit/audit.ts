import type { Layout } from "../initializers/fans.ts";
import type { Law } from "../initializers/initializer.ts";
import { onlyOptions } from "../tensor/arguments.ts";
import type { Shape } from "../tensor/tensor.ts";
import { type Fit, fitsOf } from "./catalogue.ts";
import { diagnose, zerosFinding } from "./diagnosis.ts";
import { DuplicateSearch } from "./duplicates.ts";
import { type Expectation, expectedOf, layoutOf, matrixOf, weightFans } from "./expectation.ts";
import type { Finding } from "./finding.ts";
import type { Expected } from "./mistakes.ts";
import { blocksOf, neighborLaws } from "./neighbors.ts";
import { paddingFindings, paddingOf, withoutRow } from "./padding.ts";
import { sourcesOf, type TensorSource, type Weights } from "./source.ts";
import { type Spectrum, spectrumOf } from "./spectrum.ts";
import { measure, type Measured, type TensorStats } from "./statistics.ts";
import {
  dependenceFindings,
  looksOrthogonal,
  patternFindings,
  structureFindings,
} from "./structure.ts";

export interface AuditOptions {
  /** What tensors should be, by name or by a function of name and shape; tensors left out are only described. */
  against?:
    | Readonly<Record<string, Expectation>>
    | ((name: string, shape: Shape) => Expectation | undefined);
  /** "jax", as "keras" (...kernel, in, out), when left out; "torch" is (out, in, ...kernel). */
  layout?: Layout;
}

/** What an audit says of one tensor: plain data. */
export interface AuditRow {
  readonly name: string;
  readonly shape: Shape;
  /** Of all entries but those of a row that should be padding, see `paddedNormal`. */
  readonly stats: TensorStats;
  /** Of a tensor of two or more axes and at most 5e7 entries, all finite. */
  readonly spectrum: Spectrum | undefined;
  /** The law that was asked for, and its name. */
  readonly expected: { readonly name: string; readonly law: Law } | undefined;
  /** The laws that the entries may have been drawn from, likeliest first. */
  readonly fits: readonly Fit[];
  readonly findings: readonly Finding[];
  /** Counts of finite entries in equal bins from min to max, from a sample of at most 65,536. */
  readonly histogram: readonly number[];
}

/** As float32 200 MB, the most that an audit of a file holds; GPT-2's embedding has 3.9e7. */
const LARGEST_SPECTRUM = 5e7;
const BINS = 48;

/**
 * Measures every tensor, names the laws that fit it, and finds what is wrong, with the mistake that explains it.
 *
 * The tests, each wrong for at most alpha = 1e-6 of right tensors, hence for fewer than 1 in 10,000 all together:
 *
 * | what                        | refused from                                               |
 * | --------------------------- | ---------------------------------------------------------- |
 * | mean                        | abs(mean - law) > std sqrt(2 ln(2 / alpha) / n)            |
 * | std                         | n (x - 1 - ln x) / 2 > ln(2 / alpha), x the variance ratio |
 * | distribution (KS)           | D > sqrt(ln(2 / alpha) / (2 n)), n at most 65,536          |
 * | farthest entry              | n q < alpha or (1 - q)^n < alpha, q = P(farther)           |
 * | another law of k            | likelihood ratio > k / alpha                               |
 * | length of one of r rows     | as std, with alpha / r and n = columns                     |
 * | largest singular value      | s > std (sqrt rows + sqrt columns + sqrt(2 ln(1 / alpha))) |
 *
 * A std that is off by a factor 1 + d is found, with probability 1 - b, from
 * n = (sqrt(2 ln(2 / alpha)) + sqrt(2 ln(1 / b)))^2 / (2 d^2) entries on.
 *
 * Bfloat16 and float16 are told from the digits in use: distributions are compared only between the numbers they can hold.
 *
 * @throws {TypeError} where the weights are neither tensors by name nor a checkpoint, or an expectation is no law.
 * @throws {RangeError} where an expectation has no tensor, or an initializer needs fans that a shape does not tell.
 *
 * Reference: Kolmogorov (1933); Massart (1990); Davidson and Szarek (2001).
 *
 * @example
 * ```ts
 * import { audit, heNormal, lecunNormal, rng } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * const weights = { w1: lecunNormal()([128, 96], rng("example")) };
 * const [{ findings }] = audit(weights, { against: { w1: heNormal() } });
 * expect(findings[0].kind).toBe("gainMissing");
 * expect(findings[0].says).toContain("times the 0.125 of heNormal: the gain sqrt(2) is missing");
 * ```
 */
export function audit(weights: Weights, options: AuditOptions = {}): AuditRow[] {
  return [...auditEach(weights, options)];
}

/**
 * As {@linkcode audit}, a row at a time: each tensor is read, told and let go before the next.
 *
 * @example
 * ```ts
 * import { auditEach, rng, zeros } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * for (const { name, findings } of auditEach({ w1: zeros()([8, 4], rng("any")) })) {
 *   expect([name, findings[0].kind]).toEqual(["w1", "allZero"]);
 * }
 * ```
 */
export function* auditEach(weights: Weights, options: AuditOptions = {}): Generator<AuditRow> {
  onlyOptions("audit", options, ["against", "layout"]);
  const layout = layoutOf(options.layout), sources = sourcesOf(weights);
  const expectations = expectationsOf(options.against, sources);
  const duplicates = new DuplicateSearch(), neighbors = neighborLaws(sources, layout);
  const blocks = blocksOf(sources);
  for (const given of sources) {
    if (given.shape.includes(0)) continue; // nothing to say of no entries
    const said = expectations(given.name, given.shape), padding = paddingOf(said, given.shape);
    const source = padding ? withoutRow(given, padding.row) : given, { name, shape } = source;
    const expectation = padding ? padding.rest : said;
    const expected = expectation &&
      { ...expectedOf(name, shape, expectation, layout), blocks: blocks(name) };
    const matrix = matrixOf(shape, layout), measured = measure(source, matrix);
    const { stats, sample } = measured;
    const spectrum = matrix && stats.nan + stats.infinite === 0 && stats.count <= LARGEST_SPECTRUM
      ? spectrumOf(source.whole(), matrix, stats)
      : undefined;
    const fans = expected?.fans ?? weightFans(shape, layout);
    yield {
      name,
      shape: [...given.shape],
      stats,
      spectrum,
      expected: expected && { name: expected.name, law: expected.law },
      fits: [
        ...orthogonalFit(spectrum, stats),
        ...fitsOf(measured, fans, [...expected ? [expected] : [], ...neighbors(source)]),
      ],
      findings: [
        ...padding ? paddingFindings(given, padding.row) : [],
        ...findingsOf(measured, expected, spectrum),
        ...duplicates.add(name, shape, measured, expected?.law),
      ],
      histogram: histogram(sample, stats.min, stats.max),
    };
  }
}

/** From the plainest cause to the subtlest: what explains a tensor is said once. */
function findingsOf(
  measured: Measured,
  expected: Expected | undefined,
  spectrum: Spectrum | undefined,
): Finding[] {
  const structure = structureFindings(measured, expected?.law);
  if (expected === undefined || structure.some(({ kind }) => kind !== "nonFinite")) {
    return structure;
  }
  const { law } = expected;
  if (measured.stats.nan + measured.stats.infinite === measured.stats.count) return structure;
  const zeros = zerosFinding(measured, expected);
  if (zeros.length > 0) return [...structure, ...zeros];
  const dependence = dependenceFindings(measured, law, spectrum);
  const aboutLaw = dependence.length > 0 ? dependence : diagnose(measured, expected);
  return [...structure, ...patternFindings(measured, law, spectrum), ...aboutLaw];
}

function orthogonalFit(spectrum: Spectrum | undefined, { mean, std }: TensorStats): Fit[] {
  if (!spectrum || !looksOrthogonal(spectrum)) {
    return [];
  }
  const entry = Math.hypot(mean, std),
    gain = entry * Math.sqrt(Math.max(spectrum.rows, spectrum.columns));
  const law: Law = { distribution: "orthogonal", mean: 0, std: entry, low: -gain, high: gain };
  return [{ name: `orthogonal({ gain: ${Number(gain.toPrecision(4))} })`, law, p: 1 }];
}

function expectationsOf(against: AuditOptions["against"], sources: readonly TensorSource[]) {
  if (typeof against === "function" && !("law" in against)) return against;
  if ((typeof against !== "object" && against !== undefined) || Array.isArray(against)) {
    throw new TypeError(
      "Cannot audit all tensors against one law: say by name, { w1: heNormal() }, or by a function of name and shape",
    );
  }
  const given = against ?? {};
  for (const name of Object.keys(given)) {
    if (sources.some((source) => source.name === name)) continue;
    const names = sources.slice(0, 5).map((source) => source.name).join(", ");
    throw new RangeError(
      `Cannot audit "${name}" as there is no such tensor: there ${
        names === "" ? "is none" : `are ${sources.length}, such as ${names}`
      }`,
    );
  }
  return (name: string) => Object.hasOwn(given, name) ? given[name] : undefined;
}

function histogram(sorted: Float32Array, min: number, max: number): number[] {
  const counts: number[] = Array(BINS).fill(0);
  const scale = max > min ? BINS / (max - min) : 0;
  for (const value of sorted) counts[Math.min(BINS - 1, Math.floor((value - min) * scale))]++;
  return counts;
}
