/** Float32 row by row: gains of columns, rows of a table, pairs of columns turned by their row's position. */
import { requireIndices, requireLength, requireRotation, requireRows } from "./checks.ts";
import { add } from "./elementwise.ts";
import type { Rotation } from "./sequenceInterface.ts";

const f = Math.fround;

export function multiplyColumns(out: Float32Array, x: Float32Array, gain: Float32Array): void {
  requireLength("multiply columns", "out", out.length, x.length);
  const rows = requireRows("multiply columns", x.length, gain.length);
  for (let i = 0, at = 0; i < rows; i++) {
    for (let j = 0; j < gain.length; j++, at++) out[at] = x[at] * gain[j];
  }
}

export function addColumnProducts(out: Float32Array, x: Float32Array, y: Float32Array): void {
  requireLength("add column products", "y", y.length, x.length);
  const rows = requireRows("add column products", x.length, out.length);
  const sums = new Float32Array(out.length);
  for (let i = 0, at = 0; i < rows; i++) {
    for (let j = 0; j < sums.length; j++, at++) sums[j] += f(x[at] * y[at]);
  }
  add(out, sums);
}

export function gatherRows(
  out: Float32Array,
  table: Float32Array,
  indices: Int32Array,
  columns: number,
): void {
  requireIndices(indices, requireRows("gather rows", table.length, columns));
  requireLength("gather rows", "out", out.length, indices.length * columns);
  indices.forEach((index, i) => {
    out.set(table.subarray(index * columns, (index + 1) * columns), i * columns);
  });
}

export function scatterRows(
  table: Float32Array,
  x: Float32Array,
  indices: Int32Array,
  columns: number,
): void {
  requireIndices(indices, requireRows("scatter rows", table.length, columns));
  requireLength("scatter rows", "x", x.length, indices.length * columns);
  indices.forEach((index, i) => {
    for (let j = 0; j < columns; j++) table[index * columns + j] += x[i * columns + j];
  });
}

export function addRotated(
  out: Float32Array,
  x: Float32Array,
  cosines: Float32Array,
  sines: Float32Array,
  rotation: Rotation,
): void {
  const rows = requireRotation(out, x, cosines, sines, rotation);
  const { width, half, backward } = rotation;
  for (let row = 0; row < rows; row++) {
    const angles = (row * half) % cosines.length;
    for (let first = 0; first < width; first += 2 * half) {
      for (let k = 0; k < half; k++) {
        const low = row * width + first + k, high = low + half;
        const c = cosines[angles + k], s = backward ? -sines[angles + k] : sines[angles + k];
        const a = x[low], b = x[high];
        out[low] += f(f(a * c) - f(b * s));
        out[high] += f(f(b * c) + f(a * s));
      }
    }
  }
}
