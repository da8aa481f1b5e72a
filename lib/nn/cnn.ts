import { kernels } from "../numerics/kernels.ts";
import { array, count, onlyOptions, trueOrFalse } from "../tensor/arguments.ts";
import { type Shape, show, sizeOf } from "../tensor/tensor.ts";
import { type Activation, checkActivation } from "./activations.ts";
import { conv2d } from "./convolution.ts";
import type { CnnSpec, Model, ParamSpec, Tap } from "./model.ts";
import { activate, addBias, dot } from "./operations.ts";
import type { Var } from "./tape.ts";

export interface CnnOptions {
  /** Height, width and channels of an image. */
  image: readonly [height: number, width: number, channels: number];
  /** Channels behind each convolution: at least one. */
  channels: readonly number[];
  /** What the last, dense layer gives. */
  outputs: number;
  /** Behind each convolution. */
  activation: Activation;
  /** Height and width of each kernel: 3 when left out. */
  kernel?: number;
  /** Pixels from window to window, one number for each convolution: 1 when left out. */
  strides?: readonly number[];
  /** true when left out. */
  bias?: boolean;
}

/**
 * A convolutional network of L layers: L - 1 convolutions h_l = f(h_(l-1) * W_l + b_l) with zeros around the image, and a dense layer
 * on all that the last of them gives, without f.
 *
 * Inputs are images as rows, (m, height width channels). W_l is `layer<l>.weight` (kernel, kernel, in, out), whose fans count the
 * taps and, for fanOut, the stride; the last is (in, out) with role "output". Biases and taps are named as in {@linkcode mlp}; what
 * a tap is told of a convolution is (m, height, width, channels).
 *
 * @throws {RangeError} where a size is not an integer >= 1, or there is not one stride for each convolution.
 *
 * @example
 * ```ts
 * import { cnn, relu } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * const model = cnn({ image: [28, 28, 1], channels: [8, 16], strides: [2, 2], outputs: 10, activation: relu });
 * const weights = model.params.filter(({ role }) => role !== "bias");
 * expect(weights.map(({ shape }) => shape)).toEqual([[3, 3, 1, 8], [3, 3, 8, 16], [7 * 7 * 16, 10]]);
 * expect(weights[1].fans).toEqual({ fanIn: 9 * 8, fanOut: 9 * 16 / 4 });
 * ```
 */
export function cnn(options: CnnOptions): Model<CnnSpec> {
  onlyOptions("cnn", options, KNOWN);
  const activation = checkActivation(options.activation), { name, parameter } = activation;
  const channels = [...array("channels", options.channels)];
  const { kernel = 3, bias = true, strides = channels.map(() => 1) } = options;
  array("strides", strides);
  const [height, width, depth] = array("image", options.image);
  const spec: CnnSpec = {
    ...{ name: "cnn", image: [height, width, depth], channels, kernel, strides: [...strides] },
    ...{ outputs: options.outputs, activation: { name, parameter }, bias },
  };
  check(spec);
  const layers = channels.length + 1, features = sizeOf(spec.image);

  function apply(params: Readonly<Record<string, Var>>, x: Var, tap?: Tap): Var {
    if (x.data.length !== x.shape[0] * features) {
      throw new RangeError(
        `Cannot read inputs of shape ${show(x.shape)} as images ${
          show(spec.image)
        }: give ${features} numbers a row`,
      );
    }
    let h = reshaped(x, [x.shape[0], ...spec.image]);
    for (let l = 1; l < layers; l++) {
      h = conv2d(h, params[`layer${l}.weight`], { stride: strides[l - 1], padding: "same" });
      if (bias) h = addBias(h, params[`layer${l}.bias`]);
      tap?.(`layer${l}.preActivation`, h);
      h = activate(h, activation);
      tap?.(`layer${l}.activation`, h);
    }
    const flat = reshaped(h, [h.shape[0], h.data.length / h.shape[0]]);
    const y = dot(flat, params[`layer${layers}.weight`], params[`layer${layers}.bias`]);
    tap?.(`layer${layers}.preActivation`, y);
    return y;
  }

  return { spec, params: paramsOf(spec), apply };
}

const KNOWN = ["image", "channels", "outputs", "activation", "kernel", "strides", "bias"];

/** Height, width and channels of the image, then of what each convolution gives. */
export function sizesOf({ image, channels, strides }: CnnSpec): (readonly number[])[] {
  const sizes: (readonly number[])[] = [image];
  for (const [i, out] of channels.entries()) {
    const [height, width] = sizes[i].map((size) => Math.ceil(size / strides[i]));
    sizes.push([height, width, out]);
  }
  return sizes;
}

function check(spec: CnnSpec): void {
  const { image, channels, strides, kernel, outputs, bias } = spec;
  for (const size of image) count("a side or the channels of a cnn's image", size);
  if (channels.length === 0) {
    throw new RangeError("Cannot make a cnn without channels: give those behind each convolution");
  }
  for (const out of channels) count("a cnn's channels", out);
  for (const stride of strides) count("a cnn's stride", stride);
  if (strides.length !== channels.length) {
    throw new RangeError(
      `Cannot use ${strides.length} strides for ${channels.length} convolutions: give one for each`,
    );
  }
  count("a cnn's kernel", kernel);
  count("a cnn's outputs", outputs);
  trueOrFalse("bias", bias);
}

function paramsOf(spec: CnnSpec): ParamSpec[] {
  const { kernel, strides, outputs, bias } = spec, taps = kernel * kernel, sizes = sizesOf(spec);
  const params = spec.channels.map((out, i): ParamSpec => {
    const fans = { fanIn: taps * sizes[i][2], fanOut: taps * out / strides[i] ** 2 };
    const shape = [kernel, kernel, sizes[i][2], out];
    return { name: `layer${i + 1}.weight`, shape, fans, role: "hidden", kind: "convolution" };
  });
  const fans = { fanIn: sizeOf(sizes[sizes.length - 1]), fanOut: outputs };
  const name = `layer${sizes.length}.weight`, shape = [fans.fanIn, outputs];
  return [...params, { name, shape, fans, role: "output", kind: "dense" } as const].flatMap(
    (weight) => {
      const name = weight.name.replace("weight", "bias"), shape = weight.shape.slice(-1);
      return bias ? [weight, { ...weight, name, shape, role: "bias", kind: "bias" }] : [weight];
    },
  );
}

/** The same numbers in the same order, in another shape. */
function reshaped(x: Var, shape: Shape): Var {
  return x.tape.operation(shape, [x], (y) => y.set(x.data), (dy) => kernels.add(x.gradient, dy));
}
