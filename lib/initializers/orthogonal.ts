import { kernels } from "../numerics/kernels.ts";
import { finite, onlyOptions } from "../tensor/arguments.ts";
import { type Shape, show, sizeOf, type Tensor } from "../tensor/tensor.ts";
import { type Initializer, initializer } from "./initializer.ts";

/**
 * gain Q, with Q uniform (Haar) among matrices whose shorter side is orthonormal.
 *
 * A shape (...rest, out) is read as a (rest, out) matrix W: W^T W = gain^2 I where rest >= out, else
 * W W^T = gain^2 I. Q is the Gram-Schmidt basis of a normal matrix; its R has a positive diagonal, so
 * that Q needs no sign correction. One entry has mean 0 and std gain / sqrt(longer side).
 *
 * @throws {RangeError} where the gain is not finite, or the shape has fewer than two axes or no elements.
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
export function orthogonal(options: { gain?: number } = {}): Initializer {
  onlyOptions("orthogonal", options, ["gain"]);
  const gain = finite("gain", options.gain ?? 1);
  return initializer(
    { name: "orthogonal", gain },
    (shape) => {
      const { rows, columns } = matrixOf(shape);
      const bound = Math.abs(gain), std = bound / Math.sqrt(Math.max(rows, columns));
      return { distribution: "orthogonal", mean: 0, std, low: -bound, high: bound };
    },
    (shape, rng) => {
      const { rows, columns } = matrixOf(shape);
      const short = Math.min(rows, columns), long = Math.max(rows, columns);
      const basis = rng.normal([short, long]).data;
      kernels.orthogonalRows(basis, short, long);
      kernels.scale(basis, Math.fround(gain));
      const data = rows <= columns ? basis : transpose(basis, short, long);
      return { shape: [...shape], data };
    },
  );
}

/**
 * gain times the identity, rectangular shapes padded with zeros: W[i, j] = gain where i = j, else 0.
 *
 * @throws {RangeError} where the gain is not finite or the shape is not a matrix.
 *
 * @example
 * ```ts
 * import { identity, rng } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * expect([...identity()([2, 3], rng("any")).data]).toEqual([1, 0, 0, 0, 1, 0]);
 * ```
 */
export function identity(options: { gain?: number } = {}): Initializer {
  onlyOptions("identity", options, ["gain"]);
  const gain = finite("gain", options.gain ?? 1);
  return initializer(
    { name: "identity", gain },
    (shape) => {
      const [rows, columns] = checkMatrix(shape);
      const share = 1 / Math.max(rows, columns);
      return {
        distribution: "structured",
        mean: gain * share,
        std: Math.abs(gain) * Math.sqrt(share * (1 - share)),
        low: Math.min(0, gain),
        high: Math.max(0, gain),
      };
    },
    (shape): Tensor => {
      const [rows, columns] = checkMatrix(shape);
      const data = new Float32Array(rows * columns);
      for (let i = 0; i < Math.min(rows, columns); i++) data[i * columns + i] = gain;
      return { shape: [...shape], data };
    },
  );
}

function matrixOf(shape: Shape): { rows: number; columns: number } {
  const size = sizeOf(shape);
  if (shape.length < 2 || size === 0) {
    throw new RangeError(
      `Cannot make an orthogonal tensor of shape ${show(shape)}: use a shape (in, out) or ` +
        "(...kernel, in, out) without a 0",
    );
  }
  const columns = shape[shape.length - 1];
  return { rows: size / columns, columns };
}

function checkMatrix(shape: Shape): Shape {
  if (sizeOf(shape) > 0 && shape.length === 2) return shape;
  throw new RangeError(
    `Cannot make an identity of shape ${show(shape)}: use a shape (in, out) without a 0`,
  );
}

function transpose(data: Float32Array, rows: number, columns: number): Float32Array {
  const out = new Float32Array(data.length);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) out[j * rows + i] = data[i * columns + j];
  }
  return out;
}
