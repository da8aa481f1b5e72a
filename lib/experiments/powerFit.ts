import { linearFit } from "./fit.ts";
import { groupBy } from "./groups.ts";
import { meanInterval } from "./meanInterval.ts";
import { onlyOptions } from "../tensor/arguments.ts";

/** A power law's exponent over seeds. */
export interface PowerRow {
  /** The mean over seeds of d ln y / d ln x, fitted seed by seed. */
  readonly power: number;
  /** Ends of its 95 % interval; NaN where there is one seed. */
  readonly low: number;
  readonly high: number;
}

/**
 * The power of x that y grows with, y ~ x^power, for each group of rows that agree in the columns `by`: a line through ln y over ln x for
 * every seed, and the mean of their slopes with its interval.
 *
 * @throws {TypeError} where a column of `by`, or `seed`, is not there.
 * @throws {RangeError} where an x or y is not a finite number above 0, or a seed has fewer than two different x.
 *
 * @example
 * ```ts
 * import { powerFit } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * const rows = [1, 2, 4, 8].flatMap((width) => [1, 2].map((seed) => ({ width, seed, size: seed * width ** 1.5 })));
 * const [{ power, low }] = powerFit(rows, { x: "width", y: "size", by: [] });
 * expect(power).toBeCloseTo(1.5, 12);
 * expect(low).toBeCloseTo(1.5, 12);
 * ```
 */
export function powerFit<Row extends { seed: number }, By extends keyof Row & string>(
  rows: readonly Row[],
  options: { x: keyof Row & string; y: keyof Row & string; by: readonly By[] },
): (Pick<Row, By> & PowerRow)[] {
  onlyOptions("powerFit", options, ["x", "y", "by"]);
  const { x, y, by } = options;
  const logs = (rows: Row[], column: keyof Row) => rows.map((row) => Math.log(Number(row[column])));
  return groupBy(rows, by).map((group) => {
    const slopes = groupBy(group, ["seed"]).map((seed) =>
      linearFit(logs(seed, x), logs(seed, y)).slope
    );
    const { mean: power, low, high } = meanInterval(slopes);
    const labels = Object.fromEntries(by.map((column) => [column, group[0][column]]));
    return { ...labels as Pick<Row, By>, power, low, high };
  });
}
