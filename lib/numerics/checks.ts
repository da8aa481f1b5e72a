/** The conditions that every implementation of the kernels checks before it writes anything. */
import type { Operand } from "./interface.ts";
import type { AttentionShape, Rotation, Windows } from "./sequenceInterface.ts";

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

/** @throws {TypeError} unless the value is a number, which may be NaN. */
export function requireNumber(action: string, name: string, value: number): void {
  if (typeof value === "number") return;
  throw new TypeError(`Cannot ${action} as ${name} must be a number: it is ${typeof value}`);
}

/** @throws {TypeError} unless the value is a function of a number. */
export function requireIntegrand(name: string, value: (z: number) => number): void {
  if (typeof value === "function") return;
  throw new TypeError(
    `Cannot integrate ${name} as it must be a function such as (z) => z * z: it is ${typeof value}`,
  );
}

/** @throws {TypeError} unless the kinks, where there are any, are an array of numbers. */
export function requireKinks(options: { readonly kinks?: readonly number[] }): void {
  const isPlain = typeof options === "object" && options !== null && !Array.isArray(options) &&
    Object.keys(options).every((name) => name === "kinks");
  const kinks = isPlain ? options.kinks ?? [] : undefined;
  if (Array.isArray(kinks) && kinks.every((kink) => typeof kink === "number")) return;
  throw new TypeError("Cannot use kinks as they must be an array of numbers: pass { kinks: [0] }");
}

/** How many entries a matrix has. @throws {RangeError} unless its sizes are integers >= 0. */
export function requireSizes(rows: number, columns: number): number {
  for (const size of [rows, columns]) {
    if (Number.isInteger(size) && size >= 0) continue;
    throw new RangeError(`Cannot use ${String(size)} as a size: sizes must be integers >= 0`);
  }
  return rows * columns;
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

/** @throws {RangeError} unless each index names one of `rows` rows. */
export function requireIndices(indices: Int32Array, rows: number): void {
  for (let i = 0; i < indices.length; i++) {
    if (indices[i] >= 0 && indices[i] < rows) continue;
    throw new RangeError(
      `Cannot use index ${indices[i]} as there are ${rows} rows, counted from 0`,
    );
  }
}

/** Width of a row. @throws {RangeError} unless the arrays are those of an attention. */
export function requireAttention(
  weights: Float32Array,
  arrays: readonly Float32Array[],
  { sequences, positions, heads }: AttentionShape,
): number {
  const rows = sequences * positions, [{ length }] = arrays;
  if (!(rows > 0 && heads > 0) || length % (rows * heads) > 0) {
    throw new RangeError(
      `Cannot attend as ${length} elements are no ${sequences} sequences of ${positions} positions of ${heads} heads`,
    );
  }
  for (const array of arrays) requireLength("attend", "each array", array.length, length);
  requireLength("attend", "weights", weights.length, rows * heads * positions);
  return length / rows;
}

/** Number of rows. @throws {RangeError} unless arrays and angles fit. */
export function requireRotation(
  out: Float32Array,
  x: Float32Array,
  cosines: Float32Array,
  sines: Float32Array,
  { width, half }: Rotation,
): number {
  const rows = requireRows("rotate", x.length, width);
  requireLength("rotate", "out", out.length, x.length);
  requireLength("rotate", "sines", sines.length, cosines.length);
  requireRows("rotate", width, 2 * half);
  const positions = requireRows("rotate", cosines.length, half);
  if (rows > 0) requireRows("rotate", rows, positions);
  return rows;
}

/** @throws {RangeError} unless the windows lie in the images' channels and both arrays are as long as they say. */
export function requireWindows(action: string, rows: number, images: number, w: Windows): void {
  for (const [name, value] of Object.entries(w)) {
    requireSize(action, name, value);
  }
  if (w.stride === 0 || w.firstChannel + w.depth > w.channels) {
    throw new RangeError(
      `Cannot ${action} of channels ${w.firstChannel} to ${
        w.firstChannel + w.depth - 1
      } at stride ${w.stride}: there are ${w.channels}`,
    );
  }
  const count = w.images * w.outHeight * w.outWidth;
  requireLength(action, "images", images, w.images * w.height * w.width * w.channels);
  requireLength(action, "rows", rows, count * w.kernelHeight * w.kernelWidth * w.depth);
}

function requireSize(action: string, name: string, value: number): void {
  if (!(Number.isInteger(value) && value >= 0)) {
    throw new RangeError(`Cannot ${action} as ${name} must be an integer >= 0: it is ${value}`);
  }
}

function requireOperand(name: string, x: Operand, rows: number, columns: number): void {
  requireSize("multiply", `the offset of ${name}`, x.offset ?? 0);
  requireSize("multiply", `the row stride of ${name}`, x.rowStride);
  requireSize("multiply", `the column stride of ${name}`, x.columnStride);
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
  requireSize("multiply", "m", m);
  requireSize("multiply", "k", k);
  requireSize("multiply", "n", n);
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
