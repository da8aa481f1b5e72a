import { gaussianExpectation } from "../numerics/quadrature.ts";

/** What is left of E f^2 after as many is below 1 % for ReLU and its smooth kin. */
const TERMS = 12;

/**
 * E f(X) f(Y) for standard normal X and Y, as a function of their correlation:
 *
 *     sum over k of c_k^2 correlation^k,    c_k = E f(Z) h_k(Z), h_k the orthonormal Hermite polynomials,
 *
 * what 12 terms leave of E f^2 taken as one further power: exact at 0 and 1.
 *
 * Reference: Daniely, Frostig and Singer (2016), section 4.2.
 */
export function dual(f: (z: number) => number, kinks: number[]): (correlation: number) => number {
  const squares = Array.from(
    { length: TERMS },
    (_, k) => gaussianExpectation((z) => f(z) * hermite(k, z), { kinks }) ** 2,
  );
  const whole = gaussianExpectation((z) => f(z) ** 2, { kinks });
  const rest = whole - squares.reduce((sum, square) => sum + square, 0);
  return (correlation) => squares.reduceRight((sum, square) => sum * correlation + square, rest);
}

/** H_k(z) / sqrt(k!). */
function hermite(k: number, z: number): number {
  let before = 0, value = 1;
  for (let j = 0; j < k; j++) {
    [before, value] = [value, (z * value - Math.sqrt(j) * before) / Math.sqrt(j + 1)];
  }
  return value;
}
