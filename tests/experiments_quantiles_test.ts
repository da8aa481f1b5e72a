import { expect } from "@std/expect";
import { median, pairedWins, quantile, spread } from "../lib/experiments/quantiles.ts";

Deno.test("quantile() interpolates between order statistics", () => {
  // numpy.quantile([9, 1, 4, 16], [0, .1, .25, .5, .9, 1])
  const values = [9, 1, 4, 16];
  expect([0, 0.1, 0.25, 0.5, 0.9, 1].map((p) => Number(quantile(values, p).toFixed(12))))
    .toEqual([1, 1.9, 3.25, 6.5, 13.9, 16]);
  expect(values).toEqual([9, 1, 4, 16]);
  expect(median([3])).toBe(3);
  expect(median(Float32Array.of(2, 10, -1))).toBe(2);
});

Deno.test("quantile() counts Infinity as largest and leaves NaN out", () => {
  expect(median([1, Infinity, 2])).toBe(2);
  expect(median([1, Infinity])).toBe(Infinity);
  expect(median([Infinity, Infinity, 1])).toBe(Infinity);
  expect(median([-Infinity, 0, Infinity])).toBe(0);
  expect(median([NaN, 1, 3, NaN])).toBe(2);
  expect(() => median([NaN])).toThrow("no values");
  expect(() => median([])).toThrow("no values");
  for (const p of [-0.1, 1.1, NaN]) expect(() => quantile([1], p)).toThrow("p must be in [0, 1]");
});

Deno.test("spread() summarizes each group in order of appearance", () => {
  const rows = ["b", "a"].flatMap((name) =>
    [1, 2, 3, 4, 5].map((seed) => ({ name, step: 7, seed, loss: name === "a" ? seed : 10 * seed }))
  );
  expect(spread(rows, { y: "loss", by: ["name", "step"] })).toEqual([
    { name: "b", step: 7, count: 5, mean: 30, std: Math.sqrt(250), low: 14, median: 30, high: 46 },
    { name: "a", step: 7, count: 5, mean: 3, std: Math.sqrt(2.5), low: 1.4, median: 3, high: 4.6 },
  ]);
  const [diverged] = spread([{ n: 1, y: 1 }, { n: 1, y: Infinity }, { n: 1, y: NaN }], {
    y: "y",
    by: ["n"],
  });
  expect([diverged.count, diverged.median, diverged.low]).toEqual([2, Infinity, Infinity]);
});

Deno.test("spread() refuses columns that are not there or hold no numbers", () => {
  const rows = [{ name: "a", loss: 1 }];
  expect(() => spread(rows, { y: "name", by: ["name"] })).toThrow('column "name" as a number');
  // @ts-expect-error no such column
  expect(() => spread(rows, { y: "loss", by: ["seed"] })).toThrow('Cannot group by "seed"');
});

Deno.test("pairedWins() compares seed by seed, and does not count ties", () => {
  const losses = { He: [1, 2, 3, 4], LeCun: [2, 2, 1, Infinity] };
  const rows = Object.entries(losses).flatMap(([name, values]) =>
    values.map((loss, i) => ({ name, seed: i + 1, loss }))
  );
  expect(pairedWins(rows, { a: "He", b: "LeCun", y: "loss" })).toEqual({ wins: 2, pairs: 4 });
  expect(pairedWins(rows, { a: "LeCun", b: "He", y: "loss" })).toEqual({ wins: 1, pairs: 4 });
  expect(() => pairedWins(rows.slice(1), { a: "He", b: "LeCun", y: "loss" })).toThrow("seed 1");
  expect(() => pairedWins([...rows, rows[0]], { a: "He", b: "LeCun", y: "loss" })).toThrow(
    "2 and 1",
  );
});
