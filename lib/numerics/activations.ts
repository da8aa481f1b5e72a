/** The activation functions and their derivatives in float32: one line of + - * / each, over a few shared exponentials. */
import { expf, expm1OfNegative, log1pOfUnit, sigmoidf, tanhf } from "./elementary.ts";
import type { ActivationKind } from "./interface.ts";
import { bell, EDGE, erff, tailOverBell } from "./normalLaw.ts";

const f = Math.fround;

const SELU_SCALE = f(1.0507009873554805);
const SELU_SLOPE = f(1.0507009873554805 * 1.6732632423543772);
/** GELU's tanh form is x sigmoid(2 sqrt(2 / pi) (x + 0.044715 x^3)). */
const GELU_LINEAR = f(1.5957691216057308);
const GELU_CUBIC = f(1.5957691216057308 * 0.044715);
const GELU_CUBIC_3 = f(3 * 1.5957691216057308 * 0.044715);
const INVERSE_SQRT_2_PI = f(0.3989422804014327);
const TWO_OVER_SQRT_PI = f(1.1283791670955126);

interface ScalarFunction {
  /** f(x). */
  readonly value: (x: number, parameter: number) => number;
  /** f'(x), from the left at a kink. */
  readonly derivative: (x: number, parameter: number) => number;
}

/** x held within +-limit, beyond which the derivative no longer changes; keeps infinities out of inf * 0. */
function within(x: number, limit: number): number {
  return x < -limit ? -limit : x > limit ? limit : x;
}

/** sigmoid'(u) = e / (1 + e)^2 with e = exp(-|u|). */
function sigmoidSlope(u: number): number {
  const e = expf(-Math.abs(u));
  const d = f(1 + e);
  return f(e / f(d * d));
}

/** P(Z <= x) for a standard normal Z, given a = min(|x|, 16) and bell(a). */
function normalCdf(x: number, a: number, density: number): number {
  const tail = f(tailOverBell(a) * density);
  return x < 0 ? tail : f(1 - tail);
}

function gelu(x: number): number {
  const a = Math.abs(within(x, EDGE));
  return f(x * normalCdf(x, a, bell(a)));
}

function geluDerivative(x: number): number {
  const z = within(x, EDGE);
  const density = bell(z);
  return f(normalCdf(z, Math.abs(z), density) + f(z * f(INVERSE_SQRT_2_PI * density)));
}

function geluTanhArgument(x: number): number {
  return f(x * f(f(GELU_CUBIC * f(x * x)) + GELU_LINEAR));
}

function geluTanhDerivative(x: number): number {
  const z = within(x, EDGE);
  const u = geluTanhArgument(z);
  const slope = f(f(GELU_CUBIC_3 * f(z * z)) + GELU_LINEAR);
  return f(sigmoidf(u) + f(f(z * sigmoidSlope(u)) * slope));
}

function siluDerivative(x: number): number {
  const z = within(x, 128);
  return f(sigmoidf(z) + f(z * sigmoidSlope(z)));
}

/** tanh(softplus(x)) = numerator / denominator, in e = exp(-|x|). */
function mishNumerator(x: number, e: number): number {
  return x < 0 ? f(e * f(e + 2)) : f(1 + f(2 * e));
}

/** denominator - numerator. */
function mishGap(x: number, e: number): number {
  return x < 0 ? 2 : f(2 * f(e * e));
}

function mish(x: number): number {
  const e = expf(-Math.abs(x));
  const numerator = mishNumerator(x, e);
  return f(x * f(numerator / f(numerator + mishGap(x, e))));
}

function mishDerivative(x: number): number {
  const z = within(x, 128);
  const e = expf(-Math.abs(z));
  const numerator = mishNumerator(z, e);
  const gap = mishGap(z, e);
  const denominator = f(numerator + gap);
  const slope = f(f(gap * f(denominator + numerator)) / f(denominator * denominator));
  return f(f(numerator / denominator) + f(f(z * slope) * f((z < 0 ? e : 1) / f(1 + e))));
}

/** The derivative of a function with one kink at 0. */
function atKink(x: number, left: number, right: number): number {
  return x > 0 ? right : x <= 0 ? left : NaN;
}

/**
 * Each kind's function and derivative. NaN gives NaN everywhere, and relu keeps it: an overflow must not look like a healthy
 * zero; for the same reason gelu, geluTanh, silu and mish give NaN at -Infinity, and softsign at both infinities.
 */
export const scalarFunctions: Readonly<Record<ActivationKind, ScalarFunction>> = {
  identity: { value: (x) => x, derivative: () => 1 },
  relu: { value: (x) => x <= 0 ? 0 : x, derivative: (x) => atKink(x, 0, 1) },
  leakyRelu: {
    value: (x, slope) => x > 0 ? x : f(slope * x),
    derivative: (x, slope) => atKink(x, slope, 1),
  },
  sigmoid: { value: sigmoidf, derivative: sigmoidSlope },
  tanh: { value: tanhf, derivative: (x) => f(4 * sigmoidSlope(f(2 * x))) },
  elu: {
    value: (x, alpha) => x > 0 ? x : f(alpha * expm1OfNegative(x)),
    derivative: (x, alpha) => x > 0 ? 1 : f(alpha * expf(x)),
  },
  selu: {
    value: (x) => x > 0 ? f(SELU_SCALE * x) : f(SELU_SLOPE * expm1OfNegative(x)),
    derivative: (x) => x > 0 ? SELU_SCALE : f(SELU_SLOPE * expf(x)),
  },
  gelu: { value: gelu, derivative: geluDerivative },
  geluTanh: {
    value: (x) => f(x * sigmoidf(geluTanhArgument(x))),
    derivative: geluTanhDerivative,
  },
  silu: { value: (x) => f(x * sigmoidf(x)), derivative: siluDerivative },
  mish: { value: mish, derivative: mishDerivative },
  softplus: {
    value: (x) => f((x > 0 ? x : 0) + log1pOfUnit(expf(-Math.abs(x)))),
    derivative: sigmoidf,
  },
  softsign: {
    value: (x) => f(x / f(1 + Math.abs(x))),
    derivative: (x) => {
      const d = f(1 + Math.abs(x));
      return f(1 / f(d * d));
    },
  },
  erf: { value: erff, derivative: (x) => f(TWO_OVER_SQRT_PI * expf(-f(x * x))) },
  exp: { value: expf, derivative: expf },
};
