/**
 * The float64 logarithm, sine and cosine from + - * / alone, good to a few units of 2^-53: what other
 * libraries take from their C library in float64 and then round to float32, on every machine alike.
 */

const double = new Float64Array(1);
const words = new Uint32Array(double.buffer); // low word first, as on every machine that runs JavaScript

const LN2_HIGH = 0.6931471803691238, LN2_LOW = 1.9082149292705877e-10; // 33 bits, and the rest
const HALF_PI_HIGH = 1.5707963267341256, HALF_PI_LOW = 6.077100506506192e-11;

/** ln x for x > 0, a normal number: x = 2^k m, ln m = 2 atanh(s), s = (m - 1) / (m + 1), |s| < 0.172. */
export function log64(x: number): number {
  double[0] = x;
  const k = ((words[1] - 0x3fe6a09e) >> 20) | 0; // m from sqrt(1/2) to sqrt 2
  words[1] -= k << 20;
  const s = (double[0] - 1) / (double[0] + 1), square = s * s;
  let sum = 0;
  for (let power = 23; power >= 3; power -= 2) sum = square * (1 / power + sum);
  return k * LN2_HIGH + (2 * s + (2 * s * sum + k * LN2_LOW));
}

/** Sine and cosine of an angle from 0 to 2 pi, in radians. */
export function sineAndCosine64(angle: number): { sine: number; cosine: number } {
  const quarter = Math.floor(angle / (2 * HALF_PI_HIGH) * 2 + 0.5);
  const x = (angle - quarter * HALF_PI_HIGH) - quarter * HALF_PI_LOW, square = x * x;
  let sine = 0, cosine = 0; // Taylor's series of |x| <= pi / 4, whose next terms are below 2^-60
  for (let n = 20; n >= 2; n -= 2) {
    cosine = -square / (n * (n - 1)) * (1 + cosine);
    sine = -square / (n * (n + 1)) * (1 + sine);
  }
  sine = x + x * sine;
  cosine = 1 + cosine;
  switch (quarter & 3) {
    case 0:
      return { sine, cosine };
    case 1:
      return { sine: cosine, cosine: -sine };
    case 2:
      return { sine: -sine, cosine: -cosine };
    default:
      return { sine: -cosine, cosine: sine };
  }
}
