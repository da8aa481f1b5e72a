import { type Activation, checkActivation } from "../nn/activations.ts";
import { correlatedExpectation } from "../numerics/quadrature.ts";
import { cuts } from "./gain.ts";
import {
  checkVariances,
  fixedPoint,
  gradientFactor,
  type LayerVariances,
  varianceMap,
} from "./varianceMap.ts";
import { aboveZero, atLeastZero, onlyOptions } from "../tensor/arguments.ts";

/** Where a very deep and wide network ends, and how many layers it takes to get there. */
export interface MeanField {
  /** q*, the mean square of pre-activations. */
  readonly meanSquare: number;
  /** chi at q*: one layer's factor on gradients. 1 is the edge of chaos. */
  readonly chi: number;
  /** c*, the correlation that two different inputs end with: 1 in the ordered phase, less in the chaotic one. */
  readonly correlation: number;
  /** xi_c = -1 / ln(slope of the correlation map at c*): the layers over which differences of inputs last; Infinity at chi = 1. */
  readonly correlationDepth: number;
}

/**
 * One step of the correlation c between two inputs, both with mean square `meanSquare` = q, a fixed point:
 * c -> (sigma_w^2 E f(sqrt(q) X) f(sqrt(q) Y) + sigma_b^2) / q with E XY = c; and its slope sigma_w^2 E f' f'.
 *
 * @throws {RangeError} where c is not in [-1, 1].
 *
 * @example
 * ```ts
 * import { correlationMap, relu } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * const at = { meanSquare: 1, correlation: 0 };
 * expect(correlationMap(relu, { weightVariance: 2 }, at).correlation).toBeCloseTo(1 / Math.PI, 9);
 * ```
 * Reference: Poole et al., 2016, equations 5 and 6.
 */
export function correlationMap(
  activation: Activation,
  variances: LayerVariances,
  options: { meanSquare: number; correlation: number },
): { correlation: number; slope: number } {
  checkActivation(activation);
  onlyOptions("correlationMap", options, ["meanSquare", "correlation"]);
  const weightVariance = atLeastZero("weightVariance", checkVariances(variances).weightVariance);
  const biasVariance = atLeastZero("biasVariance", variances.biasVariance ?? 0);
  const { correlation } = options, meanSquare = aboveZero("meanSquare", options.meanSquare);
  const std = Math.sqrt(meanSquare);
  const kinks = cuts(activation, std);
  const f = (z: number) => activation.f(std * z);
  const df = (z: number) => activation.derivative(std * z);
  const product = correlatedExpectation(f, f, correlation, { kinks });
  return {
    correlation: (weightVariance * product + biasVariance) / meanSquare,
    slope: weightVariance * correlatedExpectation(df, df, correlation, { kinks }),
  };
}

/**
 * The fixed points of mean square and correlation of an infinitely wide network, with chi and the depth scale.
 *
 * @throws {RangeError} where the mean square tends to 0 or Infinity: there is no correlation to speak of.
 *
 * @example
 * ```ts
 * import { meanField, tanh } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * const ordered = meanField(tanh, { weightVariance: 1, biasVariance: 0.05 });
 * expect(ordered.meanSquare).toBeCloseTo(0.193593, 6);
 * expect(ordered.correlationDepth).toBeCloseTo(3.627, 3);
 * ```
 * Reference: Poole et al., 2016; Schoenholz et al., 2017, equation 9 for the depth scale.
 */
export function meanField(activation: Activation, variances: LayerVariances): MeanField {
  const meanSquare = fixedPoint(varianceMap(activation, variances));
  if (meanSquare < 1e-11 || meanSquare === Infinity) {
    throw new RangeError(
      `Cannot follow a correlation as the mean square tends to ${meanSquare}: change weightVariance or biasVariance`,
    );
  }
  const chi = gradientFactor(activation, {
    weightVariance: variances.weightVariance,
    meanSquare,
  });
  const isCritical = Math.abs(chi - 1) < 1e-9; // within the quadrature's error
  if (chi <= 1 || isCritical) {
    const correlationDepth = isCritical ? Infinity : -1 / Math.log(chi);
    return { meanSquare, chi, correlation: 1, correlationDepth };
  }
  // The map is convex and meets the diagonal at 1 from below: Newton's steps from 0 climb to the first crossing.
  let correlation = 0;
  let at = correlationMap(activation, variances, { meanSquare, correlation });
  while (at.correlation - correlation > 1e-10 * (1 - at.slope)) {
    correlation += (at.correlation - correlation) / (1 - at.slope);
    at = correlationMap(activation, variances, { meanSquare, correlation });
  }
  return { meanSquare, chi, correlation, correlationDepth: -1 / Math.log(at.slope) };
}
