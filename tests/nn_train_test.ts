import { expect } from "@std/expect";
import { heNormal, lecunNormal, normal, zeros } from "../lib/mod.ts";
import type { Examples } from "../lib/tensor/examples.ts";
import { rng } from "../lib/tensor/rng.ts";
import { tensor } from "../lib/tensor/tensor.ts";
import { linear, relu, tanh } from "../lib/nn/activations.ts";
import { evaluate } from "../lib/nn/evaluate.ts";
import { mlp } from "../lib/nn/mlp.ts";
import type { Params } from "../lib/nn/model.ts";
import { adam, sgd } from "../lib/nn/optimizers.ts";
import { everywhere, initialize } from "../lib/nn/schemes.ts";
import { collect, train, type TrainOptions } from "../lib/nn/train.ts";

const stream = rng("nn train");

/** Forty points of two clouds, labelled by cloud. */
function clouds(): Examples {
  const noise = stream.child("clouds").normal([40, 2]);
  const targets = Uint8Array.from({ length: 40 }, (_, i) => i % 2);
  return { inputs: tensor([40, 2], noise.data.map((v, k) => v + 3 * (k >> 1 & 1))), targets };
}

const model = mlp({ widths: [2, 8, 2], activation: relu });
const params = initialize(model, everywhere(heNormal()), stream);
const options = { steps: 12, optimizer: sgd({ learningRate: 0.1 }), rng: stream, batchSize: 8 };

Deno.test("train() reaches the closed form of linear regression", () => {
  const inputs = stream.child("x").normal([50, 3]);
  const noise = stream.child("noise").normal([50, 1], { std: 0.1 });
  const y = Array.from(noise.data, (e, i) => {
    const [a, b, c] = inputs.data.subarray(3 * i, 3 * i + 3);
    return 2 * a - b + 0.5 * c + 1 + e;
  });
  const regression = mlp({ widths: [3, 1], activation: linear });
  const { result } = collect(train(
    regression,
    initialize(regression, everywhere(lecunNormal()), stream),
    { inputs, targets: tensor([50, 1], y) },
    { steps: 400, optimizer: sgd({ learningRate: 0.1 }), rng: stream, loss: "meanSquaredError" },
  ));
  // Normal equations in float64, columns a, b, c, 1.
  const rows = y.map((_, i) => [...inputs.data.subarray(3 * i, 3 * i + 3), 1]);
  const matrix = rows[0].map((_, p) => [
    ...rows[0].map((_, q) => rows.reduce((sum, row) => sum + row[p] * row[q], 0)),
    rows.reduce((sum, row, i) => sum + row[p] * Math.fround(y[i]), 0),
  ]);
  const best = solve(matrix);
  const ours = [...result["layer1.weight"].data, ...result["layer1.bias"].data];
  // Error shrinks by 1 - 0.1 * 2 * (smallest eigenvalue > 0.5) each step: gone after 400. What is left is the rounding of
  // a gradient of terms below 8, divided by that eigenvalue.
  ours.forEach((w, i) => expect(Math.abs(w - best[i])).toBeLessThan(8 * 2 ** -22));
});

