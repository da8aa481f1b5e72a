/** How far a sample is from the law of one entry, in standard errors, by oracles that are not the library's own. */
import { type Law, moments } from "../lib/mod.ts";

export const MAX_Z = 4.5;

/** The law of one entry: `kurtosis` is E(x - mean)^4 / variance^2, `eighth` is E(x - mean)^8 / variance^4. */
export interface Spread {
  readonly mean: number;
  readonly variance: number;
  readonly kurtosis: number;
  readonly eighth: number;
  readonly cdf: (x: number) => number;
  /** Of how many entries one counts, where they go together; 1 when left out. */
  readonly copies?: number;
  /** By what share the variance may be off, where the law is a limit; 0 when left out. */
  readonly bias?: number;
}

export type Statistic = "mean" | "variance" | "kurtosis" | "KS";

/**
 * |z| of the mean (std / sqrt n), the variance (variance sqrt((kurtosis - 1) / n)), the kurtosis (delta method), and
 * Kolmogorov-Smirnov, whose sqrt(n) D of 2.5 has probability 2 exp(-2 2.5^2) = 7e-6, as |z| of 4.5.
 */
export function distances(data: Float32Array, spread: Spread): Record<Statistic, number> {
  const { mean, variance, kurtosis: k, eighth, cdf, copies = 1, bias = 0 } = spread;
  const n = data.length / copies, m = moments(data), sorted = data.slice().sort();
  // The sample kurtosis m4 / m2^2 of a symmetric law has variance (m8 - m4^2 - 4 m4 m6 / m2 + ...) / n;
  // bounded above by that of m4 alone plus that of m2^2, which is enough for a test that must not fail by chance.
  const kurtosisError = Math.sqrt((eighth - k * k) / n) + 2 * k * Math.sqrt((k - 1) / n);
  let d = 0;
  sorted.forEach((value, i) => {
    d = Math.max(d, Math.abs(cdf(value) - (i + 0.5) / data.length) + 0.5 / data.length);
  });
  const beyond = (error: number, allowed: number) => Math.max(0, Math.abs(error) - allowed);
  return {
    mean: Math.abs(m.mean - mean) / Math.sqrt(variance / n),
    variance: beyond(m.variance / variance - 1, bias) / Math.sqrt((k - 1) / n),
    kurtosis: beyond(m.kurtosis - k, 2 * bias * k) / kurtosisError,
    KS: Math.sqrt(n) * d * MAX_Z / 2.5,
  };
}

/** The largest of the distances. */
export function farthest(data: Float32Array, spread: Spread): number {
  return Math.max(...Object.values(distances(data, spread)));
}

/** Of independent entries, from closed forms: uniform 9/5 and 9; normal 3 and 105; cut normals by their even moments. */
export function spreadOf(law: Law): Spread {
  const { mean, std, low, high } = law, variance = std ** 2;
  switch (law.distribution) {
    case "uniform":
      return { mean, variance, kurtosis: 9 / 5, eighth: 9, cdf: (x) => (x - low) / (high - low) };
    case "normal":
      return { mean, variance, kurtosis: 3, eighth: 105, cdf: (x) => phi((x - mean) / std) };
    case "truncatedNormal": {
      const c = cutOf(law), parent = (high - mean) / c, below = phi(-c), m = [1];
      for (let k = 2; k <= 8; k += 2) {
        m[k] = (k - 1) * m[k - 2] - 2 * c ** (k - 1) * pdf(c) / mass(c);
      }
      const cdf = (x: number) => (phi((x - mean) / parent) - below) / (phi(c) - below);
      return { mean, variance, kurtosis: m[4] / m[2] ** 2, eighth: m[8] / m[2] ** 4, cdf };
    }
    default:
      throw new Error(`${law.distribution} has no independent entries`);
  }
}

/** Of one entry q of a uniform vector of length `radius` in n >= 2 dimensions: q^2 is radius^2 Beta(1/2, (n - 1) / 2). */
export function sphere(n: number, radius: number): Spread {
  // With q = radius sin(t) the density of t is cos(t)^(n - 2), here by the midpoint rule.
  const panels = 2000, below = [0];
  for (let i = 0; i < panels; i++) {
    below.push(below[i] + Math.cos(Math.PI * ((i + 0.5) / panels - 0.5)) ** (n - 2));
  }
  const cdf = (x: number) => {
    const t = (Math.asin(Math.max(-1, Math.min(x / radius, 1))) / Math.PI + 0.5) * panels;
    const i = Math.min(Math.floor(t), panels - 1);
    return (below[i] + (t - i) * (below[i + 1] - below[i])) / below[panels];
  };
  const eighth = 105 * n ** 3 / ((n + 2) * (n + 4) * (n + 6));
  return { mean: 0, variance: radius ** 2 / n, kurtosis: 3 * n / (n + 2), eighth, cdf };
}

/** Of ln u for u uniform on [1, high], by the midpoint rule on 1e5 panels of u. */
export function logUniform(high: number): Spread {
  const logs = Array.from({ length: 1e5 }, (_, k) => Math.log(1 + (high - 1) * (k + 0.5) / 1e5));
  const moment = (power: number, center: number) =>
    logs.reduce((sum, x) => sum + (x - center) ** power / 1e5, 0);
  const mean = moment(1, 0), variance = moment(2, mean);
  return {
    mean,
    variance,
    kurtosis: moment(4, mean) / variance ** 2,
    eighth: moment(8, mean) / variance ** 4,
    cdf: (b) => (Math.exp(b) - 1) / (high - 1),
  };
}

/** The cut c with high / std = c / sqrt(1 - 2 c phi(c) / mass(c)), by bisection. */
function cutOf(law: Law): number {
  const ratio = (law.high - law.mean) / law.std;
  let low = 0.01, high = 10;
  for (let i = 0; i < 50; i++) {
    const c = (low + high) / 2;
    const value = c / Math.sqrt(1 - 2 * c * pdf(c) / mass(c));
    if (value < ratio) low = c;
    else high = c;
  }
  return low;
}

function pdf(x: number): number {
  return Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI);
}

/** P(|Z| <= c), by Simpson's rule on 2,000 panels: independent of the library's erf. */
function mass(c: number): number {
  const n = 2000, h = c / n;
  let sum = pdf(0) + pdf(c);
  for (let i = 1; i < n; i++) sum += pdf(i * h) * (i % 2 ? 4 : 2);
  return 2 * sum * h / 3;
}

// Phi by a cumulative Simpson rule on a grid of 1e-3 from -8, linear in between: error below 1e-7.
const PHI = (() => {
  const values = [0];
  for (let i = 0; i < 16000; i++) {
    const a = -8 + i * 1e-3;
    values.push(values[i] + (pdf(a) + 4 * pdf(a + 5e-4) + pdf(a + 1e-3)) * 1e-3 / 6);
  }
  return values;
})();

function phi(z: number): number {
  const t = Math.min(Math.max((z + 8) * 1e3, 0), 15999);
  const i = Math.floor(t);
  return PHI[i] + (t - i) * (PHI[i + 1] - PHI[i]);
}
