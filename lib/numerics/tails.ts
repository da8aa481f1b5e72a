/**
 * P(Z < z) for a standard normal Z in float64 from + - * / alone, relative error below 1e-13 down to z = -37.
 *
 * Truncated draws rest on it, so its bits must not depend on `Math.exp`. A series serves |z| <= 2.5, beyond it a continued fraction.
 *
 * Reference: Abramowitz and Stegun (1964), 26.2.11 and 26.2.14.
 */
export function lowerTail(z: number): number {
  const a = Math.abs(z);
  const upper = a > 38 ? 0 : a < 2.5 ? 0.5 - center(a) : density(a) / fraction(a);
  return z < 0 ? upper : 1 - upper;
}

/** P(0 < Z < a): density times a + a^3/3 + a^5/(3 5) + ..., all terms positive. */
function center(a: number): number {
  let sum = 0;
  for (let term = a, n = 3; sum + term !== sum; n += 2) {
    sum += term;
    term *= a * a / n;
  }
  return density(a) * sum;
}

/** a + 1/(a + 2/(a + 3/(a + ...))), the density over the upper tail. */
function fraction(a: number): number {
  let value = a;
  for (let n = 200; n > 0; n--) value = a + n / value;
  return value;
}

const INVERSE_SQRT_2_PI = 0.3989422804014327;
const LN2_HIGH = 0.693147180369123816490;
const LN2_LOW = 1.90821492927058770002e-10;

/** The standard normal density, e^(-a^2 / 2) / sqrt(2 pi). */
function density(a: number): number {
  const x = a * a / 2;
  const n = Math.floor(x / 0.6931471805599453 + 0.5);
  const r = (n * LN2_HIGH - x) + n * LN2_LOW;
  let e = 1;
  for (let k = 18; k > 0; k--) e = 1 + r * e / k;
  for (let k = 0; k < n; k++) e *= 0.5;
  return e * INVERSE_SQRT_2_PI;
}
