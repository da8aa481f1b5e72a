/** What the audit measures, against plain loops, closed forms and published tables. */
import { expect } from "@std/expect";
import { ascending } from "../lib/audit/ascending.ts";
import { kolmogorovDistance, roundingReach } from "../lib/audit/kolmogorov.ts";
import { kolmogorovTail } from "../lib/mod.ts";
import { measure } from "../lib/audit/statistics.ts";
import { audit, normal, orthogonal, rng, singularValues } from "../lib/mod.ts";
import { inBlocks } from "./inBlocks.ts";
import { asBfloat16, asFloat16 } from "./rounded.ts";

Deno.test("measure() agrees with plain two-pass loops, whatever the blocks", () => {
  const shape = [37, 29];
  const data = normal({ mean: 3, std: 0.01 })(shape, rng("plain")).data.map((x, i) =>
    i % 5 ? x : x * x
  );
  data[7] = 0;
  const n = data.length, mean = data.reduce((sum, x) => sum + x, 0) / n;
  const central = (k: number) => data.reduce((sum, x) => sum + (x - mean) ** k, 0) / n;
  for (const length of [1, 2, 29, 100, 5000]) {
    const { stats, lines, sample, hash } = measure(inBlocks({ shape, data }, length), {
      rows: 37,
      columns: 29,
    });
    // Float64 sums of a thousand terms, combined: some hundred units of 2^-53.
    expect(Math.abs(stats.mean / mean - 1)).toBeLessThan(1e-13);
    expect(Math.abs(stats.std / Math.sqrt(central(2)) - 1)).toBeLessThan(1e-12);
    expect(Math.abs(stats.skewness / (central(3) / central(2) ** 1.5) - 1)).toBeLessThan(1e-11);
    expect(Math.abs(stats.kurtosis / (central(4) / central(2) ** 2) - 1)).toBeLessThan(1e-11);
    expect([stats.count, stats.zeros, stats.nan, stats.infinite]).toEqual([n, 1 / n, 0, 0]);
    expect([stats.min, stats.max]).toEqual([0, data.reduce((a, b) => Math.max(a, b))]);
    expect([...sample]).toEqual([...data].sort((a, b) => a - b));
    expect(hash).toBe(measure(inBlocks({ shape, data }, 64), undefined).hash);
    const row = data.subarray(29, 58).reduce((sum, x) => sum + x * x, 0);
    const column = data.reduce((sum, x, i) => i % 29 === 3 ? sum + x * x : sum, 0);
    expect(lines!.rowSquares[1]).toBeCloseTo(row, 10);
    expect(lines!.columnSquares[3]).toBeCloseTo(column, 10);
    expect([lines!.constantRows, lines!.constantColumns]).toEqual([0, 0]);
  }
});

Deno.test("measure() leaves out NaN and infinities, and says how many there are", () => {
  const data = Float32Array.of(1, NaN, 2, Infinity, 3, -Infinity, 6);
  const { stats, sample } = measure(inBlocks({ shape: [7], data }, 3), undefined);
  expect([stats.count, stats.nan, stats.infinite]).toEqual([7, 1, 2]);
  expect([stats.mean, stats.std, stats.min, stats.max]).toEqual([3, Math.sqrt(3.5), 1, 6]);
  expect([...sample]).toEqual([1, 2, 3, 6]);
  const none = measure(inBlocks({ shape: [1], data: Float32Array.of(NaN) }, 3), undefined);
  expect(none.stats.mean).toBeNaN();
});

