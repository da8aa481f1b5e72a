/** The standard normal law in float32: its upper tail, the quantile that truncated draws use, and the error function. */
import { expf, logOfNormal } from "./elementary.ts";
import { withSignOf } from "./floatBits.ts";

const f = Math.fround;
const SQRT_2 = f(Math.SQRT2);
const SQRT_HALF = f(Math.SQRT1_2);

/** Beyond 16 the density and the tail are 0 in float32. */
export const EDGE = 16;

/** e^(-a^2 / 2) for |a| <= 16: the normal density without its constant. */
export function bell(a: number): number {
  return expf(f(-0.5 * f(a * a)));
}

/** P(Z > a) / bell(a) for a standard normal Z and 0 <= a <= 16, relative error below 4e-7. */
export function tailOverBell(a: number): number {
  let p = f(0.00422189105);
  p = f(f(p * a) + f(0.0413402058));
  p = f(f(p * a) + f(0.185324773));
  p = f(f(p * a) + f(0.441103011));
  p = f(f(p * a) + 0.5);
  let q = f(0.0105826156);
  q = f(f(q * a) + f(0.103630036));
  q = f(f(q * a) + f(0.474989057));
  q = f(f(q * a) + f(1.21116269));
  q = f(f(q * a) + f(1.68009102));
  q = f(f(q * a) + 1);
  return f(p / q);
}

/** Tails below this take `quantileOfTail`, the rest of the law `quantileOfCenter`. */
export const TAIL = f(0.0225);

/** The z > 0 with P(Z > z) = tail, for 1e-31 <= tail <= 0.0225: relative error below 4e-7. */
export function quantileOfTail(tail: number): number {
  const r = f(f(Math.sqrt(-logOfNormal(tail))) - 1.875);
  let p = f(0.135808915);
  p = f(f(p * r) + f(1.17073584));
  p = f(f(p * r) + f(2.8802762));
  p = f(f(p * r) + f(1.88478875));
  let q = f(4.41945622e-06);
  q = f(f(q * r) + f(0.0958595276));
  q = f(f(q * r) + f(0.65230006));
  q = f(f(q * r) + 1);
  return f(p / q);
}

/** The z with P(Z < z) = 1/2 + center, for |center| <= 0.4775: relative error below 5e-7. */
export function quantileOfCenter(center: number): number {
  const r = f(f(0.2288) - f(center * center));
  let p = f(3708.25);
  p = f(f(p * r) + f(10377.2461));
  p = f(f(p * r) + f(3200.87085));
  p = f(f(p * r) + f(232.026871));
  p = f(f(p * r) + f(4.22391319));
  let q = f(4312.7207);
  q = f(f(q * r) + f(5026.63867));
  q = f(f(q * r) + f(1069.24316));
  q = f(f(q * r) + f(62.7302055));
  q = f(f(q * r) + 1);
  return f(f(center * p) / q);
}

/** erf x in float32: within 3 ulp, subnormals included; +-1 beyond +-3.92, the sign of zero is kept, NaN for NaN. */
export function erff(x: number): number {
  const a = Math.abs(f(x));
  if (!(a < 1)) {
    const z = a > 11 ? EDGE : f(SQRT_2 * a);
    return withSignOf(f(1 - f(2 * f(tailOverBell(z) * bell(z)))), x);
  }
  const square = f(x * x);
  let p = f(7.80690316e-05);
  p = f(f(p * square) + f(-0.00079978531));
  p = f(f(p * square) + f(0.0051871622));
  p = f(f(p * square) + f(-0.0268533472));
  p = f(f(p * square) + f(0.112835787));
  p = f(f(p * square) + f(-0.37612626));
  p = f(f(p * square) + f(0.128379166));
  return f(f(x * p) + x);
}

/** The inverse of erf in float32: relative error below 6e-7; +-Infinity at +-1, NaN outside [-1, 1], the sign of zero is kept. */
export function erfinvf(x: number): number {
  const a = Math.abs(f(x));
  if (a >= 1) return a === 1 ? (x < 0 ? -Infinity : Infinity) : NaN;
  const tail = f(f(1 - a) * 0.5);
  const z = tail < TAIL ? quantileOfTail(tail) : quantileOfCenter(f(a * 0.5));
  return withSignOf(f(z * SQRT_HALF), x);
}
