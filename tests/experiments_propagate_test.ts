import { expect } from "@std/expect";
import { lossGradients } from "../lib/experiments/layers.ts";
import { type LayerRow, propagate } from "../lib/experiments/propagate.ts";
import { constant, zeros } from "../lib/initializers/constant.ts";
import { normal } from "../lib/initializers/distributions.ts";
import { heNormal, lecunNormal } from "../lib/initializers/named.ts";
import { type Activation, linear, relu, sigmoid, tanh } from "../lib/nn/activations.ts";
import { mlp } from "../lib/nn/mlp.ts";
import type { Params } from "../lib/nn/model.ts";
import { byRole, everywhere, initialize } from "../lib/nn/schemes.ts";
import { rng } from "../lib/tensor/rng.ts";
import { type Tensor, tensor } from "../lib/tensor/tensor.ts";
import { overflowLayer } from "../lib/theory/overflow.ts";

type Matrix = number[][];

const rowsOf = ({ shape, data }: Tensor): Matrix =>
  Array.from({ length: shape[0] }, (_, i) => [...data.slice(i * shape[1], (i + 1) * shape[1])]);
const multiply = (a: Matrix, b: Matrix): Matrix =>
  a.map((row) => b[0].map((_, j) => row.reduce((sum, x, k) => sum + x * b[k][j], 0)));
const transpose = (a: Matrix): Matrix => a[0].map((_, j) => a.map((row) => row[j]));
const meanSquare = (a: Matrix) => {
  const all = a.flat();
  return all.reduce((sum, x) => sum + x * x, 0) / all.length;
};

/** Forward and backward in plain float64 loops; `outputGradient` is what enters at the last pre-activations. */
function oracle(
  f: Activation,
  params: Params,
  inputs: Tensor,
  outputGradient: (z: Matrix) => Matrix,
) {
  const depth = Object.keys(params).length / 2;
  const weights = Array.from({ length: depth }, (_, l) => rowsOf(params[`layer${l + 1}.weight`]));
  const signals: Matrix[] = [rowsOf(inputs)];
  const z = weights.map((weight, l) => {
    const bias = params[`layer${l + 1}.bias`].data;
    const pre = multiply(signals[l], weight).map((row) => row.map((x, j) => x + bias[j]));
    signals.push(pre.map((row) => row.map(f.f)));
    return pre;
  });
  const gradients: Matrix[] = Array(depth);
  gradients[depth - 1] = outputGradient(z[depth - 1]);
  for (let l = depth - 2; l >= 0; l--) {
    const back = multiply(gradients[l + 1], transpose(weights[l + 1]));
    gradients[l] = back.map((row, i) => row.map((x, j) => x * f.derivative(z[l][i][j])));
  }
  const weightGradients = gradients.map((gradient, l) => multiply(transpose(signals[l]), gradient));
  return { z, signals, gradients, weightGradients };
}

const model = mlp({ widths: [3, 5, 4, 2], activation: tanh });
const params = initialize(
  model,
  byRole({ bias: normal({ std: 0.3 }) }, everywhere(normal({ std: 0.8 }))),
  rng("propagate"),
);
const inputs = rng("propagate").child("inputs").normal([7, 3]);

Deno.test("propagate() agrees with plain float64 loops, forward and backward", () => {
  const labels = Uint8Array.of(0, 1, 1, 0, 1, 0, 0);
  const noise = rowsOf(rng("noise").child("gradient").normal([7, 2]));
  const softmaxMinusOneHot = (z: Matrix) =>
    z.map((row, i) => {
      const sum = row.reduce((sum, x) => sum + Math.exp(x), 0);
      return row.map((x, j) => (Math.exp(x) / sum - (labels[i] === j ? 1 : 0)) / 7);
    });
  const cases = [
    { rows: propagate(model, params, inputs, { rng: rng("noise") }), send: () => noise, per: 7 },
    {
      rows: propagate(model, params, inputs, { targets: labels }),
      send: softmaxMinusOneHot,
      per: 1,
    },
  ];
  for (const { rows, send, per } of cases) {
    const { z, signals, gradients, weightGradients } = oracle(tanh, params, inputs, send);
    expect(rows.map(({ layer }) => layer)).toEqual([1, 2, 3]);
    rows.forEach((row, l) => {
      const all = z[l].flat();
      const mean = all.reduce((sum, x) => sum + x, 0) / all.length;
      // Float32 against float64: some ten roundings of 6e-8 each.
      const close = (a: number, b: number) =>
        expect(Math.abs(a - b)).toBeLessThan(2e-6 * Math.abs(b));
      close(row.meanSquare, meanSquare(z[l]));
      close(row.std ** 2, meanSquare(z[l]) - mean ** 2);
      expect(Math.abs(row.mean - mean)).toBeLessThan(1e-6);
      close(row.activationMeanSquare, l === 2 ? meanSquare(z[l]) : meanSquare(signals[l + 1]));
      close(row.gradientMeanSquare, meanSquare(gradients[l]));
      close(row.weightGradientMeanSquare, meanSquare(weightGradients[l]) / per);
      expect([row.underflow, row.overflow]).toEqual([false, false]);
    });
  }
});

