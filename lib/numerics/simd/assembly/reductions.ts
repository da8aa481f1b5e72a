// Sums of four partial sums by index mod 4, softmax and cross-entropy: the twins of ../../reductions.ts.
import { exp, logOfNormal } from "./elementary";
import { add, constant, div, mul, sub } from "./lanes";

const REST: usize = memory.data(16, 16);

/** The elements past the last whole four, the missing ones `padding`. */
function rest(x: usize, bytes: usize, padding: f32): v128 {
  v128.store(REST, f32x4.splat(padding));
  memory.copy(REST, x, bytes);
  return v128.load(REST);
}

@inline function upper(x: v128): v128 { return v128.shuffle<f64>(x, x, 1, 1); }

@inline function combine64(low: v128, high: v128): f64 {
  return (f64x2.extract_lane(low, 0) + f64x2.extract_lane(low, 1)) + (f64x2.extract_lane(high, 0) + f64x2.extract_lane(high, 1));
}

export function sum(x: usize, count: i32): f64 {
  let low = f64x2.splat(0), high = low;
  for (const end = x + (<usize> (count & ~3) << 2); x < end; x += 16) {
    const v = v128.load(x);
    low = f64x2.add(low, f64x2.promote_low_f32x4(v));
    high = f64x2.add(high, f64x2.promote_low_f32x4(upper(v)));
  }
  const v = rest(x, <usize> (count & 3) << 2, 0);
  low = f64x2.add(low, f64x2.promote_low_f32x4(v));
  high = f64x2.add(high, f64x2.promote_low_f32x4(upper(v)));
  return combine64(low, high);
}

export function sumOfSquares(x: usize, count: i32): f64 {
  let low = f64x2.splat(0), high = low;
  for (const end = x + (<usize> (count & ~3) << 2); x < end; x += 16) {
    const v = v128.load(x), a = f64x2.promote_low_f32x4(v), b = f64x2.promote_low_f32x4(upper(v));
    low = f64x2.add(low, f64x2.mul(a, a));
    high = f64x2.add(high, f64x2.mul(b, b));
  }
  const v = rest(x, <usize> (count & 3) << 2, 0), a = f64x2.promote_low_f32x4(v), b = f64x2.promote_low_f32x4(upper(v));
  low = f64x2.add(low, f64x2.mul(a, a));
  high = f64x2.add(high, f64x2.mul(b, b));
  return combine64(low, high);
}

/** The largest element of a row, NaN left out. */
export function maximum(x: usize, columns: i32): f32 {
  let m = f32x4.splat(-Infinity);
  const whole = x + (<usize> (columns & ~3) << 2);
  for (; x < whole; x += 16) m = f32x4.pmax(m, v128.load(x));
  if (columns & 3) m = f32x4.pmax(m, rest(x, <usize> (columns & 3) << 2, -Infinity));
  return max(max(f32x4.extract_lane(m, 0), f32x4.extract_lane(m, 1)), max(f32x4.extract_lane(m, 2), f32x4.extract_lane(m, 3)));
}

/** Writes softmax of one row and returns the sum of the exponentials. */
export function softmaxRow(out: usize, x: usize, columns: i32, highest: f32): f32 {
  const top = f32x4.splat(highest), bytes = <usize> (columns & ~3) << 2, more = <usize> (columns & 3) << 2;
  let s = f32x4.splat(0);
  for (let i: usize = 0; i < bytes; i += 16) {
    const e = exp(sub(v128.load(x + i), top));
    v128.store(out + i, e);
    s = add(s, e);
  }
  if (more) {
    const e = exp(sub(rest(x + bytes, more, -Infinity), top));
    v128.store(REST, e);
    memory.copy(out + bytes, REST, more);
    s = add(s, e);
  }
  const total = (f32x4.extract_lane(s, 0) + f32x4.extract_lane(s, 1)) + (f32x4.extract_lane(s, 2) + f32x4.extract_lane(s, 3));
  const divisor = f32x4.splat(total);
  for (let i: usize = 0; i < bytes; i += 16) v128.store(out + i, div(v128.load(out + i), divisor));
  for (let i = bytes; i < bytes + more; i += 4) store<f32>(out + i, load<f32>(out + i) / total);
  return total;
}

export function softmax(out: usize, x: usize, rows: i32, columns: i32): void {
  const stride = <usize> columns << 2;
  for (let i = 0; i < rows; i++, out += stride, x += stride) softmaxRow(out, x, columns, maximum(x, columns));
}

/** `labels` are 32-bit integers. */
export function crossEntropy(losses: usize, probabilities: usize, logits: usize, labels: usize, rows: i32, columns: i32): void {
  const stride = <usize> columns << 2;
  for (let i = 0; i < rows; i++, losses += 4, labels += 4, probabilities += stride, logits += stride) {
    const highest = maximum(logits, columns);
    const logit: f32 = load<f32>(logits + (<usize> load<i32>(labels) << 2)) - highest;
    const total = softmaxRow(probabilities, logits, columns, highest);
    const log = f32x4.extract_lane(logOfNormal(f32x4.splat(total)), 0);
    store<f32>(losses, total === total ? log - logit : total);
  }
}

export function crossEntropyBackward(out: usize, probabilities: usize, labels: usize, rows: i32, columns: i32, factor: f32): void {
  const a = f32x4.splat(factor), bytes = <usize> (columns & ~3) << 2, stride = <usize> columns << 2;
  for (let i = 0; i < rows; i++, labels += 4, out += stride, probabilities += stride) {
    const label = <usize> load<i32>(labels) << 2, before = load<f32>(out + label);
    const change: f32 = factor * (load<f32>(probabilities + label) - 1);
    for (let j: usize = 0; j < bytes; j += 16) {
      v128.store(out + j, add(v128.load(out + j), mul(a, v128.load(probabilities + j))));
    }
    for (let j = bytes; j < stride; j += 4) store<f32>(out + j, load<f32>(out + j) + factor * load<f32>(probabilities + j));
    store<f32>(out + label, before + change);
  }
}
