import { aboveZero, finite, onlyOptions, trueOrFalse } from "../tensor/arguments.ts";
import { type Shape, show, sizeOf } from "../tensor/tensor.ts";
import { type Initializer, initializer, type Law } from "./initializer.ts";
import { structuredLaw, weightOf } from "./structured.ts";

/**
 * gain times the identity, rectangular shapes padded with zeros: W[i, j] = gain where i = j, else 0.
 *
 * With `batched`, the axes before the last two count matrices, each of them the identity. As the recurrent weight of ReLU
 * units, with biases 0, it is the start of an IRNN.
 *
 * @throws {RangeError} where the gain is not finite or the shape is not a matrix, nor a batch of them where that is said.
 *
 * Reference: Le, Jaitly and Hinton (2015) for the IRNN.
 *
 * @example
 * ```ts
 * import { identity, rng } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * expect([...identity()([2, 3], rng("any")).data]).toEqual([1, 0, 0, 0, 1, 0]);
 * ```
 */
export function identity(options: { gain?: number; batched?: boolean } = {}): Initializer {
  onlyOptions("identity", options, ["gain", "batched"]);
  const gain = finite("gain", options.gain ?? 1);
  const batched = trueOrFalse("batched", options.batched ?? false);
  return initializer(
    { name: "identity", gain, batched },
    (shape) => {
      const [rows, columns] = checkMatrix(shape, batched);
      const share = 1 / Math.max(rows, columns);
      return diagonalLaw(gain, share);
    },
    (shape) => {
      const [rows, columns] = checkMatrix(shape, batched);
      const data = new Float32Array(sizeOf(shape));
      for (let start = 0; start < data.length; start += rows * columns) {
        for (let i = 0; i < Math.min(rows, columns); i++) data[start + i * columns + i] = gain;
      }
      return { shape: [...shape], data };
    },
  );
}

/**
 * gain times an identity that is repeated where outputs outnumber inputs: output j copies input j mod n.
 *
 * The taps of a kernel count as inputs, those of one channel next to each other, so that outputs copy shifted channels. For the
 * main weights of a network that shall start as the identity; the end of a residual branch takes {@linkcode idInitZero}. The
 * noise of about 1e-6 that the paper also adds is left out.
 *
 * @throws {RangeError} where the gain is not finite or the shape has fewer than two axes or no elements.
 *
 * Reference: Pan, Wang, Wu, Wang, Zhang and Xu (2025), IDInit, IDI with tau = gain.
 *
 * @example
 * ```ts
 * import { idInit, rng } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * expect([...idInit()([2, 3], rng("any")).data]).toEqual([1, 0, 1, 0, 1, 0]);
 * ```
 */
export function idInit(options: { gain?: number } = {}): Initializer {
  onlyOptions("idInit", options, ["gain"]);
  const gain = finite("gain", options.gain ?? 1);
  return initializer(
    { name: "idInit", gain },
    (shape) => {
      const { taps, inputs } = weightOf("an identity", shape);
      const share = 1 / (taps * inputs);
      return diagonalLaw(gain, share);
    },
    (shape) => perOutput(shape, (output, rows) => [[output % rows, gain]]),
  );
}

/**
 * A weight near zero whose units can still learn: each output is epsilon times the difference of two inputs.
 *
 * With n inputs (as {@linkcode idInit} counts them) and m outputs, output j has +epsilon at input j mod n, and -epsilon at
 * input m + j mod (n - m) where m < n, else at input (j + 1) mod n. A single input has signs in turn.
 *
 * @throws {RangeError} where epsilon is not above 0 or the shape has fewer than two axes or no elements.
 *
 * Reference: Pan, Wang, Wu, Wang, Zhang and Xu (2025), IDInit, IDIZ.
 *
 * @example
 * ```ts
 * import { idInitZero, rng } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * const { data } = idInitZero({ epsilon: 0.5 })([3, 1], rng("any"));
 * expect([...data]).toEqual([0.5, -0.5, 0]);
 * ```
 */
export function idInitZero(options: { epsilon?: number } = {}): Initializer {
  onlyOptions("idInitZero", options, ["epsilon"]);
  const epsilon = aboveZero("epsilon", options.epsilon ?? 1e-6);
  return initializer(
    { name: "idInitZero", epsilon },
    (shape) => {
      const { taps, inputs, outputs } = weightOf("an identity", shape);
      const rows = taps * inputs;
      const mean = rows === 1 ? (outputs % 2) / outputs : 0;
      const low = rows === 1 && outputs === 1 ? epsilon : -epsilon;
      return structuredLaw(epsilon, mean, Math.min(1, 2 / rows), low, epsilon);
    },
    (shape) => {
      const { outputs } = weightOf("an identity", shape);
      return perOutput(shape, (output, rows) => {
        if (rows === 1) return [[0, output % 2 === 0 ? epsilon : -epsilon]];
        const other = outputs < rows ? outputs + output % (rows - outputs) : (output + 1) % rows;
        return [[output % rows, epsilon], [other, -epsilon]];
      });
    },
  );
}

/** The law where a share of the entries is gain and the others are 0. */
function diagonalLaw(gain: number, share: number): Law {
  const other = share === 1 ? gain : 0;
  return structuredLaw(gain, share, share, Math.min(other, gain), Math.max(other, gain));
}

/** A tensor of zeros but for some entries of each output's column; a kernel's rows are all taps of input 0, then of input 1 ... */
function perOutput(
  shape: Shape,
  entries: (output: number, rows: number) => readonly (readonly [row: number, value: number])[],
): { shape: Shape; data: Float32Array } {
  const { taps, inputs, outputs } = weightOf("an identity", shape);
  const data = new Float32Array(sizeOf(shape));
  for (let output = 0; output < outputs; output++) {
    for (const [row, value] of entries(output, taps * inputs)) {
      const input = Math.floor(row / taps), tap = row % taps;
      data[(tap * inputs + input) * outputs + output] = value;
    }
  }
  return { shape: [...shape], data };
}

function checkMatrix(shape: Shape, batched: boolean): readonly [rows: number, columns: number] {
  const fits = batched ? shape.length >= 2 : shape.length === 2;
  if (sizeOf(shape) > 0 && fits) {
    const [rows, columns] = shape.slice(-2);
    return [rows, columns];
  }
  throw new RangeError(
    `Cannot make an identity of shape ${show(shape)}: use a shape (in, out) without a 0` +
      (batched ? ", after the axes of the batch" : ", dirac() for a kernel, or { batched: true }"),
  );
}
