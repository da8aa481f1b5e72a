import { expect } from "@std/expect";
import { repeat, seeds } from "../lib/experiments/compare.ts";
import { learningCurve, outcome, stepsUntil } from "../lib/experiments/learningCurve.ts";
import { normal } from "../lib/initializers/distributions.ts";
import { heNormal } from "../lib/initializers/named.ts";
import { linear, relu } from "../lib/nn/activations.ts";
import { mlp } from "../lib/nn/mlp.ts";
import { sgd } from "../lib/nn/optimizers.ts";
import { everywhere, initialize } from "../lib/nn/schemes.ts";
import { collect, train } from "../lib/nn/train.ts";
import { rng } from "../lib/tensor/rng.ts";
import { tensor } from "../lib/tensor/tensor.ts";

const model = mlp({ widths: [2, 8, 2], activation: relu });
const start = initialize(model, everywhere(heNormal()), rng("training"));
const examples = {
  inputs: rng("training").child("x").normal([24, 2]),
  targets: Uint8Array.from({ length: 24 }, (_, i) => i % 2),
};
const options = { steps: 20, optimizer: sgd({ learningRate: 0.5 }), rng: rng("training") };

Deno.test("learningCurve() gives train's rows", () => {
  expect(learningCurve(model, start, examples, options))
    .toEqual(collect(train(model, start, examples, options)).rows);
});

Deno.test("learningCurve() fills the steps after a divergence with an infinite loss", () => {
  // Regression on y = w x: w <- w - 2 lr x^2 w multiplies w by 1 - 2e10 at each step.
  const line = mlp({ widths: [1, 1], activation: linear, bias: false });
  const one = { inputs: tensor([1, 1], [1]), targets: tensor([1, 1], [0]) };
  const weights = { "layer1.weight": tensor([1, 1], [1]) };
  const wild = {
    ...options,
    optimizer: sgd({ learningRate: 1e10 }),
    loss: "meanSquaredError" as const,
  };
  const rows = learningCurve(line, weights, one, wild);
  expect(rows.map(({ step }) => step)).toEqual(Array.from({ length: 20 }, (_, i) => i));
  // The loss, w^2, is 4e20 at step 1 and beyond float32 at step 2.
  expect(rows.map(({ loss }) => Number.isFinite(loss)).lastIndexOf(true)).toBe(1);
  expect(rows[2]).toEqual({
    step: 2,
    loss: Infinity,
    accuracy: 0,
    gradientNorm: NaN,
    updateNorm: 0,
  });
  expect(rows[19]).toEqual({ ...rows[2], step: 19 });
  expect(outcome(rows)).toEqual({ loss: Infinity, accuracy: 0 });
  expect(stepsUntil(line, weights, one, { ...wild, lossBelow: 0.5 })).toBe(Infinity);
});

Deno.test("outcome() averages the last fifth of the steps, at least one", () => {
  const rows = Array.from({ length: 19 }, (_, step) => ({
    step,
    loss: step,
    accuracy: step / 20,
    gradientNorm: 0,
    updateNorm: 0,
  }));
  expect(outcome(rows).loss).toBe(16.5); // of 15, 16, 17, 18
  expect(outcome(rows).accuracy).toBeCloseTo(0.825, 12);
  expect(outcome(rows.slice(0, 1)).loss).toBe(0);
  expect(() => outcome([])).toThrow("no steps");
});

Deno.test("stepsUntil() is the first step whose loss is below the threshold", () => {
  const rows = learningCurve(model, start, examples, options);
  const lossBelow = (rows[6].loss + rows[7].loss) / 2;
  expect(rows[7].loss).toBeLessThan(rows[6].loss);
  const expected = rows.findIndex(({ loss }) => loss < lossBelow);
  expect(stepsUntil(model, start, examples, { ...options, lossBelow })).toBe(expected);
  expect(stepsUntil(model, start, examples, { ...options, lossBelow: 0 })).toBe(Infinity);
  expect(stepsUntil(model, start, examples, { ...options, lossBelow: 99 })).toBe(0);
});

Deno.test("stepsUntil() grows with every decade less of symmetry-breaking noise", () => {
  const net = mlp({ widths: [2, 10, 1], activation: relu });
  const times = [1e-1, 1e-3, 1e-5].map((std) =>
    repeat(seeds(1), (rng) => [{
      steps: stepsUntil(net, initialize(net, everywhere(normal({ std })), rng), {
        inputs: examples.inputs,
        targets: Uint8Array.from({ length: 24 }, (_, i) => examples.inputs.data[2 * i] > 0 ? 1 : 0),
      }, { ...options, steps: 3000, loss: "binaryCrossEntropy", lossBelow: 0.5 }),
    }])[0].steps
  );
  expect(times[0]).toBeLessThan(times[1]);
  expect(times[1]).toBeLessThan(times[2]);
  expect(times[2]).toBeLessThan(3000);
});
