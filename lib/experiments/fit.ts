import { numbers } from "../tensor/arguments.ts";

/** A straight line through points, y = intercept + slope x. */
export interface LinearFit {
  readonly slope: number;
  readonly intercept: number;
  /** Share of the variance of y that the line explains, 0 to 1. */
  readonly rSquared: number;
}

/**
 * The least-squares line through points (x, y).
 *
 * @throws {RangeError} where the lengths differ, there are fewer than two different x, or a number is not finite.
 *
 * @example
 * ```ts
 * import { linearFit } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * expect(linearFit([0, 1, 2], [1, 3, 5])).toEqual({ slope: 2, intercept: 1, rSquared: 1 });
 * ```
 */
export function linearFit(x: ArrayLike<number>, y: ArrayLike<number>): LinearFit {
  const n = numbers("x", x).length;
  if (n !== numbers("y", y).length) {
    throw new RangeError(`Cannot fit a line to ${n} values of x and ${y.length} of y`);
  }
  const points = Array.from({ length: n }, (_, i) => ({ x: x[i], y: y[i] }));
  const bad = points.find(({ x, y }) => !Number.isFinite(x) || !Number.isFinite(y));
  if (bad) throw new RangeError(`Cannot fit a line through (${bad.x}, ${bad.y})`);
  const mean = (value: (point: { x: number; y: number }) => number) =>
    points.reduce((sum, point) => sum + value(point), 0) / n;
  const xMean = mean(({ x }) => x);
  const yMean = mean(({ y }) => y);
  const xx = mean(({ x }) => (x - xMean) ** 2);
  const yy = mean(({ y }) => (y - yMean) ** 2);
  const xy = mean(({ x, y }) => (x - xMean) * (y - yMean));
  if (!(xx > 0)) throw new RangeError("Cannot fit a line as it takes two different values of x");
  const slope = xy / xx;
  return { slope, intercept: yMean - slope * xMean, rSquared: yy > 0 ? xy * xy / (xx * yy) : 1 };
}
