import { expect } from "@std/expect";
import { duels, shareInterval } from "../lib/experiments/duels.ts";
import { rng } from "../lib/tensor/rng.ts";

/** Rows of two variants, `a` with loss 1 and `b` with 1 + each gap. */
const rowsOf = (gaps: readonly number[]) =>
  gaps.flatMap((gap, i) => [
    { name: "a", seed: i + 1, loss: 1 },
    { name: "b", seed: i + 1, loss: 1 + gap },
  ]);

// scipy.stats.binomtest(k, n).proportion_ci(method="exact"): low and high
Deno.test("shareInterval() gives the ends that SciPy gives", () => {
  const known: [hits: number, count: number, low: number, high: number][] = [
    [0, 10, 0, 0.308497],
    [1, 10, 0.002529, 0.445016],
    [5, 10, 0.187086, 0.812914],
    [9, 10, 0.554984, 0.997471],
    [10, 10, 0.691503, 1],
    [3, 7, 0.098988, 0.815948],
    [18, 20, 0.683017, 0.987651],
    [45, 50, 0.781865, 0.966725],
  ];
  for (const [hits, count, low, high] of known) {
    const found = shareInterval(hits, count);
    expect(found.low).toBeCloseTo(low, 5);
    expect(found.high).toBeCloseTo(high, 5);
  }
});

Deno.test("shareInterval() is as good for a thousand tries, where a share of 0.5 to their power underflows", () => {
  const { low, high } = shareInterval(1500, 3000);
  // The normal approximation, 1.96 sqrt(1/4 / 3000), widened by half a try on each side.
  const half = 1.96 * Math.sqrt(0.25 / 3000) + 0.5 / 3000;
  expect(low).toBeCloseTo(0.5 - half, 4);
  expect(high).toBeCloseTo(0.5 + half, 4);
});

Deno.test("shareInterval() covers the share at least 95 times in 100", () => {
  const draws = rng("coverage").uniform([2000, 10]).data;
  let covered = 0;
  for (let i = 0; i < 2000; i++) {
    const hits = draws.subarray(10 * i, 10 * i + 10).filter((u) => u < 0.7).length;
    const { low, high } = shareInterval(hits, 10);
    if (low <= 0.7 && 0.7 <= high) covered++;
  }
  // Exact intervals cover more than they promise; three standard errors of a share of 95 % of 2000 are 0.015.
  expect(covered / 2000).toBeGreaterThan(0.95 - 0.015);
});

Deno.test("shareInterval() refuses what is no count", () => {
  for (const [hits, count] of [[-1, 10], [11, 10], [0, 0], [1.5, 10], [NaN, 10]]) {
    expect(() => shareInterval(hits, count)).toThrow(RangeError);
  }
});

Deno.test("duels() needs nine wins of ten for a verdict, on either side", () => {
  const wins = (count: number) =>
    duels(rowsOf(Array.from({ length: 10 }, (_, i) => i < count ? 0.2 : -0.2)), { y: "loss" })[0];
  expect([9, 8, 2, 1].map((count) => wins(count).winner)).toEqual(["a", "tie", "tie", "b"]);
  expect(wins(9)).toMatchObject({ a: "a", b: "b", wins: 9, pairs: 10 });
  expect(wins(9).gap).toBeCloseTo(0.2, 12);
  expect(wins(1).gap).toBeCloseTo(-0.2, 12);
});

Deno.test("duels() calls a tie what is certain and too small, or equal", () => {
  const rows = rowsOf(Array(10).fill(0.04));
  expect(duels(rows, { y: "loss", worth: 0.05 })[0].winner).toBe("tie");
  expect(duels(rows, { y: "loss", worth: 0.03 })[0].winner).toBe("a");
  expect(duels(rowsOf(Array(10).fill(0)), { y: "loss" })[0]).toMatchObject({
    winner: "tie",
    gap: 0,
  });
});

Deno.test("duels() counts runs that diverged as worse than any, and as equal to each other", () => {
  const [one] = duels(rowsOf(Array(10).fill(Infinity)), { y: "loss" });
  expect([one.wins, one.gap, one.winner]).toEqual([10, Infinity, "a"]);
  const lost = rowsOf(Array(10).fill(0)).map((row) => ({ ...row, loss: Infinity }));
  expect(duels(lost, { y: "loss" })[0]).toMatchObject({ wins: 0, gap: 0, winner: "tie" });
});

Deno.test("duels() pairs by seed, whatever the order of rows, and takes every pair of variants once", () => {
  const rows = rowsOf([0.1, 0.2, 0.3]);
  const third = [3, 1, 2].map((seed) => ({ name: "c", seed, loss: seed }));
  const found = duels([...third, ...rows.toReversed()], { y: "loss" });
  expect(found.map(({ a, b }) => a + b)).toEqual(["cb", "ca", "ba"]);
  expect(found[1].wins).toBe(0);
  expect(found[1].gap).toBe(-1); // a's loss is 1, c's 1, 2, 3 by seed
  expect(() => duels(rows.slice(1), { y: "loss" })).toThrow(RangeError);
});

Deno.test("duels() takes the gap of each seed before their median", () => {
  const losses = { a: [1, 5, 2], b: [4, 6, 9] };
  const rows = Object.entries(losses).flatMap(([name, values]) =>
    values.map((loss, i) => ({ name, seed: i + 1, loss }))
  );
  const order = [0, 1, 2, 5, 3, 4].map((i) => rows[i]); // b's seeds 3, 1, 2
  expect(duels(order, { y: "loss" })[0].gap).toBe(3); // of 3, 1 and 7
});
