import type { ActivationKind } from "../numerics/kernels.ts";
import { erf, normalCdf, normalPdf } from "../numerics/gaussian.ts";
import { finite, must, object, oneOf } from "../tensor/arguments.ts";

/**
 * An activation function: `f` and `derivative` in float64, for theory; `kind` and `parameter` name the float32 kernel
 * that networks run. At a corner the derivative is the one from the left.
 */
export interface Activation {
  readonly name: string;
  readonly kind: ActivationKind;
  /** Slope below zero of leakyRelu and prelu, alpha of elu (1); 0 for all others. */
  readonly parameter: number;
  f(z: number): number;
  derivative(z: number): number;
  /** Where f or one of its derivatives jumps: quadrature is split there. */
  readonly kinks: readonly number[];
  /** For bounded f: outputs outside [low, high], the last 1.5 % of the range at either end, count as saturated. */
  readonly saturation?: readonly [low: number, high: number];
}

/** Plain data that names an activation: what files and workers carry in place of the functions. */
export interface ActivationSpec {
  readonly name: string;
  readonly parameter?: number;
}

// SELU's alpha and scale: mean 0 and variance 1 are a stable fixed point, Klambauer et al. (2017).
const SELU_ALPHA = 1.6732632423543772;
const SELU_SCALE = 1.0507009873554805;
const SQRT_2_OVER_PI = Math.sqrt(2 / Math.PI);

/** f(z) = z; `identity` is the initializer. */
export const linear: Activation = { ...smooth("identity", (z) => z, () => 1), name: "linear" };

/** f(z) = max(0, z); NaN stays NaN. Reference: Nair and Hinton (2010). */
export const relu: Activation = {
  name: "relu",
  kind: "relu",
  parameter: 0,
  f: (z) => z <= 0 ? 0 : z,
  derivative: (z) => slopeAt(z, 0),
  kinks: [0],
};

/**
 * f(z) = z above zero, slope z below.
 *
 * Reference: Maas, Hannun and Ng (2013).
 *
 * @throws {RangeError} where the slope is not a finite number.
 *
 * @example
 * ```ts
 * import { leakyRelu } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * expect(leakyRelu(0.2).f(-3)).toBeCloseTo(-0.6);
 * ```
 */
export function leakyRelu(slope = 0.01): Activation {
  return rectifier("leakyRelu", slope);
}

/** {@linkcode leakyRelu} at the slope where He et al. start to learn it; here the slope stays. Reference: He, Zhang, Ren and Sun (2015). */
export function prelu(slope = 0.25): Activation {
  return rectifier("prelu", slope);
}

/** f(z) = 1 / (1 + e^-z). */
export const sigmoid: Activation = {
  ...smooth("sigmoid", logistic, (z) => logistic(z) * logistic(-z)),
  saturation: [0.015, 0.985],
};

/** f(z) = tanh z. */
export const tanh: Activation = {
  ...smooth("tanh", Math.tanh, (z) => (1 - Math.tanh(z)) * (1 + Math.tanh(z))),
  saturation: [-0.97, 0.97],
};

/** f(z) = z above zero, e^z - 1 below. Reference: Clevert, Unterthiner and Hochreiter (2015), alpha = 1. */
export const elu: Activation = {
  ...smooth("elu", (z) => z > 0 ? z : Math.expm1(z), (z) => z > 0 ? 1 : Math.exp(z)),
  parameter: 1,
  kinks: [0],
};

/** f(z) = 1.0507 z above zero, 1.0507 * 1.6733 (e^z - 1) below. Reference: Klambauer et al. (2017). */
export const selu: Activation = {
  ...smooth(
    "selu",
    (z) => SELU_SCALE * (z > 0 ? z : SELU_ALPHA * Math.expm1(z)),
    (z) => SELU_SCALE * (z > 0 ? 1 : SELU_ALPHA * Math.exp(z)),
  ),
  kinks: [0],
};

/** f(z) = z Phi(z), Phi the standard normal distribution function. Reference: Hendrycks and Gimpel (2016). */
export const gelu: Activation = smooth(
  "gelu",
  (z) => z * normalCdf(z),
  (z) => normalCdf(z) + z * normalPdf(z),
);

