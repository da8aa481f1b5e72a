import { type Shape, show, sizeOf } from "../tensor/tensor.ts";

/** How many inputs one output unit sums (fanIn), and how many outputs one input feeds (fanOut). */
export interface Fans {
  readonly fanIn: number;
  readonly fanOut: number;
}

/**
 * Fans of a dense weight (in, out) or of a convolution kernel (...kernel, in, out).
 *
 * With r the product of the kernel's sizes (1 for dense): fanIn = r in, fanOut = r out.
 *
 * @throws {RangeError} where the shape has fewer than two axes (its fans cannot be known: pass them)
 * or no elements.
 *
 * @example
 * ```ts
 * import { fansOf } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * expect(fansOf([784, 256])).toEqual({ fanIn: 784, fanOut: 256 });
 * expect(fansOf([3, 3, 64, 128])).toEqual({ fanIn: 576, fanOut: 1152 });
 * ```
 */
export function fansOf(shape: Shape): Fans {
  if (sizeOf(shape) === 0) {
    throw new RangeError(`Cannot take the fans of shape ${show(shape)} as it has no elements`);
  }
  if (shape.length < 2) {
    throw new RangeError(
      `Cannot take the fans of shape ${show(shape)} as it has ${shape.length} axes: ` +
        "pass { fanIn, fanOut } as the last argument, or use a shape (in, out)",
    );
  }
  const [fanIn, fanOut] = shape.slice(-2);
  const receptive = sizeOf(shape.slice(0, -2));
  return { fanIn: receptive * fanIn, fanOut: receptive * fanOut };
}
