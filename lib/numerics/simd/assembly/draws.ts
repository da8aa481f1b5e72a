// Philox and the draws: four counters in four lanes give sixteen words, the twins of ../../philox.ts and draws.ts.
import { cosineNear0, logOfNormal, quantileOfCenter, quantileOfTail, shiftedQuarters, sineNear0, TAIL, withoutQuarters } from "./elementary";
import { add, constant, mul, select, SIGN, step, sub } from "./lanes";

const MULTIPLIER_0: usize = memory.data<u32>([0xd2511f53]);
const MULTIPLIER_1: usize = memory.data<u32>([0xcd9e8d57]);
const BLOCK: usize = memory.data(64, 64);

// @ts-ignore: decorator
@inline function low(a: v128, b: v128): v128 { return v128.shuffle<i32>(a, b, 0, 2, 4, 6); }
// @ts-ignore: decorator
@inline function high(a: v128, b: v128): v128 { return v128.shuffle<i32>(a, b, 1, 3, 5, 7); }

/** The four words of counters 4 block to 4 block + 3, word by word, at `out`. */
// @ts-ignore: decorator
@inline function philox(out: usize, block: i32, key0: i32, key1: i32): void {
  let x0 = i32x4.add(i32x4.splat(block << 2), i32x4(0, 1, 2, 3)), x1 = i32x4.splat(0), x2 = x1, x3 = x1;
  for (let round = 0; round < 10; round++) {
    const m0 = constant(MULTIPLIER_0), m1 = constant(MULTIPLIER_1);
    const a = i64x2.extmul_low_i32x4_u(x0, m0), b = i64x2.extmul_high_i32x4_u(x0, m0);
    const c = i64x2.extmul_low_i32x4_u(x2, m1), d = i64x2.extmul_high_i32x4_u(x2, m1);
    x0 = v128.xor(v128.xor(high(c, d), x1), i32x4.splat(key0));
    x1 = low(c, d);
    x2 = v128.xor(v128.xor(high(a, b), x3), i32x4.splat(key1));
    x3 = low(a, b);
    key0 += 0x9e3779b9;
    key1 += 0xbb67ae85;
  }
  v128.store(out, x0), v128.store(out, x1, 16), v128.store(out, x2, 32), v128.store(out, x3, 48);
}

abstract class Draw {
  /** Turns the sixteen words at `block` into numbers in place. */
  abstract turn(block: usize): void;
}

/** `count` elements from element 16 `first` of the stream on. */
function fill<T extends Draw>(out: usize, count: i32, first: i32, key0: i32, key1: i32): void {
  const end = out + (<usize> (count & ~15) << 2);
  for (; out < end; out += 64, first++) {
    philox(out, first, key0, key1);
    changetype<T>(0).turn(out);
  }
  if ((count & 15) === 0) return;
  fill<T>(BLOCK, 16, first, key0, key1);
  memory.copy(out, BLOCK, <usize> (count & 15) << 2);
}

class Bits { @inline turn(block: usize): void {} }

export function fillBits(out: usize, count: i32, first: i32, key0: i32, key1: i32): void {
  fill<Bits>(out, count, first, key0, key1);
}

// Settings of the current fill, four bytes each.
const FIRST: usize = memory.data(4), SECOND: usize = memory.data(4), THIRD: usize = memory.data(4), FOURTH: usize = memory.data(4);
const BELOW: usize = memory.data(4), ABOVE: usize = memory.data(4), MASS: usize = memory.data(4), OFFSET: usize = memory.data(4);

const TO_UNIT: usize = memory.data<f32>([5.9604644775390625e-8]); // 2^-24

class Uniform {
  @inline turn(block: usize): void {
    for (const end = block + 64; block < end; block += 16) {
      const u = mul(f32x4.convert_i32x4_s(i32x4.shr_u(v128.load(block), 8)), constant(TO_UNIT));
      v128.store(block, f32x4.pmin(add(constant(FIRST), mul(u, constant(SECOND))), constant(THIRD)));
    }
  }
}

export function fillUniform(out: usize, count: i32, first: i32, key0: i32, key1: i32, low: f32, width: f32, top: f32): void {
  store<f32>(FIRST, low), store<f32>(SECOND, width), store<f32>(THIRD, top);
  fill<Uniform>(out, count, first, key0, key1);
}

