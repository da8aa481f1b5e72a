import { type Shape, show, sizeOf } from "../tensor/tensor.ts";
import type { Law } from "./initializer.ts";

/** A weight (in, out) or kernel (...kernel, in, out), taken apart; `taps` is the product of the kernel's sizes. */
export interface Weight {
  readonly kernel: Shape;
  readonly taps: number;
  readonly inputs: number;
  readonly outputs: number;
}

/** The parts of a weight's shape, where it is one: `what` names the tensor in the error. */
export function weightOf(what: string, shape: Shape): Weight {
  const size = sizeOf(shape);
  if (shape.length < 2 || size === 0) {
    throw new RangeError(
      `Cannot make ${what} of shape ${show(shape)}: use a shape (in, out) or ` +
        "(...kernel, in, out) without a 0",
    );
  }
  const [inputs, outputs] = shape.slice(-2);
  return { kernel: shape.slice(0, -2), taps: size / (inputs * outputs), inputs, outputs };
}

/** As `weightOf`, for those who need at least one kernel axis. */
export function kernelOf(what: string, shape: Shape, instead: string): Weight {
  const weight = weightOf(what, shape);
  if (weight.kernel.length > 0) return weight;
  throw new RangeError(
    `Cannot make ${what} of shape ${show(shape)} as it has no kernel axis: ` +
      `use a shape (...kernel, in, out), or ${instead}`,
  );
}

/** Flat index of the tap at `middle(size)` along each axis of a kernel. */
export function tapAt(kernel: Shape, middle: (size: number) => number): number {
  return kernel.reduce((index, size) => index * size + middle(size), 0);
}

/** The law of entries that depend on each other, from the mean and mean square of one picked at random, in units of `unit`. */
export function structuredLaw(
  unit: number,
  mean: number,
  meanSquare: number,
  low: number,
  high: number,
): Law {
  const std = Math.abs(unit) * Math.sqrt(Math.max(0, meanSquare - mean * mean));
  return { distribution: "structured", mean: unit * mean, std, low, high };
}