/** f(z) = z/2 (1 + tanh(sqrt(2/pi) (z + 0.044715 z^3))), as in GPT-2. Reference: Hendrycks and Gimpel (2016). */
export const geluTanh: Activation = smooth(
  "geluTanh",
  (z) => z * logistic(2 * geluArgument(z)),
  (z) => {
    const p = logistic(2 * geluArgument(z));
    const q = logistic(-2 * geluArgument(z));
    return p + z * 2 * p * q * SQRT_2_OVER_PI * (1 + 3 * 0.044715 * z * z);
  },
);

/** f(z) = z sigmoid(z), also called swish. Reference: Elfwing, Uchibe and Doya (2017). */
export const silu: Activation = smooth(
  "silu",
  (z) => z * logistic(z),
  (z) => logistic(z) * (1 + z * logistic(-z)),
);

/** f(z) = z tanh(softplus(z)). Reference: Misra (2019). */
export const mish: Activation = smooth(
  "mish",
  (z) => z * Math.tanh(softplusOf(z)),
  (z) => {
    const t = Math.tanh(softplusOf(z));
    return t + z * (1 - t) * (1 + t) * logistic(z);
  },
);

/** f(z) = ln(1 + e^z). */
export const softplus: Activation = smooth("softplus", softplusOf, logistic);

/** f(z) = z / (1 + |z|). */
export const softsign: Activation = {
  ...smooth("softsign", (z) => z / (1 + Math.abs(z)), (z) => 1 / (1 + Math.abs(z)) ** 2),
  kinks: [0],
  saturation: [-0.97, 0.97],
};

/** f(z) = erf z: of all sigmoidal functions the one whose Gaussian expectations have closed forms, E f(Z)^2 = 2/pi asin(2/3). */
export const erfActivation: Activation = {
  ...smooth("erf", erf, (z) => 2 / Math.sqrt(Math.PI) * Math.exp(-z * z)),
  saturation: [-0.97, 0.97],
};

/** f(z) = e^z. */
export const exponential: Activation = {
  ...smooth("exp", Math.exp, Math.exp),
  name: "exponential",
};

const plain = Object.fromEntries(
  [linear, relu, sigmoid, tanh, elu, selu, gelu, geluTanh, silu, mish, softplus, softsign]
    .concat([erfActivation, exponential])
    .map((activation) => [activation.name, activation]),
);
const withSlope = { leakyRelu, prelu };

/**
 * The activation that a spec names.
 *
 * @throws {RangeError} where no activation has that name, or the named one does not take that parameter.
 *
 * @example
 * ```ts
 * import { activationFrom } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * expect(activationFrom({ name: "leakyRelu", parameter: 0.2 }).derivative(-1)).toBe(0.2);
 * ```
 */
export function activationFrom(spec: ActivationSpec): Activation {
  const { name, parameter } = object("activation", spec, 'a spec such as { name: "relu" }');
  oneOf("activation", name, [...Object.keys(plain), ...Object.keys(withSlope)]);
  if (name === "leakyRelu" || name === "prelu") return withSlope[name](parameter);
  const activation = plain[name];
  if (parameter !== undefined && parameter !== activation.parameter) {
    throw new RangeError(
      `Cannot use parameter ${parameter} with ${name}: only leakyRelu and prelu take one`,
    );
  }
  return activation;
}

/** An activation that was given. @throws {TypeError} where it is none. */
export function checkActivation(given: Activation): Activation {
  const isActivation = typeof given?.f === "function" && typeof given.derivative === "function";
  return must("activation", given, isActivation, "an activation such as relu or leakyRelu(0.1)");
}

function smooth(
  name: Exclude<ActivationKind, "relu" | "leakyRelu">,
  f: (z: number) => number,
  derivative: (z: number) => number,
): Activation {
  return { name, kind: name, parameter: 0, f, derivative, kinks: [] };
}

function rectifier(name: "leakyRelu" | "prelu", slope: number): Activation {
  finite(`${name}'s slope`, slope);
  return {
    name,
    kind: "leakyRelu",
    parameter: slope,
    f: (z) => z > 0 ? z : slope * z,
    derivative: (z) => slopeAt(z, slope),
    kinks: [0],
  };
}

function slopeAt(z: number, below: number): number {
  return z > 0 ? 1 : z <= 0 ? below : NaN;
}

function logistic(z: number): number {
  return 1 / (1 + Math.exp(-z));
}

function softplusOf(z: number): number {
  return Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z)));
}

function geluArgument(z: number): number {
  return SQRT_2_OVER_PI * (z + 0.044715 * z * z * z);
}
