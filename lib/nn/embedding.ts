import { kernels } from "../numerics/kernels.ts";
import { must } from "../tensor/arguments.ts";
import { show } from "../tensor/tensor.ts";
import { checkVars, type Var } from "./tape.ts";

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
  checkVars({ table });
  must("ids", ids, ids instanceof Int32Array, "an Int32Array, such as Int32Array.of(0, 2)");
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
 * y = x table^T, a logit for each row of the table: (m, d) and (V, d) give (m, V). Backward: dx = dy table, dtable = dy^T x.
 *
 * @throws {RangeError} where a shape has not two axes or the widths differ.
 *
 * @example
 * ```ts
 * import { onTape, tensor, unembedding } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * const y = onTape((tape) => {
 *   const x = tape.constant(tensor([1, 2], [1, 10]));
 *   return [...unembedding(x, tape.constant(tensor([3, 2], [1, 2, 3, 4, 5, 6]))).data];
 * });
 * expect(y).toEqual([21, 43, 65]);
 * ```
 */
export function unembedding(x: Var, table: Var): Var {
  checkVars({ x, table });
  const [m, width] = x.shape, [n, d] = table.shape;
  if (x.shape.length !== 2 || table.shape.length !== 2 || d !== width) {
    throw new RangeError(
      `Cannot compare ${show(x.shape)} with the rows of ${show(table.shape)}: widths must be equal`,
    );
  }
  const rows = { data: x.data, rowStride: d, columnStride: 1 };
  return x.tape.operation(
    [m, n],
    [x, table],
    (y) => {
      const transposed = { data: table.data, rowStride: 1, columnStride: d };
      kernels.matmul(y, 0, n, m, d, n, rows, transposed, false);
    },
    (dy) => {
      if (x.needsGradient) {
        const a = { data: dy, rowStride: n, columnStride: 1 };
        const b = { data: table.data, rowStride: d, columnStride: 1 };
        kernels.matmul(x.gradient, 0, d, m, n, d, a, b, true);
      }
      if (table.needsGradient) {
        const a = { data: dy, rowStride: 1, columnStride: n };
        kernels.matmul(table.gradient, 0, d, n, m, d, a, rows, true);
      }
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
