import { expect } from "@std/expect";
import {
  cnn,
  type CnnOptions,
  collect,
  everywhere,
  forward,
  heNormal,
  initialize,
  modelFrom,
  normal,
  type Params,
  propagate,
  relu,
  rng,
  sgd,
  tanh,
  train,
} from "../lib/mod.ts";
import { expectLossGradients } from "./gradients.ts";

const example = rng("nn cnn");
const OPTIONS: CnnOptions = {
  image: [5, 6, 2],
  channels: [4, 3],
  strides: [1, 2],
  kernel: 3,
  outputs: 2,
  activation: tanh,
};

Deno.test("cnn() names its parameters, with their shapes, roles and fans that count taps and strides", () => {
  expect(cnn(OPTIONS).params).toEqual([
    ["layer1.weight", [3, 3, 2, 4], { fanIn: 18, fanOut: 36 }, "hidden", "convolution"],
    ["layer1.bias", [4], { fanIn: 18, fanOut: 36 }, "bias", "bias"],
    ["layer2.weight", [3, 3, 4, 3], { fanIn: 36, fanOut: 27 / 4 }, "hidden", "convolution"],
    ["layer2.bias", [3], { fanIn: 36, fanOut: 27 / 4 }, "bias", "bias"],
    ["layer3.weight", [27, 2], { fanIn: 27, fanOut: 2 }, "output", "dense"], // 3 x 3 places of 3
    ["layer3.bias", [2], { fanIn: 27, fanOut: 2 }, "bias", "bias"],
  ].map(([name, shape, fans, role, kind]) => ({ name, shape, fans, role, kind })));
  const bare = cnn({ ...OPTIONS, bias: false }).params.map(({ name }) => name);
  expect(bare).toEqual(["layer1.weight", "layer2.weight", "layer3.weight"]);
});

/** One convolution of an image (height, width, channels) in float64: zeros around it, the smaller half before it. */
function convolved(
  image: number[][][],
  weight: ArrayLike<number>,
  bias: ArrayLike<number>,
  stride: number,
): number[][][] {
  const [height, width, depth] = [image.length, image[0].length, image[0][0].length];
  const out = bias.length;
  const before = (size: number) =>
    Math.floor(Math.max((Math.ceil(size / stride) - 1) * stride + 3 - size, 0) / 2);
  const places = (size: number) => Array.from({ length: Math.ceil(size / stride) }, (_, i) => i);
  return places(height).map((i) =>
    places(width).map((j) =>
      Array.from({ length: out }, (_, o) => {
        let sum = bias[o];
        for (let a = 0; a < 3; a++) {
          for (let b = 0; b < 3; b++) {
            const y = stride * i + a - before(height), x = stride * j + b - before(width);
            for (let c = 0; c < depth; c++) {
              const pixel = image[y]?.[x]?.[c] ?? 0;
              sum += pixel * weight[((a * 3 + b) * depth + c) * out + o];
            }
          }
        }
        return sum;
      })
    )
  );
}

function logitsOf(row: ArrayLike<number>, weights: Record<string, ArrayLike<number>>): number[] {
  let h = Array.from(
    { length: 5 },
    (_, y) => Array.from({ length: 6 }, (_, x) => [0, 1].map((c) => row[(y * 6 + x) * 2 + c])),
  );
  for (const [l, stride] of [[1, 1], [2, 2]]) {
    const z = convolved(h, weights[`layer${l}.weight`], weights[`layer${l}.bias`], stride);
    h = z.map((line) => line.map((pixel) => pixel.map(Math.tanh)));
  }
  const flat = h.flat(2), w = weights["layer3.weight"];
  return [0, 1].map((o) =>
    flat.reduce((sum, v, k) => sum + v * w[2 * k + o], weights["layer3.bias"][o])
  );
}