Deno.test("train() with Adam, momentum and clipping is a float64 loop", () => {
  // One weight, one example: loss (w x - y)^2, gradient 2 x (w x - y); far off at first, so that clipping is on, then off.
  const one = mlp({ widths: [1, 1], activation: linear, bias: false });
  const examples = { inputs: tensor([1, 1], [1.5]), targets: tensor([1, 1], [0.75]) };
  const start: Params = { "layer1.weight": tensor([1, 1], [3]) };
  const steps = 60, clipNorm = 2;
  const runs = [
    sgd({ learningRate: 0.05 }),
    sgd({ learningRate: 0.02, momentum: 0.8 }),
    adam({ learningRate: 0.1, beta1: 0.9, beta2: 0.95, epsilon: 1e-6 }),
  ];
  for (const optimizer of runs) {
    const { rows, result } = collect(train(one, start, examples, {
      steps,
      optimizer,
      clipNorm,
      rng: stream,
      loss: "meanSquaredError",
    }));
    let w = 3, m = 0, v = 0, clipped = 0;
    for (let t = 1; t <= steps; t++) {
      const row = rows[t - 1], error = w * 1.5 - 0.75;
      // A loss of size 14 at first; the path forgets old roundings, so some 100 of them at most.
      const tolerance = 100 * 16 * 2 ** -24;
      expect(row.step).toBe(t - 1);
      expect(Math.abs(row.loss - error ** 2)).toBeLessThan(tolerance);
      expect(Math.abs(row.gradientNorm - Math.abs(3 * error))).toBeLessThan(tolerance);
      expect(row.accuracy).toBeNaN();
      let g = 3 * error;
      if (Math.abs(g) > clipNorm) {
        clipped++;
        g *= clipNorm / Math.abs(g);
      }
      const before = w;
      if (optimizer.name === "sgd") {
        m = optimizer.momentum * m + g;
        w -= optimizer.learningRate * m;
      } else {
        m = 0.9 * m + 0.1 * g;
        v = 0.95 * v + 0.05 * g * g;
        w -= 0.1 * (m / (1 - 0.9 ** t)) / (Math.sqrt(v / (1 - 0.95 ** t)) + 1e-6);
      }
      expect(Math.abs(row.updateNorm - Math.abs(w - before))).toBeLessThan(tolerance);
    }
    expect(clipped > 3 && clipped < 50).toBe(true);
    expect(Math.abs(result["layer1.weight"].data[0] - w)).toBeLessThan(1e-5);
  }
});

Deno.test("train() clips by the norm over all parameters together", () => {
  const free = collect(train(model, params, clouds(), { ...options, steps: 1 })).rows[0];
  const clipNorm = free.gradientNorm / 4;
  const row = collect(train(model, params, clouds(), { ...options, steps: 1, clipNorm })).rows[0];
  expect(row.gradientNorm).toBe(free.gradientNorm);
  // learningRate 0.1 times the clipped norm; each weight near 1 rounds its change by 2^-25.
  expect(Math.abs(row.updateNorm - 0.1 * clipNorm)).toBeLessThan(42 * 2 ** -24);
  const loose = { ...options, steps: 1, clipNorm: free.gradientNorm * 1.01 };
  expect(collect(train(model, params, clouds(), loose)).rows[0]).toEqual(free);
});

Deno.test("train() gives the same rows and parameters to the last bit, and never touches its inputs", () => {
  const before = structuredClone(params);
  const once = collect(train(model, params, clouds(), options));
  const again = collect(train(model, params, clouds(), options));
  expect(again).toEqual(once);
  expect(params).toEqual(before);
  expect(once.result).not.toEqual(before);
  expect(once.rows.map(({ step }) => step)).toEqual([...Array(12).keys()]);
  const other = collect(train(model, params, clouds(), { ...options, rng: rng("other") }));
  expect(other.rows).not.toEqual(once.rows);
});

Deno.test("train() run in turns with another run changes neither", () => {
  const alone = collect(train(model, params, clouds(), options));
  const first = train(model, params, clouds(), options);
  const second = train(model, params, clouds(), { ...options, rng: rng("other") });
  const rows = [];
  for (let step = 0; step < 12; step++) {
    rows.push(first.next().value);
    second.next();
  }
  expect(rows).toEqual(alone.rows);
  expect(first.next()).toEqual({ done: true, value: alone.result });
});

Deno.test("train() stopped early keeps nothing and can start afresh", () => {
  for (const row of train(model, params, clouds(), options)) if (row.step === 3) break;
  const [row] = train(model, params, clouds(), options);
  expect(row).toEqual(collect(train(model, params, clouds(), options)).rows[0]);
});

