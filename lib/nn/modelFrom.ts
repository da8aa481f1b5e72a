import { oneOf } from "../tensor/arguments.ts";
import { activationFrom } from "./activations.ts";
import { cnn } from "./cnn.ts";
import { gpt } from "./gpt.ts";
import { mlp } from "./mlp.ts";
import type { Model, ModelSpec } from "./model.ts";

/**
 * The model that a spec describes.
 *
 * @throws {RangeError} where the spec names no known model or activation, or a size is wrong.
 *
 * @example
 * ```ts
 * import { mlp, modelFrom, tanh } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * const model = mlp({ widths: [2, 10, 1], activation: tanh });
 * const copy = modelFrom(JSON.parse(JSON.stringify(model.spec)));
 * expect(copy.params).toEqual(model.params);
 * ```
 */
export function modelFrom(spec: ModelSpec): Model {
  oneOf("model", Object(spec).name, ["mlp", "cnn", "gpt"]);
  const activation = activationFrom(spec.activation);
  if (spec.name === "mlp") return mlp({ widths: spec.widths, activation, bias: spec.bias });
  if (spec.name === "cnn") {
    const { name: _, ...options } = spec;
    return cnn({ ...options, activation });
  }
  const { name: _, ...options } = spec;
  return gpt({ ...options, activation });
}
