import { onlyOptions } from "../tensor/arguments.ts";
import { countOf, type Examples } from "../tensor/examples.ts";
import { accuracyOf, type Loss, lossOf } from "./losses.ts";
import { forward, type Model, type Params } from "./model.ts";
import { onTape } from "./tape.ts";

/**
 * Mean loss (nats, or squared units) and accuracy of a model on all examples; NaN accuracy for regression.
 *
 * @throws {TypeError} where a parameter is missing or unknown, or the targets are not of the loss's kind.
 * @throws {RangeError} where shapes, labels or the number of examples do not fit.
 *
 * @example
 * ```ts
 * import { evaluate, everywhere, initialize, mlp, relu, rng, tensor, zeros } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * const model = mlp({ widths: [2, 4], activation: relu });
 * const params = initialize(model, everywhere(zeros()), rng("example"));
 * const one = { inputs: tensor([1, 2], [1, 1]), targets: Uint8Array.of(0) };
 * expect(evaluate(model, params, one).loss).toBeCloseTo(Math.log(4), 6);
 * ```
 */
export function evaluate(
  model: Model,
  params: Params,
  examples: Examples,
  options: { loss?: Loss } = {},
): { loss: number; accuracy: number } {
  onlyOptions("evaluate", options, ["loss"]);
  countOf(examples);
  const outputs = forward(model, params, examples.inputs);
  const { loss = "crossEntropy" } = options;
  return onTape((tape) => ({
    loss: lossOf(loss, tape.constant(outputs), examples.targets).data[0],
    accuracy: accuracyOf(outputs, examples.targets),
  }));
}
