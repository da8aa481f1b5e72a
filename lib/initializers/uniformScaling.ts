import { finite, onlyOptions } from "../tensor/arguments.ts";
import type { Initializer } from "./initializer.ts";
import { scaled } from "./varianceScaling.ts";

/**
 * U(-b, b) with b = factor sqrt(3 / fanIn): variance factor^2 / fanIn, LeCun's uniform under an older name.
 *
 * @throws {RangeError} where the factor is not finite, or fans are neither given nor those of the shape.
 *
 * Reference: Haiku and Sonnet, `UniformScaling`; TensorFlow 1, `uniform_unit_scaling_initializer`.
 *
 * @example
 * ```ts
 * import { uniformScaling } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * expect(uniformScaling({ factor: 2 }).law([48, 10]).high).toBeCloseTo(0.5, 12);
 * ```
 */
export function uniformScaling(options: { factor?: number } = {}): Initializer {
  onlyOptions("uniformScaling", options, ["factor"]);
  const factor = finite("factor", options.factor ?? 1);
  return scaled({ name: "uniformScaling", factor }, factor ** 2, "fanIn", "uniform");
}
