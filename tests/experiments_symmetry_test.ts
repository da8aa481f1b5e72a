import { expect } from "@std/expect";
import {
  countDistinctUnits,
  matrixRows,
  numericalRank,
  symmetry,
  withGroups,
  withNoise,
} from "../lib/experiments/symmetry.ts";
import { constant, zeros } from "../lib/initializers/constant.ts";
import { heNormal } from "../lib/initializers/named.ts";
import { relu, tanh } from "../lib/nn/activations.ts";
import { mlp } from "../lib/nn/mlp.ts";
import type { Params } from "../lib/nn/model.ts";
import { sgd } from "../lib/nn/optimizers.ts";
import { everywhere, initialize } from "../lib/nn/schemes.ts";
import { collect, train } from "../lib/nn/train.ts";
import { moments } from "../lib/tensor/moments.ts";
import { rng } from "../lib/tensor/rng.ts";
import { tensor } from "../lib/tensor/tensor.ts";

const model = mlp({ widths: [2, 10, 5, 1], activation: relu });
const start = initialize(model, everywhere(constant({ value: 0.5 })), rng("symmetry"));
const points = {
  inputs: rng("symmetry").child("points").normal([40, 2]),
  targets: Uint8Array.from({ length: 40 }, (_, i) => i % 2),
};

function trained(params: Params, steps: number) {
  const optimizer = sgd({ learningRate: 0.3 });
  const options = { steps, optimizer, rng: rng("symmetry"), loss: "binaryCrossEntropy" as const };
  return collect(train(model, params, points, options)).result;
}

Deno.test("countDistinctUnits() counts columns, not rows, to the last bit or within a tolerance", () => {
  const weight = tensor([2, 4], [1, 2, 1, 1, 5, 5, 5, 5.5]);
  expect(countDistinctUnits(weight)).toBe(3);
  expect(countDistinctUnits(weight, { tolerance: 0.5 })).toBe(2);
  expect(countDistinctUnits(weight, { bias: tensor([4], [0, 0, 1, 0]) })).toBe(4);
  const oneBit = tensor([1, 2], [0.5, 0.5 + 2 ** -24]);
  expect(countDistinctUnits(oneBit)).toBe(2);
  expect(countDistinctUnits(tensor([1, 2], [0, -0]))).toBe(1);
  expect(countDistinctUnits(tensor([1, 3], [NaN, NaN, 1]))).toBe(3);
});

Deno.test("numericalRank() counts what float32 can tell from zero", () => {
  expect(numericalRank(tensor([3, 2], [1, 2, 3, 4, 5, 6]))).toBe(2);
  expect(numericalRank(tensor([3, 2], [1, 2, 2, 4, 3, 6]))).toBe(1);
  // 1/3 and 2/3 in float32 are multiples only up to rounding; 1e-4 is no rounding error.
  expect(numericalRank(tensor([2, 2], [1 / 3, 2 / 3, 1.1 / 3, 2.2 / 3]))).toBe(1);
  expect(numericalRank(tensor([2, 2], [1 / 3, 2 / 3, 1.1 / 3, 2.2 / 3 + 1e-4]))).toBe(2);
  expect(numericalRank(tensor([2, 3], [0, 0, 0, 0, 0, 0]))).toBe(0);
  expect(() => numericalRank(tensor([1, 1], [NaN]))).toThrow("finite");
});

Deno.test("symmetry() of constant weights stays one unit and rank one over training", () => {
  for (const params of [start, trained(start, 50)]) {
    expect(symmetry(model, params)).toEqual([
      { layer: 1, units: 10, distinct: 1, rank: 1 },
      { layer: 2, units: 5, distinct: 1, rank: 1 },
    ]);
  }
  expect(trained(start, 50)["layer1.weight"].data[0]).not.toBe(0.5);
});

Deno.test("symmetry() sees two groups stay two, and He's units all differ", () => {
  const groups = withGroups(start, [0.2, 0.5]);
  expect([...groups["layer2.weight"].data.slice(0, 5)].map((x) => Math.round(x * 10)))
    .toEqual([2, 5, 2, 5, 2]);
  for (const params of [groups, trained(groups, 50)]) {
    expect(symmetry(model, params).map(({ distinct }) => distinct)).toEqual([2, 2]);
  }
  const he = initialize(model, everywhere(heNormal()), rng("symmetry"));
  expect(symmetry(model, he).map(({ distinct, rank }) => [distinct, rank]))
    .toEqual([[10, 2], [5, 5]]);
});

Deno.test("symmetry() works without biases and counts a bias as part of its unit", () => {
  const bare = mlp({ widths: [2, 3, 1], activation: tanh, bias: false });
  const params = initialize(bare, everywhere(zeros()), rng("bare"));
  expect(symmetry(bare, params)).toEqual([{ layer: 1, units: 3, distinct: 1, rank: 0 }]);
  const shifted = {
    ...start,
    "layer1.bias": tensor([10], Array.from({ length: 10 }, (_, i) => i)),
  };
  expect(symmetry(model, shifted)[0].distinct).toBe(10);
});

Deno.test("withNoise() adds independent noise to weights only, and leaves its input alone", () => {
  const before = start["layer2.weight"].data.slice();
  const noisy = withNoise(start, { std: 0.01, rng: rng("noise") });
  expect(start["layer2.weight"].data).toEqual(before);
  expect(noisy["layer1.bias"]).toEqual(start["layer1.bias"]);
  const { mean, std } = moments(noisy["layer2.weight"]);
  // 50 draws: standard errors 0.01/sqrt(50) and 0.01/sqrt(100)
  expect(Math.abs(mean - 0.5)).toBeLessThan(4.5 * 0.01 / Math.sqrt(50));
  expect(Math.abs(std - 0.01)).toBeLessThan(4.5 * 0.01 / Math.sqrt(100));
  expect(symmetry(model, noisy)[0].distinct).toBe(10);
  expect(noisy["layer1.weight"].data[0]).not.toBe(noisy["layer2.weight"].data[0]);
  expect(withNoise(start, { std: 0.01, rng: rng("noise") })).toEqual(noisy);
  // Beside 0.5 float32 keeps nothing of noise below 2^-25.
  expect(withNoise(start, { std: 1e-9, rng: rng("noise") })).toEqual(start);
});

Deno.test("matrixRows() names row and column of each number", () => {
  expect(matrixRows(tensor([2, 3], [1, 2, 3, 4, 5, 6]))[4]).toEqual({
    row: 1,
    column: 1,
    value: 5,
  });
});

Deno.test("the symmetry functions refuse shapes and numbers that mean nothing", () => {
  expect(() => countDistinctUnits(tensor([3], [1, 2, 3]))).toThrow("(in, out)");
  expect(() => countDistinctUnits(tensor([1, 3], [1, 2, 3]), { bias: tensor([2], [0, 0]) }))
    .toThrow("3 units");
  expect(() => countDistinctUnits(tensor([1, 1], [1]), { tolerance: -1 })).toThrow("tolerance");
  expect(() => matrixRows(tensor([3], [1, 2, 3]))).toThrow("(in, out)");
  expect(() => withGroups(start, [])).toThrow("no value");
  expect(() => withNoise(start, { std: NaN, rng: rng("a") })).toThrow("std");
});
