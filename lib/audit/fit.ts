import type { Law } from "../initializers/initializer.ts";
import { normalCdf, normalPdf } from "../numerics/gaussian.ts";
import { truncatedStd } from "../tensor/truncation.ts";
import { kolmogorovDistance, kolmogorovTail, roundingReach } from "./kolmogorov.ts";
import type { Measured, TensorStats } from "./statistics.ts";

/** A test that gives less than this refuses: the chance that one test of one tensor is wrong to do so. */
export const LEVEL = 1e-6;

/** Probabilities of a sample at least as far out, were the law right: bounds that hold at every sample size. */
export interface Verdict {
  readonly mean: number;
  readonly spread: number;
  /** Of a largest distance from the mean that is so large, ... */
  readonly outliers: number;
  /** ... or so small. */
  readonly reach: number;
  /** Of the whole distribution, by Kolmogorov-Smirnov; 1 where an earlier test refuses. */
  readonly shape: number;
}

export function isRefused(verdict: Verdict): boolean {
  return smallest(verdict) < LEVEL;
}

export function smallest({ mean, spread, outliers, reach, shape }: Verdict): number {
  return Math.min(mean, spread, outliers, reach, shape);
}

/** Whether the law's entries are independent draws that this file knows how to test. */
export function isIndependent({ distribution, mean, std, low, high }: Law): boolean {
  if (std === 0) return false;
  if (distribution !== "truncatedNormal") {
    return distribution === "normal" || distribution === "uniform";
  }
  return Math.abs(low + high - 2 * mean) <= 1e-9 * (high - low); // cut alike at both ends
}

/**
 * Tests a tensor against a law of independent entries, the std of its mean and n the number of elements:
 *
 * mean: 2 exp(-z^2 / 2), z = sqrt(n) (mean - law) / std. Spread: 2 exp(-n (x - 1 - ln x) / 2), x the ratio of variances.
 * Both are Chernoff bounds, exact in the exponent for a normal law; uniform and cut laws have less of a tail.
 * Extremes: n q above and (1 - q)^n below, q = P(|X - mean| > largest). Shape: Kolmogorov's law.
 * Mean and variance may be off by what rounding to the tensor's digits can do.
 */
export function test(law: Law, { stats, sample }: Measured): Verdict {
  const n = stats.count - stats.nan - stats.infinite;
  const rounding = roundingOf(law, stats);
  const mean = meanTail(stats.mean - law.mean, law.std, n, rounding);
  const spread = spreadTail(stats.std ** 2 / law.std ** 2, n - 1, rounding);
  const { outliers, reach } = extremes(law, stats, n);
  const verdict = { mean, spread, outliers, reach, shape: 1 };
  if (isRefused(verdict)) return verdict;
  const distance = kolmogorovDistance(sample, cdfOf(law), stats);
  return { ...verdict, shape: kolmogorovTail(Math.sqrt(sample.length) * distance) };
}

/** By how much rounding may move a mean, in stds, or a variance, as a share. */
export function roundingOf(law: Law, { digits, step }: TensorStats): number {
  return 2 ** -digits * Math.max(1, Math.abs(law.mean) / law.std) + (step / law.std) ** 2;
}

/** Chernoff's bound for a mean of n entries that is so far off, beyond what rounding can do. */
export function meanTail(shift: number, std: number, n: number, rounding: number): number {
  const z = Math.max(0, Math.abs(shift) / std - rounding) * Math.sqrt(n);
  return Math.min(1, 2 * Math.exp(-z * z / 2));
}

/** Chernoff's bound for a mean of n squares of standard normal numbers, two-sided, where x n / (n + 1) is that mean. */
export function spreadTail(ratio: number, n: number, rounding: number): number {
  if (n < 1) return 1;
  const x = ratio * (n + 1) / n;
  const off = Math.sign(x - 1) * Math.max(0, Math.abs(x - 1) - rounding);
  return Math.min(1, 2 * Math.exp(-n / 2 * (off - Math.log1p(off))));
}

/** Float32 draws are made of 24-bit numbers, so that the outermost 2^-22 of a law may stay empty. */
const GRID = 2 ** -22;

