import { operandsOf } from "../initializers/einsumFans.ts";
import type { Fans } from "../initializers/fans.ts";
import { type Shape, show, sizeOf } from "../tensor/tensor.ts";
import { onlyOptions, shown } from "../tensor/arguments.ts";

/**
 * What PyTorch's and timm's `_calculate_fan_in_and_fan_out` takes as fans: (s1 r, s0 r), r the product of the axes after the second.
 *
 * Traps: with g groups its fanOut is g times too large; of a transposed convolution (in, out / g, ...kernel) its
 * fanIn is really the fanOut; of a fused (3 d, d) its fanOut is 3 d. The truth is `fansOf`.
 *
 * @throws {RangeError} where the shape has fewer than two axes, as PyTorch.
 *
 * @example
 * ```ts
 * import { fansOf, torchFans } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * expect(torchFans([4, 1, 3, 3])).toEqual({ fanIn: 9, fanOut: 36 });
 * expect(fansOf([4, 1, 3, 3], { layout: "torch", groups: 4 })).toEqual({ fanIn: 9, fanOut: 9 });
 * ```
 */
export function torchFans(shape: Shape): Fans {
  needTwoAxes("PyTorch", shape);
  const taps = sizeOf(shape.slice(2));
  return { fanIn: shape[1] * taps, fanOut: shape[0] * taps };
}

export interface JaxAxes {
  /** -2 when left out. */
  inAxis?: number | readonly number[];
  /** -1 when left out. */
  outAxis?: number | readonly number[];
  /** None when left out. */
  batchAxis?: number | readonly number[];
}

/**
 * What `jax.nn.initializers.variance_scaling` takes as fans: the products of the in and of the out axes, each times what is left.
 *
 * Traps: every axis that is not named counts as kernel, a batch of experts or attention's heads too; and with
 * outAxis = 0 for an embedding (words, width), as Flax has it, fanIn is the width.
 *
 * @throws {RangeError} where an axis does not exist: of a shape of one axis too, unless inAxis says which.
 *
 * @example
 * ```ts
 * import { jaxFans } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * expect(jaxFans([512, 8, 64]).fanIn).toBe(4096); // of 512 contracted inputs
 * expect(jaxFans([512, 8, 64], { inAxis: 0, outAxis: [1, 2] }).fanIn).toBe(512);
 * expect(jaxFans([1000, 64], { outAxis: 0 }).fanIn).toBe(64);
 * ```
 */
export function jaxFans(shape: Shape, axes: JaxAxes = {}): Fans {
  onlyOptions("jaxFans", axes, ["inAxis", "outAxis", "batchAxis"]);
  const size = sizeOf(shape);
  const product = (names: number | readonly number[]) =>
    [names].flat().reduce((size, axis) => {
      const length = Number.isInteger(axis) ? shape.at(axis) : undefined;
      if (length !== undefined) return size * length;
      throw new RangeError(
        `Cannot take the fans of shape ${show(shape)}: it has no axis ${shown(axis)}`,
      );
    }, 1);
  const inputs = product(axes.inAxis ?? -2), outputs = product(axes.outAxis ?? -1);
  const taps = size / inputs / outputs / product(axes.batchAxis ?? []);
  return { fanIn: inputs * taps, fanOut: outputs * taps };
}

/**
 * What Keras 3 takes as fans: (r in, r out) of the last two axes, r the product of those before; of one axis both are its length.
 *
 * Traps: a depthwise kernel (...kernel, in, multiplier) gets a fanIn that is `in` times too large; a transposed
 * one (...kernel, out, in) gets its fans swapped, which Glorot's sum hides and He does not.
 *
 * @example
 * ```ts
 * import { fansOf, kerasFans } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * expect(kerasFans([3, 3, 32, 1])).toEqual({ fanIn: 288, fanOut: 9 });
 * expect(fansOf([3, 3, 32, 1], { layout: "keras", layer: "depthwise" }).fanIn).toBe(9);
 * ```
 */
export function kerasFans(shape: Shape): Fans {
  sizeOf(shape);
  if (shape.length === 0) return { fanIn: 1, fanOut: 1 };
  if (shape.length === 1) return { fanIn: shape[0], fanOut: shape[0] };
  const taps = sizeOf(shape.slice(0, -2)), [inputs, outputs] = shape.slice(-2);
  return { fanIn: taps * inputs, fanOut: taps * outputs };
}

/**
 * What Keras 3's EinsumDense and attention take as fans: every axis that the output has is fanOut, every other fanIn.
 *
 * Trap: an axis in all three operands, such as experts, is a batch, but counts as fanOut here.
 *
 * @throws {RangeError} as `einsumFans`.
 *
 * @example
 * ```ts
 * import { einsumFans, kerasEinsumFans } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * expect(kerasEinsumFans("ebd,edf->ebf", [4, 8, 16])).toEqual({ fanIn: 8, fanOut: 64 });
 * expect(einsumFans("ebd,edf->ebf", [4, 8, 16])).toEqual({ fanIn: 8, fanOut: 16 });
 * ```
 */
export function kerasEinsumFans(equation: string, shape: Shape): Fans {
  const { weight, output } = operandsOf(equation, shape);
  const size = (inOutput: boolean) =>
    shape.filter((_, axis) => output.includes(weight[axis]) === inOutput)
      .reduce((product, length) => product * length, 1);
  return { fanIn: size(false), fanOut: size(true) };
}

/**
 * What TensorFlow.js takes as fans: Keras' rule for two to five axes, else the square root of all elements for both.
 *
 * Traps: a shape of one axis gets sqrt(n); depthwise and transposed kernels as in {@linkcode kerasFans}.
 *
 * @example
 * ```ts
 * import { tfjsFans } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * expect(tfjsFans([64]).fanIn).toBe(8);
 * ```
 */
export function tfjsFans(shape: Shape): Fans {
  const both = Math.sqrt(sizeOf(shape));
  if (shape.length >= 2 && shape.length <= 5) return kerasFans(shape);
  return { fanIn: both, fanOut: both };
}

function needTwoAxes(library: string, shape: Shape): void {
  sizeOf(shape);
  if (shape.length >= 2) return;
  throw new RangeError(
    `Cannot take ${library}'s fans of shape ${
      show(shape)
    } as it has ${shape.length} axes: it refuses fewer than 2`,
  );
}
