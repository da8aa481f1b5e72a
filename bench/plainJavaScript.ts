/** A product as one would write it for speed in JavaScript: 4 x 4 tiles, float64 sums. */
import { serve } from "./serve.ts";
import * as works from "./works.ts";

/** c = a b, all n by n with n a multiple of 4; b is read from `bColumns`, its columns in groups of four. */
function multiply(c: Float32Array, a: Float32Array, bColumns: Float32Array, n: number): void {
  for (let j = 0; j < n; j += 4) {
    for (let i = 0; i < n; i += 4) tile(c, a, bColumns, i, j, n);
  }
}

function tile(
  c: Float32Array,
  a: Float32Array,
  b: Float32Array,
  i: number,
  j: number,
  n: number,
): void {
  let c00 = 0, c01 = 0, c02 = 0, c03 = 0, c10 = 0, c11 = 0, c12 = 0, c13 = 0;
  let c20 = 0, c21 = 0, c22 = 0, c23 = 0, c30 = 0, c31 = 0, c32 = 0, c33 = 0;
  const r0 = i * n, r1 = r0 + n, r2 = r1 + n, r3 = r2 + n;
  for (let k = 0, p = j * n; k < n; k++, p += 4) {
    const b0 = b[p], b1 = b[p + 1], b2 = b[p + 2], b3 = b[p + 3];
    const a0 = a[r0 + k], a1 = a[r1 + k], a2 = a[r2 + k], a3 = a[r3 + k];
    c00 += a0 * b0, c01 += a0 * b1, c02 += a0 * b2, c03 += a0 * b3;
    c10 += a1 * b0, c11 += a1 * b1, c12 += a1 * b2, c13 += a1 * b3;
    c20 += a2 * b0, c21 += a2 * b1, c22 += a2 * b2, c23 += a2 * b3;
    c30 += a3 * b0, c31 += a3 * b1, c32 += a3 * b2, c33 += a3 * b3;
  }
  c[r0 + j] = c00, c[r0 + j + 1] = c01, c[r0 + j + 2] = c02, c[r0 + j + 3] = c03;
  c[r1 + j] = c10, c[r1 + j + 1] = c11, c[r1 + j + 2] = c12, c[r1 + j + 3] = c13;
  c[r2 + j] = c20, c[r2 + j + 1] = c21, c[r2 + j + 2] = c22, c[r2 + j + 3] = c23;
  c[r3 + j] = c30, c[r3 + j + 1] = c31, c[r3 + j + 2] = c32, c[r3 + j + 3] = c33;
}

function pack(b: Float32Array, n: number): Float32Array {
  return b.map((_, at) => {
    const group = Math.floor(at / (4 * n)), k = Math.floor(at / 4) % n;
    return b[k * n + 4 * group + at % 4];
  });
}

function matmul(n: number): works.Prepared {
  const [a, b] = works.factors(n), c = new Float32Array(n * n), columns = pack(b, n);
  return { call: () => multiply(c, a, columns, n), result: () => works.meanSize(c) };
}

await serve(Object.fromEntries(works.matmulSizes.map((n) => [`matmul ${n}`, () => matmul(n)])));
