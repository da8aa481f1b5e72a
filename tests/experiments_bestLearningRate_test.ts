import { expect } from "@std/expect";
import { bestLearningRate } from "../lib/experiments/bestLearningRate.ts";
import { seeds } from "../lib/experiments/compare.ts";

Deno.test("bestLearningRate() takes the smallest median, of equal ones the smallest rate", () => {
  const losses: Record<number, number[]> = {
    1: [3, 9, 1],
    0.1: [2, 2, 99],
    0.01: [2, 2, 2],
    10: [0, 7, 7],
  };
  const streams = seeds(3, "tuning");
  const run = (rate: number, stream: (typeof streams)[0]) => losses[rate][streams.indexOf(stream)];
  const { learningRate, loss, rows } = bestLearningRate([1, 0.1, 10, 0.01], streams, run);
  expect([learningRate, loss]).toEqual([0.01, 2]);
  expect(rows.length).toBe(12);
  expect(rows[3]).toEqual({ learningRate: 0.1, seed: 1, loss: 2 });
});

Deno.test("bestLearningRate() counts a diverged run as infinite, and names the smallest if all diverge", () => {
  const two = seeds(2, "tuning");
  const mixed = bestLearningRate([0.1, 1], two, (rate) => rate === 1 ? NaN : 5);
  expect([mixed.learningRate, mixed.loss]).toEqual([0.1, 5]);
  const none = bestLearningRate([1, 0.1], two, () => Infinity);
  expect([none.learningRate, none.loss]).toEqual([0.1, Infinity]);
  expect(bestLearningRate([1], two, () => NaN).rows.map(({ loss }) => loss)).toEqual([
    Infinity,
    Infinity,
  ]);
});

Deno.test("bestLearningRate() refuses an empty search and rates that are none", () => {
  expect(() => bestLearningRate([], seeds(1), () => 1)).toThrow("0 learning rates");
  expect(() => bestLearningRate([1], [], () => 1)).toThrow("0 seeds");
  expect(() => bestLearningRate([0.1, 0], seeds(1), () => 1)).toThrow("learning rate");
});
