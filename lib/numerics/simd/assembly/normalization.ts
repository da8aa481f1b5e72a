// Rows of mean square 1: the twins of ../../normalization.ts.
import { add, mul, sub } from "./lanes";

@inline function combine(s: v128): f32 {
  return (f32x4.extract_lane(s, 0) + f32x4.extract_lane(s, 1)) + (f32x4.extract_lane(s, 2) + f32x4.extract_lane(s, 3));
}

/** The partial sums s with the term of an element past the last whole four, index mod 4 being `lane`. */
@inline function withTerm(s: v128, lane: i32, term: f32): v128 {
  if (lane === 0) return f32x4.replace_lane(s, 0, f32x4.extract_lane(s, 0) + term);
  if (lane === 1) return f32x4.replace_lane(s, 1, f32x4.extract_lane(s, 1) + term);
  return f32x4.replace_lane(s, 2, f32x4.extract_lane(s, 2) + term);
}

function sumOf(x: usize, columns: i32): f32 {
  const whole = x + (<usize> (columns & ~3) << 2);
  let s = f32x4.splat(0);
  for (; x < whole; x += 16) s = add(s, v128.load(x));
  for (let lane = 0; lane < (columns & 3); lane++, x += 4) s = withTerm(s, lane, load<f32>(x));
  return combine(s);
}

/** Sum of x y. */
export function sumOfProducts(x: usize, y: usize, columns: i32): f32 {
  const whole = x + (<usize> (columns & ~3) << 2);
  let s = f32x4.splat(0);
  for (; x < whole; x += 16, y += 16) s = add(s, mul(v128.load(x), v128.load(y)));
  for (let lane = 0; lane < (columns & 3); lane++, x += 4, y += 4) s = withTerm(s, lane, load<f32>(x) * load<f32>(y));
  return combine(s);
}

export function standardize(out: usize, inverses: usize, x: usize, rows: i32, columns: i32, centered: i32, epsilon: f32): void {
  const whole = <usize> (columns & ~3) << 2, stride = <usize> columns << 2, n = <f32> columns;
  for (let i = 0; i < rows; i++, out += stride, x += stride, inverses += 4) {
    if (centered) {
      const mean: f32 = sumOf(x, columns) / n, m = f32x4.splat(mean);
      for (let j: usize = 0; j < whole; j += 16) v128.store(out + j, sub(v128.load(x + j), m));
      for (let j = whole; j < stride; j += 4) store<f32>(out + j, load<f32>(x + j) - mean);
    } else {
      memory.copy(out, x, stride);
    }
    const inverse: f32 = 1 / sqrt<f32>(sumOfProducts(out, out, columns) / n + epsilon), s = f32x4.splat(inverse);
    store<f32>(inverses, inverse);
    for (let j: usize = 0; j < whole; j += 16) v128.store(out + j, mul(v128.load(out + j), s));
    for (let j = whole; j < stride; j += 4) store<f32>(out + j, load<f32>(out + j) * inverse);
  }
}

export function standardizeBackward(out: usize, y: usize, inverses: usize, gradient: usize, rows: i32, columns: i32, centered: i32): void {
  const whole = <usize> (columns & ~3) << 2, stride = <usize> columns << 2, n = <f32> columns;
  for (let i = 0; i < rows; i++, out += stride, y += stride, gradient += stride, inverses += 4) {
    const mean: f32 = centered ? sumOf(gradient, columns) / n : 0, along: f32 = sumOfProducts(gradient, y, columns) / n;
    const inverse = load<f32>(inverses), m = f32x4.splat(mean), a = f32x4.splat(along), s = f32x4.splat(inverse);
    for (let j: usize = 0; j < whole; j += 16) {
      const across = sub(sub(v128.load(gradient + j), m), mul(v128.load(y + j), a));
      v128.store(out + j, add(v128.load(out + j), mul(s, across)));
    }
    for (let j = whole; j < stride; j += 4) {
      const across: f32 = (load<f32>(gradient + j) - mean) - load<f32>(y + j) * along;
      store<f32>(out + j, load<f32>(out + j) + inverse * across);
    }
  }
}
