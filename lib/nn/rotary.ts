import { kernels } from "../numerics/kernels.ts";
import { count, onlyOptions } from "../tensor/arguments.ts";
import { show } from "../tensor/tensor.ts";
import { checkVars, type Var } from "./tape.ts";

/** Reference: Su et al. (2021), section 3.2.2. */
const BASE = 10000;

/**
 * Turns each pair of columns k and k + h/2 of each head of h columns by p 10000^(-2k/h), p = 0, 1, ... being the row's position.
 *
 * x is (sequences * positions, heads * h), heads side by side. Products of a turned query and a turned key depend on the distance of
 * their positions alone. Backward: turns back. Reference: Su et al. (2021), equation 15, with pairs as in GPT-NeoX and LLaMA.
 *
 * @throws {RangeError} where heads or positions do not divide the shape, or a head has an odd number of columns.
 *
 * @example
 * ```ts
 * import { onTape, rotary, tensor } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * const y = onTape((tape) => {
 *   const x = tape.constant(tensor([2, 2], [1, 0, 1, 0]));
 *   return [...rotary(x, { heads: 1, positions: 2 }).data];
 * });
 * expect(y.slice(0, 2)).toEqual([1, 0]);
 * expect(y[2]).toBeCloseTo(Math.cos(1), 6);
 * expect(y[3]).toBeCloseTo(Math.sin(1), 6);
 * ```
 */
export function rotary(
  x: Var,
  options: { heads: number; positions: number },
): Var {
  checkVars({ x });
  onlyOptions("rotary", options, ["heads", "positions"]);
  const { heads, positions } = options;
  count("heads", heads);
  count("positions", positions);
  const [rows, width] = x.shape, half = width / heads / 2;
  if (x.shape.length !== 2 || !Number.isInteger(half) || half === 0 || rows % positions > 0) {
    throw new RangeError(
      `Cannot rotate ${
        show(x.shape)
      }: it must be (a multiple of ${positions} positions, ${heads} heads of an even number of columns)`,
    );
  }
  const { cosines, sines } = angles(positions, half);
  const turn = (out: Float32Array, from: Float32Array, backward: boolean) =>
    kernels.addRotated(out, from, cosines, sines, { width, half, backward });
  return x.tape.operation(
    x.shape,
    [x],
    (y) => turn(y, x.data, false),
    (dy) => turn(x.gradient, dy, true),
  );
}

interface Angles {
  readonly cosines: Float32Array;
  readonly sines: Float32Array;
}

/** Cosines and sines of p BASE^(-k/half), (positions, half): float64 from + - * / alone, so that the bits are the same everywhere. */
function angles(positions: number, half: number): Angles {
  const cosines = new Float32Array(positions * half), sines = new Float32Array(positions * half);
  const ratio = rootOf(1 / BASE, half);
  for (let k = 0, frequency = 1; k < half; k++, frequency *= ratio) {
    const turn = cosineAndSine(frequency);
    for (let p = 0, c = 1, s = 0; p < positions; p++) {
      cosines[p * half + k] = c;
      sines[p * half + k] = s;
      [c, s] = [c * turn.c - s * turn.s, s * turn.c + c * turn.s];
    }
  }
  return { cosines, sines };
}

/** The n-th root of a number in (0, 1), by bisection. */
function rootOf(x: number, n: number): number {
  let low = 0, high = 1;
  for (let i = 0; i < 64; i++) {
    const middle = (low + high) / 2;
    let power = middle;
    for (let k = 1; k < n; k++) power *= middle;
    if (power < x) low = middle;
    else high = middle;
  }
  return high;
}

/** Of an angle in (0, 1], by their power series. */
function cosineAndSine(angle: number): { c: number; s: number } {
  let c = 0, s = 0, term = 1;
  for (let k = 0; k < 22; term *= angle / ++k) {
    const signed = k % 4 < 2 ? term : -term;
    if (k % 2 === 0) c += signed;
    else s += signed;
  }
  return { c, s };
}
