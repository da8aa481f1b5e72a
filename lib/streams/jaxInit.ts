/**
 * JAX's `jax.nn.initializers`: the same numbers from the same {@linkcode JaxRng}, bit for bit, the
 * orthogonal ones within the rounding of their factorization.
 *
 * ```ts
 * import { jaxInit, jaxRng } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * // jax.nn.initializers.glorot_uniform()(jax.random.key(42), (2, 3)), as JAX's documentation prints it
 * const w = jaxInit.glorotUniform([2, 3], jaxRng(42, { partitionable: false }));
 * expect(w.data[0]).toBe(Math.fround(0.50350785));
 * ```
 *
 * The library's own initializers take a {@linkcode JaxRng} as well: `lecunNormal({ truncated: true })` and
 * JAX's lecun_normal differ by up to 2 units in the last place, as JAX rounds the std to float32 at each step.
 *
 * @module
 */
import { transpose } from "../initializers/orthogonal.ts";
import type { JaxAxes } from "../presets/libraryFans.ts";
import { finite, onlyOptions } from "../tensor/arguments.ts";
import { type Shape, show, sizeOf, type Tensor } from "../tensor/tensor.ts";
import type { JaxRng } from "./jax.ts";
import { AXES, type JaxScalingOptions, keyOf, scalingOf } from "./jaxScaling.ts";
import { orthonormalColumns } from "./orthonormalColumns.ts";

export { complexVarianceScaling } from "./jaxComplex.ts";
export type { JaxScalingOptions };

const f = Math.fround;

const CORRECTION = f(0.87962566103423978);

/** `variance_scaling(scale, mode, distribution, in_axis, out_axis, batch_axis)`. */
export function varianceScaling(shape: Shape, key: JaxRng, options: JaxScalingOptions): Tensor {
  const { variance, distribution } = scalingOf("varianceScaling", shape, options);
  switch (distribution) {
    case "truncated_normal":
      return scaled(
        keyOf(key).truncatedNormal(shape, { parentStd: 1 }),
        f(f(Math.sqrt(variance)) / CORRECTION),
      );
    case "normal":
      return scaled(keyOf(key).normal(shape), f(Math.sqrt(variance)));
    case "uniform":
      return scaled(keyOf(key).uniform(shape, { low: -1, high: 1 }), f(Math.sqrt(f(3 * variance))));
  }
}

/** An initializer of a shape and a key; the axes say what is an input, an output, or a tensor of its own. */
export type JaxInitializer = (shape: Shape, key: JaxRng, axes?: JaxAxes) => Tensor;

function family(
  name: string,
  scale: number,
  mode: JaxScalingOptions["mode"],
  distribution: JaxScalingOptions["distribution"],
): JaxInitializer {
  return (shape, key, axes = {}) => {
    onlyOptions(name, axes, AXES);
    return varianceScaling(shape, key, { ...axes, scale, mode, distribution });
  };
}

/** `glorot_uniform()`: variance 2 / (fanIn + fanOut). */
export const glorotUniform = family("glorotUniform", 1, "fan_avg", "uniform");

/** `glorot_normal()`: truncated, variance 2 / (fanIn + fanOut). */
export const glorotNormal = family("glorotNormal", 1, "fan_avg", "truncated_normal");

/** `lecun_uniform()`: variance 1 / fanIn. */
export const lecunUniform = family("lecunUniform", 1, "fan_in", "uniform");

/** `lecun_normal()`: truncated, variance 1 / fanIn. */
export const lecunNormal = family("lecunNormal", 1, "fan_in", "truncated_normal");

/** `he_uniform()`: variance 2 / fanIn. */
export const heUniform = family("heUniform", 2, "fan_in", "uniform");

/** `he_normal()`: truncated, variance 2 / fanIn. */
export const heNormal = family("heNormal", 2, "fan_in", "truncated_normal");

/** `uniform(scale)`: U(0, scale), not symmetric; scale 0.01 when left out. */
export function uniform(shape: Shape, key: JaxRng, options: { scale?: number } = {}): Tensor {
  onlyOptions("uniform", options, ["scale"]);
  return scaled(keyOf(key).uniform(shape), f(finite("scale", options.scale ?? 0.01)));
}

/**
 * `normal(stddev)`: N(0, stddev^2), 0.01 when left out.
 *
 * Inside `jax.jit` XLA multiplies stddev by the sqrt 2 of the normal law first, and may round to the next
 * float32 number; all other initializers give the same bits there.
 */
