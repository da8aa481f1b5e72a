/** Schemes that look at data: LSUV, Krähenbühl. */
import { expect } from "@std/expect";
import {
  activate,
  addBias,
  cnn,
  dot,
  everywhere,
  heNormal,
  initialize,
  krahenbuhl,
  lsuv,
  mlp,
  type Model,
  moments,
  normal,
  ones,
  orthogonal,
  type Params,
  pytorchDefault,
  relu,
  rng,
  type Scheme,
  tanh,
  tensor,
  withGates,
  zeros,
} from "../lib/mod.ts";
import { weightOutputs } from "../lib/schemes/weightOutputs.ts";
import { small } from "./schemeModels.ts";

const tokens = tensor([3, 20], Float32Array.from({ length: 60 }, (_, i) => i * i % 77));
const batch = rng("batch").normal([200, 30], { mean: 0.5, std: 2 });

const images = cnn({
  ...{ image: [3, 5, 2], channels: [8, 6], strides: [1, 2], outputs: 4, activation: relu },
});

/** The stds of all weights' outputs, in order of use. */
function stdsOf(model: Model, params: Params, inputs = batch): [string, number][] {
  return weightOutputs(
    model,
    params,
    inputs,
    ({ spec, output }) => [spec.name, moments(output.data).std],
  );
}

/** A network whose bias is added by an operation of its own: what dot(x, w, b) does at once. */
function inSteps(model: Model): Model {
  return {
    ...model,
    apply: (params, x) => {
      const hidden = addBias(dot(x, params["layer1.weight"]), params["layer1.bias"]);
      return addBias(dot(activate(hidden, relu), params["layer2.weight"]), params["layer2.bias"]);
    },
  };
}

Deno.test("weightOutputs() has x W + b of every weight of an mlp, in order of use", () => {
  const model = mlp({ widths: [30, 20, 5], activation: relu });
  const params = initialize(model, pytorchDefault(), rng("outputs"));
  // A plain loop: x W + b, then relu(x W + b) W + b.
  const product = (x: ArrayLike<number>, name: string, [n, m]: number[]) => {
    const w = params[`${name}.weight`].data, b = params[`${name}.bias`].data;
    const y = Float64Array.from({ length: 200 * m }, (_, i) => b[i % m]);
    for (let row = 0; row < 200; row++) {
      for (let j = 0; j < m; j++) {
        for (let i = 0; i < n; i++) y[row * m + j] += x[row * n + i] * w[i * m + j];
      }
    }
    return y;
  };
  const first = product(batch.data, "layer1", [30, 20]);
  const second = product(first.map((z) => Math.max(0, z)), "layer2", [20, 5]);
  for (const network of [model, inSteps(model)]) {
    const seen = weightOutputs(
      network,
      params,
      batch,
      ({ spec, bias, output: { shape, data } }) => ({
        names: [spec.name, bias?.name],
        output: { shape, data: data.slice() },
      }),
    );
    expect(seen.map(({ names }) => names)).toEqual([
      ["layer1.weight", "layer1.bias"],
      ["layer2.weight", "layer2.bias"],
    ]);
    for (const [i, expected] of [first, second].entries()) {
      const { data } = seen[i].output;
      expect(data.length).toBe(expected.length);
      // Float32 sums of 30 and 20 products of size 1.
      expect(Math.max(...data.map((y, k) => Math.abs(y - expected[k])))).toBeLessThan(1e-5);
    }
  }
});

Deno.test("weightOutputs() finds every weight of a gpt, also behind gates, but no embedding and no tied head", () => {
  for (const tiedHead of [false, true]) {
    const model = small({ tiedHead, feedForward: "swiglu" });
    const names = (of: Model) => {
      const params = initialize(of, everywhere(normal({ std: 0.1 })), rng("gpt"));
      return weightOutputs(of, params, tokens, ({ spec, bias }) => [spec.name, bias?.name]);
    };
    const kinds = ["query", "key", "value", "attentionOut", "feedForwardGate", "feedForwardIn"]
      .concat("feedForwardOut");
    const expected = [1, 2, 3].flatMap((b) =>
      kinds.map((kind) => [`block${b}.${kind}.weight`, `block${b}.${kind}.bias`])
    );
    const head = tiedHead ? [] : [["head.weight", undefined]];
    const sorted = (rows: unknown[]) => rows.map(String).sort();
    expect(sorted(names(model))).toEqual(sorted([...expected, ...head]));
    expect(names(withGates(model))).toEqual(names(model));
  }
});

