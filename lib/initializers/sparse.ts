import { atLeastZero, onlyOptions } from "../tensor/arguments.ts";
import { partOf } from "../tensor/randomSource.ts";
import { type Shape, show, sizeOf } from "../tensor/tensor.ts";
import { type Initializer, initializer } from "./initializer.ts";
import { structuredLaw } from "./structured.ts";

/**
 * N(0, std^2) with ceil(sparsity in) zeros in each column of an (in, out) weight, at random rows: each unit hears the same small
 * number of inputs.
 *
 * std 0.01 when left out is PyTorch's; the paper has 15 inputs, drawn with std 1 as a later one by its author says. One entry has
 * variance std^2 (1 - zeros / in).
 *
 * @throws {RangeError} where sparsity is not in [0, 1], std is negative, or the shape is not (in, out) without a 0.
 *
 * Reference: Martens (2010), section 5, and Sutskever et al. (2013), section 3.1; `torch.nn.init.sparse_`, which reads the
 * same array as (out, in).
 *
 * @example
 * ```ts
 * import { rng, sparse } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * const { data } = sparse({ sparsity: 0.9 })([10, 3], rng("example"));
 * expect(data.filter((w) => w !== 0).length).toBe(3);
 * ```
 */
export function sparse(options: { sparsity: number; std?: number }): Initializer {
  onlyOptions("sparse", options, ["sparsity", "std"]);
  const sparsity = atLeastZero("sparsity", options.sparsity);
  if (sparsity > 1) {
    throw new RangeError(
      `Cannot use sparsity as it must be <= 1, the share of zeros: current value is ${sparsity}`,
    );
  }
  const std = atLeastZero("std", options.std ?? 0.01);
  return initializer(
    { name: "sparse", sparsity, std },
    (shape) => {
      const [rows] = checkMatrix(shape);
      const kept = 1 - Math.ceil(sparsity * rows) / rows;
      return structuredLaw(std, 0, kept, -Infinity, Infinity);
    },
    (shape, rng) => {
      const [rows, columns] = checkMatrix(shape);
      const drawn = rng.normal(shape, { std });
      for (let column = 0; column < columns; column++) {
        const order = partOf(rng, column).permutation(rows);
        for (const row of order.subarray(0, Math.ceil(sparsity * rows))) {
          drawn.data[row * columns + column] = 0;
        }
      }
      return drawn;
    },
  );
}

function checkMatrix(shape: Shape): Shape {
  if (sizeOf(shape) > 0 && shape.length === 2) return shape;
  throw new RangeError(
    `Cannot make a sparse weight of shape ${show(shape)}: use a shape (in, out) without a 0`,
  );
}
