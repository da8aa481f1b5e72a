// Philox and the draws: four counters in four lanes give sixteen words, the twins of ../../philox.ts and draws.ts.
import { cosineNear0, logOfNormal, quantileOfCenter, quantileOfTail, shiftedQuarters, sineNear0, TAIL, withoutQuarters } from "./elementary";
import { add, constant, mul, select, SIGN, step, sub } from "./lanes";

const MULTIPLIER_0: usize = memory.data<u32>([0xd2511f53]);
const MULTIPLIER_1: usize = memory.data<u32>([0xcd9e8d57]);
const ROUND_KEYS: usize = memory.data(320, 64); // 32 bytes a round: four times the first key, four times the second
const END_OF_KEYS: usize = ROUND_KEYS + 320;
const REST: usize = memory.data(128, 64);
const PIECE = 1024; // words that stay in the first-level cache until they are numbers

// Even and odd lanes: the low and high halves of four 64-bit products.
@inline function low(a: v128, b: v128): v128 { return v128.shuffle<i32>(a, b, 0, 2, 4, 6); }
@inline function high(a: v128, b: v128): v128 { return v128.shuffle<i32>(a, b, 1, 3, 5, 7); }

/**
 * Prepares `philox` for a key. Counters have three zero words, so that the product of word 0 in the second round is the same
 * for all of them: its halves are joined to the keys they meet.
 */
function schedule(key0: i32, key1: i32): void {
  const product = <u64> <u32> key0 * 0xd2511f53;
  for (let round: usize = 0; round < 10; round++) {
    const joined = round === 1 ? <i32> (product >> 32) : round === 2 ? <i32> product : 0;
    v128.store(ROUND_KEYS + (round << 5), i32x4.splat(key0));
    v128.store(ROUND_KEYS + (round << 5) + 16, i32x4.splat(key1 ^ joined));
    key0 += 0x9e3779b9;
    key1 += 0xbb67ae85;
  }
}

/** The words of an even number of blocks, two blocks at a time since each waits for its own products. */
function philox(out: usize, blocks: i32, first: i32): void {
  let counter = i32x4.add(i32x4.splat(first << 2), i32x4(0, 1, 2, 3));
  for (const end = out + (<usize> blocks << 6); out < end; out += 128) {
    const m0 = constant(MULTIPLIER_0), m1 = constant(MULTIPLIER_1);

    // Rounds 0 and 1, without the products of zeros.
    let a = i64x2.extmul_low_i32x4_u(counter, m0), b = i64x2.extmul_high_i32x4_u(counter, m0);
    let x2 = v128.xor(high(a, b), v128.load(ROUND_KEYS, 16)), x3 = low(a, b);
    let c = i64x2.extmul_low_i32x4_u(x2, m1), d = i64x2.extmul_high_i32x4_u(x2, m1);
    let x0 = v128.xor(high(c, d), v128.load(ROUND_KEYS, 32)), x1 = low(c, d);
    x2 = v128.xor(x3, v128.load(ROUND_KEYS, 48)), x3 = i32x4.splat(0);
    counter = i32x4.add(counter, i32x4.splat(4));

    a = i64x2.extmul_low_i32x4_u(counter, m0), b = i64x2.extmul_high_i32x4_u(counter, m0);
    let y2 = v128.xor(high(a, b), v128.load(ROUND_KEYS, 16)), y3 = low(a, b);
    c = i64x2.extmul_low_i32x4_u(y2, m1), d = i64x2.extmul_high_i32x4_u(y2, m1);
    let y0 = v128.xor(high(c, d), v128.load(ROUND_KEYS, 32)), y1 = low(c, d);
    y2 = v128.xor(y3, v128.load(ROUND_KEYS, 48)), y3 = i32x4.splat(0);
    counter = i32x4.add(counter, i32x4.splat(4));

    for (let key = ROUND_KEYS + 64; key < END_OF_KEYS; key += 32) {
      const key0 = v128.load(key), key1 = v128.load(key, 16);
      a = i64x2.extmul_low_i32x4_u(x0, m0), b = i64x2.extmul_high_i32x4_u(x0, m0);
      c = i64x2.extmul_low_i32x4_u(x2, m1), d = i64x2.extmul_high_i32x4_u(x2, m1);
      x0 = v128.xor(high(c, d), v128.xor(x1, key0)), x1 = low(c, d);
      x2 = v128.xor(high(a, b), v128.xor(x3, key1)), x3 = low(a, b);
      a = i64x2.extmul_low_i32x4_u(y0, m0), b = i64x2.extmul_high_i32x4_u(y0, m0);
      c = i64x2.extmul_low_i32x4_u(y2, m1), d = i64x2.extmul_high_i32x4_u(y2, m1);
      y0 = v128.xor(high(c, d), v128.xor(y1, key0)), y1 = low(c, d);
      y2 = v128.xor(high(a, b), v128.xor(y3, key1)), y3 = low(a, b);
    }
    v128.store(out, x0), v128.store(out, x1, 16), v128.store(out, x2, 32), v128.store(out, x3, 48);
    v128.store(out, y0, 64), v128.store(out, y1, 80), v128.store(out, y2, 96), v128.store(out, y3, 112);
  }
}

