import { kernels } from "../numerics/kernels.ts";
import { count, finite, oneOf, onlyOptions } from "../tensor/arguments.ts";
import type { RandomSource } from "../tensor/randomSource.ts";
import type { Shape } from "../tensor/tensor.ts";
import { type Initializer, initializer, type InitializerSpec } from "./initializer.ts";
import { weightOf } from "./structured.ts";

/** Which axis of a kernel its columns belong to: the rest is flattened into rows. */
export type Columns = "out" | "in";

export interface OrthogonalOptions {
  /** Length of each orthogonal row or column; 1 when left out. */
  gain?: number;
  /** "out", as PyTorch, Keras and JAX have it, when left out; "in" is JAX's column_axis -2. For (in, out) the law is the same. */
  columns?: Columns;
}

/**
 * gain Q, with Q uniform (Haar) among matrices whose shorter side is orthonormal.
 *
 * A shape (...kernel, in, out) is read as a (kernel in, out) matrix W, or as (kernel out, in) with columns
 * "in": W^T W = gain^2 I where it is tall, else W W^T = gain^2 I. Q is the Gram-Schmidt basis of a normal matrix; its
 * R has a positive diagonal, so that Q needs no sign correction. One entry has mean 0 and std
 * gain / sqrt(longer side).
 *
 * @throws {RangeError} where the gain is not finite, columns is neither of the two, or the shape has fewer than two axes or no elements.
 *
 * Reference: Saxe, McClelland and Ganguli (2014); Mezzadri (2007) for the uniform law.
 *
 * @example
 * ```ts
 * import { orthogonal, rng } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * const { data } = orthogonal()([2, 3], rng("example"));
 * expect(data[0] * data[3] + data[1] * data[4] + data[2] * data[5]).toBeCloseTo(0, 6);
 * ```
 */
export function orthogonal(options: OrthogonalOptions = {}): Initializer {
  onlyOptions("orthogonal", options, ["gain", "columns"]);
  const gain = finite("gain", options.gain ?? 1);
  const columns = oneOf("columns", options.columns ?? "out", ["out", "in"]);
  return withGain({ name: "orthogonal", gain, columns }, gain, columns);
}

/**
 * `orthogonal` with gain sqrt(2 / layers), for the weights that end a residual branch: the branches' sum stays of order 1.
 *
 * @throws {RangeError} where layers is not an integer >= 1, or the shape has fewer than two axes or no elements.
 *
 * Reference: GPT-NeoX, init method "scaled_orthogonal".
 *
 * @example
 * ```ts
 * import { scaledOrthogonal } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * expect(scaledOrthogonal({ layers: 8 }).law([64, 16]).std).toBe(0.5 / 8);
 * ```
 */
export function scaledOrthogonal(options: { layers: number }): Initializer {
  onlyOptions("scaledOrthogonal", options, ["layers"]);
  const layers = count("layers", options.layers);
  return withGain({ name: "scaledOrthogonal", layers }, Math.sqrt(2 / layers), "out");
}

function withGain(spec: InitializerSpec, gain: number, axis: Columns): Initializer {
  const sidesOf = (shape: Shape) => {
    const { taps, inputs, outputs } = weightOf("an orthogonal tensor", shape);
    const columns = axis === "out" ? outputs : inputs;
    return { rows: taps * inputs * outputs / columns, columns, outputs };
  };
  return initializer(
    spec,
    (shape) => {
      const { rows, columns } = sidesOf(shape);
      const bound = Math.abs(gain), std = bound / Math.sqrt(Math.max(rows, columns));
      return { distribution: "orthogonal", mean: 0, std, low: -bound, high: bound };
    },
    (shape, rng) => {
      const { rows, columns, outputs } = sidesOf(shape);
      const matrix = orthogonalMatrix(rows, columns, gain, rng);
      if (axis === "out") return { shape: [...shape], data: matrix };
      const data = new Float32Array(matrix.length);
      for (let row = 0; row < rows; row++) {
        const tap = Math.floor(row / outputs), output = row % outputs;
        for (let input = 0; input < columns; input++) {
          data[(tap * columns + input) * outputs + output] = matrix[row * columns + input];
        }
      }
      return { shape: [...shape], data };
    },
  );
}

/** gain Q as a row-major (rows, columns) matrix, from a normal (shorter, longer) matrix. */
export function orthogonalMatrix(
  rows: number,
  columns: number,
  gain: number,
  rng: RandomSource,
): Float32Array {
  const short = Math.min(rows, columns), long = Math.max(rows, columns);
  const basis = rng.normal([short, long]).data;
  kernels.orthogonalRows(basis, short, long);
  kernels.scale(basis, Math.fround(gain));
  return rows <= columns ? basis : transpose(basis, short, long);
}

/** The (columns, rows) matrix of a (rows, columns) one. */
export function transpose(data: Float32Array, rows: number, columns: number): Float32Array {
  const out = new Float32Array(data.length);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) out[j * rows + i] = data[i * columns + j];
  }
  return out;
}
