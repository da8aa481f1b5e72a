// Expectations over normal variables by adaptive Gauss-Legendre quadrature, in float64.

import { requireIntegrand, requireKinks, requireNumber } from "./checks.ts";

const ORDER = 15;
const CUT = 13; // N(0, 1) leaves 1e-38 of its mass beyond +-13
const PANEL = 2;
const SQRT_2PI = Math.sqrt(2 * Math.PI);
const [NODES, WEIGHTS] = legendre(ORDER);

/** Nodes and weights of n-point Gauss-Legendre quadrature on [-1, 1], by Newton's method on P_n. */
function legendre(n: number): [Float64Array, Float64Array] {
  const nodes = new Float64Array(n);
  const weights = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    let x = Math.cos((Math.PI * (i + 0.75)) / (n + 0.5));
    let slope = 1;
    for (let step = 0; step < 6; step++) {
      let before = 1;
      let value = x;
      for (let k = 2; k <= n; k++) {
        [before, value] = [value, ((2 * k - 1) * x * value - (k - 1) * before) / k];
      }
      slope = (n * (x * value - before)) / (x * x - 1);
      x -= value / slope;
    }
    nodes[i] = x;
    weights[i] = 2 / ((1 - x * x) * slope * slope);
  }
  return [nodes, weights];
}

type Integrand = (z: number) => number;

/** The integral of f over [low, high] by 15 nodes: exact for polynomials up to degree 29. */
export function panel(f: Integrand, low: number, high: number): number {
  const centre = 0.5 * (low + high);
  const half = 0.5 * (high - low);
  let sum = 0;
  for (let i = 0; i < ORDER; i++) sum += WEIGHTS[i] * f(centre + half * NODES[i]);
  return half * sum;
}

/** Halves a panel until its halves agree with the whole; where f is not finite, neither is the result. */
class Refinement {
  #left = 20_000;
  constructor(readonly f: Integrand, readonly tolerance: number) {}

  run(low: number, high: number, whole: number): number {
    if (--this.#left < 0) {
      throw new RangeError(
        `Cannot compute the expectation to 1e-10 as the function is too rough near z = ${low}: ` +
          "name its kinks, or write it without cancellation",
      );
    }
    const middle = 0.5 * (low + high);
    const left = panel(this.f, low, middle);
    const right = panel(this.f, middle, high);
    if (!(Math.abs(left + right - whole) > this.tolerance) || high - low < 1e-14) {
      return left + right;
    }
    return this.run(low, middle, left) + this.run(middle, high, right);
  }
}

/**
 * The integral of f(z) exp(-z^2/2) over +-13; `tolerance` is per panel, as a share of the integral of |f|, and no finer than
 * `floor`.
 */
function gaussianIntegral(
  f: Integrand,
  kinks: readonly number[],
  tolerance: number,
  floor = 0,
): number {
  const cuts = kinks.filter((kink) => Math.abs(kink) < CUT);
  for (let z = -CUT; z <= CUT; z += PANEL) cuts.push(z);
  cuts.sort((a, b) => a - b);
  const weighted = (z: number) => f(z) * Math.exp(-0.5 * z * z);
  const absolute = (z: number) => Math.abs(weighted(z));
  let size = 0;
  for (let i = 1; i < cuts.length; i++) size += panel(absolute, cuts[i - 1], cuts[i]);
  const refinement = new Refinement(weighted, Math.max(tolerance * size, floor));
  let sum = 0;
  for (let i = 1; i < cuts.length; i++) {
    const whole = panel(weighted, cuts[i - 1], cuts[i]);
    sum += refinement.run(cuts[i - 1], cuts[i], whole);
  }
  return sum;
}

/**
 * E f(Z) for Z ~ N(0, 1), with an error below 1e-10 E|f(Z)|.
 *
 * The line from -13 to 13 is cut into panels, at `kinks` too, the points where f or its slope jumps; each panel is
 * halved until it has converged. A kink that is not named costs time, not accuracy, unless it bounds a spike narrower
 * than 0.01. f may grow like a polynomial; where it is not finite the result is not finite either.
 *
 * @throws {RangeError} If f is too rough, or too noisy, for 1e-10.
 * @example
 * ```ts
 * import { gaussianExpectation } from "step-zero";
 * import { expect } from "@std/expect";
 * expect(gaussianExpectation((z) => Math.max(z, 0) ** 2, { kinks: [0] })).toBeCloseTo(0.5, 12);
 * ```
 */
export function gaussianExpectation(
  f: Integrand,
  options: { readonly kinks?: readonly number[] } = {},
): number {
  const kinks = kinksOf(options);
  requireIntegrand("f", f);
  return gaussianIntegral(f, kinks, 1e-12) / SQRT_2PI;
}

function kinksOf(options: { readonly kinks?: readonly number[] }): readonly number[] {
  requireKinks(options);
  return options.kinks ?? [];
}

/**
 * E f(X) g(Y) for standard normal X and Y with correlation `correlation` in [-1, 1], where f and g share `kinks`,
 * with an error below 1e-9 E|f(X) g(Y)|, or 1e-14 E|f(X)| E|g(Y)| where that is more.
 *
 * @throws {RangeError} If the correlation is not in [-1, 1].
 * @throws {TypeError} If f or g is not a function, or kinks are not numbers.
 * @example
 * ```ts
 * import { correlatedExpectation } from "step-zero";
 * import { expect } from "@std/expect";
 * expect(correlatedExpectation((x) => x, (y) => y, 0.3)).toBeCloseTo(0.3, 12);
 * ```
 */
export function correlatedExpectation(
  f: Integrand,
  g: Integrand,
  correlation: number,
  options: { readonly kinks?: readonly number[] } = {},
): number {
  const kinks = kinksOf(options);
  requireIntegrand("f", f);
  requireIntegrand("g", g);
  requireNumber("correlate two normal variables", "the correlation", correlation);
  if (!(Math.abs(correlation) <= 1)) {
    throw new RangeError(
      `Cannot correlate two normal variables as the correlation must be in [-1, 1]: current value is ${correlation}`,
    );
  }
  const rest = Math.sqrt(1 - correlation * correlation);
  if (rest === 0) {
    return gaussianExpectation((x) => f(x) * g(correlation * x), {
      kinks: [...kinks, ...kinks.map((kink) => correlation * kink)],
    });
  }
  // The inner integral is taken to a finer tolerance, so that the outer one does not chase its noise; but where g is all but 0,
  // as the slope of tanh far out, it is noise itself: its rounding.
  const floor = 1e-15 * gaussianIntegral((z) => Math.abs(g(z)), kinks, 1e-3);
  const inner = (x: number) =>
    gaussianIntegral(
      (z) => g(correlation * x + rest * z),
      kinks.map((kink) => (kink - correlation * x) / rest),
      1e-13,
      floor,
    ) / SQRT_2PI;
  return gaussianIntegral((x) => f(x) * inner(x), kinks, 1e-11) / SQRT_2PI;
}
