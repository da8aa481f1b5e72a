import { expect } from "@std/expect";
import { heNormal, normal, ones } from "../lib/mod.ts";
import { rng } from "../lib/tensor/rng.ts";
import { tensor } from "../lib/tensor/tensor.ts";
import { leakyRelu, relu, tanh } from "../lib/nn/activations.ts";
import { mlp } from "../lib/nn/mlp.ts";
import { modelFrom } from "../lib/nn/modelFrom.ts";
import { bind, forward, type Params } from "../lib/nn/model.ts";
import { everywhere, initialize } from "../lib/nn/schemes.ts";
import { onTape } from "../lib/nn/tape.ts";
import { expectLossGradients } from "./gradients.ts";

const example = rng("nn model");

Deno.test("mlp() names its parameters, with their shapes, fans and roles", () => {
  const { params } = mlp({ widths: [7, 5, 4, 3], activation: relu });
  expect(params).toEqual([
    ["layer1.weight", [7, 5], { fanIn: 7, fanOut: 5 }, "hidden", "dense"],
    ["layer1.bias", [5], { fanIn: 7, fanOut: 5 }, "bias", "bias"],
    ["layer2.weight", [5, 4], { fanIn: 5, fanOut: 4 }, "hidden", "dense"],
    ["layer2.bias", [4], { fanIn: 5, fanOut: 4 }, "bias", "bias"],
    ["layer3.weight", [4, 3], { fanIn: 4, fanOut: 3 }, "output", "dense"],
    ["layer3.bias", [3], { fanIn: 4, fanOut: 3 }, "bias", "bias"],
  ].map(([name, shape, fans, role, kind]) => ({ name, shape, fans, role, kind })));
  const bare = mlp({ widths: [7, 5, 3], activation: relu, bias: false });
  expect(bare.params.map(({ name }) => name)).toEqual(["layer1.weight", "layer2.weight"]);
  expect(mlp({ widths: [7, 3], activation: relu }).params[0].role).toBe("output");
});

Deno.test("mlp() is a float64 network's outputs and gradients, with and without bias", () => {
  for (const bias of [true, false]) {
    const model = mlp({ widths: [4, 5, 3, 2], activation: tanh, bias });
    const params = initialize(model, () => normal({ std: 0.7 }), example);
    const inputs = example.child("inputs").normal([6, 4]);
    const labels = Uint8Array.of(0, 1, 1, 0, 1, 0);

    const outputs = (weights: Record<string, ArrayLike<number>>) =>
      Array.from({ length: 6 }, (_, i) => {
        let h = [...inputs.data.subarray(4 * i, 4 * i + 4)];
        for (const [l, width] of [[1, 5], [2, 3], [3, 2]]) {
          const w = weights[`layer${l}.weight`], b = weights[`layer${l}.bias`];
          const z = Array.from(
            { length: width },
            (_, j) => h.reduce((sum, v, k) => sum + v * w[k * width + j], bias ? b[j] : 0),
          );
          h = l < 3 ? z.map(Math.tanh) : z;
        }
        return h;
      });
    const lossOf = (weights: Record<string, ArrayLike<number>>) =>
      outputs(weights).reduce((sum, [a, b], i) => {
        const [right, wrong] = labels[i] === 0 ? [a, b] : [b, a];
        return sum + Math.log(1 + Math.exp(wrong - right));
      }, 0) / 6;
    const data = Object.fromEntries(Object.entries(params).map(([name, t]) => [name, t.data]));

    // Sums of at most six terms below 4, through three layers: some fifty roundings.
    const tolerance = 50 * 4 * 2 ** -24;
    const ours = forward(model, params, inputs);
    expect(ours.shape).toEqual([6, 2]);
    outputs(data).flat().forEach((v, i) => {
      expect(Math.abs(ours.data[i] - v)).toBeLessThan(tolerance);
    });
    expectLossGradients(model, params, { inputs, labels }, lossOf, tolerance);
  }
});

