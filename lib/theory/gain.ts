import { type Activation, checkActivation } from "../nn/activations.ts";
import { gaussianExpectation } from "../numerics/quadrature.ts";
import { atLeastZero } from "../tensor/arguments.ts";

/** What an activation f makes of a pre-activation z ~ N(0, q). */
export interface ActivationMoments {
  /** E f(z). */
  readonly mean: number;
  /** Var f(z). */
  readonly variance: number;
  /** E f(z)^2: what the next layer's pre-activations are made of. */
  readonly meanSquare: number;
  /** E f'(z)^2: what one layer does to the mean square of a gradient, weights aside. */
  readonly derivativeMeanSquare: number;
}

/**
 * Mean, variance, mean square of f(z) and mean square of f'(z) for z ~ N(0, meanSquare), by quadrature to 1e-10.
 *
 * @throws {RangeError} where meanSquare is negative or not finite.
 * @throws {TypeError} where the first argument is no activation.
 *
 * @example
 * ```ts
 * import { activationMoments, relu } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * const { mean, variance } = activationMoments(relu);
 * expect(mean).toBeCloseTo(1 / Math.sqrt(2 * Math.PI), 10);
 * expect(variance).toBeCloseTo(0.5 - 1 / (2 * Math.PI), 10);
 * ```
 */
export function activationMoments(activation: Activation, meanSquare = 1): ActivationMoments {
  checkActivation(activation);
  const std = Math.sqrt(atLeastZero("meanSquare", meanSquare));
  const mean = expectation(activation, std, (z) => activation.f(z));
  const second = expectation(activation, std, (z) => activation.f(z) ** 2);
  return {
    mean,
    // As E (f - mean)^2: the difference second - mean^2 would lose a variance that is small beside the mean.
    variance: expectation(activation, std, (z) => (activation.f(z) - mean) ** 2),
    meanSquare: second,
    derivativeMeanSquare: derivativeMeanSquare(activation, meanSquare),
  };
}

/** E f(z)^2 for z ~ N(0, meanSquare). */
export function outputMeanSquare(activation: Activation, meanSquare: number): number {
  return expectation(activation, Math.sqrt(meanSquare), (z) => activation.f(z) ** 2);
}

/** E f'(z)^2 for z ~ N(0, meanSquare). */
export function derivativeMeanSquare(activation: Activation, meanSquare: number): number {
  return expectation(activation, Math.sqrt(meanSquare), (z) => activation.derivative(z) ** 2);
}

/**
 * The gain of an activation: 1 / sqrt(E f(Z)^2), Z ~ N(0, 1).
 *
 * Weights of variance gain^2 / fanIn keep the mean square of pre-activations at 1 where it is 1: sqrt 2 for ReLU,
 * 1.5925 for tanh, where PyTorch's table has the convention 5/3.
 *
 * @throws {TypeError} where the argument is no activation.
 *
 * @example
 * ```ts
 * import { gain, relu, tanh } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * expect(gain(relu)).toBeCloseTo(Math.SQRT2, 10);
 * expect(gain(tanh)).toBeCloseTo(1.5925374197, 10);
 * ```
 * Reference: He et al., 2015, equation 10, for ReLU; Klambauer et al., 2017, for the fixed point.
 */
export function gain(activation: Activation): number {
  return 1 / Math.sqrt(outputMeanSquare(checkActivation(activation), 1));
}

function expectation(activation: Activation, std: number, f: (z: number) => number): number {
  if (std === 0) return f(0);
  return gaussianExpectation((z) => f(std * z), { kinks: cuts(activation, std) });
}

/** Where f(std z) bends: its kinks, and, as all activations bend within a few units of 0, points around 0 if std is large. */
export function cuts(activation: Activation, std: number): number[] {
  const cuts = activation.kinks.map((kink) => kink / std);
  for (let z = 1; z < std; z *= 4) cuts.push(-z / std, z / std);
  return cuts;
}
