// Attention and its gradient, head by head: the twin of ../../attention.ts. Rows are padded to sixteens.
import { add, mul, sub } from "./lanes";
import { sumOfProducts } from "./normalization";
import { maximum, softmaxRow } from "./reductions";
import { PANEL } from "./tile";

/** Bytes of a row of that many elements, padded to sixteens. */
@inline function padded(elements: i32): usize { return <usize> ((elements + 15) & ~15) << 2; }

/** Which terms a sum has: all; for row i steps 0 to i; steps i and on. Or which sums are made: those of columns 0 to the row's. */
const ALL = 0, BEFORE = 1, AFTER = 2, LOWER = 3;

/**
 * Sixteen columns of two rows: c and d = the sums over steps of a and b, `step` bytes apart, times the rows of a panel; with `resume`
 * the sums go on from what c and d hold.
 */
function tile(c: usize, d: usize, a: usize, b: usize, step: usize, panel: usize, steps: i32, resume: bool): void {
  let c0 = f32x4.splat(0), c1 = c0, c2 = c0, c3 = c0, d0 = c0, d1 = c0, d2 = c0, d3 = c0;
  if (resume) {
    c0 = v128.load(c), c1 = v128.load(c, 16), c2 = v128.load(c, 32), c3 = v128.load(c, 48);
    d0 = v128.load(d), d1 = v128.load(d, 16), d2 = v128.load(d, 32), d3 = v128.load(d, 48);
  }
  for (const end = panel + (<usize> steps << 6); panel < end; panel += 64, a += step, b += step) {
    const x = v128.load32_splat(a), y = v128.load32_splat(b);
    const p0 = v128.load(panel), p1 = v128.load(panel, 16), p2 = v128.load(panel, 32), p3 = v128.load(panel, 48);
    c0 = add(c0, mul(x, p0)), d0 = add(d0, mul(y, p0));
    c1 = add(c1, mul(x, p1)), d1 = add(d1, mul(y, p1));
    c2 = add(c2, mul(x, p2)), d2 = add(d2, mul(y, p2));
    c3 = add(c3, mul(x, p3)), d3 = add(d3, mul(y, p3));
  }
  v128.store(c, c0), v128.store(c, c1, 16), v128.store(c, c2, 32), v128.store(c, c3, 48);
  v128.store(d, d0), v128.store(d, d1, 16), v128.store(d, d2, 32), v128.store(d, d3, 48);
}

/** The same for sixteen steps at the panel's own, constant address. */
function tile16(c: usize, d: usize, a: usize, b: usize, step: usize, resume: bool): void {
  let c0 = f32x4.splat(0), c1 = c0, c2 = c0, c3 = c0, d0 = c0, d1 = c0, d2 = c0, d3 = c0;
  if (resume) {
    c0 = v128.load(c), c1 = v128.load(c, 16), c2 = v128.load(c, 32), c3 = v128.load(c, 48);
    d0 = v128.load(d), d1 = v128.load(d, 16), d2 = v128.load(d, 32), d3 = v128.load(d, 48);
  }
  let x = c0, y = c0, p = c0;
  // repeat for STEP < 16
  x = v128.load32_splat(a), y = v128.load32_splat(b), a += step, b += step;
  p = v128.load(PANEL + STEP * 64), c0 = add(c0, mul(x, p)), d0 = add(d0, mul(y, p));
  p = v128.load(PANEL + STEP * 64 + 16), c1 = add(c1, mul(x, p)), d1 = add(d1, mul(y, p));
  p = v128.load(PANEL + STEP * 64 + 32), c2 = add(c2, mul(x, p)), d2 = add(d2, mul(y, p));
  p = v128.load(PANEL + STEP * 64 + 48), c3 = add(c3, mul(x, p)), d3 = add(d3, mul(y, p));
  // end of repeat
  v128.store(c, c0), v128.store(c, c1, 16), v128.store(c, c2, 32), v128.store(c, c3, 48);
  v128.store(d, d0), v128.store(d, d1, 16), v128.store(d, d2, 32), v128.store(d, d3, 48);
}

/**
 * c = the sums over `steps` of a times the rows of b: c has rows `cRow` bytes apart, `bytes` of them used, and one row to spare; steps
 * of a are `step` bytes apart. Sixteen steps of sixteen columns of b at a time meet all rows.
 */
function product(
  c: usize, cRow: usize, a: usize, aRow: usize, step: usize, b: usize, bRow: usize, rows: i32, steps: i32, bytes: usize, terms: i32,
): void {
  for (let column: usize = 0; column < bytes; column += 64) {
    for (let k = 0; k < steps; k += 16) {
      const depth = min(16, steps - k);
      let from = b + bRow * k + column;
      for (let to = PANEL; to < PANEL + (<usize> depth << 6); to += 64, from += bRow) {
        v128.store(to, v128.load(from)), v128.store(to, v128.load(from, 16), 16);
        v128.store(to, v128.load(from, 32), 32), v128.store(to, v128.load(from, 48), 48);
      }
      const last = terms === AFTER ? min(rows, k + 16) : rows;
      for (let i = terms === BEFORE ? k : terms === LOWER ? <i32> (column >> 2) : 0; i < last; i += 2) {
        const second = i + 1 < rows, to = c + cRow * i + column, x = a + aRow * i + step * k, y = second ? x + aRow : x;
        const n = i - k; // the step on the diagonal
        if ((terms === BEFORE || terms === AFTER) && n >= 0 && n < 16) diagonal(to, to + cRow, x, y, step, n, depth, terms, second, k > 0);
        else if (depth === 16) tile16(to, to + cRow, x, y, step, k > 0);
        else tile(to, to + cRow, x, y, step, PANEL, depth, k > 0);
      }
    }
  }
}

