import { must } from "../tensor/arguments.ts";

/**
 * P(K > t) for Kolmogorov's law, that of sqrt(n) D as n grows, D the largest distance of two distribution functions.
 *
 * 2 sum (-1)^(k-1) exp(-2 k^2 t^2), and below t = 1, where that converges slowly, its theta transform. From t = 1 on it is
 * at most its first term, 2 exp(-2 t^2), which bounds the chance at every n (Massart).
 *
 * Reference: Kolmogorov (1933); Massart (1990), theorem 1, for the bound: exp(-2 t^2) on either side.
 *
 * @example
 * ```ts
 * import { kolmogorovTail } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * expect(kolmogorovTail(1.3581)).toBeCloseTo(0.05, 5);
 * ```
 */
export function kolmogorovTail(t: number): number {
  must("t", t, typeof t === "number", "a number");
  if (!(t > 0)) return 1;
  if (t < 1) {
    let sum = 0;
    for (let k = 1; k < 12; k += 2) sum += Math.exp(-((k * Math.PI / t) ** 2) / 8);
    return 1 - Math.sqrt(2 * Math.PI) / t * sum;
  }
  let sum = 0;
  for (let k = 4; k > 0; k--) sum = Math.exp(-2 * k * k * t * t) - sum;
  return 2 * sum;
}

const word = new Uint32Array(1);
const float = new Float32Array(word.buffer);

/** What numbers a tensor's format can hold, as far as its elements tell. */
export interface Resolution {
  /** Binary digits after the first that are used: 23 for float32, 10 for float16, 7 for bfloat16. */
  readonly digits: number;
  /** The largest power of two of which every element is a multiple: at least 2^-24 for float16. */
  readonly step: number;
}

/** How far below and above a number of a tensor lie the numbers that round to it. */
export function roundingReach(value: number, { digits, step }: Resolution): [number, number] {
  if (digits >= 23) return [step / 2, step / 2];
  float[0] = value;
  const exponent = (word[0] >>> 23 & 0xff) - 127, isPower = (word[0] & 0x7fffff) === 0;
  const half = 2 ** (exponent - digits - 1), inner = isPower ? half / 2 : half;
  const [towards, away] = [Math.max(inner, step / 2), Math.max(half, step / 2)];
  return value < 0 ? [away, towards] : [towards, away];
}

/**
 * The largest distance between a sorted sample's distribution function and `cdf`.
 *
 * The two are compared only where rounding moves nothing: half a step beside each value, so that the many equal values of
 * bfloat16 or float16 weights are no evidence against a continuous law.
 */
export function kolmogorovDistance(
  sorted: Float32Array,
  cdf: (x: number) => number,
  resolution: Resolution,
): number {
  const n = sorted.length;
  let distance = 0;
  for (let i = 0, end = 0; i < n; i = end) {
    const value = sorted[i];
    for (end = i + 1; end < n && sorted[end] === value; end++);
    const [below, above] = roundingReach(value, resolution);
    distance = Math.max(
      distance,
      Math.abs(cdf(value - below) - i / n),
      Math.abs(cdf(value + above) - end / n),
    );
  }
  return distance;
}
