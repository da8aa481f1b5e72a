import { found, must, numbers } from "./arguments.ts";

/** Sizes along each axis; weights are (fanIn, fanOut) or (...kernel, in, out), batches (rows, features). */
export type Shape = readonly number[];

/** Float32 numbers in row-major order; no function of this library changes a tensor it is given. */
export interface Tensor {
  readonly shape: Shape;
  readonly data: Float32Array;
}

const MAX_ELEMENTS = 2 ** 30;

/**
 * Number of elements of a shape: the product of its sizes, 1 for the scalar shape `[]`, 0 where a size is 0.
 *
 * @throws {TypeError} where the shape is not an array.
 * @throws {RangeError} where a size is negative, fractional or NaN, or the product exceeds 2^30.
 *
 * @example
 * ```ts
 * import { sizeOf } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * expect(sizeOf([784, 256])).toBe(200_704);
 * ```
 */
export function sizeOf(shape: Shape): number {
  if (!Array.isArray(shape)) {
    throw new TypeError(
      `Cannot read a shape from ${String(shape)}: pass an array such as [784, 256]`,
    );
  }
  let size = 1;
  for (const length of shape) {
    if (!Number.isInteger(length) || length < 0) {
      throw new RangeError(
        `Cannot use shape ${show(shape)} as each size must be an integer >= 0: ${found(length)}`,
      );
    }
    size *= length;
  }
  if (size > MAX_ELEMENTS) {
    throw new RangeError(
      `Cannot make a tensor of shape ${show(shape)}: it has ${size} elements, at most 2^30 fit`,
    );
  }
  return size;
}

/**
 * A tensor with a copy of `data`, rounded to float32, row-major.
 *
 * @throws {TypeError} where shape or data is not an array.
 * @throws {RangeError} where the number of values is not the size of the shape.
 *
 * @example
 * ```ts
 * import { tensor } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * const x = tensor([2, 3], [1, 2, 3, 4, 5, 6]);
 * expect(x.data[1 * 3 + 2]).toBe(6);
 * ```
 */
export function tensor(shape: Shape, data: ArrayLike<number>): Tensor {
  const size = sizeOf(shape);
  if (numbers("data", data).length !== size) {
    throw new RangeError(
      `Cannot fill shape ${show(shape)} with ${data.length} values: it takes ${size}`,
    );
  }
  return { shape: [...shape], data: Float32Array.from(data) };
}

/** A tensor that was given. @throws {TypeError} where it is none. */
export function checkTensor(what: string, given: Tensor): Tensor {
  const isTensor = Array.isArray(given?.shape) && given.data instanceof Float32Array;
  return must(what, given, isTensor, "a tensor, such as tensor([1, 2], [3, 4])");
}

/** A shape as people write it: `(784, 256)`. */
export function show(shape: Shape): string {
  return `(${shape.join(", ")})`;
}
