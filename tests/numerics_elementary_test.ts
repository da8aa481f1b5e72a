import { expect } from "@std/expect";
import {
  expf,
  expm1OfNegative,
  log1pOfUnit,
  logf,
  sigmoidf,
  tanhf,
} from "../lib/numerics/elementary.ts";
import { floatOf } from "../lib/numerics/floatBits.ts";
import { erf, normalCdf, normalQuantile } from "../lib/numerics/gaussian.ts";
import {
  bell,
  erff,
  erfinvf,
  quantileOfCenter,
  quantileOfTail,
  tailOverBell,
} from "../lib/numerics/normalLaw.ts";
import { cosf, cosineOfTurns, sineOfTurns, sinf } from "../lib/numerics/trigonometry.ts";

/** Float32 numbers of every exponent and sign, NaNs and infinities too, about 200,000 spread evenly over all bit patterns. */
function* everywhere(step = 20011): Generator<number> {
  for (let bits = 0; bits < 2 ** 32; bits += step) yield floatOf(bits | 0);
  yield* [0, -0, 1, -1, Infinity, -Infinity, NaN, 2 ** -149, -(2 ** -149)];
}

/** The gap between float32 numbers at y. */
function ulp(y: number): number {
  const exponent = Math.floor(Math.log2(Math.max(Math.abs(y), 2 ** -126)));
  return 2 ** (exponent - 23);
}

/** The largest error over the sample in units of `unit(true value)`; values that are not finite must agree exactly. */
function worst(
  f: (x: number) => number,
  exact: (x: number) => number,
  unit: (y: number) => number,
  inside: (x: number) => boolean = () => true,
  step?: number,
): number {
  let largest = 0;
  for (const x of everywhere(step)) {
    if (!inside(x)) continue;
    const y = f(x), truth = exact(x);
    if (!Object.is(y, Math.fround(y))) throw new Error(`${y} at ${x} is no float32`);
    if (!Number.isFinite(Math.fround(truth)) || truth === 0) {
      if (!Object.is(y, Math.fround(truth))) throw new Error(`${y} at ${x}, not ${truth}`);
    } else largest = Math.max(largest, Math.abs(y - truth) / unit(truth));
  }
  return largest;
}

const relative = (y: number) => Math.abs(y);
const logistic = (x: number) => x < 0 ? Math.exp(x) / (1 + Math.exp(x)) : 1 / (1 + Math.exp(-x));

Deno.test("expf() is within 1 ulp over all float32 numbers", () => {
  expect(worst(expf, Math.exp, ulp)).toBeLessThan(1);
  expect([expf(0), expf(-0), expf(-104), expf(89), expf(-Infinity)]).toEqual([
    1,
    1,
    0,
    Infinity,
    0,
  ]);
  expect(expf(-103)).toBe(2 ** -149); // a subnormal
});

Deno.test("logf() is within 1 ulp over all float32 numbers", () => {
  expect(worst(logf, Math.log, ulp)).toBeLessThan(1);
  expect([logf(1), logf(0), logf(-0), logf(Infinity)]).toEqual([0, -Infinity, -Infinity, Infinity]);
  expect([logf(-1), logf(-Infinity), logf(NaN)]).toEqual([NaN, NaN, NaN]);
});

Deno.test("expm1OfNegative() and log1pOfUnit() are within 2 ulp where they are defined", () => {
  expect(worst(expm1OfNegative, Math.expm1, ulp, (x) => x < 0)).toBeLessThan(2);
  expect(worst(log1pOfUnit, Math.log1p, ulp, (x) => x >= 0 && x <= 1)).toBeLessThan(2);
});

Deno.test("tanhf() and sigmoidf() are within 3 ulp over all float32 numbers", () => {
  expect(worst(tanhf, Math.tanh, ulp)).toBeLessThan(3);
  expect(worst(sigmoidf, logistic, ulp)).toBeLessThan(3);
  expect([tanhf(-0), tanhf(Infinity), tanhf(-10)]).toEqual([-0, 1, -1]);
  expect([sigmoidf(0), sigmoidf(-Infinity), sigmoidf(Infinity)]).toEqual([0.5, 0, 1]);
});

Deno.test("sinf() and cosf() are within 3 ulp for every finite number, however large", () => {
  expect(worst(sinf, Math.sin, ulp, undefined, 200003)).toBeLessThan(3);
  expect(worst(cosf, Math.cos, ulp, undefined, 200003)).toBeLessThan(3);
  expect(sinf(-0)).toBe(-0);
});

Deno.test("sineOfTurns() and cosineOfTurns() err by less than 1e-7", () => {
  const inside = (t: number) => Math.abs(t) <= 0.5;
  const turn = 2 * Math.PI;
  expect(worst(sineOfTurns, (t) => Math.sin(turn * t), () => 1, (t) => inside(t) && t !== 0))
    .toBeLessThan(1e-7);
  expect(worst(cosineOfTurns, (t) => Math.cos(turn * t), () => 1, inside)).toBeLessThan(1e-7);
  expect([0, 0.25, 0.5, -0.25].map((t) => sineOfTurns(t) + 0)).toEqual([0, 1, 0, -1]);
  expect([0, 0.25, 0.5, -0.25].map((t) => cosineOfTurns(t) + 0)).toEqual([1, 0, -1, 0]);
});

Deno.test("erff() is within 2 ulp over all float32 numbers", () => {
  expect(worst(erff, erf, ulp)).toBeLessThan(2);
  expect([erff(-0), erff(Infinity), erff(-4)]).toEqual([-0, 1, -1]);
});

Deno.test("erfinvf() errs by less than 6e-7 of its value", () => {
  const middle = (x: number) => Math.abs(x) <= 1e-4;
  expect(worst(erfinvf, (x) => x * Math.sqrt(Math.PI) / 2, ulp, middle)).toBeLessThan(4);
  const upper = (x: number) => x > 1e-4 && x < 1;
  const inverse = (x: number) => -normalQuantile((1 - x) / 2) * Math.SQRT1_2;
  expect(worst(erfinvf, inverse, relative, upper, 2003)).toBeLessThan(6e-7);
  expect([erfinvf(1), erfinvf(-1), erfinvf(1.5), erfinvf(NaN)]).toEqual([
    Infinity,
    -Infinity,
    NaN,
    NaN,
  ]);
  expect(erfinvf(-0.5)).toBe(-erfinvf(0.5));
});

Deno.test("tailOverBell() and bell() give the normal tail", () => {
  const inside = (a: number) => a >= 0 && a <= 16;
  const exact = (a: number) => normalCdf(-a) * Math.exp(a * a / 2);
  expect(worst(tailOverBell, exact, relative, inside)).toBeLessThan(4e-7);
  expect(worst(bell, (a) => Math.exp(-a * a / 2), (y) => ulp(y), (a) => inside(a) && a < 1))
    .toBeLessThan(2);
});

Deno.test("quantileOfTail() and quantileOfCenter() invert the normal law", () => {
  const tail = (p: number) => p >= 1e-31 && p <= 0.0225;
  expect(worst(quantileOfTail, (p) => -normalQuantile(p), relative, tail, 5003)).toBeLessThan(4e-7);
  const center = (p: number) => Math.abs(p) > 1e-4 && Math.abs(p) <= 0.4775;
  expect(worst(quantileOfCenter, (p) => normalQuantile(0.5 + p), relative, center, 5003))
    .toBeLessThan(5e-7);
});
