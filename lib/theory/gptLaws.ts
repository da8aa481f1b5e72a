import { type GptSpec, gptSpecOf, type Model, type ParamSpec } from "../nn/model.ts";
import { checkScheme, chosenBy, type Scheme } from "../nn/schemes.ts";
import type { Gram } from "./gram.ts";
import { varianceOf } from "./predict.ts";

/** A scheme that may say, as a parametrization does, what the model multiplies each parameter by. */
export type ScaledScheme = Scheme & {
  readonly multiplier?: (spec: ParamSpec, model: Model) => number;
};

/** What a scheme makes of a gpt's parameters, by name, as they enter the model: multiplied, and gated. */
export interface GptLaws {
  readonly spec: GptSpec;
  /**
   * Variance of a weight's or bias's entries; 0 where the model has no such parameter. Whoever follows a signal says what a
   * weight is given, for laws that are chosen by it.
   */
  variance(name: string, given?: Gram): number;
  /** The value of a norm's gain. */
  gain(name: string): number;
}

/**
 * @throws {TypeError} where the model is not a gpt.
 * @throws {RangeError} where a weight's entries depend on each other or have a mean, or a gain has a std.
 */
export function gptLaws(model: Model, scheme: ScaledScheme, action: string): GptLaws {
  const spec = gptSpecOf(model, action);
  checkScheme(action, scheme);
  const byName = new Map(model.params.map((param) => [param.name, param]));
  const constantOf = (param: ParamSpec): number => {
    const { mean, std } = chosenBy(scheme, param, model).law(param.shape, param.fans);
    if (std === 0) return mean;
    throw new RangeError(
      `Cannot ${action} as ${param.name} is random: a gain must start at one value`,
    );
  };
  const factorOf = (param: ParamSpec): number => {
    const gate = byName.get(param.name.replace(/(weight|bias)$/, "gate"));
    return (scheme.multiplier?.(param, model) ?? 1) * (gate ? constantOf(gate) : 1);
  };
  return {
    spec,
    variance: (name) => {
      const param = byName.get(name);
      return param === undefined ? 0 : factorOf(param) ** 2 * varianceOf(model, scheme, name);
    },
    gain: (name) => factorOf(byName.get(name)!) * constantOf(byName.get(name)!),
  };
}