Deno.test("train() visits each example once an epoch, in a new order, and skips the incomplete batch", () => {
  // The loss of a batch of one tells which example it was: example i has target i, the model always answers 0.
  const zero = mlp({ widths: [1, 1], activation: linear });
  const still = sgd({ learningRate: 0 });
  const run = (count: number, steps: number, batchSize?: number) =>
    collect(train(
      zero,
      initialize(zero, everywhere(zeros()), stream),
      {
        inputs: tensor([count, 1], new Float32Array(count)),
        targets: tensor([count, 1], Array.from({ length: count }, (_, i) => i)),
      },
      { steps, optimizer: still, rng: stream, loss: "meanSquaredError", batchSize },
    )).rows.map(({ loss }) => loss);
  const seen = run(5, 15, 1).map(Math.sqrt);
  const epochs = [seen.slice(0, 5), seen.slice(5, 10), seen.slice(10)];
  epochs.forEach((epoch, e) => {
    expect(epoch).toEqual([...stream.child("epoch").child(e).permutation(5)]);
    expect([...epoch].sort()).toEqual([0, 1, 2, 3, 4]);
  });
  expect(epochs[1]).not.toEqual(epochs[0]);
  // Five in twos: two batches an epoch, the fifth example of each permutation is skipped.
  const pairs = epochs.flatMap(([a, b, c, d]) => [(a * a + b * b) / 2, (c * c + d * d) / 2]);
  expect(run(5, 6, 2)).toEqual(pairs);
  // A full batch is all examples, each step.
  expect(run(5, 2)).toEqual([30 / 5, 30 / 5]);
});

Deno.test("train() learns two clouds; evaluate() agrees with its rows", () => {
  const examples = clouds();
  const { batchSize: _, ...fullBatch } = options;
  const { rows, result } = collect(train(model, params, examples, { ...fullBatch, steps: 200 }));
  const [first] = rows;
  expect(evaluate(model, params, examples)).toEqual({ loss: first.loss, accuracy: first.accuracy });
  const { loss, accuracy } = evaluate(model, result, examples);
  expect(accuracy).toBeGreaterThan(0.9);
  expect(loss).toBeLessThan(first.loss / 3);
});

Deno.test("train() learns exclusive or on one logit by binaryCrossEntropy, from ln 2", () => {
  const xor = {
    inputs: tensor([4, 2], [0, 0, 0, 1, 1, 0, 1, 1]),
    targets: Uint8Array.of(0, 1, 1, 0),
  };
  const net = mlp({ widths: [2, 8, 1], activation: tanh });
  const start = initialize(net, everywhere(normal({ std: 1 })), stream);
  const settings: TrainOptions = {
    steps: 300,
    optimizer: adam({ learningRate: 0.05 }),
    rng: stream,
    loss: "binaryCrossEntropy",
  };
  expect(
    evaluate(net, collect(train(net, start, xor, settings)).result, xor, {
      loss: "binaryCrossEntropy",
    }).accuracy,
  ).toBe(1);
  const frozen = initialize(net, everywhere(zeros()), stream);
  const { rows } = collect(train(net, frozen, xor, settings));
  expect(rows.every(({ loss }) => loss === Math.fround(Math.LN2))).toBe(true);
});

Deno.test("train() shows observe() a copy of the parameters before each update", () => {
  const seen: Params[] = [];
  const { result } = collect(train(model, params, clouds(), {
    ...options,
    steps: 3,
    observe: (step, now) => {
      expect(step).toBe(seen.length);
      seen.push(now);
    },
  }));
  expect(seen.length).toBe(3);
  expect(seen[0]).toEqual(params);
  for (const steps of [1, 2]) {
    const shorter = collect(train(model, params, clouds(), { ...options, steps }));
    expect(seen[steps]).toEqual(shorter.result);
  }
  expect(result).not.toEqual(seen[2]);
});

Deno.test("train() stops where the loss is not finite, naming the step", () => {
  const wild = { ...options, steps: 50, optimizer: sgd({ learningRate: 1e30 }) };
  const rows = [];
  let message = "";
  try {
    for (const row of train(model, params, clouds(), wild)) rows.push(row);
  } catch (error) {
    message = String(error);
  }
  const ended = collect(train(model, params, clouds(), { ...wild, untilNonFinite: true }));
  const last = ended.rows[ended.rows.length - 1];
  expect(ended.rows.length).toBeLessThan(50);
  expect(Number.isFinite(last.loss)).toBe(false);
  expect(ended.rows.slice(0, -1)).toEqual(rows);
  expect(message).toContain(`RangeError: Cannot train past step ${last.step} as its loss is`);
  expect([last.step, last.updateNorm]).toEqual([rows.length, 0]);
  expect(last.gradientNorm).toBeNaN();
});