Deno.test("lsuv() brings every layer's outputs to std 1 on the batch, in ten passes at most", () => {
  const cases: [Model, Scheme, typeof batch][] = [
    [
      mlp({ widths: [30, ...Array(8).fill(40), 5], activation: tanh }),
      everywhere(orthogonal()),
      batch,
    ],
    [mlp({ widths: [30, 60, 40, 5], activation: relu }), everywhere(normal({ std: 1 })), batch],
    [small(), everywhere(normal({ std: 0.3 })), tokens],
    [small({ norm: "post" }), everywhere(orthogonal()), tokens],
    [images, everywhere(orthogonal()), batch],
  ];
  for (const [model, scheme, inputs] of cases) {
    const params = initialize(model, scheme, rng("lsuv"));
    const distance = (of: Params) =>
      Math.max(...stdsOf(model, of, inputs).map(([, std]) => Math.abs(std - 1)));
    expect(distance(params)).toBeGreaterThan(0.1); // or there is nothing to do
    const { params: calibrated, rows } = lsuv(model, params, inputs);
    expect(distance(calibrated)).toBeLessThanOrEqual(0.1);
    expect(rows.every(({ passes, after }) => passes <= 10 && Math.abs(after - 1) <= 0.1)).toBe(
      true,
    );
    const factors = new Map(rows.map(({ parameter, factor }) => [parameter, factor]));
    for (const { name } of model.params) {
      const factor = factors.get(name) ?? 1;
      expect(calibrated[name].data).toEqual(params[name].data.map((w) => w * factor));
    }
    expect(rows.map(({ parameter }) => parameter))
      .toEqual(stdsOf(model, params, inputs).map(([name]) => name));
    for (const { before, factor, passes } of rows) {
      // One division is enough, but for what float32 rounds.
      expect(passes).toBe(factor === 1 ? 0 : 1);
      if (passes > 0) expect(factor * before).toBeCloseTo(1, 4);
    }
    const tight = lsuv(model, params, inputs, { tolerance: 0.001 });
    expect(distance(tight.params)).toBeLessThanOrEqual(0.001);
  }
});

Deno.test("lsuv() says which layer does not vary", () => {
  const model = mlp({ widths: [30, 20, 5], activation: relu });
  const params = initialize(model, everywhere(heNormal()), rng("lsuv"));
  const dead = { ...params, "layer2.weight": zeros()([20, 5], rng("any")) };
  expect(() => lsuv(model, dead, batch)).toThrow("outputs of layer2.weight to std 1: it is 0");
  const broken = { ...params, "layer1.weight": tensor([30, 20], Array(600).fill(NaN)) };
  expect(() => lsuv(model, broken, batch)).toThrow("outputs of layer1.weight to std 1: it is NaN");
  // Biases of std 2 leave outputs at 2 and more, however small the weights become.
  const biased = { ...params, "layer1.bias": normal({ std: 2 })([20], rng("biases")) };
  expect(() => lsuv(model, biased, batch)).toThrow(
    /layer1.weight to std 1: it is .* after 10 passes/,
  );
  expect(() => lsuv(model, biased, batch, { passes: 3 })).toThrow("after 3 passes");
  expect(() => lsuv(model, params, batch, { tolerance: 0 })).toThrow("tolerance as it must be > 0");
  expect(() => lsuv(model, params, batch, { passes: 0.5 })).toThrow("passes as it must be");
  expect(() => lsuv(model, {}, batch)).toThrow("without parameter layer1.weight");
});

/** Mean and std of each column of each weight's output. */
function channels(model: Model, params: Params, inputs = batch) {
  return weightOutputs(model, params, inputs, ({ bias, output: { shape, data } }) => {
    const width = shape.at(-1)!, rows = data.length / width;
    return Array.from({ length: width }, (_, k) => {
      const column = Float32Array.from({ length: rows }, (_, i) => data[i * width + k]);
      return { ...moments(column), hasBias: bias !== undefined };
    });
  }).flat();
}

Deno.test("krahenbuhl() gives every channel mean 0 and std 1 on the batch, with a bias; else std 1", () => {
  const cases: [Model, typeof batch][] = [
    [mlp({ widths: [30, 60, 40, 5], activation: relu }), batch],
    [mlp({ widths: [30, 60, 5], activation: tanh, bias: false }), batch],
    [small({ blocks: 2 }), tokens],
    [images, batch],
  ];
  for (const [model, inputs] of cases) {
    // Biases too, which are to be forgotten.
    const scheme: Scheme = ({ role }) => role === "gain" ? ones() : normal({ std: 0.5 });
    const params = initialize(model, scheme, rng("channels"));
    const farthest = (of: Params) =>
      Math.max(
        ...channels(model, of, inputs).map(({ mean, std, hasBias }) =>
          Math.max(Math.abs(std - 1), hasBias ? Math.abs(mean) : 0)
        ),
      );
    expect(farthest(params)).toBeGreaterThan(0.5);
    const { params: calibrated, rows } = krahenbuhl(model, params, inputs);
    // Float32 sums of up to 160 products, divided by stds of 0.1 and more.
    expect(farthest(calibrated)).toBeLessThan(1e-4);
    expect(rows.every(({ leastStd, mostStd }) => leastStd > 0 && leastStd <= mostStd)).toBe(true);
    // When the first weight's turn comes, nothing is changed yet.
    const first = channels(model, params, inputs).slice(0, rows[0].channels);
    expect(rows[0].mostMean).toBeCloseTo(Math.max(...first.map(({ mean }) => Math.abs(mean))), 6);
    expect(rows[0].leastStd).toBeCloseTo(Math.min(...first.map(({ std }) => std)), 6);
    // LSUV's one factor a layer is not enough.
    expect(farthest(lsuv(model, params, inputs, { tolerance: 1e-3 }).params)).toBeGreaterThan(0.1);
  }
  const model = mlp({ widths: [30, 20, 5], activation: relu });
  const params = initialize(model, everywhere(heNormal()), rng("channels"));
  const data = params["layer1.weight"].data.map((w, i) => i % 20 === 7 ? 0 : w);
  const dead = { ...params, "layer1.weight": { shape: [30, 20], data } };
  expect(() => krahenbuhl(model, dead, batch)).toThrow(
    "channel 7 of layer1.weight to std 1: it is 0",
  );
});
