// c = fround(c + fround(a b)), k ascending, in register tiles of 2 x 16 over packed panels (Goto and van de Geijn, 2008). Which
// element is computed when changes; no sum changes its order.
import { add, mul } from "./lanes";

const MC = 96, KC = 256, NC = 512; // packed a fits the second-level cache, a packed panel of b the first
const MR = 2, NR = 16;
const SPLIT = 512;

// Work space, after the constants of the module in its first 64 KiB.
const PACKED_A: usize = 65536;
const PACKED_B: usize = PACKED_A + MC * KC * 4;
const PRODUCT: usize = PACKED_B + KC * NC * 4;
const TILE: usize = PRODUCT + SPLIT * SPLIT * 4;

/** The first byte after the work space. */
export const FIRST_FREE: usize = TILE + MR * NR * 4;

// What a tile does with c: replace it; start from it (the sum over k goes on); add the whole sum to it.
const REPLACE = 0, RESUME = 1, ADD = 2;

/** c is (m, n) with rows ldc apart, a (m, k) and b (k, n) with any strides; all strides count elements. */
export function matmul(
  c: usize, ldc: i32, m: i32, k: i32, n: i32,
  a: usize, aRow: i32, aColumn: i32, b: usize, bRow: i32, bColumn: i32, accumulate: i32,
): void {
  if (!accumulate || k <= KC) return product(c, ldc, m, k, n, a, aRow, aColumn, b, bRow, bColumn, accumulate);
  for (let j = 0; j < n; j += SPLIT) {
    const columns = min(SPLIT, n - j);
    for (let i = 0; i < m; i += SPLIT) {
      const rows = min(SPLIT, m - i);
      product(PRODUCT, SPLIT, rows, k, columns, at(a, i * aRow), aRow, aColumn, at(b, j * bColumn), bRow, bColumn, 0);
      for (let row = 0; row < rows; row++) {
        addRow(at(c, (i + row) * ldc + j), at(PRODUCT, row * SPLIT), columns);
      }
    }
  }
}

@inline function at(base: usize, elements: i32): usize { return base + (<usize> elements << 2); }

function addRow(out: usize, x: usize, count: i32): void {
  let i = 0;
  for (; i + 4 <= count; i += 4) v128.store(at(out, i), add(v128.load(at(out, i)), v128.load(at(x, i))));
  for (; i < count; i++) store<f32>(at(out, i), load<f32>(at(out, i)) + load<f32>(at(x, i)));
}

function product(
  c: usize, ldc: i32, m: i32, k: i32, n: i32,
  a: usize, aRow: i32, aColumn: i32, b: usize, bRow: i32, bColumn: i32, accumulate: i32,
): void {
  for (let j = 0; j < n; j += NC) {
    const columns = min(NC, n - j);
    let mode = accumulate ? ADD : REPLACE;
    let from = 0;
    do { // once for k = 0: the empty sum is +0
      const depth = min(KC, k - from);
      packB(at(b, from * bRow + j * bColumn), bRow, bColumn, depth, columns);
      for (let i = 0; i < m; i += MC) {
        const rows = min(MC, m - i);
        packA(at(a, i * aRow + from * aColumn), aRow, aColumn, depth, rows);
        tiles(at(c, i * ldc + j), ldc, rows, columns, (depth + 1) >> 1, mode);
      }
      mode = RESUME;
      from += KC;
    } while (from < k);
  }
}

/** All tiles of one packed block; `pairs` is the depth in pairs of k, an odd depth being padded with a zero. */
function tiles(c: usize, ldc: i32, rows: i32, columns: i32, pairs: i32, mode: i32): void {
  let panelB = PACKED_B;
  for (let j = 0; j < columns; j += NR) {
    let panelA = PACKED_A;
    for (let i = 0; i < rows; i += MR) {
      const target = at(c, i * ldc + j);
      if (rows - i >= MR && columns - j >= NR) tile(target, <usize> ldc << 2, panelA, panelB, pairs, mode);
      else edge(target, ldc, min(MR, rows - i), min(NR, columns - j), panelA, panelB, pairs, mode);
      panelA += <usize> pairs << 4;
    }
    panelB += <usize> pairs << 7;
  }
}

