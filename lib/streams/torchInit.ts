/**
 * PyTorch's `nn.init` on its own layout, (out, in) or (out, in, ...kernel): the same numbers from the same
 * {@linkcode TorchRng}, bit for bit, `orthogonal` within the rounding of its factorization.
 *
 * `torch.manual_seed(0); nn.Linear(2, 3)` draws its weight, then its bias:
 *
 * ```ts
 * import { torchInit, torchRng } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * const generator = torchRng(0);
 * const weight = torchInit.kaimingUniform([3, 2], generator, { a: Math.sqrt(5) });
 * const bias = generator.uniform([3], { low: -1 / Math.sqrt(2), high: 1 / Math.sqrt(2) });
 * expect(weight.data[0]).toBeCloseTo(-0.0053, 4);
 * expect(bias.data[2]).toBeCloseTo(-0.0628, 4);
 * ```
 *
 * `uniform_`, `normal_` and `trunc_normal_` are the generator's own methods; `eye_` is `identity()`.
 *
 * A layer is an order of draws. nn.Conv2d, too, draws its weight by kaimingUniform with a = sqrt 5, then
 * its bias from +-1 / sqrt(fanIn). nn.LSTM and nn.GRU draw weight_ih, weight_hh, bias_ih and bias_hh from
 * +-1 / sqrt(hidden). nn.MultiheadAttention draws the weight and bias of out_proj as nn.Linear does, then
 * in_proj_weight, all (3 width, width) at once, by xavierUniform; it then sets both biases to 0.
 * nn.Embedding draws every row by `normal`, then sets the padding row to 0.
 *
 * @module
 */
import { torchFans } from "../presets/libraryFans.ts";
import { count, finite, must, oneOf, onlyOptions } from "../tensor/arguments.ts";
import { type Shape, show, sizeOf, type Tensor } from "../tensor/tensor.ts";
import { orthonormalColumns } from "./orthonormalColumns.ts";
import { TorchRng } from "./torch.ts";

/** What PyTorch's gain is for. */
export type Nonlinearity = "linear" | "sigmoid" | "tanh" | "relu" | "leaky_relu" | "selu";

export interface KaimingOptions {
  /** The negative slope, used for "leaky_relu" alone; 0 when left out. */
  a?: number;
  /** "fan_in" when left out. */
  mode?: "fan_in" | "fan_out";
  /** "leaky_relu" when left out. */
  nonlinearity?: Nonlinearity;
}

const GAINS: Readonly<Record<Nonlinearity, (slope: number) => number>> = {
  linear: () => 1,
  sigmoid: () => 1,
  tanh: () => 5 / 3,
  relu: () => Math.sqrt(2),
  leaky_relu: (slope) => Math.sqrt(2 / (1 + slope ** 2)),
  selu: () => 3 / 4,
};

/** `nn.init.calculate_gain`: the slope is that of "leaky_relu", 0.01 when left out. */
export function calculateGain(nonlinearity: Nonlinearity, slope = 0.01): number {
  oneOf("nonlinearity", nonlinearity, Object.keys(GAINS) as Nonlinearity[]);
  return GAINS[nonlinearity](finite("slope", slope));
}

export interface GainOptions {
  /** 1 when left out. */
  gain?: number;
}

/** `nn.init.xavier_uniform_`: U(-b, b), b = sqrt 3 gain sqrt(2 / (fanIn + fanOut)). */
export function xavierUniform(
  shape: Shape,
  generator: TorchRng,
  options: GainOptions = {},
): Tensor {
  return symmetric(shape, generator, xavierStd("xavierUniform", shape, options));
}

/** `nn.init.xavier_normal_`: N(0, gain^2 2 / (fanIn + fanOut)). */
export function xavierNormal(
  shape: Shape,
  generator: TorchRng,
  options: GainOptions = {},
): Tensor {
  return sourceOf(generator).normal(shape, { std: xavierStd("xavierNormal", shape, options) });
}

/** `nn.init.kaiming_uniform_`: U(-b, b), b = sqrt 3 gain / sqrt(fan); `a: Math.sqrt(5)` is nn.Linear's default. */
export function kaimingUniform(
  shape: Shape,
  generator: TorchRng,
  options: KaimingOptions = {},
): Tensor {
  return symmetric(shape, generator, kaimingStd("kaimingUniform", shape, options));
}

/** `nn.init.kaiming_normal_`: N(0, gain^2 / fan). */
export function kaimingNormal(
  shape: Shape,
  generator: TorchRng,
  options: KaimingOptions = {},
): Tensor {
  return sourceOf(generator).normal(shape, { std: kaimingStd("kaimingNormal", shape, options) });
}

/**
 * `nn.init.orthogonal_`: gain Q of the QR factorization of a normal (out, rest) matrix or of its transpose,
 * R with a positive diagonal.
 *
 * PyTorch's Q comes from LAPACK in float32, whose rounding depends on the machine: entries differ by up
 * to about 2^-24 times the condition number of the normal matrix.
 */
