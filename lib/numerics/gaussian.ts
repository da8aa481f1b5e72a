// The normal distribution in float64, for theory. Float32 twins for networks are in elementary.ts.

import { requireNumber } from "./checks.ts";

const SQRT1_2PI = 0.3989422804014327; // 1 / sqrt(2 pi)

/** exp(-x^2) without the error of rounding x^2: x is split into a short part, whose square is exact, and a rest. */
function expMinusSquare(x: number): number {
  if (Math.abs(x) > 27.3) return 0; // below the smallest subnormal
  const short = Math.fround(x);
  return Math.exp(-short * short) * Math.exp((short - x) * (short + x));
}

/** erf(x) for |x| <= 1: 2/sqrt(pi) exp(-x^2) times the sum of 2^k x^(2k+1) / (2k+1)!!, all of one sign. */
function erfSeries(x: number): number {
  let term = x;
  let sum = x;
  for (let k = 1; Math.abs(term) > 1e-17 * Math.abs(sum); k++) {
    term *= (2 * x * x) / (2 * k + 1);
    sum += term;
  }
  return (2 / Math.sqrt(Math.PI)) * expMinusSquare(x) * sum;
}

/** erfc(x) for x > 0.6 by its continued fraction x + (1/2)/(x + 1/(x + (3/2)/(x + ...))), from the tail. */
function erfcFraction(x: number): number {
  let fraction = x;
  for (let k = Math.ceil(20 + 260 / (x * x)); k > 0; k--) fraction = x + k / 2 / fraction;
  return expMinusSquare(x) / (Math.sqrt(Math.PI) * fraction);
}

/**
 * erf(x) = 2/sqrt(pi) times the integral of exp(-t^2) from 0 to x, in float64, relative error below 1e-15; NaN stays NaN.
 *
 * @example
 * ```ts
 * import { erf } from "step-zero";
 * import { expect } from "@std/expect";
 * expect(erf(0.5)).toBeCloseTo(0.5204998778130465, 15);
 * ```
 */
export function erf(x: number): number {
  requireNumber("compute erf", "x", x);
  if (x > 1) return 1 - erfc(x);
  if (x < -1) return erfc(-x) - 1;
  return x === 0 ? x : erfSeries(x);
}

/**
 * erfc(x) = 1 - erf(x) in float64, relative error below 2e-15 down to the smallest normal number.
 *
 * @example
 * ```ts
 * import { erfc } from "step-zero";
 * import { expect } from "@std/expect";
 * expect(erfc(10) / 2.088487583762545e-45).toBeCloseTo(1, 14);
 * ```
 */
export function erfc(x: number): number {
  requireNumber("compute erfc", "x", x);
  return x > 0.6 ? erfcFraction(x) : 1 - erf(x);
}

/**
 * Density of N(0, 1): exp(-z^2/2) / sqrt(2 pi).
 *
 * @example
 * ```ts
 * import { normalPdf } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * expect(normalPdf(0)).toBeCloseTo(1 / Math.sqrt(2 * Math.PI), 15);
 * ```
 */
export function normalPdf(z: number): number {
  requireNumber("compute normalPdf", "z", z);
  return SQRT1_2PI * expMinusSquare(z * Math.SQRT1_2);
}

/**
 * P(Z <= z) for Z ~ N(0, 1): erfc(-z / sqrt 2) / 2, with full relative accuracy in the lower tail.
 *
 * @example
 * ```ts
 * import { normalCdf } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * expect(normalCdf(1.959963984540054)).toBeCloseTo(0.975, 14);
 * ```
 */
export function normalCdf(z: number): number {
  requireNumber("compute normalCdf", "z", z);
  return 0.5 * erfc(-z * Math.SQRT1_2);
}

/**
 * The z with P(Z <= z) = p for Z ~ N(0, 1); -Infinity at 0 and Infinity at 1.
 *
 * A guess good to 4.5e-4 (Abramowitz & Stegun 1964, 26.2.23), then two Halley steps.
 *
 * @throws {RangeError} If p is not in [0, 1].
 * @example
 * ```ts
 * import { normalQuantile } from "step-zero";
 * import { expect } from "@std/expect";
 * expect(normalQuantile(0.975)).toBeCloseTo(1.959963984540054, 13);
 * ```
 */
export function normalQuantile(p: number): number {
  requireNumber("compute a normal quantile", "p", p);
  if (!(p >= 0 && p <= 1)) {
    throw new RangeError(
      `Cannot compute a normal quantile as p must be in [0, 1]: current value is ${p}`,
    );
  }
  if (p > 0.5) return -normalQuantile(1 - p);
  if (p === 0.5) return 0;
  if (p === 0) return -Infinity;
  const t = Math.sqrt(-2 * Math.log(p));
  let z = (2.515517 + t * (0.802853 + t * 0.010328)) /
      (1 + t * (1.432788 + t * (0.189269 + t * 0.001308))) - t;
  for (let step = 0; step < 2; step++) {
    const error = (normalCdf(z) - p) / normalPdf(z);
    z -= error / (1 + 0.5 * z * error);
  }
  return z;
}