Deno.test("propagate() without a gradient leaves those columns NaN", () => {
  for (const row of propagate(model, params, inputs)) {
    expect([row.gradientMeanSquare, row.weightGradientMeanSquare]).toEqual([NaN, NaN]);
  }
});

Deno.test("propagate() counts saturated outputs and dead units of hidden layers only", () => {
  const wide = mlp({ widths: [1, 4, 1], activation: relu });
  const weights = { // units: -x - 1, x, -x, 0
    "layer1.weight": tensor([1, 4], [-1, 1, -1, 0]),
    "layer1.bias": tensor([4], [-1, 0, 0, 0]),
    "layer2.weight": tensor([4, 1], [0, 0, 0, 0]),
    "layer2.bias": tensor([1], [0]),
  };
  const shares = (rows: LayerRow[]) => rows.map(({ dead, saturated }) => [dead, saturated]);
  expect(shares(propagate(wide, weights, tensor([2, 1], [1, 2])))).toEqual([[0.75, 0], [0, 0]]);
  expect(shares(propagate(wide, weights, tensor([2, 1], [1, -2])))).toEqual([[0.25, 0], [0, 0]]);

  const bounded = mlp({ widths: [1, 2, 1], activation: sigmoid, bias: false });
  const steep = {
    "layer1.weight": tensor([1, 2], [1, -5]),
    "layer2.weight": tensor([2, 1], [9, 9]),
  };
  // sigmoid(+-4.1) is 0.9836 and 0.0163: just inside; sigmoid(+-20.5) is outside.
  expect(shares(propagate(bounded, steep, tensor([2, 1], [4.1, -4.1])))).toEqual([[0, 0.5], [
    0,
    0,
  ]]);
  const tanhs = mlp({ widths: [1, 2, 1], activation: tanh, bias: false });
  // tanh(2.0) is 0.964, tanh(2.2) is 0.976.
  const edge = { ...steep, "layer1.weight": tensor([1, 2], [2, -2.2]) };
  expect(shares(propagate(tanhs, edge, tensor([2, 1], [1, -1])))[0]).toEqual([0, 0.5]);
});

Deno.test("propagate() ends columns after the first mean square below 1e-70", () => {
  const deep = mlp({ widths: Array(31).fill(64), activation: linear, bias: false });
  const tiny = initialize(deep, everywhere(normal({ std: 1e-4 })), rng("underflow"));
  const rows = propagate(deep, tiny, rng("x").normal([4, 64]), { rng: rng("g") });
  // Each layer multiplies by 64e-8, 10^-6.19: 10^-68.1 at layer 11, 10^-74.3 at layer 12.
  expect(rows.length).toBe(30);
  expect(rows.findIndex(({ underflow }) => underflow)).toBe(11);
  expect(rows[10].meanSquare).toBeGreaterThan(1e-70);
  expect(rows[11].meanSquare).toBeGreaterThan(0);
  expect(rows[11].meanSquare).toBeLessThan(1e-70);
  for (const row of rows.slice(12)) {
    expect([row.meanSquare, row.std, row.dead, row.underflow]).toEqual([NaN, NaN, NaN, true]);
  }
  // Backward from 1 at layer 30: 10^-68.1 at layer 19, 10^-74.3 at layer 18, not measured before.
  expect(rows[29].gradientMeanSquare).toBeGreaterThan(0.5);
  expect(rows[17].gradientMeanSquare).toBeLessThan(1e-70);
  expect(rows.slice(0, 17).every(({ gradientMeanSquare: g }) => Number.isNaN(g))).toBe(true);
});

