import { atLeastZero, onlyOptions } from "../tensor/arguments.ts";
import { checkRows } from "./groups.ts";
import { median, pairedWins } from "./quantiles.ts";

/** What the seeds that two variants share say about them. */
export interface Duel {
  readonly a: string;
  readonly b: string;
  /** In how many seeds `a` has the smaller y. */
  readonly wins: number;
  readonly pairs: number;
  /** Ends of the 95 % interval of the share of seeds that `a` wins. */
  readonly low: number;
  readonly high: number;
  /** Median over seeds of y of `b` less y of `a`: what `a` gains. */
  readonly gap: number;
  /** The better variant, or "tie". */
  readonly winner: string;
}

/**
 * Every pair of variants, seed by seed: who has the smaller `y`, in how many seeds, by how much. A pair is a tie where the 95 % interval
 * of wins reaches 1/2, or where the median gap is below `worth`, 0 when left out, as too small to matter.
 *
 * @throws {RangeError} where a seed has not exactly one row of each variant, or worth is not a finite number >= 0.
 * @throws {TypeError} where y is not a number.
 *
 * @example
 * ```ts
 * import { duels } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * const rows = Array.from({ length: 10 }, (_, i) => i + 1).flatMap((seed) => [
 *   { name: "He", seed, loss: 0.5 },
 *   { name: "Xavier", seed, loss: seed === 1 ? 0.4 : 0.7 },
 * ]);
 * const [{ wins, pairs, winner }] = duels(rows, { y: "loss" });
 * expect([wins, pairs, winner]).toEqual([9, 10, "He"]);
 * expect(duels(rows, { y: "loss", worth: 0.3 })[0].winner).toBe("tie");
 * ```
 */
export function duels<Row extends { name: string; seed: number }>(
  rows: readonly Row[],
  options: { y: keyof Row & string; worth?: number },
): Duel[] {
  onlyOptions("duels", options, ["y", "worth"]);
  const { y, worth = 0 } = options, names = [...new Set(checkRows(rows).map(({ name }) => name))];
  atLeastZero("worth", worth);
  return names.flatMap((a, i) =>
    names.slice(i + 1).map((b) => {
      const { wins, pairs } = pairedWins(rows, { a, b, y });
      const lost = pairedWins(rows, { a: b, b: a, y }).wins;
      const { low, high } = shareInterval(wins, pairs);
      const gap = median(gaps(rows, a, b, y));
      const better = low > 0.5 ? a : shareInterval(lost, pairs).low > 0.5 ? b : "tie";
      const winner = Math.abs(gap) < worth ? "tie" : better;
      return { a, b, wins, pairs, low, high, gap, winner };
    })
  );
}

/** y of `b` less y of `a` for each seed; 0 where both are Infinity, runs that diverged. */
function gaps<Row extends { name: string; seed: number }>(
  rows: readonly Row[],
  a: string,
  b: string,
  y: keyof Row & string,
): number[] {
  return rows.filter(({ name }) => name === a).map((row) => {
    const other = rows.find(({ name, seed }) => name === b && seed === row.seed)!;
    const [first, second] = [Number(row[y]), Number(other[y])];
    return first === second ? 0 : second - first;
  });
}

/**
 * Where the share that `hits` of `count` tries were drawn with lies, with 95 % confidence: the exact interval, of whose ends each leaves
 * at most 2.5 % of the binomial law outside.
 *
 * @throws {RangeError} where hits and count are not integers with 0 <= hits <= count, count >= 1.
 *
 * @example
 * ```ts
 * import { shareInterval } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * const { low, high } = shareInterval(10, 10);
 * expect(low ** 10).toBeCloseTo(0.025, 10); // ten hits of ten have this chance where the share is `low`
 * expect(high).toBe(1);
 * ```
 * Reference: Clopper and Pearson (1934).
 */
export function shareInterval(hits: number, count: number): { low: number; high: number } {
  const isWhole = Number.isSafeInteger(hits) && Number.isSafeInteger(count);
  if (!isWhole || hits < 0 || hits > count || count < 1) {
    throw new RangeError(
      `Cannot give an interval for ${hits} of ${count}: give integers, 0 <= hits <= count, count >= 1`,
    );
  }
  return {
    low: hits === 0 ? 0 : shareAt(count, hits),
    high: hits === count ? 1 : 1 - shareAt(count, count - hits),
  };
}

/** The share for which `hits` or more of `count` have a chance of 2.5 %. */
function shareAt(count: number, hits: number): number {
  let [low, high] = [0, 1];
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (tail(count, hits, middle) < 0.025) low = middle;
    else high = middle;
  }
  return low;
}

/** P(at least `hits` of `count`), term by term from all hits down. */
function tail(count: number, hits: number, share: number): number {
  let log = count * Math.log(share), sum = 0;
  for (let k = count; k >= hits; k--) {
    sum += Math.exp(log);
    log += Math.log(k / (count - k + 1)) + Math.log((1 - share) / share);
  }
  return sum;
}
