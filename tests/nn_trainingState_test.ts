import { expect } from "@std/expect";
import { heNormal } from "../lib/initializers/named.ts";
import { relu } from "../lib/nn/activations.ts";
import { mlp } from "../lib/nn/mlp.ts";
import { adam, type Optimizer, sgd } from "../lib/nn/optimizers.ts";
import { everywhere, initialize } from "../lib/nn/schemes.ts";
import { collect, train, trainFrom, type TrainOptions } from "../lib/nn/train.ts";
import type { TrainingState } from "../lib/nn/trainingState.ts";
import { rng } from "../lib/tensor/rng.ts";

const stream = rng("nn trainingState");
const model = mlp({ widths: [3, 7, 2], activation: relu });
const params = initialize(model, everywhere(heNormal()), stream);
const examples = {
  inputs: stream.child("inputs").normal([20, 3]),
  targets: Uint8Array.from({ length: 20 }, (_, i) => i % 2),
};
const optimizers: Record<string, Optimizer> = {
  adam: adam({ learningRate: 0.03 }),
  momentum: sgd({ learningRate: 0.1, momentum: 0.9 }),
  sgd: sgd({ learningRate: 0.1 }),
};
// Batches of 6 of 20: three an epoch, so that a run is cut inside of epochs; the warm-up ends after the cut at 10.
const options = (optimizer: Optimizer, steps: number): TrainOptions => ({
  ...{ optimizer, steps, rng: stream, batchSize: 6, warmUp: 14, clipNorm: 0.5 },
});
const run = (from: Parameters<typeof trainFrom>[1], settings: TrainOptions) =>
  collect(trainFrom(model, from, examples, settings));

for (const [name, optimizer] of Object.entries(optimizers)) {
  Deno.test(`trainFrom() with ${name} makes of 20 steps what it makes of two parts, to the last bit`, () => {
    const whole = run({ params }, options(optimizer, 20));
    expect(whole.result.step).toBe(20);
    expect(whole.rows).toEqual(
      collect(train(model, params, examples, options(optimizer, 20))).rows,
    );
    for (const first of [1, 10, 17]) {
      const half = run({ params }, options(optimizer, first));
      const before = structuredClone(half.result);
      const rest = run(half.result, options(optimizer, 20 - first));
      expect([...half.rows, ...rest.rows]).toEqual(whole.rows);
      expect(rest.result).toEqual(whole.result);
      expect(half.result).toEqual(before); // what a run starts from stays as it is
    }
  });
}

Deno.test("a training's state has what the optimizer carries, and is needed whole", () => {
  const { result } = run({ params }, options(optimizers.adam, 10));
  expect(result.carried.length).toBe(2);
  expect(run({ params }, options(optimizers.momentum, 1)).result.carried.length).toBe(1);
  expect(run({ params }, options(optimizers.sgd, 1)).result.carried).toEqual([]);
  const whole = run({ params }, options(optimizers.adam, 20)).result;
  const changed: Partial<TrainingState>[] = [
    { step: 9 },
    { carried: [params, result.carried[1]] },
    { carried: [result.carried[0], result.carried[1], result.carried[1]].slice(1) },
    { params },
  ];
  for (const change of changed) {
    expect(run({ ...result, ...change }, options(optimizers.adam, 10)).result).not.toEqual(whole);
  }
});

Deno.test("trainFrom() keeps the step of a run that ends early", () => {
  const wild = { ...options(sgd({ learningRate: 1e30 }), 50), clipNorm: undefined, warmUp: 1 };
  const { rows, result } = run({ params }, { ...wild, untilNonFinite: true });
  expect(result.step).toBe(rows.length - 1);
  expect(result.step).toBeLessThan(50);
});

Deno.test("trainFrom() refuses a state that is not this training's", () => {
  const settings = options(optimizers.adam, 10), { result } = run({ params }, settings);
  const call = (change: Partial<TrainingState>, now = settings) => () =>
    trainFrom(model, { ...result, ...change }, examples, now);
  expect(call({ step: -1 })).toThrow("Cannot train from step -1: it must be an integer >= 0");
  expect(call({ step: NaN })).toThrow(RangeError);
  expect(call({ rng: rng("other").path })).toThrow("took their batches by 1|5:other");
  expect(call({}, options(optimizers.momentum, 10))).toThrow(
    "it carries 1 arrays and the state has 2",
  );
  expect(call({ carried: undefined })).toThrow("the state has none");
  expect(call({ carried: [result.carried[0]] })).toThrow("the state has 1");
  const { "layer1.bias": _, ...rest } = result.params;
  expect(call({ carried: [rest, result.params] })).toThrow("without parameter layer1.bias");
  expect(call({ params: rest })).toThrow("without parameter layer1.bias");
});

Deno.test("warmUp raises the learning rate in equal steps, then leaves it", () => {
  // Plain SGD: each step's change is its learning rate times its gradient's norm, up to the rounding of 40 weights below 4.
  const settings = { ...options(optimizers.sgd, 8), clipNorm: undefined, warmUp: 5 };
  const { rows } = run({ params }, settings);
  rows.forEach(({ step, gradientNorm, updateNorm }) => {
    const rate = 0.1 * Math.min(1, (step + 1) / 5);
    expect(Math.abs(updateNorm - rate * gradientNorm)).toBeLessThan(7 * 2 ** -22);
  });
  const plain = { ...settings, warmUp: undefined };
  expect(run({ params }, { ...settings, warmUp: 1 })).toEqual(run({ params }, plain));
  expect(run({ params }, settings).rows).not.toEqual(run({ params }, plain).rows);
  for (const warmUp of [0, 1.5, -3, NaN]) {
    expect(() => run({ params }, { ...settings, warmUp })).toThrow(
      "warmUp as it must be an integer",
    );
  }
});
