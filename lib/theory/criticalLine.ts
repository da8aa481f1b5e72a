import { type Activation, checkActivation } from "../nn/activations.ts";
import { atLeastZero } from "../tensor/arguments.ts";
import { derivativeMeanSquare, outputMeanSquare } from "./gain.ts";
import { fixedPoint, type LayerVariances, varianceMap } from "./varianceMap.ts";

/** The mean square that stands for 0: where all activations are their slopes at 0. */
const NEAR_ZERO = 1e-20;

/**
 * The critical line of an activation, the edge of chaos: the sigma_w^2 at which chi = 1, for biases of variance sigma_b^2:
 *
 *     sigma_w^2 = 1 / E f'(sqrt(q) Z)^2   at the least q with   q = sigma_w^2 E f(sqrt(q) Z)^2 + sigma_b^2,
 *
 * and q = 0 where biasVariance is 0, as it is when left out.
 *
 * @throws {RangeError} where layers do not tend to a q with chi = 1 (GELU, SiLU; ReLU with biases), or the variance is negative.
 *
 * @example
 * ```ts
 * import { criticalPoint, relu, tanh } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * expect(criticalPoint(tanh, 0.05).weightVariance).toBeCloseTo(1.760955, 5);
 * expect(criticalPoint(relu).weightVariance).toBeCloseTo(2, 10);
 * ```
 * Reference: Poole et al., 2016; Schoenholz et al., 2017, figure 1.
 */
export function criticalPoint(activation: Activation, biasVariance = 0): Required<LayerVariances> {
  checkActivation(activation);
  atLeastZero("biasVariance", biasVariance);
  const weightVarianceAt = (q: number) => 1 / derivativeMeanSquare(activation, q);
  if (biasVariance === 0) {
    const weightVariance = weightVarianceAt(NEAR_ZERO);
    // The quadrature's rounding; an activation that grows faster than its slope at 0 does not stay there.
    const grows = varianceMap(activation, { weightVariance })(1) > 1 + 1e-9;
    if (grows) throw notCritical(activation, biasVariance);
    return { weightVariance, biasVariance };
  }
  /** The bias variance for which q would be the critical mean square. */
  const biasAt = (q: number) => q - weightVarianceAt(q) * outputMeanSquare(activation, q);
  let low = 0, high = 1e-6;
  while (!(biasAt(high) > biasVariance)) {
    [low, high] = [high, 2 * high];
    if (high > 1e6) throw notCritical(activation, biasVariance);
  }
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (biasAt(middle) > biasVariance) high = middle;
    else low = middle;
  }
  const weightVariance = weightVarianceAt(high);
  const map = varianceMap(activation, { weightVariance, biasVariance });
  // Layers must come to this q from both sides.
  const isStable = [high / 2, 2 * high].every((from) =>
    Math.abs(fixedPoint(map, from) / high - 1) < 1e-4
  );
  if (!isStable) throw notCritical(activation, biasVariance);
  return { weightVariance, biasVariance };
}

function notCritical({ name }: Activation, biasVariance: number): RangeError {
  return new RangeError(
    `Cannot make deep layers of ${name} critical with biases of variance ${biasVariance}: ` +
      "use tanh, or relu with biasVariance 0",
  );
}