Deno.test("cnn() is a float64 network's outputs and gradients", () => {
  const model = cnn(OPTIONS);
  const params = initialize(model, () => normal({ std: 0.4 }), example);
  const inputs = example.child("inputs").normal([3, 60]), labels = Uint8Array.of(0, 1, 1);
  const rows = [0, 1, 2].map((i) => inputs.data.subarray(60 * i, 60 * i + 60));
  const data = Object.fromEntries(Object.entries(params).map(([name, t]) => [name, t.data]));
  const lossOf = (weights: Record<string, ArrayLike<number>>) =>
    rows.reduce((sum, row, i) => {
      const [a, b] = logitsOf(row, weights), wrong = labels[i] === 0 ? b - a : a - b;
      return sum + Math.log(1 + Math.exp(wrong)) / 3;
    }, 0);
  // Sums of at most 36 terms below 4, through three layers: some hundred roundings.
  const tolerance = 100 * 4 * 2 ** -24;
  const ours = forward(model, params, inputs);
  expect(ours.shape).toEqual([3, 2]);
  rows.flatMap((row) => logitsOf(row, data)).forEach((v, i) => {
    expect(Math.abs(ours.data[i] - v)).toBeLessThan(tolerance);
  });
  expectLossGradients(model, params, { inputs, labels }, lossOf, tolerance);
});

Deno.test("cnn() can be rebuilt, measured, trained, and read in any number of images", () => {
  const model = cnn({ ...OPTIONS, activation: relu });
  const copy = modelFrom(JSON.parse(JSON.stringify(model.spec)));
  expect(copy.params).toEqual(model.params);
  const params = initialize(model, everywhere(heNormal()), example);
  const inputs = example.child("many").normal([20, 60]);
  const all = forward(copy, params, inputs);
  const one = forward(model, params, { shape: [1, 60], data: inputs.data.subarray(19 * 60) });
  expect([...one.data]).toEqual([...all.data.subarray(38)]);
  const images = forward(model, params, { shape: [20, 5, 6, 2], data: inputs.data });
  expect(images.data).toEqual(all.data);

  const rows = propagate(model, params, inputs, { rng: example });
  expect(rows.map(({ layer }) => layer)).toEqual([1, 2, 3]);
  for (const { gradientMeanSquare } of rows) expect(gradientMeanSquare).toBeGreaterThan(0);
  const dead: Params = {
    ...params,
    "layer1.bias": { shape: [4], data: Float32Array.of(-99, 0, 0, 0) },
  };
  expect(propagate(model, dead, inputs)[0].dead).toBe(1 / 4);

  const targets = Uint8Array.from({ length: 20 }, (_, i) => inputs.data[60 * i] > 0 ? 1 : 0);
  const options = { steps: 60, optimizer: sgd({ learningRate: 0.1 }), rng: example };
  const { rows: steps } = collect(train(model, params, { inputs, targets }, options));
  expect(steps[59].loss).toBeLessThan(0.5 * steps[0].loss);
});

Deno.test("cnn() refuses what it cannot be made of", () => {
  const made = (options: object) => () => cnn({ ...OPTIONS, ...options });
  expect(made({ channels: [] })).toThrow("Cannot make a cnn without channels");
  expect(made({ channels: [4, 0] })).toThrow("channels as it must be an integer >= 1");
  expect(made({ image: [5, 6] })).toThrow("image");
  expect(made({ image: undefined })).toThrow("image");
  expect(made({ strides: [1] })).toThrow("Cannot use 1 strides for 2 convolutions");
  expect(made({ strides: [1, 0.5] })).toThrow("stride as it must be an integer >= 1");
  expect(made({ kernel: 0 })).toThrow("kernel as it must be an integer >= 1");
  expect(made({ padding: "valid" })).toThrow('Cannot pass option "padding" to cnn');
  const model = cnn(OPTIONS), params = initialize(model, everywhere(heNormal()), example);
  expect(() => forward(model, params, example.normal([2, 61]))).toThrow(
    "Cannot read inputs of shape (2, 61) as images (5, 6, 2): give 60 numbers a row",
  );
});
