import { array } from "../tensor/arguments.ts";

/** A mean and where it is known to lie. */
export interface MeanInterval {
  readonly mean: number;
  /** Ends of the 95 % interval; NaN where there is one value. */
  readonly low: number;
  readonly high: number;
}

/**
 * The mean of some values and Student's 95 % interval for it: mean -+ t std / sqrt(n), with n - 1 degrees of freedom.
 *
 * @throws {RangeError} where there is no value, or one is not finite.
 *
 * @example
 * ```ts
 * import { meanInterval } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * const { mean, high } = meanInterval([1, 2, 3]);
 * expect(mean).toBe(2);
 * expect(high).toBeCloseTo(2 + 4.3027 / Math.sqrt(3), 4);
 * ```
 */
export function meanInterval(values: readonly number[]): MeanInterval {
  const n = array("values", values).length,
    mean = values.reduce((sum, value) => sum + value, 0) / n;
  if (!Number.isFinite(mean)) {
    throw new RangeError(
      `Cannot take the mean of [${values.join(", ")}]: give finite numbers, at least one`,
    );
  }
  if (n === 1) return { mean, low: NaN, high: NaN };
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const half = studentQuantile(n - 1) * Math.sqrt(squares / (n - 1) / n);
  return { mean, low: mean - half, high: mean + half };
}

/** The t that Student's law exceeds in absolute value with probability 5 %, for degrees of freedom >= 1. */
function studentQuantile(degrees: number): number {
  let [low, high] = [1, 13];
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (studentShare(middle, degrees) < 0.95) low = middle;
    else high = middle;
  }
  return low;
}

/** P(|T| < t), a finite sum for whole degrees of freedom (Abramowitz and Stegun, 1964, 26.7.3 and 26.7.4). */
function studentShare(t: number, degrees: number): number {
  const angle = Math.atan(t / Math.sqrt(degrees)), c = Math.cos(angle), s = Math.sin(angle);
  const isOdd = degrees % 2 === 1;
  let sum = 0, term = isOdd ? c : 1;
  for (let k = isOdd ? 3 : 2; k <= degrees; k += 2) {
    sum += term;
    term *= (k - 1) / k * c * c;
  }
  return isOdd ? 2 / Math.PI * (angle + s * sum) : s * sum;
}
