import { expect } from "@std/expect";
import { histogram, layerHistograms } from "../lib/experiments/histograms.ts";
import { heNormal } from "../lib/initializers/named.ts";
import { tanh } from "../lib/nn/activations.ts";
import { mlp } from "../lib/nn/mlp.ts";
import { everywhere, initialize } from "../lib/nn/schemes.ts";
import { normalCdf } from "../lib/numerics/gaussian.ts";
import { rng } from "../lib/tensor/rng.ts";

const counts = (rows: { count: number }[]) => rows.map(({ count }) => count);

Deno.test("histogram() puts edges into the bin above, the last edge into the last bin", () => {
  const rows = histogram([0, 1, 1, 2, 3, 4], { bins: 4 });
  expect(rows.map(({ low, high, count }) => [low, high, count]))
    .toEqual([[0, 1, 1], [1, 2, 2], [2, 3, 1], [3, 4, 2]]);
  expect(rows[1].density).toBeCloseTo(2 / 6, 12);
});

Deno.test("histogram() of normal draws has the normal density", () => {
  const n = 100_000;
  const rows = histogram(rng("histogram").normal([n]).data, { bins: 16, range: [-4, 4] });
  for (const { low, high, count, density } of rows) {
    const p = normalCdf(high) - normalCdf(low);
    expect(Math.abs(count - n * p)).toBeLessThan(4.5 * Math.sqrt(n * p * (1 - p)) + 1);
    expect(density).toBeCloseTo(count / n / 0.5, 12);
  }
});

Deno.test("histogram() leaves values outside the range and values that are not finite out", () => {
  const rows = histogram([-5, 0.5, 1.5, NaN, Infinity], { bins: 2, range: [0, 2] });
  expect(counts(rows)).toEqual([1, 1]);
  expect(rows[0].density).toBeCloseTo(1 / 5, 12);
  expect(counts(histogram([NaN, 1, 2], { bins: 2 }))).toEqual([1, 1]);
  expect(counts(histogram([7, 7], { bins: 3 }))).toEqual([0, 2, 0]);
});

Deno.test("histogram() refuses what cannot be binned", () => {
  expect(() => histogram([1], { bins: 0 })).toThrow("bins");
  expect(() => histogram([1], { range: [1, 1] })).toThrow("low < high");
  expect(() => histogram([1], { range: [0, Infinity] })).toThrow("range[1]");
  expect(() => histogram([NaN])).toThrow("none is finite");
});

Deno.test("layerHistograms() bins each layer's values over one range", () => {
  const model = mlp({ widths: [3, 40, 20, 2], activation: tanh });
  const params = initialize(model, everywhere(heNormal()), rng("layers"));
  const x = rng("layers").child("x").normal([10, 3]);
  const total = (rows: { layer: number; count: number }[]) =>
    [1, 2, 3].map((l) =>
      rows.filter(({ layer }) => layer === l).reduce((sum, { count }) => sum + count, 0)
    );
  const pre = layerHistograms(model, params, x, { bins: 8 });
  expect(pre.length).toBe(24);
  expect(total(pre)).toEqual([400, 200, 20]);
  expect(pre[0].low).toBe(pre[8].low);
  const activations = layerHistograms(model, params, x, { of: "activation", range: [-1, 1] });
  expect(total(activations).slice(0, 2)).toEqual([400, 200]);
  const gradients = layerHistograms(model, params, x, { of: "weightGradient", rng: rng("g") });
  expect(total(gradients)).toEqual([120, 800, 40]);
  expect(() => layerHistograms(model, params, x, { of: "gradient" })).toThrow("rng or targets");
  // @ts-expect-error no such quantity
  expect(() => layerHistograms(model, params, x, { of: "weights" })).toThrow("weights");
});