Deno.test("propagate() keeps an exact zero as a number, not an underflow", () => {
  const frozen = initialize(model, everywhere(zeros()), rng("zeros"));
  const rows = propagate(model, frozen, inputs, { targets: new Uint8Array(7) });
  expect(rows.map(({ meanSquare, underflow }) => [meanSquare, underflow]))
    .toEqual([[0, false], [0, false], [0, false]]);
  expect(rows.map(({ weightGradientMeanSquare }) => weightGradientMeanSquare)).toEqual([0, 0, 0]);
});

Deno.test("propagate() flags overflow with an infinite mean square, ReLU too", () => {
  for (const activation of [linear, relu]) {
    const deep = mlp({ widths: Array(46).fill(128), activation, bias: false });
    const weights = initialize(deep, everywhere(normal({ std: 1 })), rng("overflow"));
    const rows = propagate(deep, weights, rng("x").normal([2, 128]));
    const first = rows.findIndex(({ overflow }) => overflow);
    // 128^(l/2) passes 3.4e38 at l = 36.6, 64^(l/2) at 42.7; the largest of 256 values is three stds out, which takes half a
    // layer less, and chance moves it by sqrt(5 x 43 / 128) / ln 64 = 0.3.
    const typical = overflowLayer({ factor: activation === relu ? 64 : 128 });
    expect(typical).toBe(activation === relu ? 43 : 37);
    expect(Math.abs(first + 1 - (typical - 0.5))).toBeLessThan(2);
    expect(rows[first].meanSquare).toBe(Infinity);
    expect(rows[44].overflow).toBe(true);
    expect(Number.isFinite(rows[first - 1].meanSquare)).toBe(true);
  }
});

Deno.test("propagate() tells a law from one that lacks its gain", () => {
  const deep = mlp({ widths: Array(31).fill(256), activation: relu, bias: false });
  const x = rng("x").normal([8, 256]);
  const last = (init: ReturnType<typeof heNormal>) =>
    propagate(deep, initialize(deep, everywhere(init), rng("gain")), x)[29].meanSquare;
  // The log has std sqrt(5 x 30 / 256) = 0.77: 4.5 of them are a factor 31; without the gain 2^-30 is missing.
  expect(Math.abs(Math.log(last(heNormal()) / 2))).toBeLessThan(4.5 * 0.77);
  expect(Math.abs(Math.log(last(lecunNormal()) / 2))).toBeGreaterThan(4.5 * 0.77);
});

Deno.test("lossGradients() agrees with central differences of the loss", () => {
  const targets = Uint8Array.of(0, 1, 1, 0, 1, 0, 0);
  const gradients = lossGradients(model, params, { inputs, targets });
  const lossAt = (name: string, i: number, change: number) => {
    const data = params[name].data.slice();
    const moved = { ...params, [name]: { ...params[name], data: Float64Array.from(data) } };
    moved[name].data[i] += change;
    const { z } = oracle(tanh, moved as unknown as Params, inputs, (z) => z);
    return z[2].reduce((sum, row, r) => {
      return sum - row[targets[r]] + Math.log(row.reduce((s, x) => s + Math.exp(x), 0));
    }, 0) / 7;
  };
  for (const { name, shape } of model.params) {
    expect(gradients[name].shape).toEqual(shape);
    gradients[name].data.forEach((gradient, i) => {
      const difference = (lossAt(name, i, 1e-4) - lossAt(name, i, -1e-4)) / 2e-4;
      // h^2/6 times a third derivative of order 1, and float32 in the gradient itself.
      expect(Math.abs(gradient - difference)).toBeLessThan(1e-6);
    });
  }
});

Deno.test("lossGradients() of constant weights are equal for all units, to the last bit", () => {
  const binary = mlp({ widths: [3, 5, 4, 1], activation: tanh });
  const same = initialize(binary, everywhere(constant({ value: 0.5 })), rng("same"));
  const examples = { inputs, targets: Uint8Array.of(0, 1, 1, 0, 1, 0, 1) };
  const gradients = lossGradients(binary, same, examples, { loss: "binaryCrossEntropy" });
  const { shape, data } = gradients["layer1.weight"];
  expect(data[0]).not.toBe(0);
  data.forEach((value, i) => expect(value).toBe(data[Math.floor(i / shape[1]) * shape[1]]));
});

Deno.test("propagate() refuses two gradients at once and unknown options", () => {
  const targets = new Uint8Array(7);
  expect(() => propagate(model, params, inputs, { rng: rng("a"), targets })).toThrow("not both");
  expect(() => propagate(model, params, inputs, { loss: "crossEntropy" })).toThrow("targets");
  // @ts-expect-error no such option
  expect(() => propagate(model, params, inputs, { labels: targets })).toThrow('"labels"');
});
