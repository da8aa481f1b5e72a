/** The conditions that every implementation of the kernels checks before it writes anything. */
import type { Operand } from "./interface.ts";

/** @throws {RangeError} unless both lengths are the same. */
export function requireLength(
  action: string,
  name: string,
  actual: number,
  expected: number,
): void {
  if (actual !== expected) {
    throw new RangeError(
      `Cannot ${action} as ${name} must have ${expected} elements: it has ${actual}`,
    );
  }
}

/** Number of rows of `columns` elements. @throws {RangeError} unless they fill the array. */
export function requireRows(action: string, length: number, columns: number): number {
  if (!(Number.isInteger(columns) && columns >= 0) || (columns === 0 ? length : length % columns)) {
    throw new RangeError(
      `Cannot ${action} as ${length} elements are no whole number of rows of length ${columns}`,
    );
  }
  return columns === 0 ? 0 : length / columns;
}

/** @throws {RangeError} unless each label names a column. */
export function requireLabels(labels: Uint8Array | Int32Array, columns: number): void {
  for (let i = 0; i < labels.length; i++) {
    if (!(labels[i] >= 0 && labels[i] < columns)) {
      throw new RangeError(
        `Cannot use label ${labels[i]} of row ${i} as labels must be 0 to ${columns - 1}`,
      );
    }
  }
}

function requireSize(name: string, value: number): void {
  if (!(Number.isInteger(value) && value >= 0)) {
    throw new RangeError(`Cannot multiply as ${name} must be an integer >= 0: it is ${value}`);
  }
}

function requireOperand(name: string, x: Operand, rows: number, columns: number): void {
  requireSize(`the offset of ${name}`, x.offset ?? 0);
  requireSize(`the row stride of ${name}`, x.rowStride);
  requireSize(`the column stride of ${name}`, x.columnStride);
  if (rows === 0 || columns === 0) return;
  const last = (x.offset ?? 0) + (rows - 1) * x.rowStride + (columns - 1) * x.columnStride;
  if (last >= x.data.length) {
    throw new RangeError(
      `Cannot multiply as ${name}, (${rows}, ${columns}), needs ${
        last + 1
      } elements: it has ${x.data.length}`,
    );
  }
}

/** @throws {RangeError} unless the three matrices of a product lie within their arrays. */
export function requireProduct(
  c: Float32Array,
  cOffset: number,
  ldc: number,
  m: number,
  k: number,
  n: number,
  a: Operand,
  b: Operand,
): void {
  requireSize("m", m);
  requireSize("k", k);
  requireSize("n", n);
  if (m > 1 && ldc < n) {
    throw new RangeError(
      `Cannot multiply as the rows of c must not overlap: ldc is ${ldc}, n is ${n}`,
    );
  }
  requireOperand("c", { data: c, offset: cOffset, rowStride: ldc, columnStride: 1 }, m, n);
  requireOperand("a", a, m, k);
  requireOperand("b", b, k, n);
}

/** @throws {RangeError} unless a matrix of that length has `rows` <= `columns` rows. */
export function requireRowVectors(length: number, rows: number, columns: number): void {
  requireLength("orthogonalize", `a (${rows}, ${columns}) matrix`, length, rows * columns);
  if (!(rows <= columns)) {
    throw new RangeError(
      `Cannot make ${rows} rows of length ${columns} orthonormal as there are more rows than columns: transpose the matrix`,
    );
  }
}