/** Two rows whose last step (BEFORE) or first one (AFTER) is n, and n + 1 for the second. */
function diagonal(
  c: usize, d: usize, a: usize, b: usize, step: usize, n: i32, depth: i32, terms: i32, second: bool, resume: bool,
): void {
  if (terms === BEFORE) {
    tile(c, d, a, b, step, PANEL, n + 1, resume);
    if (second) addMultiple(d, load<f32>(b + step * (n + 1)), PANEL + (<usize> (n + 1) << 6), 64);
    return;
  }
  for (let j: usize = 0; j < 64; j += 16) v128.store(c + j, f32x4.splat(0)), v128.store(d + j, f32x4.splat(0));
  if (second) addMultiple(c, load<f32>(a + step * n), PANEL + (<usize> n << 6), 64), n++;
  tile(c, d, a + step * n, b + step * n, step, PANEL + (<usize> n << 6), depth - n, true);
}

/** out += factor x, whole sixteens. */
function addMultiple(out: usize, factor: f32, x: usize, bytes: usize): void {
  const a = f32x4.splat(factor);
  for (let j: usize = 0; j < bytes; j += 16) v128.store(out + j, add(v128.load(out + j), mul(a, v128.load(x + j))));
}

/** The rows of a head times `scale`, padded; `stride` is that of the head's matrix. */
function pack(out: usize, x: usize, stride: usize, rows: i32, size: i32, scale: f32): void {
  const row = padded(size), whole = <usize> (size & ~3) << 2, end = <usize> size << 2, s = f32x4.splat(scale);
  if (end < row) memory.fill(out, 0, row * rows);
  for (let i = 0; i < rows; i++, out += row, x += stride) {
    for (let d: usize = 0; d < whole; d += 16) v128.store(out + d, mul(s, v128.load(x + d)));
    for (let d = whole; d < end; d += 4) store<f32>(out + d, scale * load<f32>(x + d));
  }
}

/** The same transposed: a row for each column of the head, and zeros up to sixteen. */
function packTransposed(out: usize, x: usize, stride: usize, rows: i32, size: i32): void {
  const row = padded(rows);
  if (rows & 15 || size & 15) memory.fill(out, 0, row * ((size + 15) & ~15));
  let i = 0;
  for (; i + 4 <= rows; i += 4, out += 16, x += stride << 2) {
    let d = 0, from = x, to = out;
    for (; d + 4 <= size; d += 4, from += 16, to += row << 2) {
      const x0 = v128.load(from), x1 = v128.load(from + stride), x2 = v128.load(from + 2 * stride), x3 = v128.load(from + 3 * stride);
      const y0 = v128.shuffle<f32>(x0, x1, 0, 4, 1, 5), y1 = v128.shuffle<f32>(x2, x3, 0, 4, 1, 5);
      const y2 = v128.shuffle<f32>(x0, x1, 2, 6, 3, 7), y3 = v128.shuffle<f32>(x2, x3, 2, 6, 3, 7);
      v128.store(to, v128.shuffle<f64>(y0, y1, 0, 2)), v128.store(to + row, v128.shuffle<f64>(y0, y1, 1, 3));
      v128.store(to + 2 * row, v128.shuffle<f64>(y2, y3, 0, 2)), v128.store(to + 3 * row, v128.shuffle<f64>(y2, y3, 1, 3));
    }
    for (; d < size; d++, from += 4, to += row) {
      for (let r: usize = 0; r < 4; r++) store<f32>(to + 4 * r, load<f32>(from + r * stride));
    }
  }
  for (; i < rows; i++, out += 4, x += stride) {
    for (let d = 0, to = out; d < size; d++, to += row) store<f32>(to, load<f32>(x + (<usize> d << 2)));
  }
}

/** out = x for the elements of a head. */
function put(out: usize, x: usize, size: i32): void {
  const whole = <usize> (size & ~3) << 2, end = <usize> size << 2;
  for (let d: usize = 0; d < whole; d += 16) v128.store(out + d, v128.load(x + d));
  for (let d = whole; d < end; d += 4) store<f32>(out + d, load<f32>(x + d));
}

/** out += factor x for the elements of a head. */
function accumulate(out: usize, factor: f32, x: usize, size: i32): void {
  const whole = <usize> (size & ~3) << 2, end = <usize> size << 2;
  addMultiple(out, factor, x, whole);
  for (let d = whole; d < end; d += 4) store<f32>(out + d, load<f32>(out + d) + factor * load<f32>(x + d));
}