export function normal(shape: Shape, key: JaxRng, options: { stddev?: number } = {}): Tensor {
  onlyOptions("normal", options, ["stddev"]);
  return scaled(keyOf(key).normal(shape), f(finite("stddev", options.stddev ?? 0.01)));
}

/** `truncated_normal(stddev, lower, upper)`: stddev, before the cut, is 0.01 and the ends are -2 and 2 of it when left out. */
export function truncatedNormal(
  shape: Shape,
  key: JaxRng,
  options: { stddev?: number; lower?: number; upper?: number } = {},
): Tensor {
  onlyOptions("truncatedNormal", options, ["stddev", "lower", "upper"]);
  const { stddev = 0.01, lower = -2, upper = 2 } = options;
  const drawn = keyOf(key).truncatedNormal(shape, { parentStd: 1, low: lower, high: upper });
  return scaled(drawn, f(finite("stddev", stddev)));
}

export interface JaxOrthogonalOptions {
  /** Length of each orthogonal row or column; 1 when left out. */
  scale?: number;
  /** The axis that columns belong to, all others being flattened into rows; -1 when left out. */
  columnAxis?: number;
}

/**
 * `orthogonal(scale, column_axis)`: scale Q of the QR factorization of a normal matrix, its longer side first.
 *
 * JAX's Q comes from LAPACK in float32, whose rounding depends on the machine: entries differ by up
 * to about 2^-24 times the condition number of the normal matrix.
 */
export function orthogonal(
  shape: Shape,
  key: JaxRng,
  options: JaxOrthogonalOptions = {},
): Tensor {
  onlyOptions("orthogonal", options, ["scale", "columnAxis"]);
  const { scale = 1, columnAxis = -1 } = options;
  const size = sizeOf(shape);
  if (shape.length < 2 || size === 0) {
    throw new RangeError(
      `Cannot make an orthogonal tensor of shape ${show(shape)}: use at least two axes and no 0`,
    );
  }
  const axis = axisOf(shape, columnAxis), columns = shape[axis], rows = size / columns;
  const long = Math.max(rows, columns), short = Math.min(rows, columns);
  const basis = orthonormalColumns(keyOf(key).normal([long, short]).data, long, short);
  const matrix = rows < columns ? transpose(basis, long, short) : basis;
  // The rows are the other axes, in order: the column axis moves from the end to its place.
  const after = shape.slice(axis + 1).reduce((product, length) => product * length, 1);
  const factor = f(finite("scale", scale));
  const data = new Float32Array(size);
  for (let row = 0; row < rows; row++) {
    const outer = Math.floor(row / after), inner = row % after;
    for (let column = 0; column < columns; column++) {
      data[(outer * columns + column) * after + inner] = factor * matrix[row * columns + column];
    }
  }
  return { shape: [...shape], data };
}

/**
 * `delta_orthogonal(scale, column_axis)` of a shape (...kernel, in, out), in <= out: orthogonal at the kernel's
 * center, index (k - 1) / 2 rounded down, and 0 elsewhere.
 *
 * Reference: Xiao, Bahri, Sohl-Dickstein, Schoenholz and Pennington (2018).
 */
export function deltaOrthogonal(
  shape: Shape,
  key: JaxRng,
  options: JaxOrthogonalOptions = {},
): Tensor {
  sizeOf(shape);
  const kernel = shape.slice(0, -2), [fanIn, fanOut] = shape.slice(-2);
  if (shape.length < 3 || shape.length > 5 || fanIn > fanOut) {
    throw new RangeError(
      `Cannot make a delta-orthogonal tensor of shape ${
        show(shape)
      }: use one to three kernel axes, ` +
        "then in and out with in <= out",
    );
  }
  const data = new Float32Array(sizeOf(shape));
  const center = kernel.reduce((index, k) => index * k + Math.floor((k - 1) / 2), 0);
  data.set(orthogonal([fanIn, fanOut], key, options).data, center * fanIn * fanOut);
  return { shape: [...shape], data };
}

function scaled(drawn: Tensor, factor: number): Tensor {
  return { shape: drawn.shape, data: drawn.data.map((x) => x * factor) };
}

function axisOf(shape: Shape, axis: number): number {
  const index = axis < 0 ? shape.length + axis : axis;
  if (Number.isInteger(axis) && index in shape) return index;
  throw new RangeError(
    `Cannot use axis ${axis} of shape ${show(shape)}: it has ${shape.length} axes`,
  );
}
