import { expect } from "@std/expect";
import { penguins } from "../lib/data/penguins.ts";

const { features, classes, raw, standardized } = await penguins();

/** Mean and variance (divisor n) of column j in float64. */
function column(data: Float32Array, j: number) {
  const values = [...data].filter((_, i) => i % 4 === j);
  const mean = values.reduce((a, b) => a + b) / values.length;
  const variance = values.reduce((a, b) => a + (b - mean) ** 2, 0) / values.length;
  return { mean, variance, low: Math.min(...values), high: Math.max(...values) };
}

Deno.test("penguins() holds the 342 complete rows: 151 Adelie, 68 Chinstrap, 123 Gentoo", () => {
  expect(raw.inputs.shape).toEqual([342, 4]);
  expect(raw.inputs.data.length).toBe(342 * 4);
  expect(classes).toEqual(["Adelie", "Chinstrap", "Gentoo"]);
  expect(classes.map((_, c) => raw.targets.filter((target) => target === c).length))
    .toEqual([151, 68, 123]);
});

Deno.test("penguins() names each column and its unit, and gives the first and last bird as published", () => {
  expect(features.map(({ name, unit }) => `${name} (${unit})`)).toEqual([
    "beak length (mm)",
    "beak depth (mm)",
    "flipper length (mm)",
    "body mass (g)",
  ]);
  expect([...raw.inputs.data.subarray(0, 4)]).toEqual([39.1, 18.7, 181, 3750].map(Math.fround));
  expect([...raw.inputs.data.subarray(-4)]).toEqual([49.9, 16.1, 213, 5400].map(Math.fround));
  expect([classes[raw.targets[0]], classes[raw.targets[341]]]).toEqual(["Adelie", "Gentoo"]);
});

Deno.test("penguins() has the means and ranges of the published table in raw units", () => {
  // palmerpenguins' own summary: means 43.92, 17.15, 200.9, 4202; ranges below.
  const columns = features.map((_, j) => column(raw.inputs.data, j));
  expect(columns.map(({ mean }) => Number(mean.toPrecision(4)))).toEqual([
    43.92,
    17.15,
    200.9,
    4202,
  ]);
  expect(columns.map(({ low }) => low)).toEqual([32.1, 13.1, 172, 2700].map(Math.fround));
  expect(columns.map(({ high }) => high)).toEqual([59.6, 21.5, 231, 6300].map(Math.fround));
});

Deno.test("penguins() standardizes each column to mean 0 and variance 1, and nothing else", () => {
  for (let j = 0; j < 4; j++) {
    // Values are below 4, each rounded once to float32: off by at most 2^-23.
    const { mean, variance } = column(standardized.inputs.data, j), r = column(raw.inputs.data, j);
    expect(Math.abs(mean)).toBeLessThan(2 ** -23);
    expect(Math.abs(variance - 1)).toBeLessThan(2 * 4 * 2 ** -23);
    for (let i = 0; i < 342; i++) {
      const x = (raw.inputs.data[4 * i + j] - r.mean) / Math.sqrt(r.variance);
      // The oracle starts from the rounded raw value: 59.6 is off by 2^-19, over a std of 2 or more.
      expect(Math.abs(standardized.inputs.data[4 * i + j] - x)).toBeLessThan(2 ** -18);
    }
  }
  expect(standardized.targets).toEqual(raw.targets);
});
