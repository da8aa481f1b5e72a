/** Block Gram-Schmidt on the rows of a matrix: nearly all of its work is matrix products. */
import type { Kernels } from "./interface.ts";

const f = Math.fround;
const BLOCK = 32;

/** What the factorization is made of; each implementation of the kernels brings its own. */
export interface OrthogonalSteps {
  readonly matmul: Kernels["matmul"];
  readonly scale: Kernels["scale"];
  /** Modified Gram-Schmidt on the rows of one block; the first row of which nothing is left, or -1. */
  orthogonalBlock(rows: Float32Array, count: number, columns: number): number;
}

/**
 * `Kernels.orthogonalRows`: each block of 32 rows is projected off all earlier rows by two products, then made orthonormal
 * within itself, both twice ("twice is enough").
 *
 * Reference: Barlow and Smoktunowicz (2013), "Reorthogonalized block classical Gram-Schmidt".
 */
export function orthogonalRows(
  steps: OrthogonalSteps,
  matrix: Float32Array,
  overlaps: Float32Array,
  rows: number,
  columns: number,
): void {
  for (let start = 0; start < rows; start += BLOCK) {
    const count = Math.min(BLOCK, rows - start);
    const block = matrix.subarray(start * columns, (start + count) * columns);
    for (let pass = 0; pass < 2; pass++) {
      if (start > 0) {
        project(steps, matrix, block, overlaps.subarray(0, count * start), start, count, columns);
      }
      const lost = steps.orthogonalBlock(block, count, columns);
      if (lost >= 0) {
        throw new RangeError(
          `Cannot make row ${
            start + lost
          } orthogonal to the rows before it: nothing finite of it is left`,
        );
      }
    }
  }
}

/** Number of elements of the overlaps between a block and the rows before it. */
export function overlapsLength(rows: number): number {
  return BLOCK * rows;
}

/** block -= (block Q^T) Q, with Q the rows before `start`. */
function project(
  steps: OrthogonalSteps,
  matrix: Float32Array,
  block: Float32Array,
  overlaps: Float32Array,
  start: number,
  count: number,
  columns: number,
): void {
  const x = { data: block, rowStride: columns, columnStride: 1 };
  const q = { data: matrix, rowStride: columns, columnStride: 1 };
  const qTransposed = { data: matrix, rowStride: 1, columnStride: columns };
  steps.matmul(overlaps, 0, start, count, columns, start, x, qTransposed, false);
  steps.scale(overlaps, -1);
  const p = { data: overlaps, rowStride: start, columnStride: 1 };
  steps.matmul(block, 0, columns, count, start, columns, p, q, true);
}

/** The reference's `orthogonalBlock`. */
export function orthogonalBlock(rows: Float32Array, count: number, columns: number): number {
  for (let i = 0; i < count; i++) {
    const row = rows.subarray(i * columns, (i + 1) * columns);
    for (let j = 0; j < i; j++) {
      const earlier = rows.subarray(j * columns, (j + 1) * columns);
      const overlap = dot(row, earlier);
      for (let k = 0; k < columns; k++) row[k] -= f(overlap * earlier[k]);
    }
    const square = dot(row, row);
    if (!(square > 0 && square < Infinity)) return i;
    const inverse = f(1 / f(Math.sqrt(square)));
    for (let k = 0; k < columns; k++) row[k] *= inverse;
  }
  return -1;
}

/** Float32 dot product, four partial sums by index mod 4, (s0 + s1) + (s2 + s3). */
function dot(x: Float32Array, y: Float32Array): number {
  const s = new Float32Array(4);
  for (let i = 0; i < x.length; i++) s[i & 3] += f(x[i] * y[i]);
  return f(f(s[0] + s[1]) + f(s[2] + s[3]));
}
