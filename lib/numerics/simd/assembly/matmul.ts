// c = fround(c + fround(a b)), k ascending, in register tiles over packed panels (Goto and van de Geijn, 2008). Which element is
// computed when changes; no sum changes its order.
import { add } from "./lanes";
import { ADD, DEPTH, END_OF_PANEL, PANEL, REPLACE, RESUME, tile } from "./tile";

const MR = 2, NR = 16; // a tile
const MC = 512; // rows of a that are packed together: with DEPTH they fill an eighth of a second-level cache of 1 MiB
const SPLIT = 512;

// Work space, after the constants of the module in its first 64 KiB and the panel of b.
const PACKED_A: usize = END_OF_PANEL;
const PRODUCT: usize = PACKED_A + MC * DEPTH * 4;
const TILE: usize = PRODUCT + SPLIT * SPLIT * 4;

/** The first byte after the work space. */
export const FIRST_FREE: usize = TILE + MR * NR * 4;

/** c is (m, n) with rows ldc apart, a (m, k) and b (k, n) with any strides; all strides count elements. */
export function matmul(
  c: usize, ldc: i32, m: i32, k: i32, n: i32,
  a: usize, aRow: i32, aColumn: i32, b: usize, bRow: i32, bColumn: i32, accumulate: i32,
): void {
  if (!accumulate || k <= DEPTH) return product(c, ldc, m, k, n, a, aRow, aColumn, b, bRow, bColumn, accumulate);
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
  for (let i = 0; i < m; i += MC) {
    const rows = min(MC, m - i);
    let mode = accumulate ? ADD : REPLACE;
    let from = 0;
    do { // once for k = 0: the empty sum is +0
      const depth = min(DEPTH, k - from);
      packA(at(a, i * aRow + from * aColumn), aRow, aColumn, depth, rows);
      for (let j = 0; j < n; j += NR) {
        const columns = min(NR, n - j);
        packB(at(b, from * bRow + j * bColumn), bRow, bColumn, depth, columns);
        tiles(at(c, i * ldc + j), ldc, rows, columns, (depth + 1) >> 1, mode);
      }
      mode = RESUME;
      from += DEPTH;
    } while (from < k);
  }
}

/** All tiles of one panel of b; `pairs` is the depth in pairs of steps, an odd depth being padded with a zero. */
function tiles(c: usize, ldc: i32, rows: i32, columns: i32, pairs: i32, mode: i32): void {
  let a = PACKED_A;
  for (let i = 0; i < rows; i += MR, a += <usize> pairs << 4) {
    const target = at(c, i * ldc);
    if (rows - i >= MR && columns === NR) tile(target, <usize> ldc << 2, a, pairs, mode);
    else edge(target, ldc, min(MR, rows - i), columns, a, pairs, mode);
  }
}

/** A tile that reaches beyond c: computed aside, then copied. */
function edge(c: usize, ldc: i32, rows: i32, columns: i32, a: usize, pairs: i32, mode: i32): void {
  const bytes = <usize> columns << 2;
  if (mode !== REPLACE) for (let i = 0; i < rows; i++) memory.copy(at(TILE, i * NR), at(c, i * ldc), bytes);
  tile(TILE, NR << 2, a, pairs, mode);
  for (let i = 0; i < rows; i++) memory.copy(at(c, i * ldc), at(TILE, i * NR), bytes);
}

/** The panel: 16 columns, step by step of k; missing columns and the step that makes the depth even are zeros. */
function packB(b: usize, bRow: i32, bColumn: i32, depth: i32, columns: i32): void {
  if (columns < NR || depth & 1) memory.fill(PANEL, 0, <usize> ((depth + 1) >> 1) << 7);
  if (columns === NR && bColumn === 1) packRows16(PANEL, b, bRow, depth);
  else if (columns === NR && bRow === 1) packColumns16(PANEL, b, bColumn, depth);
  else packAny(PANEL, b, bRow, bColumn, depth, columns, NR);
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
