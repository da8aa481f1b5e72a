/** The standard normal law in float32: its upper tail, the quantile that truncated draws use, and the error function. */
import { expf, logOfNormal } from "./elementary.ts";
import { step, withSignOf } from "./floatBits.ts";

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
  const square = f(a * a);
  const p = step(
    step(f(0.00422189105), square, step(f(0.0413402058), a, f(0.185324773))),
    square,
    step(f(0.441103011), a, 0.5),
  );
  const q = step(
    step(step(f(0.0105826156), a, f(0.103630036)), square, step(f(0.474989057), a, f(1.21116269))),
    square,
    step(f(1.68009102), a, 1),
  );
  return f(p / q);
}

/** Tails below this take `quantileOfTail`, the rest of the law `quantileOfCenter`. */
export const TAIL = f(0.0225);

/** The z > 0 with P(Z > z) = tail, for 1e-31 <= tail <= 0.0225: relative error below 4e-7. */
export function quantileOfTail(tail: number): number {
  const r = f(f(Math.sqrt(-logOfNormal(tail))) - 1.875);
  const square = f(r * r);
  const p = step(
    step(f(0.135808915), r, f(1.17073584)),
    square,
    step(f(2.8802762), r, f(1.88478875)),
  );
  const q = step(
    step(f(4.41945622e-06), r, f(0.0958595276)),
    square,
    step(f(0.65230006), r, 1),
  );
  return f(p / q);
}

/** The z with P(Z < z) = 1/2 + center, for |center| <= 0.4775: relative error below 5e-7. */
export function quantileOfCenter(center: number): number {
  const r = f(f(0.2288) - f(center * center));
  const square = f(r * r);
  const p = step(
    step(f(3708.25), square, step(f(10377.2461), r, f(3200.87085))),
    square,
    step(f(232.026871), r, f(4.22391319)),
  );
  const q = step(
    step(f(4312.7207), square, step(f(5026.63867), r, f(1069.24316))),
    square,
    step(f(62.7302055), r, 1),
  );
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
  p = step(p, square, f(-0.00079978531));
  p = step(p, square, f(0.0051871622));
  p = step(p, square, f(-0.0268533472));
  p = step(p, square, f(0.112835787));
  p = step(p, square, f(-0.37612626));
  p = step(p, square, f(0.128379166));
  return step(x, p, x);
}

/** The inverse of erf in float32: relative error below 6e-7; +-Infinity at +-1, NaN outside [-1, 1], the sign of zero is kept. */
export function erfinvf(x: number): number {
  const a = Math.abs(f(x));
  if (a >= 1) return a === 1 ? (x < 0 ? -Infinity : Infinity) : NaN;
  const tail = f(f(1 - a) * 0.5);
  const z = tail < TAIL ? quantileOfTail(tail) : quantileOfCenter(f(a * 0.5));
  return withSignOf(f(z * SQRT_HALF), x);
}
