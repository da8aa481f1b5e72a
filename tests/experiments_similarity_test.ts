import { expect } from "@std/expect";
import { similarity } from "../lib/experiments/similarity.ts";
import { seeds } from "../lib/experiments/compare.ts";
import { heNormal, lecunNormal } from "../lib/initializers/named.ts";
import { linear, relu } from "../lib/nn/activations.ts";
import { mlp } from "../lib/nn/mlp.ts";
import { forward } from "../lib/nn/model.ts";
import { everywhere, initialize } from "../lib/nn/schemes.ts";
import { rng } from "../lib/tensor/rng.ts";
import { type Tensor, tensor } from "../lib/tensor/tensor.ts";

/** The definition, pair by pair. */
function oracle({ shape: [count, columns], data }: Tensor): number {
  const dot = (i: number, j: number) => {
    let sum = 0;
    for (let k = 0; k < columns; k++) sum += data[i * columns + k] * data[j * columns + k];
    return sum;
  };
  let total = 0;
  for (let i = 0; i < count; i++) {
    for (let j = 0; j < i; j++) total += dot(i, j) / Math.sqrt(dot(i, i) * dot(j, j));
  }
  return total / (count * (count - 1) / 2);
}

Deno.test("similarity() is the mean cosine over pairs, of the inputs and of each layer", () => {
  const model = mlp({ widths: [7, 30, 3], activation: relu });
  const params = initialize(model, everywhere(heNormal()), rng("similarity"));
  const inputs = rng("inputs").normal([6, 7], { mean: 0.5 });
  const rows = similarity(model, params, inputs);
  expect(rows.map(({ layer }) => layer)).toEqual([0, 1, 2]);
  const first = mlp({ widths: [7, 30], activation: linear });
  const hidden = forward(first, {
    "layer1.weight": params["layer1.weight"],
    "layer1.bias": params["layer1.bias"],
  }, inputs);
  // Float64 sums of the same float32 values: a few units of 2^-53.
  [inputs, hidden, forward(model, params, inputs)].forEach((values, layer) =>
    expect(Math.abs(rows[layer].cosine - oracle(values))).toBeLessThan(1e-13)
  );
});

Deno.test("similarity() knows equal, opposite and perpendicular inputs, and no angle for a zero", () => {
  const model = mlp({ widths: [2, 2], activation: linear });
  const params = {
    "layer1.weight": tensor([2, 2], [1, 0, 0, 1]),
    "layer1.bias": tensor([2], [0, 0]),
  };
  const of = (...entries: number[]) =>
    similarity(model, params, tensor([entries.length / 2, 2], entries)).map(({ cosine }) => cosine);
  expect(of(3, 0, 0.5, 0)).toEqual([1, 1]);
  expect(of(3, 0, -2, 0)).toEqual([-1, -1]);
  expect(of(3, 0, 0, 2)).toEqual([0, 0]);
  expect(of(3, 0, 0, 0)).toEqual([NaN, NaN]);
});

Deno.test("similarity() follows the map of wide ReLU layers, whatever the weights' scale", () => {
  const model = mlp({ widths: [64, ...Array(8).fill(1024), 10], activation: relu, bias: false });
  const inputs = rng("inputs").normal([2, 64]);
  const mean = (init: ReturnType<typeof heNormal>, layer: number) =>
    seeds(4).reduce(
      (sum, rng) =>
        sum + similarity(model, initialize(model, everywhere(init), rng), inputs)[layer].cosine / 4,
      0,
    );
  let expected = similarity(model, initialize(model, everywhere(heNormal()), rng("x")), inputs)[0]
    .cosine;
  for (let layer = 2; layer <= 8; layer++) {
    // E relu(x) relu(y) of unit normals with correlation c, doubled (Cho and Saul, 2009).
    expected = (Math.sqrt(1 - expected ** 2) + expected * (Math.PI - Math.acos(expected))) /
      Math.PI;
  }
  // One layer of n units adds an error of std about (1 - c^2) / sqrt(n), sqrt(5 / 2) times that behind ReLUs, and each
  // next one keeps 1 - acos(c) / pi of it: 0.032 at layer 8, 0.016 for the mean of four seeds; three of those.
  // Without the ReLUs the cosine would stay near 0.
  expect(Math.abs(mean(heNormal(), 8) - expected)).toBeLessThan(0.048);
  expect(expected).toBeGreaterThan(0.8);
  expect(Math.abs(mean(lecunNormal(), 8) - mean(heNormal(), 8))).toBeLessThan(1e-5);
});

Deno.test("similarity() refuses what is not at least two rows", () => {
  const model = mlp({ widths: [3, 2], activation: linear });
  const params = initialize(model, everywhere(heNormal()), rng("similarity"));
  for (const shape of [[1, 3], [3], [0, 3]]) {
    expect(() => similarity(model, params, { shape, data: new Float32Array(3) })).toThrow(
      "give at least two, one a row",
    );
  }
});
