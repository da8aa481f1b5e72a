/** Float32 sine and cosine. Box-Muller takes them of turns, where the reduction to an eighth of a turn is exact. */
import { ROUNDER } from "./elementary.ts";
import { bitsOf, step } from "./floatBits.ts";

const f = Math.fround;

/** sin(2 pi r) for |r| <= 1/8. */
function sineNear0(r: number): number {
  const square = f(r * r);
  const p = step(
    step(f(-76.726059), square, f(81.6246719)),
    f(square * square),
    step(f(-41.3418617), square, f(6.28318548)),
  );
  return f(r * p);
}

/** cos(2 pi r) for |r| <= 1/8. */
function cosineNear0(r: number): number {
  const square = f(r * r);
  const p = step(
    step(f(58.6192818), square, f(-85.4245071)),
    f(square * square),
    step(f(64.9391479), square, f(-19.7392082)),
  );
  return step(p, square, 1);
}

/** sin(2 pi (quarter / 4 + r)). */
function sineOfQuarters(quarter: number, r: number): number {
  const value = quarter & 1 ? cosineNear0(r) : sineNear0(r);
  return quarter & 2 ? -value : value;
}

/** sin(2 pi t) for |t| <= 1 in float32, absolute error below 1e-7. */
export function sineOfTurns(t: number): number {
  const quarter = f(f(f(4 * t) + ROUNDER) - ROUNDER);
  return sineOfQuarters(quarter, f(t - f(0.25 * quarter)));
}

/** cos(2 pi t) for |t| <= 1 in float32, absolute error below 1e-7. */
export function cosineOfTurns(t: number): number {
  const quarter = f(f(f(4 * t) + ROUNDER) - ROUNDER);
  return sineOfQuarters(quarter + 1, f(t - f(0.25 * quarter)));
}

/** 2^240 / (2 pi), rounded down. */
const INVERSE_TURN = 0x28be60db9391054a7f09d5f47d4d377036d8a5664f10e4107f9458eaf7aen;

/** x radians, |x| a normal float32, as quarters of a turn and the rest in turns, exact to the last bit. */
function quartersOf(x: number): { quarter: number; rest: number } {
  const bits = bitsOf(x);
  const exponent = (bits >>> 23) & 255;
  const fraction = (bits & 0x7fffff) | 0x800000;
  const turns = BigInt(bits < 0 ? -fraction : fraction) * INVERSE_TURN;
  const shift = BigInt(390 - exponent); // x = turns / 2^shift
  const quarter = (8n * turns + (1n << shift)) >> (shift + 1n);
  const rest = 4n * turns - (quarter << shift);
  return { quarter: Number(quarter & 3n), rest: f(Number(rest) / Number(4n << shift)) };
}

/** sin x (radians) in float32: within 3 ulp for every finite x, however large; the sign of zero is kept; NaN for infinities. */
export function sinf(x: number): number {
  if (Math.abs(x) < 2e-4) return f(x);
  if (!Number.isFinite(x)) return NaN;
  const { quarter, rest } = quartersOf(x);
  return sineOfQuarters(quarter, rest);
}

/** cos x (radians) in float32: within 3 ulp for every finite x, however large; NaN for infinities. */
export function cosf(x: number): number {
  if (!Number.isFinite(x)) return NaN;
  const { quarter, rest } = quartersOf(x);
  return sineOfQuarters(quarter + 1, rest);
}