Deno.test("mlp() tells a tap each layer's values in order", () => {
  const model = mlp({ widths: [3, 4, 5, 2], activation: relu });
  const params = initialize(model, everywhere(heNormal()), example);
  onTape((tape) => {
    const seen: [string, string][] = [];
    const x = tape.constant(example.normal([7, 3]));
    const y = model.apply(bind(model, params, tape), x, (name, value) => {
      seen.push([name, value.shape.join()]);
      if (name === "layer3.preActivation") expect(value.shape).toEqual([7, 2]);
      if (name === "layer1.activation") expect(Math.min(...value.data)).toBe(0);
    });
    expect(seen).toEqual([
      ["layer1.preActivation", "7,4"],
      ["layer1.activation", "7,4"],
      ["layer2.preActivation", "7,5"],
      ["layer2.activation", "7,5"],
      ["layer3.preActivation", "7,2"],
    ]);
    expect(y.shape).toEqual([7, 2]);
  });
});

Deno.test("modelFrom() rebuilds the model from its spec as JSON", () => {
  const model = mlp({ widths: [4, 6, 3], activation: leakyRelu(0.3), bias: false });
  const copy = modelFrom(JSON.parse(JSON.stringify(model.spec)));
  expect(copy.spec).toEqual(model.spec);
  const params = initialize(model, everywhere(heNormal()), example);
  const inputs = example.normal([5, 4]);
  expect(forward(copy, params, inputs)).toEqual(forward(model, params, inputs));
  expect(() => modelFrom({ ...model.spec, name: "rnn" } as never)).toThrow('model "rnn"');
});

Deno.test("forward() gives each row the same bits whatever rows surround it", () => {
  const model = mlp({ widths: [3, 4, 2], activation: tanh });
  const params = initialize(model, everywhere(heNormal()), example);
  const inputs = example.normal([1100, 3]);
  const all = forward(model, params, inputs);
  expect(all.shape).toEqual([1100, 2]);
  for (const i of [0, 511, 512, 1023, 1024, 1099]) {
    const row = forward(model, params, tensor([1, 3], inputs.data.slice(3 * i, 3 * i + 3)));
    expect(row.data).toEqual(all.data.slice(2 * i, 2 * i + 2));
  }
});

Deno.test("models refuse parameters and inputs that do not fit", () => {
  const model = mlp({ widths: [3, 2], activation: relu });
  const params = initialize(model, everywhere(ones()), example);
  const x = tensor([1, 3], [1, 2, 3]);
  const weight = params["layer1.weight"];
  expect(() => forward(model, { "layer1.weight": weight } as Params, x)).toThrow(
    "without parameter layer1.bias (2)",
  );
  expect(() => forward(model, { ...params, "layer2.weight": weight }, x)).toThrow(
    "parameter layer2.weight: the model has layer1.weight, layer1.bias",
  );
  expect(() => forward(model, { ...params, "layer1.weight": tensor([2, 3], weight.data) }, x))
    .toThrow("(2, 3) as layer1.weight: the model's has shape (3, 2)");
  expect(() => forward(model, params, tensor([1, 4], [1, 2, 3, 4]))).toThrow(
    "Cannot multiply (1, 4) by (3, 2)",
  );
  expect(() => forward(model, params, tensor([0, 3], []))).toThrow("it has no row");
  expect(forward(model, params, tensor([1, 3], [1, NaN, 3])).data).toEqual(
    Float32Array.of(NaN, NaN),
  );
  expect(() => mlp({ widths: [3], activation: relu })).toThrow("an mlp of 1 widths");
  expect(() => mlp({ widths: [3, 0, 2], activation: relu })).toThrow("current value is 0");
  expect(() => mlp({ widths: [3, 2.5], activation: relu })).toThrow(RangeError);
  expect(() => mlp({ widths: [3, 2], activation: relu, biases: true } as never)).toThrow("biases");
});
