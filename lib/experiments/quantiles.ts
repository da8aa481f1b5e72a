import { checkRows, groupBy } from "./groups.ts";
import { found, must, onlyOptions } from "../tensor/arguments.ts";

/**
 * The p-quantile of some values, by linear interpolation between order statistics (type 7 of Hyndman and Fan, 1996).
 *
 * NaN stands for "not measured" and is left out; Infinity, a run that diverged, is larger than any number.
 *
 * @throws {RangeError} where p is not in [0, 1] or no value is left.
 *
 * @example
 * ```ts
 * import { quantile } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * expect(quantile([4, 1, 3, 2], 0.5)).toBe(2.5);
 * expect(quantile([1, 2, Infinity], 0.5)).toBe(2);
 * ```
 */
export function quantile(values: Iterable<number>, p: number): number {
  if (!(typeof p === "number" && p >= 0 && p <= 1)) {
    throw new RangeError(
      `Cannot take a quantile as p must be in [0, 1]: ${found(p)}`,
    );
  }
  const sorted = checkValues(values).filter((value) => !Number.isNaN(value)).sort((
    a,
    b,
  ) => a - b);
  if (sorted.length === 0) throw new RangeError("Cannot take a quantile of no values");
  const rank = (sorted.length - 1) * p;
  const low = sorted[Math.floor(rank)];
  const high = sorted[Math.ceil(rank)];
  return low === high ? low : low + (rank - Math.floor(rank)) * (high - low);
}

/**
 * The median of some values: their 0.5-quantile.
 *
 * @example
 * ```ts
 * import { median } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * expect(median([3, 1, Infinity])).toBe(3);
 * ```
 */
export function median(values: Iterable<number>): number {
  return quantile(values, 0.5);
}

/** What many seeds say about one number. */
export interface SpreadRow {
  /** How many values were measured. */
  readonly count: number;
  readonly mean: number;
  /** With divisor count - 1; NaN for one value. */
  readonly std: number;
  /** The 10 %, 50 % and 90 % quantiles. */
  readonly low: number;
  readonly median: number;
  readonly high: number;
}

/**
 * The spread of column `y` over all rows that agree in the columns `by`: one row for each group, in order of appearance.
 *
 * @throws {TypeError} where a column is not there or y is not a number.
 * @throws {RangeError} where a group has no value but NaN.
 *
 * @example
 * ```ts
 * import { spread } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * const rows = [1, 2, 6].map((loss, seed) => ({ name: "He", seed, loss }));
 * const [he] = spread(rows, { y: "loss", by: ["name"] });
 * expect([he.name, he.median, he.mean]).toEqual(["He", 2, 3]);
 * ```
 */
export function spread<Row extends object, By extends keyof Row & string>(
  rows: readonly Row[],
  options: { y: keyof Row & string; by: readonly By[] },
): (Pick<Row, By> & SpreadRow)[] {
  onlyOptions("spread", options, ["y", "by"]);
  const { y, by } = options;
  return groupBy(rows, by).map((group) => {
    const values = group.map((row) => numberIn(row, y)).filter((value) => !Number.isNaN(value));
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
    const labels = Object.fromEntries(by.map((column) => [column, group[0][column]]));
    return {
      ...labels as Pick<Row, By>,
      count: values.length,
      mean,
      std: Math.sqrt(squares / (values.length - 1)),
      low: quantile(values, 0.1),
      median: quantile(values, 0.5),
      high: quantile(values, 0.9),
    };
  });
}

/**
 * In how many seeds variant `a` has a smaller `y` than variant `b`, seed by seed: { wins, pairs }. A tie is no win.
 *
 * Variants that share a seed share their random stream, so pairs are a fairer test than two medians.
 *
 * @throws {RangeError} where a seed has not exactly one row of each.
 *
 * @example
 * ```ts
 * import { pairedWins } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * const rows = [
 *   { name: "He", seed: 1, loss: 0.1 },
 *   { name: "He", seed: 2, loss: 0.3 },
 *   { name: "zeros", seed: 1, loss: 0.7 },
 *   { name: "zeros", seed: 2, loss: 0.7 },
 * ];
 * expect(pairedWins(rows, { a: "He", b: "zeros", y: "loss" })).toEqual({ wins: 2, pairs: 2 });
 * ```
 */
export function pairedWins<Row extends { name: string; seed: number }>(
  rows: readonly Row[],
  options: { a: string; b: string; y: keyof Row & string },
): { wins: number; pairs: number } {
  onlyOptions("pairedWins", options, ["a", "b", "y"]);
  const { a, b, y } = options;
  const pairs = groupBy(checkRows(rows).filter(({ name }) => name === a || name === b), ["seed"]);
  const wins = pairs.filter((pair) => {
    const [first, second] = [a, b].map((wanted) => pair.filter(({ name }) => name === wanted));
    if (first.length !== 1 || second.length !== 1) {
      throw new RangeError(
        `Cannot pair ${a} with ${b} as seed ${
          pair[0].seed
        } has ${first.length} and ${second.length} rows: one each is needed`,
      );
    }
    return numberIn(first[0], y) < numberIn(second[0], y);
  });
  return { wins: wins.length, pairs: pairs.length };
}

/** All of the numbers that were given. @throws {TypeError} where one is none. */
function checkValues(values: Iterable<number>): number[] {
  const isMany = typeof values === "object" && Symbol.iterator in Object(values);
  const all = isMany ? [...values] : [];
  must("values", values, isMany && all.every((value) => typeof value === "number"), "numbers");
  return all;
}

function numberIn<Row extends object>(row: Row, column: keyof Row & string): number {
  const value = row[column];
  if (typeof value === "number") return value;
  throw new TypeError(`Cannot read column "${column}" as a number: it holds ${String(value)}`);
}
