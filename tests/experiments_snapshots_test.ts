import { expect } from "@std/expect";
import { snapshots } from "../lib/experiments/snapshots.ts";
import { heNormal } from "../lib/initializers/named.ts";
import { relu } from "../lib/nn/activations.ts";
import { mlp } from "../lib/nn/mlp.ts";
import { sgd } from "../lib/nn/optimizers.ts";
import { everywhere, initialize } from "../lib/nn/schemes.ts";
import { collect, train } from "../lib/nn/train.ts";
import { rng } from "../lib/tensor/rng.ts";

const model = mlp({ widths: [2, 8, 2], activation: relu });
const start = initialize(model, everywhere(heNormal()), rng("snapshots"));
const examples = {
  inputs: rng("snapshots").child("x").normal([24, 2]),
  targets: Uint8Array.from({ length: 24 }, (_, i) => i % 2),
};
const options = {
  optimizer: sgd({ learningRate: 0.5 }),
  rng: rng("snapshots"),
  batchSize: 8,
};
const after = (steps: number) =>
  collect(train(model, start, examples, { ...options, steps })).result;

Deno.test("snapshots() gives the parameters that training for as many steps returns", () => {
  const looks = snapshots(model, start, examples, { ...options, steps: 10, every: 4 });
  expect(looks.map(({ step }) => step)).toEqual([0, 4, 8, 10]);
  expect(looks.map(({ params }) => params)).toEqual([start, after(4), after(8), after(10)]);
});

Deno.test("snapshots() takes the last parameters once where the interval divides the steps", () => {
  const looks = snapshots(model, start, examples, { ...options, steps: 8, every: 4 });
  expect(looks.map(({ step }) => step)).toEqual([0, 4, 8]);
});

Deno.test("snapshots() refuses an interval that is no positive integer", () => {
  for (const every of [0, -1, 1.5, NaN]) {
    expect(() => snapshots(model, start, examples, { ...options, steps: 8, every }))
      .toThrow(RangeError);
  }
});
