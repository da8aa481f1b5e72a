import { aboveZero, array, callable } from "../tensor/arguments.ts";
import type { Rng } from "../tensor/rng.ts";
import { repeat, vary } from "./compare.ts";
import { spread } from "./quantiles.ts";

/** What the search found, and all it saw. */
export interface BestLearningRate {
  readonly learningRate: number;
  /** Median loss over seeds at that rate; Infinity where every rate diverged. */
  readonly loss: number;
  readonly rows: readonly { learningRate: number; seed: number; loss: number }[];
}

/**
 * The learning rate with the smallest median loss over seeds; of equal ones the smallest rate, also when all diverge.
 *
 * `run` trains with one rate from one seed and returns a loss; one that is not finite counts as Infinity. Take other seeds
 * here than for the comparison that follows, or the winner is flattered.
 *
 * @throws {RangeError} where there is no rate or no seed, or a rate is not a finite number > 0.
 *
 * @example
 * ```ts
 * import { bestLearningRate, seeds } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * const run = (learningRate: number) => Math.abs(1 - 2 * learningRate); // one step on w^2, from w = 1
 * const { learningRate, loss } = bestLearningRate([0.1, 0.5, 0.9], seeds(3, "tuning"), run);
 * expect([learningRate, loss]).toEqual([0.5, 0]);
 * ```
 */
export function bestLearningRate(
  rates: readonly number[],
  seeds: readonly Rng[],
  run: (learningRate: number, rng: Rng) => number,
): BestLearningRate {
  callable("run", run, "(learningRate, rng) => loss");
  if (
    array("rates", rates, "[0.1, 1]").length === 0 || array("seeds", seeds, "seeds(3)").length === 0
  ) {
    throw new RangeError(
      `Cannot search ${rates.length} learning rates with ${seeds.length} seeds: one of each is needed`,
    );
  }
  const ascending = [...rates].map((rate) => aboveZero("learning rate", rate)).sort((a, b) =>
    a - b
  );
  const rows = vary("learningRate", ascending, (rate) =>
    repeat(seeds, (rng) => {
      const loss = run(rate, rng);
      return [{ loss: Number.isFinite(loss) ? loss : Infinity }];
    }));
  const medians = spread(rows, { y: "loss", by: ["learningRate"] });
  const best = medians.reduce((best, next) => next.median < best.median ? next : best);
  return { learningRate: best.learningRate, loss: best.median, rows };
}
