/**
 * The float32 exponential and logarithm and their kin, from + - * / and bit operations alone, so that every machine and every
 * vector unit gives the same bits. Every step is rounded to float32. Coefficients are minimax fits made for this file; polynomials
 * are summed in pairs (Estrin's scheme), which waits for fewer results than Horner's.
 */
import { bitsOf, floatOf, powerOfTwo, step, withSignOf } from "./floatBits.ts";

const f = Math.fround;

/** Adding and subtracting 1.5 * 2^23 rounds a float32 of modest size to the nearest integer, ties to even. */
export const ROUNDER = 12582912;
const LOG2_E = f(1.4426950408889634);
const LN2_HIGH = 0.693359375; // 10 bits: exact products with integers below 2^14
const LN2_LOW = f(-2.12194440054690583e-4);
const SMALLEST_NORMAL = powerOfTwo(-126);

/** e^r - 1 for |r| <= ln(2) / 2. */
function expm1Near0(r: number): number {
  const square = f(r * r);
  const high = step(f(0.00138703221), square, step(f(0.00836625602), r, f(0.041667439)));
  const p = step(high, square, step(f(0.166665465), r, f(0.49999997)));
  return step(square, p, r);
}

/** The integer nearest to x / ln 2. */
function halvings(x: number): number {
  return f(f(f(x * LOG2_E) + ROUNDER) - ROUNDER);
}

/** x - n ln 2. */
function withoutHalvings(x: number, n: number): number {
  return f(f(x - f(n * LN2_HIGH)) - f(n * LN2_LOW));
}

/** e^x in float32: within 1 ulp of the true value, subnormals included; 0 below -103.98, Infinity above 88.73, NaN for NaN. */
export function expf(x: number): number {
  const clamped = x < -104 ? -104 : x > 89 ? 89 : f(x);
  const n = halvings(clamped);
  const e = f(1 + expm1Near0(withoutHalvings(clamped, n)));
  return f(f(e * powerOfTwo(n >> 1)) * powerOfTwo(n - (n >> 1)));
}

/** e^x - 1 in float32 for x <= 0: within 2 ulp, -1 below -17.33, NaN for NaN. */
export function expm1OfNegative(x: number): number {
  const clamped = x < -18 ? -18 : f(x);
  const n = halvings(clamped);
  const power = powerOfTwo(n);
  return f(f(power * expm1Near0(withoutHalvings(clamped, n))) + f(power - 1));
}

/** ln x for a positive normal x. */
export function logOfNormal(x: number): number {
  const bits = bitsOf(x);
  const exponent = (bits - 0x3f3504f3) >> 23; // 0x3f3504f3 is sqrt(1/2): the rest lies in [sqrt(1/2), sqrt(2))
  const r = f(floatOf(bits - (exponent << 23)) - 1);
  const square = f(r * r);
  const first = step(
    step(f(-0.166234076), r, f(0.200012416)),
    square,
    step(f(-0.250008196), r, f(0.333333313)),
  );
  const second = step(
    step(f(-0.0763643384), r, f(0.127622709)),
    square,
    step(f(-0.131596342), r, f(0.14201577)),
  );
  const p = step(second, f(square * square), first);
  const tail = f(step(p, f(r * square), f(exponent * LN2_LOW)) - f(0.5 * square));
  return f(f(tail + r) + f(exponent * LN2_HIGH));
}

/** ln x in float32: within 1 ulp, subnormals included; -Infinity for +-0, NaN for x < 0 and NaN, Infinity for Infinity. */
export function logf(x: number): number {
  const value = f(x);
  if (value === 0) return -Infinity;
  if (!(value > 0) || value === Infinity) return value > 0 ? value : NaN;
  if (value >= SMALLEST_NORMAL) return logOfNormal(value);
  return f(logOfNormal(f(value * 8388608)) - f(23 * Math.LN2));
}

/** ln(1 + x) in float32 for 0 <= x <= 1: within 2 ulp. */
export function log1pOfUnit(x: number): number {
  const s = f(x / f(2 + x));
  const square = f(s * s);
  const p = step(
    step(f(0.280068845), square, f(0.280030161)),
    f(square * square),
    step(f(0.400214374), square, f(0.666664183)),
  );
  return step(f(s * square), p, f(s + s));
}

/** tanh x in float32: within 3 ulp, subnormals included; +-1 beyond +-9.02, the sign of zero is kept, NaN for NaN. */
export function tanhf(x: number): number {
  const e = expm1OfNegative(f(-2 * Math.abs(x)));
  return withSignOf(f(e / f(2 + e)), x);
}

/** The logistic function 1 / (1 + e^-x) in float32: within 3 ulp, subnormals included; 0 at -Infinity, 1 at Infinity. */
export function sigmoidf(x: number): number {
  const e = expf(-Math.abs(x));
  return f((x < 0 ? e : 1) / f(1 + e));
}