Deno.test("measure() keeps 65,536 evenly spread entries of a longer tensor, whatever their period", () => {
  const n = 2 ** 20, period = 16; // a fixed stride of 16 would see one column only
  const data = Float32Array.from({ length: n }, (_, i) => i);
  const { sample } = measure(inBlocks({ shape: [n], data }, 65_536), undefined);
  expect(sample.length).toBe(65_536);
  // One from each stretch of n / 65536, so that no two are further apart than two stretches.
  const gaps = Array.from(sample.subarray(1), (value, k) => value - sample[k]);
  expect(Math.min(...gaps.slice(0, 60_000))).toBeGreaterThan(0);
  expect(Math.max(...gaps.slice(0, 60_000))).toBeLessThanOrEqual(2 * n / 65_536 + 1);
  const columns = new Float64Array(period);
  for (const value of sample) columns[value % period]++;
  for (const count of columns) expect(Math.abs(count / (65_536 / period) - 1)).toBeLessThan(0.05);
  // The shortest stretches, of 1.2 entries.
  const short = data.subarray(0, 80_000);
  expect(measure(inBlocks({ shape: [80_000], data: short }, 999), undefined).sample.length)
    .toBeGreaterThan(60_000);
});

Deno.test("ascending() sorts as sort() does, few numbers and many, of any size and sign", () => {
  for (const n of [0, 1, 2047, 2048, 5000]) {
    const { data } = normal({ std: 1 })([n], rng("ascending"));
    const wide = data.map((x, i) => i % 7 === 0 ? -0 : i % 5 === 0 ? 0 : x * 2 ** (i % 250 - 140));
    expect(ascending(wide.slice())).toEqual(wide.toSorted());
    // In place, and of a part of a buffer no more than the part.
    const part = Float32Array.of(3, ...wide, -3).subarray(1, n + 1);
    expect(ascending(part)).toBe(part);
    expect([...new Float32Array(part.buffer)]).toEqual([3, ...wide.toSorted(), -3]);
  }
});

Deno.test("measure() tells float32, float16 and bfloat16 by their digits and steps", () => {
  const { data } = normal({ std: 1e-4 })([4000], rng("digits"));
  const statsOf = (values: Float32Array) =>
    measure(inBlocks({ shape: [4000], data: values }, 512), undefined).stats;
  expect(statsOf(data).digits).toBe(23);
  expect(statsOf(asBfloat16(data)).digits).toBe(7);
  expect([statsOf(asFloat16(data)).digits, statsOf(asFloat16(data)).step]).toEqual([10, 2 ** -24]);
  expect(statsOf(Float32Array.from(data, (_, i) => 2 ** (i % 9))).digits).toBe(0);
});

Deno.test("roundingReach() covers what rounds to a number, and nothing else", () => {
  const formats = [
    { round: asBfloat16, digits: 7, step: 2 ** -60 },
    { round: asFloat16, digits: 10, step: 2 ** -24 },
  ];
  for (const { round, digits, step } of formats) {
    for (const x of [1, -1, 0.7, -0.3, 0.02, -2.5, 2 ** -13, 2 ** -20, 3 * 2 ** -22]) {
      const value = round(Float32Array.of(x))[0];
      const [below, above] = roundingReach(value, { digits, step });
      const rounded = (y: number) => round(Float32Array.of(y))[0];
      expect(rounded(value - below * 0.999)).toBe(value);
      expect(rounded(value + above * 0.999)).toBe(value);
      expect(rounded(value - below * 1.001)).toBeLessThan(value);
      expect(rounded(value + above * 1.001)).toBeGreaterThan(value);
    }
  }
});

Deno.test("kolmogorovTail() has the published quantiles", () => {
  // scipy 1.17.1: [float(kstwobign.sf(t)) for t in (0.5, 0.9, 1, 1.1, 1.3581015157, 1.6276236116, 2, 2.7)]
  const published = [
    [0.5, 0.9639452436648751],
    [0.9, 0.3927307079406543],
    [1, 0.26999967167735456],
    [1.1, 0.1777181926064012],
    [1.3581015157, 0.04999921876104001],
    [1.6276236116, 0.009999999994723268],
    [2, 0.0006709252557796953],
    [2.7, 9.311431431566156e-7],
  ];
  for (const [t, tail] of published) {
    expect(Math.abs(kolmogorovTail(t) / tail - 1)).toBeLessThan(1e-12);
  }
  expect([kolmogorovTail(0), kolmogorovTail(-1), kolmogorovTail(0.05)]).toEqual([1, 1, 1]);
  // Both series meet at 1, and the tail is below Massart's bound from there on.
  expect(Math.abs(kolmogorovTail(1 - 1e-9) - kolmogorovTail(1))).toBeLessThan(1e-8);
  for (const t of [1, 2, 3]) {
    expect(kolmogorovTail(t)).toBeLessThanOrEqual(2 * Math.exp(-2 * t * t));
  }
});

