/**
 * The float32 erf and its inverse as XLA compiles them for an x86 processor with fused multiply-adds,
 * step for step: what stands between JAX's uniform bits and its normal numbers.
 *
 * Reference: the code that jax 0.10.2 emits. The inverse is Giles (2010), "Approximating the erfinv
 * function", table 5; ln(1 + x) is Moshier's Cephes library (1992).
 */
import { bitsOf, floatOf } from "../numerics/floatBits.ts";
import { fused, fusedPolynomial } from "./fused.ts";

const f = Math.fround;

const ERF_TOP = [
  0.00022905065,
  0.003408291,
  0.050955694,
  0.18520832,
  1.1283791,
].map(f);
const ERF_BOTTOM = [
  -1.1791603e-07,
  2.3547966e-05,
  0.0010179626,
  0.01407047,
  0.11098505,
  0.49746925,
  1.0,
].map(f);
const ERF_IS_ONE = floatOf(0x407547cb); // 3.832507

/** erf x. */
export function erf(x: number): number {
  if (Math.abs(x) >= ERF_IS_ONE) return Math.sign(x);
  const square = f(x * x);
  return f(f(x * fusedPolynomial(ERF_TOP, square)) / fusedPolynomial(ERF_BOTTOM, square));
}

/** Coefficients where -ln(1 - x^2) < 5, and beyond. */
const MIDDLE = [
  2.8102264e-08,
  3.4327394e-07,
  -3.5233877e-06,
  -4.3915065e-06,
  0.00021858087,
  -0.001253725,
  -0.0041776816,
  0.24664073,
  1.5014094,
].map(f);
const TAIL = [
  -0.00020021426,
  0.00010095056,
  0.0013493432,
  -0.0036734284,
  0.0057395077,
  -0.0076224613,
  0.0094388705,
  1.001674,
  2.8329768,
].map(f);

/** The z with erf z = x, |x| < 1. */
export function erfInverse(x: number): number {
  const log = log1p(f(x * -x));
  const p = log > -5
    ? fusedPolynomial(MIDDLE, f(-2.5 - log))
    : fusedPolynomial(TAIL, f(f(Math.sqrt(-log)) - 3));
  return f(x * p);
}

const LOG1P_TOP = [
  4.527e-05,
  0.49854103,
  6.5787325,
  29.911919,
  60.94967,
  57.112965,
  20.039553,
].map(f);
const LOG1P_BOTTOM = [
  1.0,
  15.062909,
  83.04757,
  221.7624,
  309.09872,
  216.42789,
  60.11866,
].map(f);
const NEAR_0 = floatOf(0x3ed413cd); // sqrt 2 - 1

/** ln(1 + x) for x in (-1, 0]. */
function log1p(x: number): number {
  if (Math.abs(x) >= NEAR_0) return log(f(1 + x));
  const square = f(x * x);
  const ratio = f(fusedPolynomial(LOG1P_TOP, x) / fusedPolynomial(LOG1P_BOTTOM, x));
  return f(x + f(f(f(x * square) * ratio) - 0.5 * square));
}

const LN2_HIGH = 0.693359375, LN2_LOW = f(-2.12194440e-4);
const SQRT_HALF = f(Math.SQRT1_2);
const LOG = [
  [7.0376836292e-2, -1.1514610310e-1, 1.1676998740e-1],
  [-1.2420140846e-1, 1.4249322787e-1, -1.6668057665e-1],
  [2.0000714765e-1, -2.4999993993e-1, 3.3333331174e-1],
].map((part) => part.map(f));

/** ln x for x in (0, 1]. */
function log(x: number): number {
  const bits = bitsOf(x);
  const m = floatOf((bits & 0x007fffff) | 0x3f000000); // from 1/2 to 1
  const small = m < SQRT_HALF, r = f(small ? f(m - 1) + m : m - 1);
  const exponent = (bits >> 23) - (small ? 127 : 126);
  const square = f(r * r), cube = f(square * r);
  const series = fusedPolynomial(LOG.map((part) => fusedPolynomial(part, r)), cube);
  const tail = fused(series, cube, f(exponent * LN2_LOW));
  return fused(exponent, LN2_HIGH, f(f(r - 0.5 * square) + tail));
}
