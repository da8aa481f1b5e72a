import { kernels } from "../numerics/kernels.ts";
import { show } from "../tensor/tensor.ts";
import type { Var } from "./tape.ts";

/**
 * Row ids[i] of the table for each id: a table (V, d) and n ids give (n, d). Backward: each row's gradient is added to its id's row.
 *
 * @throws {RangeError} where the table has not two axes or an id is not one of 0 ... V - 1.
 *
 * @example
 * ```ts
 * import { embedding, onTape, tensor } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * const y = onTape((tape) => {
 *   const table = tape.constant(tensor([3, 2], [0, 1, 10, 11, 20, 21]));
 *   return [...embedding(table, Int32Array.of(2, 0)).data];
 * });
 * expect(y).toEqual([20, 21, 0, 1]);
 * ```
 */
export function embedding(table: Var, ids: Int32Array): Var {
  if (table.shape.length !== 2) {
    throw new RangeError(
      `Cannot look up rows of shape ${show(table.shape)} as a table has 2 axes`,
    );
  }
  const [, width] = table.shape;
  return table.tape.operation(
    [ids.length, width],
    [table],
    (y) => kernels.gatherRows(y, table.data, ids, width),
    (dy) => {
      const whole = table.tape.scratch(table.data.length);
      kernels.scatterRows(whole, dy, ids, width);
      kernels.add(table.gradient, whole);
    },
  );
}

/**
 * Numbers that stand for ids, as integers.
 *
 * @throws {RangeError} where one is not an integer of 0 ... count - 1.
 */
export function idsOf(x: Float32Array, count: number): Int32Array {
  const ids = Int32Array.from(x);
  const wrong = ids.findIndex((id, i) => id !== x[i] || id < 0 || id >= count);
  if (wrong < 0) return ids;
  throw new RangeError(
    `Cannot look up token ${
      x[wrong]
    }, number ${wrong} of the inputs, as tokens are the integers 0 to ${count - 1}`,
  );
}
