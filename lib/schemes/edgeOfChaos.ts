import { normal } from "../initializers/distributions.ts";
import { activationFrom, type ActivationSpec } from "../nn/activations.ts";
import { chainSpecOf } from "../nn/model.ts";
import type { Scheme } from "../nn/schemes.ts";
import { criticalPoint } from "../theory/criticalLine.ts";
import type { LayerVariances } from "../theory/varianceMap.ts";
import { atLeastZero, onlyOptions } from "../tensor/arguments.ts";

export interface EdgeOfChaosOptions {
  /** sigma_b^2, variance of biases; 0 when left out. */
  biasVariance?: number;
  /** sigma_w^2, fanIn times the variance of weights: another than the critical one, to see what lies beside the edge. */
  weightVariance?: number;
}

/**
 * Mean-field critical initialization of an mlp or a cnn: weights N(0, sigma_w^2 / fanIn), biases N(0, sigma_b^2), with sigma_w^2 on the critical
 * line of the model's activation, see {@linkcode criticalPoint}: neither gradients nor differences of inputs grow or
 * shrink exponentially with depth. Without biases that is 2 for ReLU, 1 for tanh. A cnn's fanIn counts the taps of its kernel, of
 * which windows at an image's border have fewer.
 *
 * @throws {TypeError} where the model is neither.
 * @throws {RangeError} where the activation has no critical point (GELU, SiLU; ReLU with biases) and no weightVariance is
 * given, a variance is negative, or the model lacks biases.
 *
 * Reference: Poole et al. (2016); Schoenholz et al. (2017), section 3; for convolutions Xiao et al. (2018), section 2.
 *
 * @example
 * ```ts
 * import { describeScheme, edgeOfChaos, mlp, tanh } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * const model = mlp({ widths: [100, 100, 10], activation: tanh });
 * const [weight, bias] = describeScheme(model, edgeOfChaos({ biasVariance: 0.05 }));
 * expect(weight.std).toBeCloseTo(Math.sqrt(1.760955 / 100), 6);
 * expect(bias.std).toBe(Math.sqrt(0.05));
 * ```
 */
export function edgeOfChaos(options: EdgeOfChaosOptions = {}): Scheme {
  onlyOptions("edgeOfChaos", options, ["biasVariance", "weightVariance"]);
  const biasVariance = atLeastZero("biasVariance", options.biasVariance ?? 0);
  const given = options.weightVariance === undefined
    ? undefined
    : atLeastZero("weightVariance", options.weightVariance);
  const points = new Map<string, Required<LayerVariances>>(); // each is a search
  const pointOf = (spec: ActivationSpec) => {
    const key = `${spec.name} ${spec.parameter}`;
    const point = points.get(key) ?? criticalPoint(activationFrom(spec), biasVariance);
    points.set(key, point);
    return point;
  };
  return ({ role, fans }, model) => {
    const { activation, bias } = chainSpecOf(model, "know the critical point");
    if (biasVariance > 0 && !bias) {
      throw new RangeError(
        "Cannot give variance to biases that the model does not have: make it with bias: true",
      );
    }
    const weightVariance = given ?? pointOf(activation).weightVariance;
    return normal({ std: Math.sqrt(role === "bias" ? biasVariance : weightVariance / fans.fanIn) });
  };
}
