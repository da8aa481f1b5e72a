import { requireSizes } from "./checks.ts";

const MAX_SWEEPS = 60;

/** The columns of a tall matrix, or the rows of a wide one, each as one float64 vector, divided by `scale`. */
function thinSide(data: ArrayLike<number>, rows: number, columns: number, scale: number) {
  const wide = columns > rows;
  const length = Math.max(rows, columns);
  return Array.from({ length: Math.min(rows, columns) }, (_, i) => {
    const vector = new Float64Array(length);
    for (let j = 0; j < length; j++) {
      vector[j] = data[wide ? i * columns + j : j * columns + i] / scale;
    }
    return vector;
  });
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}

/** Rotates two vectors until they are orthogonal; says whether they were not already. */
function orthogonalize(a: Float64Array, b: Float64Array): boolean {
  const aa = dot(a, a);
  const bb = dot(b, b);
  const ab = dot(a, b);
  if (Math.abs(ab) <= 1e-15 * Math.sqrt(aa * bb)) return false;
  const zeta = (bb - aa) / (2 * ab);
  const tangent = (zeta < 0 ? -1 : 1) / (Math.abs(zeta) + Math.hypot(1, zeta));
  const cosine = 1 / Math.hypot(1, tangent);
  const sine = tangent * cosine;
  for (let i = 0; i < a.length; i++) {
    const [x, y] = [a[i], b[i]];
    a[i] = cosine * x - sine * y;
    b[i] = sine * x + cosine * y;
  }
  return true;
}

/**
 * The min(rows, columns) singular values of a row-major (rows, columns) matrix, largest first, in float64.
 *
 * One-sided Jacobi: pairs of columns are rotated until all are orthogonal; their lengths are the singular values.
 *
 * @throws {RangeError} If the length of `data` is not rows times columns, or an entry is not finite.
 * @example
 * ```ts
 * import { singularValues } from "step-zero";
 * import { expect } from "@std/expect";
 * expect([...singularValues([3, 0, 0, 0, -4, 0], 2, 3)]).toEqual([4, 3]);
 * ```
 * Reference: Hestenes (1958); Demmel and Veselic (1992).
 */
export function singularValues(
  data: ArrayLike<number>,
  rows: number,
  columns: number,
): Float64Array {
  const needed = requireSizes(rows, columns), given = Object(data).length ?? "no";
  if (given !== needed) {
    throw new RangeError(
      `Cannot read ${given} numbers as a (${rows}, ${columns}) matrix: ${needed} are needed`,
    );
  }
  let scale = 0;
  for (let i = 0; i < data.length; i++) {
    if (!Number.isFinite(data[i])) {
      throw new RangeError(
        `Cannot compute singular values as every entry must be finite: entry ${i} is ${data[i]}`,
      );
    }
    scale = Math.max(scale, Math.abs(data[i]));
  }
  if (scale === 0) return new Float64Array(Math.min(rows, columns));
  const vectors = thinSide(data, rows, columns, scale);
  for (let sweep = 0, turned = true; turned && sweep < MAX_SWEEPS; sweep++) {
    turned = false;
    for (let i = 0; i < vectors.length; i++) {
      for (let j = i + 1; j < vectors.length; j++) {
        if (orthogonalize(vectors[i], vectors[j])) turned = true;
      }
    }
  }
  return Float64Array.from(vectors, (vector) => scale * Math.sqrt(dot(vector, vector)))
    .sort((a, b) => b - a);
}
