import { onlyOptions } from "../tensor/arguments.ts";
import { sizeOf } from "../tensor/tensor.ts";
import { type Initializer, initializer } from "./initializer.ts";
import { structuredLaw, tapAt, type Weight, weightOf } from "./structured.ts";

/**
 * No randomness at all: the identity where out <= in, else the upper left part of a Hadamard matrix, H[i, j] / sqrt(p).
 *
 * p is the smallest power of two >= out, and H[i, j] = -1 where i and j have an odd number of bits in common, else 1. A kernel
 * has this at the tap in the middle, floor(size / 2), and zeros elsewhere. W W^T = I where out is a power of two; otherwise
 * some singular values are below 1.
 *
 * @throws {RangeError} where the shape has fewer than two axes or no elements.
 *
 * Reference: Zhao, Schäfer and Anandkumar (2022), algorithms 1 and 2.
 *
 * @example
 * ```ts
 * import { rng, zerO } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * const half = 0.5;
 * expect([...zerO()([2, 4], rng("any")).data]).toEqual(
 *   [half, half, half, half, half, -half, half, -half],
 * );
 * ```
 */
export function zerO(options: Record<never, never> = {}): Initializer {
  onlyOptions("zerO", options, []);
  return initializer(
    { name: "zerO" },
    (shape) => {
      const weight = weightOf("a ZerO weight", shape), { taps, inputs, outputs } = weight;
      const size = taps * inputs * outputs;
      if (outputs <= inputs) return structuredLaw(1, outputs / size, outputs / size, 0, 1);
      const entry = entryOf(weight), sum = signSum(inputs, outputs, orderOf(outputs));
      const low = inputs > 1 ? -entry : taps > 1 ? 0 : entry;
      return structuredLaw(entry, sum / size, 1 / taps, low, entry);
    },
    (shape) => {
      const weight = weightOf("a ZerO weight", shape), { kernel, inputs, outputs } = weight;
      const data = new Float32Array(sizeOf(shape));
      const middle = tapAt(kernel, (size) => Math.floor(size / 2)) * inputs * outputs;
      if (outputs <= inputs) {
        for (let j = 0; j < outputs; j++) data[middle + j * outputs + j] = 1;
        return { shape: [...shape], data };
      }
      const entry = entryOf(weight);
      for (let i = 0; i < inputs; i++) {
        for (let j = 0; j < outputs; j++) {
          data[middle + i * outputs + j] = oddBits(i & j) ? -entry : entry;
        }
      }
      return { shape: [...shape], data };
    },
  );
}

/** The size of each entry at the tap that is not 0. */
function entryOf({ outputs }: Weight): number {
  return 1 / Math.sqrt(orderOf(outputs));
}

/** The smallest power of two >= n. */
function orderOf(n: number): number {
  let order = 1;
  while (order < n) order *= 2;
  return order;
}

function oddBits(bits: number): boolean {
  let odd = false;
  for (let rest = bits; rest !== 0; rest &= rest - 1) odd = !odd;
  return odd;
}

/** Sum of the upper left (rows, columns) part of the Hadamard matrix [H, H; H, -H] of an order, by its quarters. */
function signSum(rows: number, columns: number, order: number): number {
  if (rows === 0 || columns === 0) return 0;
  if (rows === order || columns === order) return order;
  const half = order / 2;
  const [upper, left] = [Math.min(rows, half), Math.min(columns, half)];
  const [lower, right] = [rows - upper, columns - left];
  return signSum(upper, left, half) + signSum(upper, right, half) +
    signSum(lower, left, half) - signSum(lower, right, half);
}
