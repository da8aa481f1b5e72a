import { kernels } from "../numerics/kernels.ts";
import { show } from "../tensor/tensor.ts";
import { checkVars, type Var } from "./tape.ts";

/** Added to a mean square before its root. */
const EPSILON = 1e-5;

/**
 * y = gain (x - mean) / sqrt(variance + 1e-5) + shift over each row, mean and variance (over n, not n - 1) being the row's own.
 *
 * With gain and shift of n values, rows are runs of n: x (m, n) gives (m, n), and so may a multiple of n columns, each run by itself.
 * Without shift nothing is added. Reference: Ba, Kiros and Hinton (2016), equation 4.
 *
 * @throws {RangeError} where gain or shift do not fit the columns of x.
 *
 * @example
 * ```ts
 * import { layerNorm, onTape, tensor } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * const y = onTape((tape) => {
 *   const one = tape.constant(tensor([2], [1, 1])), x = tape.constant(tensor([1, 2], [3, 5]));
 *   return [...layerNorm(x, one, one).data];
 * });
 * expect(y[0]).toBeCloseTo(0, 4); // (3 - 4) / 1 + 1
 * expect(y[1]).toBeCloseTo(2, 4);
 * ```
 */
export function layerNorm(x: Var, gain: Var, shift?: Var): Var {
  return normalize(x, gain, shift, true);
}

/**
 * y = gain x / sqrt(mean square + 1e-5) over each row: {@linkcode layerNorm} without mean and shift.
 *
 * Reference: Zhang and Sennrich (2019), equation 4.
 *
 * @throws {RangeError} where the gain does not fit the columns of x.
 *
 * @example
 * ```ts
 * import { onTape, rmsNorm, tensor } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * const y = onTape((tape) => {
 *   const gain = tape.constant(tensor([2], [1, 1])), x = tape.constant(tensor([1, 2], [1, 7]));
 *   return [...rmsNorm(x, gain).data];
 * });
 * expect(y[0]).toBeCloseTo(0.2); // 1 / sqrt((1 + 49) / 2)
 * ```
 */
export function rmsNorm(x: Var, gain: Var): Var {
  return normalize(x, gain, undefined, false);
}

function normalize(x: Var, gain: Var, shift: Var | undefined, centered: boolean): Var {
  checkVars(shift === undefined ? { x, gain } : { x, gain, shift });
  const width = x.shape[x.shape.length - 1], [n] = gain.shape;
  const fits = ({ shape }: Var) => shape.length === 1 && shape[0] === n;
  if (!(fits(gain) && n > 0 && width % n === 0 && (shift === undefined || fits(shift)))) {
    throw new RangeError(
      `Cannot normalize ${show(x.shape)} with a gain ${show(gain.shape)}${
        shift ? ` and a shift ${show(shift.shape)}` : ""
      }: they must have as many values as x has columns, or a divisor of that number`,
    );
  }
  const { tape } = x, rows = x.data.length / n;
  const normalized = tape.scratch(x.data.length), inverses = tape.scratch(rows);
  return tape.operation(
    x.shape,
    shift ? [x, gain, shift] : [x, gain],
    (y) => {
      kernels.standardize(normalized, inverses, x.data, n, centered, EPSILON);
      kernels.multiplyColumns(y, normalized, gain.data);
      if (shift) kernels.addBias(y, y, shift.data);
    },
    (dy) => {
      if (gain.needsGradient) kernels.addColumnProducts(gain.gradient, dy, normalized);
      if (shift?.needsGradient) kernels.addColumnSums(shift.gradient, dy);
      if (!x.needsGradient) return;
      const g = tape.scratch(dy.length);
      kernels.multiplyColumns(g, dy, gain.data);
      kernels.standardizeBackward(x.gradient, normalized, inverses, g, n, centered);
    },
  );
}
