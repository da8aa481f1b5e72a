// Gains of columns, rows of a table, turned pairs of columns: the twins of ../../rows.ts.
import { add as plus, mul, sub } from "./lanes";
import { add } from "./elementwise";

export function multiplyColumns(out: usize, x: usize, gain: usize, rows: i32, columns: i32): void {
  const end = gain + (<usize> columns << 2), whole = gain + (<usize> (columns & ~3) << 2);
  for (let i = 0; i < rows; i++) {
    let g = gain;
    for (; g < whole; g += 16, out += 16, x += 16) v128.store(out, mul(v128.load(x), v128.load(g)));
    for (; g < end; g += 4, out += 4, x += 4) store<f32>(out, load<f32>(x) * load<f32>(g));
  }
}

export function addColumnProducts(out: usize, x: usize, y: usize, rows: i32, columns: i32): void {
  const stride = <usize> columns << 2, last = x + <usize> rows * stride;
  let j = 0;
  for (; j + 16 <= columns; j += 16, out += 64, x += 64, y += 64) {
    let s0 = f32x4.splat(0), s1 = s0, s2 = s0, s3 = s0;
    for (let a = x, b = y; a < last; a += stride, b += stride) {
      s0 = plus(s0, mul(v128.load(a), v128.load(b))), s1 = plus(s1, mul(v128.load(a, 16), v128.load(b, 16)));
      s2 = plus(s2, mul(v128.load(a, 32), v128.load(b, 32))), s3 = plus(s3, mul(v128.load(a, 48), v128.load(b, 48)));
    }
    v128.store(out, plus(v128.load(out), s0)), v128.store(out, plus(v128.load(out, 16), s1), 16);
    v128.store(out, plus(v128.load(out, 32), s2), 32), v128.store(out, plus(v128.load(out, 48), s3), 48);
  }
  for (; j < columns; j++, out += 4, x += 4, y += 4) {
    let s: f32 = 0;
    for (let a = x, b = y; a < last; a += stride, b += stride) s += load<f32>(a) * load<f32>(b);
    store<f32>(out, load<f32>(out) + s);
  }
}

/** `indices` are 32-bit integers. */
export function gatherRows(out: usize, table: usize, indices: usize, count: i32, columns: i32): void {
  const stride = <usize> columns << 2;
  for (let i = 0; i < count; i++, out += stride, indices += 4) memory.copy(out, table + <usize> load<i32>(indices) * stride, stride);
}

export function scatterRows(table: usize, x: usize, indices: usize, count: i32, columns: i32): void {
  const stride = <usize> columns << 2;
  for (let i = 0; i < count; i++, x += stride, indices += 4) add(table + <usize> load<i32>(indices) * stride, x, columns);
}

/** `sign` is -1 backward, else 1. */
export function addRotated(
  out: usize, x: usize, cosines: usize, sines: usize, rows: i32, width: i32, half: i32, angles: i32, sign: f32,
): void {
  const stride = <usize> half << 2, whole = <usize> (half & ~3) << 2, signs = f32x4.splat(sign);
  let from: usize = 0;
  for (let row = 0; row < rows; row++) {
    for (let first = 0; first < width; first += 2 * half, out += 2 * stride, x += 2 * stride) {
      for (let k: usize = 0; k < whole; k += 16) {
        const c = v128.load(cosines + from + k), s = mul(signs, v128.load(sines + from + k));
        const a = v128.load(x + k), b = v128.load(x + stride + k);
        v128.store(out + k, plus(v128.load(out + k), sub(mul(a, c), mul(b, s))));
        v128.store(out + stride + k, plus(v128.load(out + stride + k), plus(mul(b, c), mul(a, s))));
      }
      for (let k = whole; k < stride; k += 4) {
        const c = load<f32>(cosines + from + k), s: f32 = sign * load<f32>(sines + from + k);
        const a = load<f32>(x + k), b = load<f32>(x + stride + k);
        store<f32>(out + k, load<f32>(out + k) + (a * c - b * s));
        store<f32>(out + stride + k, load<f32>(out + stride + k) + (b * c + a * s));
      }
    }
    from += stride;
    if (from === <usize> angles << 2) from = 0;
  }
}
