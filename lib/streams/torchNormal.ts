/**
 * PyTorch's Box-Muller for sixteen numbers at a time, as its AVX2 kernel computes it (x86 processors
 * since 2013; AVX-512 machines run the same kernel): float32 polynomials, with the multiplications and
 * additions that its compiler fuses.
 *
 * Reference: PyTorch 2.13, ATen/native/cpu/DistributionTemplates.h; the polynomials are those of
 * Moshier's Cephes library (1992).
 */
import { bitsOf, floatOf } from "../numerics/floatBits.ts";
import { fused, fusedPolynomial } from "./fused.ts";

const f = Math.fround;

export const BLOCK = 16;
const HALF = BLOCK / 2;
const TWO_PI = f(2 * Math.PI);
const FOUR_OVER_PI = f(4 / Math.PI);
const SQRT_HALF = f(Math.SQRT1_2);
const LN2_HIGH = 0.693359375, LN2_LOW = f(-2.12194440e-4);
/** pi / 4 in three parts, whose products with small integers are short. */
const EIGHTH = [0.78515625, 2.4187564849853515625e-4, f(3.77489497744594108e-8)];
const LOG = [
  7.0376836292e-2,
  -1.1514610310e-1,
  1.1676998740e-1,
  -1.2420140846e-1,
  1.4249322787e-1,
  -1.6668057665e-1,
  2.0000714765e-1,
  -2.4999993993e-1,
  3.3333331174e-1,
].map(f);
const COSINE = [2.443315711809948e-5, -1.388731625493765e-3, 4.166664568298827e-2].map(f);
const SINE = [-1.9515295891e-4, 8.3321608736e-3, -1.6666654611e-1].map(f);

/** Turns sixteen uniform numbers, data[start] and after, into normal ones: radii from the first eight, angles from the rest. */
export function boxMuller16(data: Float32Array, start: number, mean: number, std: number): void {
  for (let j = start; j < start + HALF; j++) {
    const radius = f(Math.sqrt(f(-2 * log(f(1 - data[j])))));
    const { sine, cosine } = sineAndCosine(f(TWO_PI * data[j + HALF]));
    data[j] = fused(f(radius * cosine), std, mean);
    data[j + HALF] = fused(f(radius * sine), std, mean);
  }
}

/** ln x for x in (0, 1]. */
function log(x: number): number {
  const bits = bitsOf(x);
  const m = floatOf((bits & 0x007fffff) | 0x3f000000); // from 1/2 to 1
  const small = m < SQRT_HALF, r = f(small ? f(m - 1) + m : m - 1);
  const exponent = (bits >> 23) - (small ? 127 : 126);
  const square = f(r * r);
  const series = fused(f(fusedPolynomial(LOG, r) * r), square, f(exponent * LN2_LOW));
  return fused(exponent, LN2_HIGH, f(r + f(series - 0.5 * square)));
}

/** Of an angle from 0 to 2 pi. */
function sineAndCosine(angle: number): { sine: number; cosine: number } {
  const eighths = (Math.floor(f(angle * FOUR_OVER_PI)) + 1) & ~1;
  const x = EIGHTH.reduce((rest, part) => fused(eighths, -part, rest), angle);
  const square = f(x * x);
  const even = f(fusedPolynomial(COSINE, square) * square);
  const c = f(fused(even, square, -0.5 * square) + 1);
  const s = fused(f(fusedPolynomial(SINE, square) * square), x, x);
  const swap = (eighths & 2) !== 0;
  const sine = swap ? c : s, cosine = swap ? s : c;
  return {
    sine: eighths & 4 ? -sine : sine,
    cosine: (eighths + 2) & 4 ? -cosine : cosine,
  };
}