/** A tile that reaches beyond c: computed aside, then copied. */
function edge(c: usize, ldc: i32, rows: i32, columns: i32, a: usize, b: usize, pairs: i32, mode: i32): void {
  const bytes = <usize> columns << 2;
  if (mode !== REPLACE) for (let i = 0; i < rows; i++) memory.copy(at(TILE, i * NR), at(c, i * ldc), bytes);
  tile(TILE, NR << 2, a, b, pairs, mode);
  for (let i = 0; i < rows; i++) memory.copy(at(c, i * ldc), at(TILE, i * NR), bytes);
}

function tile(c: usize, ldc: usize, a: usize, b: usize, pairs: i32, mode: i32): void {
  let c00 = f32x4.splat(0), c01 = c00, c02 = c00, c03 = c00, c10 = c00, c11 = c00, c12 = c00, c13 = c00;
  const d = c + ldc;
  if (mode === RESUME) {
    c00 = v128.load(c), c01 = v128.load(c, 16), c02 = v128.load(c, 32), c03 = v128.load(c, 48);
    c10 = v128.load(d), c11 = v128.load(d, 16), c12 = v128.load(d, 32), c13 = v128.load(d, 48);
  }
  for (const end = a + (<usize> pairs << 4); a < end; a += 16, b += 128) {
    const x = v128.load(a);
    const x00 = v128.shuffle<f32>(x, x, 0, 0, 0, 0), x10 = v128.shuffle<f32>(x, x, 1, 1, 1, 1);
    const b0 = v128.load(b), b1 = v128.load(b, 16), b2 = v128.load(b, 32), b3 = v128.load(b, 48);
    c00 = add(c00, mul(x00, b0)), c10 = add(c10, mul(x10, b0));
    c01 = add(c01, mul(x00, b1)), c11 = add(c11, mul(x10, b1));
    c02 = add(c02, mul(x00, b2)), c12 = add(c12, mul(x10, b2));
    c03 = add(c03, mul(x00, b3)), c13 = add(c13, mul(x10, b3));
    const x01 = v128.shuffle<f32>(x, x, 2, 2, 2, 2), x11 = v128.shuffle<f32>(x, x, 3, 3, 3, 3);
    const b4 = v128.load(b, 64), b5 = v128.load(b, 80), b6 = v128.load(b, 96), b7 = v128.load(b, 112);
    c00 = add(c00, mul(x01, b4)), c10 = add(c10, mul(x11, b4));
    c01 = add(c01, mul(x01, b5)), c11 = add(c11, mul(x11, b5));
    c02 = add(c02, mul(x01, b6)), c12 = add(c12, mul(x11, b6));
    c03 = add(c03, mul(x01, b7)), c13 = add(c13, mul(x11, b7));
  }
  if (mode === ADD) {
    c00 = add(v128.load(c), c00), c01 = add(v128.load(c, 16), c01);
    c02 = add(v128.load(c, 32), c02), c03 = add(v128.load(c, 48), c03);
    c10 = add(v128.load(d), c10), c11 = add(v128.load(d, 16), c11);
    c12 = add(v128.load(d, 32), c12), c13 = add(v128.load(d, 48), c13);
  }
  v128.store(c, c00), v128.store(c, c01, 16), v128.store(c, c02, 32), v128.store(c, c03, 48);
  v128.store(d, c10), v128.store(d, c11, 16), v128.store(d, c12, 32), v128.store(d, c13, 48);
}

/** Panels of 16 columns, step by step of k; missing columns and the step that makes the depth even are zeros. */
function packB(b: usize, bRow: i32, bColumn: i32, depth: i32, columns: i32): void {
  let out = PACKED_B;
  const bytes = <usize> ((depth + 1) >> 1) << 7;
  for (let j = 0; j < columns; j += NR, out += bytes) {
    const from = at(b, j * bColumn), width = min(NR, columns - j);
    if (width < NR || depth & 1) memory.fill(out, 0, bytes);
    if (width === NR && bColumn === 1) packRows16(out, from, bRow, depth);
    else if (width === NR && bRow === 1) packColumns16(out, from, bColumn, depth);
    else packAny(out, from, bRow, bColumn, depth, width, NR);
  }
}

