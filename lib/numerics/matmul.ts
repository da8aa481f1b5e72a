/** The matrix product that defines the bits: one rounding per product and per sum, k ascending. */
import { requireProduct } from "./checks.ts";
import type { Operand } from "./interface.ts";

const f = Math.fround;

/** `Kernels.matmul`, row by row of c: row += a(i, k) b(k, ...) for each k. */
export function matmul(
  c: Float32Array,
  cOffset: number,
  ldc: number,
  m: number,
  k: number,
  n: number,
  a: Operand,
  b: Operand,
  accumulate: boolean,
): void {
  requireProduct(c, cOffset, ldc, m, k, n, a, b);
  const bRows = rowsOf(b, k, n);
  const row = new Float32Array(n);
  for (let i = 0; i < m; i++) {
    row.fill(0);
    for (let step = 0, from = (a.offset ?? 0) + i * a.rowStride; step < k; step++) {
      addMultiple(row, a.data[from], bRows[step]);
      from += a.columnStride;
    }
    const start = cOffset + i * ldc;
    for (let j = 0; j < n; j++) c[start + j] = accumulate ? c[start + j] + row[j] : row[j];
  }
}

function addMultiple(row: Float32Array, factor: number, x: Float32Array): void {
  for (let j = 0; j < row.length; j++) row[j] += f(factor * x[j]);
}

/** The rows of an operand as contiguous arrays, copied where its columns are not neighbours. */
function rowsOf(x: Operand, rows: number, columns: number): Float32Array[] {
  return Array.from({ length: rows }, (_, i) => {
    const start = (x.offset ?? 0) + i * x.rowStride;
    if (x.columnStride === 1) return x.data.subarray(start, start + columns);
    const row = new Float32Array(columns);
    for (let j = 0; j < columns; j++) row[j] = x.data[start + j * x.columnStride];
    return row;
  });
}