Deno.test("kolmogorovDistance() is the largest gap between two distribution functions", () => {
  const cdf = (x: number) => Math.min(1, Math.max(0, x));
  const float32 = { digits: 23, step: 2 ** -149 };
  const of = (...values: number[]) => kolmogorovDistance(Float32Array.from(values), cdf, float32);
  expect(of(0.5)).toBeCloseTo(0.5, 12);
  expect(of(0.25, 0.75)).toBeCloseTo(0.25, 12);
  expect(of(0.125, 0.125, 0.5, 1)).toBeCloseTo(0.375, 12);
  expect(of(0.5, 0.75, 0.875, 1)).toBeCloseTo(0.5, 12);
  // Two values, as what [0, 1] rounds to in steps of 1 would be: no gap at the midpoint, 1/4 for three to one.
  const coarse = { digits: 0, step: 1 };
  expect(kolmogorovDistance(Float32Array.of(0, 1), cdf, coarse)).toBeCloseTo(0, 12);
  expect(kolmogorovDistance(Float32Array.of(0, 0, 0, 1), cdf, coarse)).toBeCloseTo(0.25, 12);
});

Deno.test("the spectrum has the top singular value and effective rank, exact or by Lanczos", () => {
  for (const [rows, columns] of [[12, 40], [40, 12], [90, 130], [130, 90]]) {
    const w = normal({ std: 0.3 })([rows, columns], rng("spectrum"));
    const s = singularValues(w.data, rows, columns);
    const power = s.reduce((sum, x) => sum + x * x, 0),
      fourth = s.reduce((sum, x) => sum + x ** 4, 0);
    const { spectrum, stats } = audit({ w })[0];
    expect(spectrum!.method).toBe(rows * columns < 1000 ? "exact" : "lanczos");
    expect(Math.abs(spectrum!.top / s[0] - 1)).toBeLessThan(1e-4);
    // Eight directions: their relative error is about sqrt(2 / (8 rank)), 5 % for 90.
    expect(Math.abs(spectrum!.effectiveRank / (power * power / fourth) - 1)).toBeLessThan(
      rows * columns < 1000 ? 1e-12 : 0.15,
    );
    expect(spectrum!.edge).toBeCloseTo(stats.std * (Math.sqrt(rows) + Math.sqrt(columns)), 12);
    // Bai and Yin; for these sizes the top is within 15 % of its limit.
    expect(Math.abs(spectrum!.top / spectrum!.edge - 1)).toBeLessThan(0.15);
  }
  const q = orthogonal({ gain: 3 })([100, 300], rng("q"));
  const [{ spectrum, fits }] = audit({ q });
  expect(spectrum!.top).toBeCloseTo(3, 5);
  expect(spectrum!.effectiveRank).toBeCloseTo(100, 3);
  expect(fits[0].name).toBe("orthogonal({ gain: 3 })");
  // Rank one: u v^T.
  const data = Float32Array.from({ length: 6000 }, (_, i) => Math.floor(i / 60) * (i % 60 - 20));
  const one = audit({ w: { shape: [100, 60], data } })[0].spectrum!;
  const norm = Math.sqrt(data.reduce((sum, x) => sum + x * x, 0));
  expect(Math.abs(one.top / norm - 1)).toBeLessThan(1e-9);
  expect(one.effectiveRank).toBeCloseTo(1, 9);
});