Deno.test("train() refuses wrong settings at once, before the first step", () => {
  const call = (changed: Partial<Record<keyof TrainOptions, unknown>>, examples = clouds()) => () =>
    train(model, params, examples, { ...options, ...changed } as TrainOptions);
  expect(call({ steps: 1.5 })).toThrow("steps as it must be an integer >= 1: current value is 1.5");
  expect(call({ steps: 0 })).toThrow(RangeError);
  expect(call({ batchSize: 41 })).toThrow("batchSize 41 as there are 40 examples");
  expect(call({ batchSize: 0 })).toThrow("batchSize");
  expect(call({ clipNorm: 0 })).toThrow("clipNorm as it must be > 0");
  expect(call({ optimizer: { name: "sgd", learningRate: NaN, momentum: 0 } })).toThrow(
    "learningRate",
  );
  expect(call({ learningRate: 0.1 } as never)).toThrow('option "learningRate" to train');
  expect(call({}, { inputs: tensor([2, 2], [1, NaN, 2, 3]), targets: Uint8Array.of(0, 1) }))
    .toThrow("batchSize 8 as there are 2");
  const two = { inputs: tensor([2, 2], [1, NaN, 2, 3]), targets: Uint8Array.of(0, 1) };
  expect(call({ batchSize: 2 }, two)).toThrow("Cannot train with NaN in inputs, at element 1");
  const broken = { ...params, "layer1.bias": tensor([8], [0, 0, Infinity, 0, 0, 0, 0, 0]) };
  expect(() => train(model, broken, clouds(), options)).toThrow("Infinity in layer1.bias");
  expect(call({}, { inputs: tensor([0, 2], []), targets: new Uint8Array(0) })).toThrow(
    "at least one example",
  );
  const weight = { "layer1.weight": params["layer1.weight"] };
  expect(() => train(model, weight, clouds(), options)).toThrow("without parameter layer1.bias");
  // What only the model's outputs can tell is told at the first step.
  const labels = { inputs: clouds().inputs, targets: new Uint8Array(40).fill(2) };
  expect(() => collect(train(model, params, labels, options))).toThrow("label 2 of row 0");
  expect(() => collect(train(model, params, clouds(), { ...options, loss: "binaryCrossEntropy" })))
    .toThrow("use crossEntropy");
  expect(() => evaluate(model, params, clouds(), { losses: "x" } as never)).toThrow("losses");
});

/** Solves an augmented system by Gauss-Jordan elimination; the matrices here are positive definite. */
function solve(matrix: number[][]): number[] {
  const rows = matrix.map((row) => [...row]);
  for (let p = 0; p < rows.length; p++) {
    rows[p] = rows[p].map((v) => v / rows[p][p]);
    for (let q = 0; q < rows.length; q++) {
      if (q !== p) rows[q] = rows[q].map((v, j) => v - rows[q][p] * rows[p][j]);
    }
  }
  return rows.map((row) => row[rows.length]);
}

Deno.test("train() takes each parameter's share of the learning rate", () => {
  const optimizer = adam({ learningRate: 0.01 });
  const run = (learningRates?: TrainOptions["learningRates"], of = optimizer) =>
    collect(train(model, params, clouds(), { ...options, optimizer: of, learningRates })).result;
  expect(run(() => 1)).toEqual(run());
  expect(run(() => 0.5)).toEqual(run(undefined, adam({ learningRate: 0.005 })));
  const only = run(({ name }, of) => name === "layer1.bias" && of === model ? 1 : 0);
  expect(only["layer1.weight"]).toEqual(params["layer1.weight"]);
  expect(only["layer1.bias"].data).not.toEqual(params["layer1.bias"].data);
  expect(() => run(() => NaN)).toThrow("layer1.weight's share");
});
