import { aboveZero, found, onlyOptions } from "../tensor/arguments.ts";
import { type Shape, show, sizeOf } from "../tensor/tensor.ts";
import { type Initializer, initializer } from "./initializer.ts";
import { structuredLaw } from "./structured.ts";

/**
 * An embedding's N(0, std^2) with one row of zeros, that of the padding token.
 *
 * A random entry has variance (1 - 1 / rows) std^2.
 *
 * @throws {RangeError} where std is not positive, row is not an integer >= 0, or the shape has no such row.
 *
 * Reference: torch/nn/modules/sparse.py, Embedding (padding_idx).
 *
 * @example
 * ```ts
 * import { paddedNormal, rng } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * const { data } = paddedNormal({ std: 0.02, row: 1 })([3, 2], rng("example"));
 * expect([data[2], data[3], data[4] === 0]).toEqual([0, 0, false]);
 * ```
 */
export function paddedNormal(options: { std: number; row: number }): Initializer {
  onlyOptions("paddedNormal", options, ["std", "row"]);
  const std = aboveZero("std", options.std), { row } = options;
  if (!Number.isSafeInteger(row) || row < 0) {
    throw new RangeError(`Cannot use row as it must be an integer >= 0: ${found(row)}`);
  }
  return initializer(
    { name: "paddedNormal", std, row },
    (shape) => {
      checkRow(shape, row);
      return structuredLaw(std, 0, 1 - 1 / shape[0], -Infinity, Infinity);
    },
    (shape, rng) => {
      checkRow(shape, row);
      const { data } = rng.normal(shape, { std }), width = data.length / shape[0];
      data.fill(0, row * width, (row + 1) * width);
      return { shape: [...shape], data };
    },
  );
}

function checkRow(shape: Shape, row: number): void {
  if (sizeOf(shape) > 0 && row < shape[0]) return;
  throw new RangeError(`Cannot set row ${row} of shape ${show(shape)} to 0: there is none`);
}
