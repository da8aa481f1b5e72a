import { aboveZero, atLeastZero, count, onlyOptions } from "../tensor/arguments.ts";
import type { LogSpread } from "./logSpread.ts";

/**
 * The law over seeds, nearly normal, of ln(|x W_1 ... W_count|^2 / |x|^2) for square matrices of the given width with
 * independent N(0, std^2) entries: count times mean ln(2 std^2) + psi(n/2) and variance psi'(n/2), exact at any width.
 *
 * @throws {RangeError} where width or count is not an integer >= 1, or std is not > 0.
 *
 * @example
 * ```ts
 * import { matrixProduct } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * const { mean } = matrixProduct({ width: 4, std: 1, count: 100 });
 * expect(mean / Math.LN10 / 2).toBeCloseTo(24.23, 2); // a product of 100 such matrices has entries near 10^24
 * ```
 * Reference: Cohen and Newman, 1984.
 */
export function matrixProduct(
  options: { width: number; std: number; count: number },
): LogSpread {
  onlyOptions("matrixProduct", options, ["width", "std", "count"]);
  const half = count("width", options.width) / 2;
  const factors = count("count", options.count);
  const variance = 2 * aboveZero("std", options.std) ** 2;
  return {
    mean: factors * (Math.log(variance) + digamma(half)),
    std: Math.sqrt(factors * trigamma(half)),
  };
}

/**
 * Where the singular values of a large (rows, columns) matrix with independent entries of mean 0 lie:
 * std (sqrt(rows) -+ sqrt(columns)), and 0 up to 2 std sqrt(n) for a square one.
 *
 * @throws {RangeError} where a size is not an integer >= 1, or std is negative.
 *
 * @example
 * ```ts
 * import { singularValueBounds } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * expect(singularValueBounds({ rows: 400, columns: 100, std: 0.05 })).toEqual({ low: 0.5, high: 1.5 });
 * ```
 * Reference: Marchenko and Pastur, 1967.
 */
export function singularValueBounds(
  options: { rows: number; columns: number; std: number },
): { low: number; high: number } {
  onlyOptions("singularValueBounds", options, ["rows", "columns", "std"]);
  const [a, b] = [count("rows", options.rows), count("columns", options.columns)].map(Math.sqrt);
  const std = atLeastZero("std", options.std);
  return { low: std * Math.abs(a - b), high: std * (a + b) };
}

/** psi(x), the slope of ln Gamma, for x > 0: recurrence up to 10, then its asymptotic series, to 1e-14. */
function digamma(x: number): number {
  let sum = 0;
  for (; x < 10; x++) sum -= 1 / x;
  const y = 1 / (x * x);
  return sum + Math.log(x) - 0.5 / x -
    y * (1 / 12 - y * (1 / 120 - y * (1 / 252 - y * (1 / 240 - y * (1 / 132 - y * 691 / 32760)))));
}

/** psi'(x) for x > 0, by the same two steps. */
function trigamma(x: number): number {
  let sum = 0;
  for (; x < 10; x++) sum += 1 / (x * x);
  const y = 1 / (x * x);
  return sum +
    (1 + 0.5 / x + y * (1 / 6 - y * (1 / 30 - y * (1 / 42 - y * (1 / 30 - y * 5 / 66))))) / x;
}
