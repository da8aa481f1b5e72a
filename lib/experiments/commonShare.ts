import { forward, type Model, type Params } from "../nn/model.ts";
import type { Tensor } from "../tensor/tensor.ts";

/**
 * Which share of a model's logits is the same for every row of its outputs: sum_c (mean_i x_ic)^2 / mean_i sum_c x_ic^2, where
 * x_ic is logit c of row i less the mean logit of that row, which no probability depends on.
 *
 * 1: the model answers every input alike; 0 where all logits are equal. For a language model a row is a position.
 *
 * @throws {TypeError} where a parameter is missing or not one of the model's.
 * @throws {RangeError} where a shape does not fit.
 *
 * @example
 * ```ts
 * import { commonShare, everywhere, heNormal, initialize, mlp, relu, rng, tensor } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * const model = mlp({ widths: [2, 8, 3], activation: relu });
 * const params = initialize(model, everywhere(heNormal()), rng("example"));
 * expect(commonShare(model, params, tensor([2, 2], [1, 2, 1, 2]))).toBeCloseTo(1, 12);
 * expect(commonShare(model, params, tensor([2, 2], [1, 2, 2, -1]))).toBeLessThan(0.9);
 * ```
 */
export function commonShare(model: Model, params: Params, inputs: Tensor): number {
  const { data, shape: [rows, classes] } = forward(model, params, inputs);
  const means = new Float64Array(classes);
  let whole = 0;
  for (let i = 0; i < rows; i++) {
    const logits = data.subarray(i * classes, (i + 1) * classes);
    const center = logits.reduce((sum, logit) => sum + logit, 0) / classes;
    logits.forEach((logit, c) => {
      means[c] += (logit - center) / rows;
      whole += (logit - center) ** 2 / rows;
    });
  }
  return whole === 0 ? 0 : means.reduce((sum, mean) => sum + mean ** 2, 0) / whole;
}
