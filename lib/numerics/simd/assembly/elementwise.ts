// Sums of arrays and optimizer updates, four elements at a time and the last ones singly: the twins of ../../elementwise.ts.
import { add as plus, div, mul, sub } from "./lanes";

export function addBias(out: usize, x: usize, bias: usize, rows: i32, columns: i32): void {
  const end = bias + (<usize> columns << 2), whole = bias + (<usize> (columns & ~3) << 2);
  for (let i = 0; i < rows; i++) {
    let b = bias;
    for (; b < whole; b += 16, out += 16, x += 16) v128.store(out, plus(v128.load(x), v128.load(b)));
    for (; b < end; b += 4, out += 4, x += 4) store<f32>(out, load<f32>(x) + load<f32>(b));
  }
}

export function addColumnSums(out: usize, x: usize, rows: i32, columns: i32): void {
  const stride = <usize> columns << 2, last = x + <usize> rows * stride;
  let j = 0;
  for (; j + 16 <= columns; j += 16, out += 64, x += 64) {
    let s0 = f32x4.splat(0), s1 = s0, s2 = s0, s3 = s0;
    for (let from = x; from < last; from += stride) {
      s0 = plus(s0, v128.load(from)), s1 = plus(s1, v128.load(from, 16));
      s2 = plus(s2, v128.load(from, 32)), s3 = plus(s3, v128.load(from, 48));
    }
    v128.store(out, plus(v128.load(out), s0)), v128.store(out, plus(v128.load(out, 16), s1), 16);
    v128.store(out, plus(v128.load(out, 32), s2), 32), v128.store(out, plus(v128.load(out, 48), s3), 48);
  }
  for (; j + 4 <= columns; j += 4, out += 16, x += 16) {
    let s = f32x4.splat(0);
    for (let from = x; from < last; from += stride) s = plus(s, v128.load(from));
    v128.store(out, plus(v128.load(out), s));
  }
  for (; j < columns; j++, out += 4, x += 4) {
    let s: f32 = 0;
    for (let from = x; from < last; from += stride) s += load<f32>(from);
    store<f32>(out, load<f32>(out) + s);
  }
}

export function add(out: usize, x: usize, count: i32): void {
  const whole = out + (<usize> (count & ~3) << 2), end = out + (<usize> count << 2);
  for (; out < whole; out += 16, x += 16) v128.store(out, plus(v128.load(out), v128.load(x)));
  for (; out < end; out += 4, x += 4) store<f32>(out, load<f32>(out) + load<f32>(x));
}

export function multiplyAdd(out: usize, x: usize, count: i32, factor: f32): void {
  const whole = out + (<usize> (count & ~3) << 2), end = out + (<usize> count << 2), a = f32x4.splat(factor);
  for (; out < whole; out += 16, x += 16) v128.store(out, plus(v128.load(out), mul(a, v128.load(x))));
  for (; out < end; out += 4, x += 4) store<f32>(out, load<f32>(out) + factor * load<f32>(x));
}

export function multiply(out: usize, x: usize, y: usize, count: i32): void {
  const whole = out + (<usize> (count & ~3) << 2), end = out + (<usize> count << 2);
  for (; out < whole; out += 16, x += 16, y += 16) v128.store(out, mul(v128.load(x), v128.load(y)));
  for (; out < end; out += 4, x += 4, y += 4) store<f32>(out, load<f32>(x) * load<f32>(y));
}

export function addProducts(out: usize, x: usize, y: usize, count: i32): void {
  const whole = out + (<usize> (count & ~3) << 2), end = out + (<usize> count << 2);
  for (; out < whole; out += 16, x += 16, y += 16) v128.store(out, plus(v128.load(out), mul(v128.load(x), v128.load(y))));
  for (; out < end; out += 4, x += 4, y += 4) store<f32>(out, load<f32>(out) + load<f32>(x) * load<f32>(y));
}

export function scale(out: usize, count: i32, factor: f32): void {
  const whole = out + (<usize> (count & ~3) << 2), end = out + (<usize> count << 2), a = f32x4.splat(factor);
  for (; out < whole; out += 16) v128.store(out, mul(v128.load(out), a));
  for (; out < end; out += 4) store<f32>(out, load<f32>(out) * factor);
}

export function momentum(p: usize, v: usize, g: usize, count: i32, rate: f32, keep: f32): void {
  const whole = p + (<usize> (count & ~3) << 2), end = p + (<usize> count << 2);
  const r = f32x4.splat(rate), m = f32x4.splat(keep);
  for (; p < whole; p += 16, v += 16, g += 16) {
    const velocity = plus(mul(m, v128.load(v)), v128.load(g));
    v128.store(v, velocity);
    v128.store(p, sub(v128.load(p), mul(r, velocity)));
  }
  for (; p < end; p += 4, v += 4, g += 4) {
    const velocity: f32 = keep * load<f32>(v) + load<f32>(g);
    store<f32>(v, velocity);
    store<f32>(p, load<f32>(p) - rate * velocity);
  }
}

/** The five factors are those of `adamFactors`, in its order. */
export function adam(
  p: usize, m: usize, s: usize, g: usize, count: i32,
  beta1: f32, beta2: f32, new1: f32, new2: f32, rate: f32, correction: f32, epsilon: f32,
): void {
  const whole = p + (<usize> (count & ~3) << 2), end = p + (<usize> count << 2);
  const b1 = f32x4.splat(beta1), b2 = f32x4.splat(beta2), n1 = f32x4.splat(new1), n2 = f32x4.splat(new2);
  const r = f32x4.splat(rate), c = f32x4.splat(correction), e = f32x4.splat(epsilon);
  for (; p < whole; p += 16, m += 16, s += 16, g += 16) {
    const gradient = v128.load(g);
    const mean = plus(mul(b1, v128.load(m)), mul(n1, gradient));
    const square = plus(mul(b2, v128.load(s)), mul(n2, mul(gradient, gradient)));
    v128.store(m, mean), v128.store(s, square);
    v128.store(p, sub(v128.load(p), div(mul(r, mean), plus(f32x4.sqrt(mul(c, square)), e))));
  }
  for (; p < end; p += 4, m += 4, s += 4, g += 4) {
    const gradient = load<f32>(g);
    const mean: f32 = beta1 * load<f32>(m) + new1 * gradient;
    const square: f32 = beta2 * load<f32>(s) + new2 * (gradient * gradient);
    store<f32>(m, mean), store<f32>(s, square);
    store<f32>(p, load<f32>(p) - rate * mean / (sqrt<f32>(correction * square) + epsilon));
  }
}