function packRows16(out: usize, b: usize, bRow: i32, depth: i32): void {
  const stride = <usize> bRow << 2;
  for (const end = out + (<usize> depth << 6); out < end; out += 64, b += stride) {
    const b0 = v128.load(b), b1 = v128.load(b, 16), b2 = v128.load(b, 32), b3 = v128.load(b, 48);
    v128.store(out, b0), v128.store(out, b1, 16), v128.store(out, b2, 32), v128.store(out, b3, 48);
  }
}

/** The columns are contiguous: four steps of four columns at a time, transposed. */
function packColumns16(out: usize, b: usize, bColumn: i32, depth: i32): void {
  const stride = <usize> bColumn << 2, whole = depth & ~3;
  for (let group = 0; group < 4; group++, out += 16, b += stride << 2) {
    let to = out, from = b;
    for (const end = from + (<usize> whole << 2); from < end; from += 16, to += 256) {
      const x0 = v128.load(from), x1 = v128.load(from + stride);
      const x2 = v128.load(from + 2 * stride), x3 = v128.load(from + 3 * stride);
      const y0 = v128.shuffle<f32>(x0, x1, 0, 4, 1, 5), y1 = v128.shuffle<f32>(x2, x3, 0, 4, 1, 5);
      const y2 = v128.shuffle<f32>(x0, x1, 2, 6, 3, 7), y3 = v128.shuffle<f32>(x2, x3, 2, 6, 3, 7);
      v128.store(to, v128.shuffle<f64>(y0, y1, 0, 2)), v128.store(to, v128.shuffle<f64>(y0, y1, 1, 3), 64);
      v128.store(to, v128.shuffle<f64>(y2, y3, 0, 2), 128), v128.store(to, v128.shuffle<f64>(y2, y3, 1, 3), 192);
    }
    packAny(to, from, 1, bColumn, depth - whole, 4, NR);
  }
}

function packAny(out: usize, x: usize, stepStride: i32, laneStride: i32, depth: i32, lanes: i32, width: i32): void {
  for (let k = 0; k < depth; k++) {
    for (let lane = 0; lane < lanes; lane++) {
      store<f32>(at(out, k * width + lane), load<f32>(at(x, k * stepStride + lane * laneStride)));
    }
  }
}

/** Panels of two rows, step by step of k, so that one load brings two steps of both. */
function packA(a: usize, aRow: i32, aColumn: i32, depth: i32, rows: i32): void {
  let out = PACKED_A;
  const bytes = <usize> ((depth + 1) >> 1) << 4;
  for (let i = 0; i < rows; i += MR, out += bytes) {
    const from = at(a, i * aRow), lanes = min(MR, rows - i);
    if (lanes < MR || depth & 1) memory.fill(out, 0, bytes);
    if (lanes === MR && aColumn === 1) packRows2(out, from, aRow, depth);
    else if (lanes === MR && aRow === 1) packColumns2(out, from, aColumn, depth);
    else packAny(out, from, aColumn, aRow, depth, lanes, MR);
  }
}

function packRows2(out: usize, a: usize, aRow: i32, depth: i32): void {
  const stride = <usize> aRow << 2, whole = depth & ~3;
  for (const end = a + (<usize> whole << 2); a < end; a += 16, out += 32) {
    const x0 = v128.load(a), x1 = v128.load(a + stride);
    v128.store(out, v128.shuffle<f32>(x0, x1, 0, 4, 1, 5)), v128.store(out, v128.shuffle<f32>(x0, x1, 2, 6, 3, 7), 16);
  }
  packAny(out, a, 1, aRow, depth - whole, 2, MR);
}

function packColumns2(out: usize, a: usize, aColumn: i32, depth: i32): void {
  const stride = <usize> aColumn << 2;
  for (const end = out + (<usize> depth << 3); out < end; out += 8, a += stride) store<i64>(out, load<i64>(a));
}