/** Softmax of a padded row of scores, written to the weights as well; those that are not seen get 0. */
function weigh(weights: usize, scores: usize, seen: i32, positions: i32): void {
  const whole = (seen + 3) & ~3, end = <usize> seen << 2, line = <usize> positions << 2, quads = line & ~15;
  for (let j = end; j < <usize> whole << 2; j += 4) store<f32>(scores + j, -Infinity);
  softmaxRow(scores, scores, whole, maximum(scores, whole));
  for (let j = end; j < <usize> whole << 2; j += 4) store<f32>(scores + j, 0);
  let j: usize = 0;
  for (; j < min(<usize> whole << 2, quads); j += 16) v128.store(weights + j, v128.load(scores + j));
  for (; j < quads; j += 16) v128.store(weights + j, f32x4.splat(0));
  for (; j < line; j += 4) store<f32>(weights + j, j < end ? load<f32>(scores + j) : 0);
}

/** `work` has room for (3 positions + 1) padded rows of a head, a head transposed, and (positions + 1) padded rows of positions. */
export function attention(
  out: usize, weights: usize, queries: usize, keys: usize, values: usize,
  sequences: i32, positions: i32, heads: i32, size: i32, causal: i32, scale: f32, work: usize,
): void {
  const across = padded(positions), row = padded(size), stride = <usize> (heads * size) << 2, line = <usize> positions << 2;
  const v = work, q = v + row * positions, sums = q + row * positions, k = sums + row * (positions + 1);
  const scores = k + across * (row >> 2);
  for (let head = 0; head < sequences * heads; head++, weights += line * positions) {
    const at = <usize> (head / heads * positions * heads + head % heads) * <usize> size << 2;
    pack(v, values + at, stride, positions, size, 1), pack(q, queries + at, stride, positions, size, scale);
    packTransposed(k, keys + at, stride, positions, size);
    product(scores, across, q, row, 4, k, across, positions, <i32> (row >> 2), across, causal ? LOWER : ALL);
    for (let i = 0; i < positions; i++) weigh(weights + line * i, scores + across * i, causal ? i + 1 : positions, positions);
    product(sums, row, scores, across, 4, v, row, positions, positions, row, causal ? BEFORE : ALL);
    for (let i = 0; i < positions; i++) put(out + at + stride * i, sums + row * i, size);
  }
}

/** slopes = weights (slopes - sum of weights slopes), for the seen. */
function throughSoftmax(slopes: usize, weights: usize, seen: i32): void {
  const along = sumOfProducts(weights, slopes, seen), a = f32x4.splat(along), end = <usize> seen << 2, whole = end & ~15;
  for (let j: usize = 0; j < whole; j += 16) v128.store(slopes + j, mul(v128.load(weights + j), sub(v128.load(slopes + j), a)));
  for (let j = whole; j < end; j += 4) store<f32>(slopes + j, load<f32>(weights + j) * (load<f32>(slopes + j) - along));
}

/** `work` has room for (4 positions + 1) padded rows of a head, a head transposed, and (positions + 1) padded rows of positions. */
export function attentionBackward(
  queryGradient: usize, keyGradient: usize, valueGradient: usize, weights: usize, queries: usize, keys: usize, values: usize, gradient: usize,
  sequences: i32, positions: i32, heads: i32, size: i32, causal: i32, scale: f32, work: usize,
): void {
  const across = padded(positions), row = padded(size), stride = <usize> (heads * size) << 2, line = <usize> positions << 2;
  const k = work, q = k + row * positions, g = q + row * positions, sums = g + row * positions;
  const v = sums + row * (positions + 1), slopes = v + across * (row >> 2), terms = causal ? AFTER : ALL;
  for (let head = 0; head < sequences * heads; head++, weights += line * positions) {
    const at = <usize> (head / heads * positions * heads + head % heads) * <usize> size << 2;
    pack(k, keys + at, stride, positions, size, 1), pack(q, queries + at, stride, positions, size, scale);
    pack(g, gradient + at, stride, positions, size, 1), packTransposed(v, values + at, stride, positions, size);
    product(slopes, across, g, row, 4, v, across, positions, <i32> (row >> 2), across, causal ? LOWER : ALL);
    for (let i = 0; i < positions; i++) throughSoftmax(slopes + across * i, weights + line * i, causal ? i + 1 : positions);
    product(sums, row, slopes, across, 4, k, row, positions, positions, row, causal ? BEFORE : ALL);
    for (let i = 0; i < positions; i++) accumulate(queryGradient + at + stride * i, scale, sums + row * i, size);
    product(sums, row, slopes, 4, across, q, row, positions, positions, row, terms);
    for (let i = 0; i < positions; i++) accumulate(keyGradient + at + stride * i, 1, sums + row * i, size);
    product(sums, row, weights, 4, line, g, row, positions, positions, row, terms);
    for (let i = 0; i < positions; i++) accumulate(valueGradient + at + stride * i, 1, sums + row * i, size);
  }
}
