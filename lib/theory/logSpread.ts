import { type Activation, checkActivation } from "../nn/activations.ts";
import { gaussianExpectation } from "../numerics/quadrature.ts";
import { array, count } from "../tensor/arguments.ts";

/** Mean and std over seeds of a natural logarithm. */
export interface LogSpread {
  readonly mean: number;
  readonly std: number;
}

/**
 * How chance moves the mean square of a narrow network's activations: the law over seeds, nearly normal, of
 * ln(mean square of one input's activations after hidden layers of the given `widths` / its expected value),
 *
 *     mean = -V/2 sum 1/n_l,    std = sqrt(V sum 1/n_l),    V = E f(Z)^4 / (E f(Z)^2)^2 - 1,
 *
 * to first order in 1/n: V is 5 for ReLU, 2 for linear layers, 6 (1 + s^4)/(1 + s^2)^2 - 1 for slope s. So the median
 * network is exp(mean) times what the variance map says, which is the mean over networks.
 *
 * @throws {RangeError} where the activation is not linear or a (leaky) ReLU: others forget such fluctuations.
 *
 * @example
 * ```ts
 * import { logSpread, relu } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * const { mean, std } = logSpread(relu, Array(50).fill(100));
 * expect(mean).toBeCloseTo(-5 * 50 / (2 * 100), 10);
 * expect(std).toBeCloseTo(Math.sqrt(5 * 50 / 100), 10);
 * ```
 * Reference: Hanin and Rolnick, 2018; Hanin and Nica, 2020.
 */
export function logSpread(activation: Activation, widths: readonly number[]): LogSpread {
  if (!isRectifier(checkActivation(activation))) {
    throw new RangeError(
      `Cannot tell the log spread for ${activation.name}: it is known for linear, relu, leakyRelu and prelu`,
    );
  }
  let variance = 0;
  for (const width of array("widths", widths)) {
    variance += powerVariance(activation) / count("a width", width);
  }
  return { mean: 0 - variance / 2, std: Math.sqrt(variance) };
}

/** Whether f(a z) = a f(z) for all a > 0. */
export function isRectifier({ kind }: Activation): boolean {
  return kind === "identity" || kind === "relu" || kind === "leakyRelu";
}

/** V, the variance over units of f(Z)^2 / E f(Z)^2. */
export function powerVariance({ f, kinks }: Activation): number {
  const second = gaussianExpectation((z) => f(z) ** 2, { kinks });
  return gaussianExpectation((z) => f(z) ** 4, { kinks }) / second ** 2 - 1;
}
