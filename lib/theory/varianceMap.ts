import { type Activation, checkActivation } from "../nn/activations.ts";
import { atLeastZero, callable, count, found, onlyOptions } from "../tensor/arguments.ts";
import { derivativeMeanSquare, outputMeanSquare } from "./gain.ts";

/** How a wide layer is drawn: sigma_w^2 = fanIn Var(w), so 1 is LeCun's and 2 is He's; sigma_b^2 = Var(b), else 0. */
export interface LayerVariances {
  readonly weightVariance: number;
  readonly biasVariance?: number;
}

/** One step of an infinitely wide network: the next layer's mean square, from this layer's. */
export type VarianceMap = (meanSquare: number) => number;

/** The mean square of pre-activations at a layer. */
export interface MeanSquareRow {
  readonly layer: number;
  readonly meanSquare: number;
}

/**
 * The mean-square map of pre-activations, q -> sigma_w^2 E f(sqrt(q) Z)^2 + sigma_b^2.
 *
 * Exact in the mean, at any width, for identity, ReLU and its leaky kin; for other activations the limit of
 * infinite width, where mean and median over seeds agree.
 *
 * @throws {RangeError} where a variance is negative or not finite.
 *
 * @example
 * ```ts
 * import { iterate, relu, varianceMap } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * const halving = varianceMap(relu, { weightVariance: 1 });
 * expect(iterate(halving, { start: 1, layers: 30 })[29].meanSquare).toBeCloseTo(2 ** -29, 15);
 * ```
 * Reference: Poole et al., 2016, equation 3.
 */
export function varianceMap(activation: Activation, variances: LayerVariances): VarianceMap {
  checkActivation(activation);
  checkVariances(variances);
  const weightVariance = atLeastZero("weightVariance", variances.weightVariance);
  const biasVariance = atLeastZero("biasVariance", variances.biasVariance ?? 0);
  return (meanSquare) =>
    weightVariance * outputMeanSquare(activation, atLeastZero("meanSquare", meanSquare)) +
    biasVariance;
}

/**
 * The backward map: the factor chi = sigma_w^2 E f'(sqrt(q) Z)^2 by which one layer, towards the input, multiplies
 * the mean square of the gradient where pre-activations have mean square q (equal widths; else fanOut Var(w) in place
 * of sigma_w^2). Above 1 gradients explode, below 1 they vanish. Mean and median as for {@linkcode varianceMap}.
 *
 * @throws {RangeError} where a number is negative or not finite.
 *
 * @example
 * ```ts
 * import { gradientFactor, relu, sigmoid } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * expect(gradientFactor(relu, { weightVariance: 2, meanSquare: 1 })).toBeCloseTo(1, 10);
 * expect(gradientFactor(sigmoid, { weightVariance: 1, meanSquare: 1 })).toBeLessThan(1 / 16);
 * ```
 * Reference: Schoenholz et al., 2017, whose chi_1 it is at a fixed point.
 */
export function gradientFactor(
  activation: Activation,
  options: { weightVariance: number; meanSquare: number },
): number {
  checkActivation(activation);
  onlyOptions("gradientFactor", options, ["weightVariance", "meanSquare"]);
  const { weightVariance, meanSquare } = options;
  return atLeastZero("weightVariance", weightVariance) *
    derivativeMeanSquare(activation, atLeastZero("meanSquare", meanSquare));
}

/**
 * Rows of a map applied again and again: layer 1 has mean square `start`, layer l + 1 the map of layer l's.
 *
 * @throws {RangeError} where start is negative or not finite, or layers is not an integer >= 1.
 *
 * @example
 * ```ts
 * import { iterate, linear, varianceMap } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * const map = varianceMap(linear, { weightVariance: 0.5 });
 * expect(iterate(map, { start: 1, layers: 3 })[2].meanSquare).toBeCloseTo(0.25, 12);
 * ```
 */
export function iterate(
  map: VarianceMap,
  options: { start: number; layers: number },
): MeanSquareRow[] {
  callable("map", map, "varianceMap(relu, { weightVariance: 2 })");
  onlyOptions("iterate", options, ["start", "layers"]);
  const { start, layers } = options;
  const rows = [{ layer: 1, meanSquare: atLeastZero("start", start) }];
  for (let layer = 2; layer <= count("layers", layers); layer++) {
    rows.push({ layer, meanSquare: map(rows[layer - 2].meanSquare) });
  }
  return rows;
}

/**
 * The mean square q* = map(q*) that layers tend to from `start`: 0 or Infinity where they vanish or explode.
 *
 * Where the map touches the diagonal (tanh at sigma_w^2 = 1, q ~ 1/(2 l)) layers creep, and the answer is a
 * number below 1e-11 in place of 0.
 *
 * @throws {RangeError} where start is not a finite number above 0.
 *
 * @example
 * ```ts
 * import { fixedPoint, relu, tanh, varianceMap } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * expect(fixedPoint(varianceMap(tanh, { weightVariance: 25 / 9 }))).toBeCloseTo(1.178, 3);
 * expect(fixedPoint(varianceMap(relu, { weightVariance: 1.9 }))).toBe(0);
 * ```
 */
export function fixedPoint(map: VarianceMap, start = 1): number {
  callable("map", map, "varianceMap(relu, { weightVariance: 2 })");
  if (!(Number.isFinite(start) && start > 0)) {
    throw new RangeError(
      `Cannot look for a fixed point as start must be a finite number > 0: ${found(start)}`,
    );
  }
  const drift = (q: number) => {
    const change = map(q) - q;
    return Math.abs(change) <= 1e-12 * q ? 0 : Math.sign(change);
  };
  const direction = drift(start);
  if (direction === 0) return start;
  const step = direction > 0 ? 2 : 0.5;
  let near = start;
  let far = start * step;
  while (drift(far) === direction) {
    [near, far] = [far, far * step];
    if (far < 1e-60) return 0;
    if (far > 1e60) return Infinity;
  }
  // The drift changes sign between near and far.
  for (let i = 0; i < 60; i++) {
    const middle = 0.5 * (near + far);
    if (drift(middle) === direction) near = middle;
    else far = middle;
  }
  return far;
}

/** Variances that were given. @throws {TypeError} where they are none, or one is not known. */
export function checkVariances(variances: LayerVariances): LayerVariances {
  onlyOptions("a layer", variances, ["weightVariance", "biasVariance"]);
  return variances;
}