export function orthogonal(shape: Shape, generator: TorchRng, options: GainOptions = {}): Tensor {
  onlyOptions("orthogonal", options, ["gain"]);
  checkElements(shape);
  const rows = shape[0], columns = sizeOf(shape) / rows;
  const drawn = sourceOf(generator).normal([rows, columns]).data;
  const data = orthonormalColumns(drawn, rows, columns);
  const factor = Math.fround(finite("gain", options.gain ?? 1));
  return { shape: [...shape], data: data.map((x) => x * factor) };
}

/**
 * `nn.init.sparse_`: N(0, std^2), with ceil(sparsity rows) zeros in each column.
 *
 * PyTorch chooses the zeros by its global generator even where it is given another: say so by `zeros`.
 *
 * @throws {RangeError} where the shape is not a matrix or sparsity is not from 0 to 1.
 */
export function sparse(
  shape: Shape,
  generator: TorchRng,
  options: { sparsity: number; std?: number; zeros?: TorchRng },
): Tensor {
  onlyOptions("sparse", options, ["sparsity", "std", "zeros"]);
  const { std = 0.01 } = options, sparsity = finite("sparsity", options.sparsity);
  const zeros = sourceOf(options.zeros ?? generator);
  sizeOf(shape);
  if (shape.length !== 2 || !(sparsity >= 0 && sparsity <= 1)) {
    throw new RangeError(
      `Cannot make a share ${sparsity} of shape ${show(shape)} zero: ` +
        "use a shape (out, in) and a share from 0 to 1",
    );
  }
  const [rows, columns] = shape, drawn = sourceOf(generator).normal(shape, { std });
  for (let column = 0; column < columns; column++) {
    const chosen = zeros.permutation(rows).subarray(0, Math.ceil(sparsity * rows));
    for (const row of chosen) drawn.data[row * columns + column] = 0;
  }
  return drawn;
}

/**
 * `nn.init.dirac_`, which draws nothing: 1 at the kernel's middle, floor(size / 2), from channel c to channel c of
 * each group; 0 elsewhere.
 *
 * @throws {RangeError} where the shape is not (out, in, ...kernel) with one to three kernel axes, or groups do
 * not divide out.
 */
export function dirac(shape: Shape, options: { groups?: number } = {}): Tensor {
  onlyOptions("dirac", options, ["groups"]);
  const groups = count("groups", options.groups ?? 1);
  sizeOf(shape);
  const [outputs, inputs, ...kernel] = shape, each = outputs / groups;
  if (shape.length < 3 || shape.length > 5 || !Number.isInteger(each)) {
    throw new RangeError(
      `Cannot make a Dirac kernel of shape ${show(shape)} in ${groups} groups: use a shape ` +
        "(out, in, ...kernel) with one to three kernel axes, and a divisor of out",
    );
  }
  const data = new Float32Array(sizeOf(shape)), taps = sizeOf(kernel);
  const middle = kernel.reduce((index, size) => index * size + Math.floor(size / 2), 0);
  for (let output = 0; output < outputs; output++) {
    const input = output % each;
    if (input < inputs) data[(output * inputs + input) * taps + middle] = 1;
  }
  return { shape: [...shape], data };
}

function xavierStd(name: string, shape: Shape, options: GainOptions): number {
  onlyOptions(name, options, ["gain"]);
  const { fanIn, fanOut } = torchFans(checkElements(shape));
  return finite("gain", options.gain ?? 1) * Math.sqrt(2 / (fanIn + fanOut));
}

function kaimingStd(name: string, shape: Shape, options: KaimingOptions): number {
  onlyOptions(name, options, ["a", "mode", "nonlinearity"]);
  const { a = 0, mode = "fan_in", nonlinearity = "leaky_relu" } = options;
  oneOf("mode", mode, ["fan_in", "fan_out"]);
  const { fanIn, fanOut } = torchFans(checkElements(shape));
  return calculateGain(nonlinearity, a) / Math.sqrt(mode === "fan_in" ? fanIn : fanOut);
}

function symmetric(shape: Shape, generator: TorchRng, std: number): Tensor {
  const bound = Math.sqrt(3) * std;
  return sourceOf(generator).uniform(shape, { low: -bound, high: bound });
}

function checkElements(shape: Shape): Shape {
  if (sizeOf(shape) > 0 && shape.length >= 2) return shape;
  throw new RangeError(
    `Cannot fill shape ${show(shape)}: use (out, in) or (out, in, ...kernel) without a 0`,
  );
}

function sourceOf(generator: TorchRng): TorchRng {
  return must(
    "generator",
    generator,
    generator instanceof TorchRng,
    "a stream such as torchRng(0)",
  );
}
