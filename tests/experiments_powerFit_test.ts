import { expect } from "@std/expect";
import { meanInterval, powerFit, rng } from "../lib/mod.ts";

Deno.test("meanInterval() is Student's, for few values and many", () => {
  // scipy.stats.t.ppf(0.975, df), scipy 1.17
  const quantiles: [number, number][] = [
    [1, 12.706204736174698],
    [2, 4.302652729749462],
    [3, 3.182446305283708],
    [4, 2.7764451051977943],
    [7, 2.3646242515927853],
    [10, 2.2281388519862735],
    [19, 2.0930240544083087],
    [99, 1.98421695158642],
  ];
  for (const [degrees, t] of quantiles) {
    const values = Array.from({ length: degrees + 1 }, (_, i) => i);
    const { mean, low, high } = meanInterval(values), n = values.length;
    const error = Math.sqrt((n * n - 1) / 12 * n / (n - 1) / n); // of 0 ... n - 1
    expect(mean).toBeCloseTo(degrees / 2, 12);
    expect((high - mean) / error).toBeCloseTo(t, 9);
    expect(mean - low).toBeCloseTo(high - mean, 9);
  }
  expect(meanInterval([3])).toEqual({ mean: 3, low: NaN, high: NaN });
  expect(() => meanInterval([])).toThrow("at least one");
  expect(() => meanInterval([1, Infinity])).toThrow(RangeError);
});

Deno.test("meanInterval() covers the truth in 95 % of samples, and a normal quantile would not", () => {
  const samples = 4000, { data } = rng("coverage").normal([samples, 4]);
  const half = (values: number[]) => {
    const { mean, high } = meanInterval(values);
    return [Math.abs(mean), high - mean];
  };
  let covered = 0, byNormal = 0;
  for (let i = 0; i < samples; i++) {
    const [off, width] = half([...data.subarray(4 * i, 4 * i + 4)]);
    if (off < width) covered++;
    if (off < width * 1.96 / 3.182446) byNormal++;
  }
  const error = Math.sqrt(0.95 * 0.05 / samples);
  expect(Math.abs(covered / samples - 0.95)).toBeLessThan(4.5 * error);
  expect(Math.abs(byNormal / samples - 0.95)).toBeGreaterThan(4.5 * error);
});

Deno.test("powerFit() fits a line for each seed, and takes the mean of their slopes", () => {
  const powers = [1, 1.5, 2.5];
  const rows = ["a", "b"].flatMap((name) =>
    powers.flatMap((power, i) =>
      [2, 4, 16].map((width) => ({
        name,
        seed: i + 1,
        width,
        size: 3 ** i * width ** (name === "a" ? power : -power),
      }))
    )
  );
  const [a, b] = powerFit(rows, { x: "width", y: "size", by: ["name"] });
  const { mean, low, high } = meanInterval(powers);
  expect(a.name).toBe("a");
  expect(a.power).toBeCloseTo(mean, 12);
  expect([a.low, a.high].map((end) => end.toFixed(9))).toEqual(
    [low, high].map((end) => end.toFixed(9)),
  );
  expect(b.power).toBeCloseTo(-mean, 12);
});

Deno.test("powerFit() refuses what has no logarithm, and a seed with one x", () => {
  const rows = [1, 2].map((width) => ({ seed: 1, width, size: width - 1 }));
  const axes = { x: "width", y: "size", by: [] } as const;
  expect(() => powerFit(rows, axes)).toThrow("Cannot fit a line through (0, -Infinity)");
  expect(() => powerFit([{ seed: 1, width: 1, size: 1 }], axes)).toThrow(
    "two different values of x",
  );
  expect(() => powerFit(rows, { ...axes, by: ["name" as never] })).toThrow(
    'Cannot group by "name"',
  );
  expect(powerFit([] as typeof rows, axes)).toEqual([]);
});
