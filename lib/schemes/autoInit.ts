import { varianceScaling } from "../initializers/varianceScaling.ts";
import { activationFrom } from "../nn/activations.ts";
import { mlpSpecOf } from "../nn/model.ts";
import type { Scheme } from "../nn/schemes.ts";
import { activationMoments } from "../theory/gain.ts";
import { aboveZero, onlyOptions } from "../tensor/arguments.ts";
import { weightsBy } from "./anatomy.ts";

/**
 * AutoInit for an mlp, from theory alone: variance 1 / (fanIn (mean^2 + variance)) of what a weight is given, so that every
 * layer's pre-activations have variance 1; truncated normal draws. Behind an activation f mean and variance are those of f(Z),
 * Z ~ N(0, 1), by quadrature; the inputs' mean square is 1 when left out.
 *
 * @throws {TypeError} where the model is not an mlp. @throws {RangeError} where the inputs' mean square is not above 0.
 *
 * Reference: Bingham and Miikkulainen (2023); cognizant-ai-labs/autoinit, estimators/dense.py.
 *
 * @example
 * ```ts
 * import { autoInit, describeScheme, mlp, relu } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * const model = mlp({ widths: [100, 50, 10], activation: relu, bias: false });
 * const [first, second] = describeScheme(model, autoInit({ inputMeanSquare: 4 }));
 * expect(first.std).toBeCloseTo(Math.sqrt(1 / 400), 10);
 * expect(second.std).toBeCloseTo(Math.sqrt(2 / 50), 10); // He
 * ```
 */
export function autoInit(options: { inputMeanSquare?: number } = {}): Scheme {
  onlyOptions("autoInit", options, ["inputMeanSquare"]);
  const inputMeanSquare = aboveZero("inputMeanSquare", options.inputMeanSquare ?? 1);
  return weightsBy((spec, model) => {
    const { activation } = mlpSpecOf(model, "know the signals");
    const meanSquare = spec.name === "layer1.weight"
      ? inputMeanSquare
      : activationMoments(activationFrom(activation)).meanSquare;
    return varianceScaling({ scale: 1 / meanSquare, distribution: "truncatedNormal" });
  });
}
