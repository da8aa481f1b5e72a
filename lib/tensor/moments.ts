import { checkTensor, type Tensor } from "./tensor.ts";

/** Sample statistics in float64, divisor n; kurtosis is E(x - mean)^4 / variance^2, 3 for a normal law. */
export interface Moments {
  readonly count: number;
  readonly mean: number;
  readonly variance: number;
  readonly std: number;
  readonly meanSquare: number;
  readonly kurtosis: number;
  readonly min: number;
  readonly max: number;
}

/**
 * Mean, variance, std, mean square, kurtosis and range of all elements, in two float64 passes.
 *
 * A constant has variance 0 and kurtosis NaN. NaN among the elements makes every moment NaN.
 *
 * @throws {RangeError} where there is no element. @throws {TypeError} where x is no tensor.
 *
 * @example
 * ```ts
 * import { moments, rng } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * const { std } = moments(rng("example").normal([100_000], { std: 0.02 }));
 * expect(Math.abs(std / 0.02 - 1)).toBeLessThan(0.01);
 * ```
 */
export function moments(x: Tensor | Float32Array): Moments {
  const data = x instanceof Float32Array ? x : checkTensor("x", x).data;
  const count = data.length;
  if (count === 0) throw new RangeError("Cannot take the moments of an empty tensor");
  let sum = 0, squares = 0, min = Infinity, max = -Infinity, hasNaN = false;
  for (let i = 0; i < count; i++) {
    const v = data[i];
    sum += v;
    squares += v * v;
    if (v < min) min = v;
    if (v > max) max = v;
    if (v !== v) hasNaN = true;
  }
  const mean = sum / count;
  let second = 0, fourth = 0;
  for (let i = 0; i < count; i++) {
    const d = (data[i] - mean) ** 2;
    second += d;
    fourth += d * d;
  }
  const variance = second / count;
  return {
    count,
    mean,
    variance,
    std: Math.sqrt(variance),
    meanSquare: squares / count,
    kurtosis: fourth / count / variance ** 2,
    min: hasNaN ? NaN : min,
    max: hasNaN ? NaN : max,
  };
}