const LOW_HALF: usize = memory.data<i32>([0xffff]);
const SHIFT_16: usize = memory.data<f32>([65536]);
const TO_TURNS: usize = memory.data<f32>([2.3283064365386963e-10]); // 2^-32
const HALF_STEP: usize = memory.data<f32>([1.1641532182693481e-10]); // 2^-33
const MINUS_TWO: usize = memory.data<f32>([-2]);
const ONE_BIT: usize = memory.data<i32>([1]);

/** Box-Muller on one word of radius and one of angle: mean + std z, cosine at the first, sine at the second. */
// @ts-ignore: decorator
@inline function pair(at: usize): void {
  const word = v128.load(at);
  const upper = f32x4.convert_i32x4_s(i32x4.shr_u(word, 16)), lower = f32x4.convert_i32x4_s(v128.and(word, constant(LOW_HALF)));
  const u = step(step(upper, constant(SHIFT_16), lower), constant(TO_TURNS), constant(HALF_STEP));
  const radius = f32x4.sqrt(mul(constant(MINUS_TWO), logOfNormal(u)));
  const t = mul(f32x4.convert_i32x4_s(v128.load(at, 16)), constant(TO_TURNS));
  const shifted = shiftedQuarters(t), r = withoutQuarters(t, shifted), square = mul(r, r);
  const sine = sineNear0(r, square), cosine = cosineNear0(square);
  // In quarter q the sine is (s, c, -s, -c)[q], the cosine (c, -s, -c, s)[q]; q is the two low bits.
  const odd = i32x4.eq(v128.and(shifted, constant(ONE_BIT)), constant(ONE_BIT));
  const sineSign = v128.and(i32x4.shl(shifted, 30), constant(SIGN));
  const cosineSign = v128.and(i32x4.shl(i32x4.add(shifted, constant(ONE_BIT)), 30), constant(SIGN));
  const x = mul(radius, v128.xor(select(odd, sine, cosine), cosineSign));
  const y = mul(radius, v128.xor(select(odd, cosine, sine), sineSign));
  v128.store(at, add(constant(FIRST), mul(constant(SECOND), x)));
  v128.store(at, add(constant(FIRST), mul(constant(SECOND), y)), 16);
}

class Normal {
  @inline turn(block: usize): void {
    pair(block);
    pair(block + 32);
  }
}

export function fillNormal(out: usize, count: i32, first: i32, key0: i32, key1: i32, mean: f32, std: f32): void {
  store<f32>(FIRST, mean), store<f32>(SECOND, std);
  fill<Normal>(out, count, first, key0, key1);
}

const TO_CENTERS: usize = memory.data<f32>([1.1920928955078125e-7]); // 2^-23
const HALF_CENTER: usize = memory.data<f32>([5.9604644775390625e-8]); // 2^-24
const UNIT: usize = memory.data<f32>([1]);

class TruncatedNormal {
  @inline turn(block: usize): void {
    for (const end = block + 64; block < end; block += 16) {
      const k = f32x4.convert_i32x4_s(i32x4.shr_u(v128.load(block), 9));
      const u = step(k, constant(TO_CENTERS), constant(HALF_CENTER));
      const share = mul(u, constant(MASS)), below = add(constant(BELOW), share);
      const above = add(constant(ABOVE), mul(sub(constant(UNIT), u), constant(MASS)));
      const tail = f32x4.pmin(above, below);
      let z = quantileOfCenter(add(constant(OFFSET), share));
      const far = f32x4.lt(tail, constant(TAIL));
      if (v128.any_true(far)) {
        const sign = v128.and(f32x4.lt(below, above), constant(SIGN));
        z = select(far, v128.xor(quantileOfTail(tail), sign), z);
      }
      z = f32x4.pmax(f32x4.pmin(z, constant(FOURTH)), constant(THIRD));
      v128.store(block, add(constant(FIRST), mul(constant(SECOND), z)));
    }
  }
}

/** The settings after std are those of `truncation`. */
export function fillTruncatedNormal(
  out: usize, count: i32, first: i32, key0: i32, key1: i32, mean: f32, std: f32,
  low: f32, high: f32, below: f32, above: f32, mass: f32, offset: f32,
): void {
  store<f32>(FIRST, mean), store<f32>(SECOND, std), store<f32>(THIRD, low), store<f32>(FOURTH, high);
  store<f32>(BELOW, below), store<f32>(ABOVE, above), store<f32>(MASS, mass), store<f32>(OFFSET, offset);
  fill<TruncatedNormal>(out, count, first, key0, key1);
}
