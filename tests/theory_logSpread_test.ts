import { expect } from "@std/expect";
import { repeat, seeds } from "../lib/experiments/compare.ts";
import { propagate } from "../lib/experiments/propagate.ts";
import { heNormal } from "../lib/initializers/named.ts";
import { type Activation, leakyRelu, linear, prelu, relu, tanh } from "../lib/nn/activations.ts";
import { mlp } from "../lib/nn/mlp.ts";
import { everywhere, initialize } from "../lib/nn/schemes.ts";
import { moments } from "../lib/tensor/moments.ts";
import { rng } from "../lib/tensor/rng.ts";
import { logSpread } from "../lib/theory/logSpread.ts";
import { predict } from "../lib/theory/predict.ts";

/**
 * Mean and std over `runs` networks of ln(mean square of the activations / expected), for one input and normal weights.
 * Given the layer before, pre-activations are then independent normals of one variance, so no matrix is needed.
 */
function simulate({ f }: Activation, widths: readonly number[], runs: number) {
  const total = widths.reduce((sum, width) => sum + width, 0);
  const draws = rng("logSpread").child(widths.join()).normal([runs, total]).data;
  const second = moments(draws.map((z) => f(z))).meanSquare; // over a million draws: 0.3 % at most
  let next = 0;
  const logs = Float32Array.from({ length: runs }, () =>
    widths.reduce((log, width) => {
      let sum = 0;
      for (let i = 0; i < width; i++) sum += f(draws[next++]) ** 2;
      return log + Math.log(sum / width / second);
    }, 0));
  return moments(logs);
}

Deno.test("logSpread() is 5/n a layer for ReLU, 2/n for linear, between for slopes", () => {
  const widths = Array(50).fill(100);
  expect(logSpread(relu, widths).mean).toBeCloseTo(-1.25, 10);
  expect(logSpread(relu, widths).std).toBeCloseTo(Math.sqrt(2.5), 10);
  expect(logSpread(linear, widths).mean).toBeCloseTo(-0.5, 10);
  expect(logSpread(linear, widths).std).toBeCloseTo(1, 10);
  for (const slope of [0.01, 0.25, 3]) {
    const perUnit = 6 * (1 + slope ** 4) / (1 + slope ** 2) ** 2 - 1;
    expect(logSpread(leakyRelu(slope), [40]).std ** 2).toBeCloseTo(perUnit / 40, 10);
  }
});

Deno.test("logSpread() agrees with simulated networks, whatever the order of the widths", () => {
  const runs = 2000;
  // Sum 1/n = 0.2 in both; the next order, about 1/n^2 a layer, is below 0.01.
  for (const widths of [Array(10).fill(50), Array(4).fill([25, 100]).flat()]) {
    for (const activation of [relu, linear, prelu(0.25)]) {
      const { mean, std } = logSpread(activation, widths);
      const simulated = simulate(activation, widths, runs);
      const se = std / Math.sqrt(runs);
      const order = activation === linear ? 0.01 : 0.06; // 10 (25/2 + third moment / 3 ...) / n^2
      expect(Math.abs(simulated.mean - mean)).toBeLessThan(4.5 * se + order);
      expect(Math.abs(simulated.std - std)).toBeLessThan(4.5 * se / Math.SQRT2 + order);
      // Negative control: the other activations' V is told apart.
      const other = logSpread(activation === linear ? relu : linear, widths);
      expect(Math.abs(simulated.std - other.std)).toBeGreaterThan(4.5 * se / Math.SQRT2 + order);
      expect(Math.abs(simulated.mean - other.mean)).toBeGreaterThan(4.5 * se + order);
    }
  }
});

Deno.test("logSpread() and predict()'s median describe real networks: the median falls below the mean", () => {
  const depth = 20, width = 40, runs = 100;
  const model = mlp({
    widths: [width, ...Array(depth).fill(width), 1],
    activation: relu,
    bias: false,
  });
  const one = rng("logSpread").child("input").normal([1, width]);
  const rows = repeat(
    seeds(runs, "logSpread"),
    (rng) => propagate(model, initialize(model, everywhere(heNormal()), rng), one),
  );
  const inputMeanSquare = moments(one).meanSquare;
  const { mean, std } = logSpread(relu, Array(depth).fill(width)); // -1.25, 1.58
  const logs = rows.filter(({ layer }) => layer === depth)
    .map((row) => Math.log(row.activationMeanSquare / inputMeanSquare));
  const measured = moments(Float32Array.from(logs));
  expect(Math.abs(measured.mean - mean)).toBeLessThan(4.5 * std / Math.sqrt(runs));
  expect(Math.abs(measured.std - std)).toBeLessThan(4.5 * std / Math.sqrt(2 * runs));
  // Negative control: "He keeps the mean square" is no law for the median.
  expect(Math.abs(measured.mean)).toBeGreaterThan(4.5 * std / Math.sqrt(runs));
  const [last] = predict(model, everywhere(heNormal()), { inputMeanSquare }).slice(-2);
  expect(last.medianMeanSquare / last.meanSquare)
    .toBeCloseTo(Math.exp(mean + (5 - 2) / (2 * width)), 9);
});

Deno.test("logSpread() refuses activations that are not homogeneous, and widths that are none", () => {
  expect(() => logSpread(tanh, [10])).toThrow("it is known for linear");
  for (const width of [0, 1.5, NaN]) expect(() => logSpread(relu, [width])).toThrow("width");
  expect(logSpread(relu, [])).toEqual({ mean: 0, std: 0 });
});