function extremes(law: Law, stats: TensorStats, n: number) {
  const { min, max } = stats;
  const farthest = max - law.mean > law.mean - min ? max : min;
  const [below, above] = roundingReach(farthest, stats);
  const slack = Math.max(below, above) + 2 ** -20 * Math.abs(farthest);
  const distance = Math.abs(farthest - law.mean);
  if (!isWithin(law, stats)) return { outliers: 0, reach: 1 };
  return {
    outliers: Number.isFinite(law.high) ? 1 : Math.min(1, n * massBeyond(law, distance - slack)),
    reach: Math.exp(n * Math.log1p(-Math.max(0, massBeyond(law, distance + slack) - GRID))),
  };
}

/** P(|X - mean| > d). */
function massBeyond(law: Law, d: number): number {
  if (d <= 0) return 1;
  if (law.distribution === "uniform") return Math.max(0, 1 - d / (law.high - law.mean));
  const parent = parentStdOf(law), tail = (x: number) => 2 * normalCdf(-x / parent);
  const cut = tail(law.high - law.mean);
  return Math.max(0, (tail(d) - cut) / (1 - cut));
}

/** Whether no element is farther out than the law's bounds, rounded to the tensor's format and to a few float32 steps. */
export function isWithin({ low, high }: Law, stats: TensorStats): boolean {
  const slack = (x: number) => Math.max(...roundingReach(x, stats)) + 2 ** -20 * Math.abs(x);
  return stats.min >= low - slack(stats.min) && stats.max <= high + slack(stats.max);
}

/** Log-likelihood in nats of all finite elements, from mean, std and range alone; -Infinity where one is out of bounds. */
export function logLikelihood(law: Law, stats: TensorStats): number {
  const n = stats.count - stats.nan - stats.infinite;
  if (!isWithin(law, stats)) return -Infinity;
  if (law.distribution === "uniform") return -n * Math.log(law.high - law.low);
  const parent = parentStdOf(law);
  const square = (stats.std ** 2 + (stats.mean - law.mean) ** 2) / parent ** 2;
  const mass = law.distribution === "normal" ? 1 : 1 - 2 * normalCdf((law.low - law.mean) / parent);
  return -n * (Math.log(parent * mass) + (square + Math.log(2 * Math.PI)) / 2);
}

const COMMON_CUTS = [2, 3].map((cut) => ({ cut, ratio: cut / truncatedStd(cut) }));

/** The std of a normal law before it was cut at low and high, from high / std = cut / truncatedStd(cut). */
function parentStdOf(law: Law): number {
  if (law.distribution === "normal") return law.std;
  const reach = law.high - law.mean, ratio = reach / law.std;
  const common = COMMON_CUTS.find((known) => Math.abs(known.ratio / ratio - 1) < 1e-9);
  if (common) return reach / common.cut;
  let low = 0, high = ratio; // truncatedStd is at most 1
  for (let i = 0; i < 60; i++) {
    const cut = (low + high) / 2;
    if (cut / truncatedStd(cut) < ratio) low = cut;
    else high = cut;
  }
  return reach / high;
}

/** The distribution function of one entry. */
export function cdfOf(law: Law): (x: number) => number {
  const { mean, low, high } = law;
  if (law.distribution === "uniform") {
    return (x) => Math.min(1, Math.max(0, (x - low) / (high - low)));
  }
  const parent = parentStdOf(law);
  if (law.distribution === "normal") return (x) => tableCdf((x - mean) / parent);
  const outside = normalCdf((low - mean) / parent), mass = 1 - 2 * outside;
  return (x) => Math.min(1, Math.max(0, (tableCdf((x - mean) / parent) - outside) / mass));
}

const STEPS = 32; // a unit
const FARTHEST = 8.5;
const TABLE = Float64Array.from(
  { length: 2 * FARTHEST * STEPS + 2 },
  (_, i) => normalCdf(i / STEPS - FARTHEST),
);
const SLOPES = TABLE.map((_, i) => normalPdf(i / STEPS - FARTHEST) / STEPS);

/** normalCdf by cubic interpolation between 32 points a unit: within 4e-9, where a sample resolves 1e-5. */
function tableCdf(z: number): number {
  if (!(z > -FARTHEST)) return 0;
  if (z >= FARTHEST) return 1;
  const place = (z + FARTHEST) * STEPS, i = Math.floor(place), t = place - i;
  const step = TABLE[i + 1] - TABLE[i], a = SLOPES[i] - step, b = step - SLOPES[i + 1];
  return TABLE[i] + t * step + t * (1 - t) * (a * (1 - t) + b * t);
}