/** A class without fields, so that each loop is compiled for it alone. */
abstract class Draw {
  /** Turns the eight words at `out`, word w and word w + 1 of four counters, into numbers. */
  abstract turn(out: usize): void;
}

function turnAll<T extends Draw>(out: usize, count: i32): void {
  for (const end = out + (<usize> count << 2); out < end; out += 32) changetype<T>(0).turn(out);
}

/** `count` elements from element 16 `first` of the stream on. */
function fill<T extends Draw>(out: usize, count: i32, first: i32, key0: i32, key1: i32): void {
  schedule(key0, key1);
  const whole = count & ~31;
  for (let from = 0; from < whole; from += PIECE) {
    const length = min(PIECE, whole - from), at = out + (<usize> from << 2);
    philox(at, length >> 4, first + (from >> 4));
    turnAll<T>(at, length);
  }
  if (count === whole) return;
  philox(REST, 2, first + (whole >> 4));
  turnAll<T>(REST, 32);
  memory.copy(out + (<usize> whole << 2), REST, <usize> (count & 31) << 2);
}

class Bits { @inline turn(out: usize): void {} }

export function fillBits(out: usize, count: i32, first: i32, key0: i32, key1: i32): void {
  fill<Bits>(out, count, first, key0, key1);
}

// Settings of the current fill, four bytes each.
const FIRST: usize = memory.data(4), SECOND: usize = memory.data(4), THIRD: usize = memory.data(4), FOURTH: usize = memory.data(4);
const BELOW: usize = memory.data(4), ABOVE: usize = memory.data(4), MASS: usize = memory.data(4), OFFSET: usize = memory.data(4);

const TO_UNIT: usize = memory.data<f32>([5.9604644775390625e-8]); // 2^-24

@inline function uniform(x: v128): v128 {
  const u = mul(f32x4.convert_i32x4_s(i32x4.shr_u(x, 8)), constant(TO_UNIT));
  return f32x4.pmin(add(constant(FIRST), mul(u, constant(SECOND))), constant(THIRD));
}

class Uniform {
  @inline turn(out: usize): void {
    v128.store(out, uniform(v128.load(out))), v128.store(out, uniform(v128.load(out, 16)), 16);
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

/** Box-Muller on four words of radius and four of angle: mean + std z, cosines first, then sines. */
class Normal {
  @inline turn(out: usize): void {
    const word = v128.load(out);
    const upper = f32x4.convert_i32x4_s(i32x4.shr_u(word, 16));
    const lower = f32x4.convert_i32x4_s(v128.and(word, constant(LOW_HALF))); // 2^16 upper + lower rounds once
    const u = step(step(upper, constant(SHIFT_16), lower), constant(TO_TURNS), constant(HALF_STEP));
    const radius = f32x4.sqrt(mul(constant(MINUS_TWO), logOfNormal(u)));
    const t = mul(f32x4.convert_i32x4_s(v128.load(out, 16)), constant(TO_TURNS));
    const quarter = shiftedQuarters(t), r = withoutQuarters(t, quarter), square = mul(r, r);
    const sine = sineNear0(r, square), cosine = cosineNear0(square);
    // In quarters 0 to 3 the cosine is c, -s, -c, s and the sine s, c, -s, -c: an odd quarter swaps them.
    const swap = v128.and(v128.xor(sine, cosine), i32x4.shr_s(i32x4.shl(quarter, 31), 31));
    const cosineSign = v128.and(i32x4.shl(i32x4.add(quarter, constant(ONE_BIT)), 30), constant(SIGN));
    const sineSign = v128.and(i32x4.shl(quarter, 30), constant(SIGN));
    const x = mul(radius, v128.xor(v128.xor(cosine, swap), cosineSign));
    const y = mul(radius, v128.xor(v128.xor(sine, swap), sineSign));
    v128.store(out, step(constant(SECOND), x, constant(FIRST)));
    v128.store(out, step(constant(SECOND), y, constant(FIRST)), 16);
  }
}

export function fillNormal(out: usize, count: i32, first: i32, key0: i32, key1: i32, mean: f32, std: f32): void {
  store<f32>(FIRST, mean), store<f32>(SECOND, std);
  fill<Normal>(out, count, first, key0, key1);
}

const TO_CENTERS: usize = memory.data<f32>([1.1920928955078125e-7]); // 2^-23
const HALF_CENTER: usize = memory.data<f32>([5.9604644775390625e-8]); // 2^-24
const UNIT: usize = memory.data<f32>([1]);

@inline function truncatedNormal(x: v128): v128 {
  const k = f32x4.convert_i32x4_s(i32x4.shr_u(x, 9));
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
  return add(constant(FIRST), mul(constant(SECOND), z));
}

class TruncatedNormal {
  @inline turn(out: usize): void {
    v128.store(out, truncatedNormal(v128.load(out))), v128.store(out, truncatedNormal(v128.load(out, 16)), 16);
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
