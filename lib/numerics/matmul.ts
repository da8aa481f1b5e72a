/** The matrix product that defines the bits: one rounding per product and per sum, k ascending. */
import { requireProduct } from "./checks.ts";
import type { Operand } from "./kernels.ts";

const f = Math.fround;
const TILE = 4;

let packedA = new Float32Array(0);
let packedB = new Float32Array(0);
const tile = new Float32Array(TILE * TILE);

/** `Kernels.matmul` as c = fround(c + fround(a b)) in 4 x 4 tiles, which change the order of elements but of no sum. */
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
  const strips = Math.ceil(m / TILE);
  if (packedA.length < strips * TILE * k) packedA = new Float32Array(strips * TILE * k);
  if (packedB.length < TILE * k) packedB = new Float32Array(TILE * k);
  for (let strip = 0; strip < strips; strip++) {
    const rows = Math.min(TILE, m - strip * TILE);
    const start = (a.offset ?? 0) + strip * TILE * a.rowStride;
    pack(packedA, strip * TILE * k, k, rows, a.data, start, a.columnStride, a.rowStride);
  }
  for (let j = 0; j < n; j += TILE) {
    const columns = Math.min(TILE, n - j);
    const start = (b.offset ?? 0) + j * b.columnStride;
    pack(packedB, 0, k, columns, b.data, start, b.rowStride, b.columnStride);
    for (let i = 0; i < m; i += TILE) {
      multiplyTile(i * k, k);
      store(c, cOffset + i * ldc + j, ldc, Math.min(TILE, m - i), columns, accumulate);
    }
  }
}

/** Lays `lanes` <= 4 vectors of length k side by side, four numbers per step of k, zeros in the missing lanes. */
function pack(
  out: Float32Array,
  outStart: number,
  k: number,
  lanes: number,
  x: Float32Array,
  start: number,
  stepStride: number,
  laneStride: number,
): void {
  for (let lane = 0; lane < TILE; lane++) {
    let from = start + lane * laneStride;
    for (let step = 0, to = outStart + lane; step < k; step++, to += TILE, from += stepStride) {
      out[to] = lane < lanes ? x[from] : 0;
    }
  }
}

/** tile = the sum over k of the outer products of the packed fours. */
function multiplyTile(aStart: number, k: number): void {
  const a = packedA, b = packedB;
  let c00 = 0, c01 = 0, c02 = 0, c03 = 0, c10 = 0, c11 = 0, c12 = 0, c13 = 0;
  let c20 = 0, c21 = 0, c22 = 0, c23 = 0, c30 = 0, c31 = 0, c32 = 0, c33 = 0;
  for (let step = 0; step < TILE * k; step += TILE) {
    const a0 = a[aStart + step], a1 = a[aStart + step + 1];
    const a2 = a[aStart + step + 2], a3 = a[aStart + step + 3];
    const b0 = b[step], b1 = b[step + 1], b2 = b[step + 2], b3 = b[step + 3];
    c00 = f(c00 + f(a0 * b0));
    c01 = f(c01 + f(a0 * b1));
    c02 = f(c02 + f(a0 * b2));
    c03 = f(c03 + f(a0 * b3));
    c10 = f(c10 + f(a1 * b0));
    c11 = f(c11 + f(a1 * b1));
    c12 = f(c12 + f(a1 * b2));
    c13 = f(c13 + f(a1 * b3));
    c20 = f(c20 + f(a2 * b0));
    c21 = f(c21 + f(a2 * b1));
    c22 = f(c22 + f(a2 * b2));
    c23 = f(c23 + f(a2 * b3));
    c30 = f(c30 + f(a3 * b0));
    c31 = f(c31 + f(a3 * b1));
    c32 = f(c32 + f(a3 * b2));
    c33 = f(c33 + f(a3 * b3));
  }
  tile[0] = c00, tile[1] = c01, tile[2] = c02, tile[3] = c03;
  tile[4] = c10, tile[5] = c11, tile[6] = c12, tile[7] = c13;
  tile[8] = c20, tile[9] = c21, tile[10] = c22, tile[11] = c23;
  tile[12] = c30, tile[13] = c31, tile[14] = c32, tile[15] = c33;
}

function store(
  c: Float32Array,
  start: number,
  ldc: number,
  rows: number,
  columns: number,
  accumulate: boolean,
): void {
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) {
      const at = start + i * ldc + j;
      const value = tile[i * TILE + j];
      c[at] = accumulate ? c[at] + value : value;
    }
  }
}
