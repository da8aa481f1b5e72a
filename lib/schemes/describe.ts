import type { Law } from "../initializers/initializer.ts";
import { checkModel, type Model } from "../nn/model.ts";
import { checkScheme, chosenBy, type Scheme } from "../nn/schemes.ts";
import { show } from "../tensor/tensor.ts";
import { factorsOf } from "./parametrization.ts";

/** What a scheme does to one parameter, flat, for a table. */
export interface SchemeRow {
  readonly parameter: string;
  readonly role: string;
  readonly kind: string;
  readonly shape: string;
  readonly distribution: Law["distribution"];
  readonly mean: number;
  /** Of the parameter as it is stored. */
  readonly std: number;
  /** What the model multiplies it by, see `withMultipliers`. */
  readonly multiplier: number;
  /** Its share of the optimizer's learning rate. */
  readonly learningRate: number;
}

/**
 * What a scheme does to each parameter of a model, one row each, without drawing a number.
 *
 * @throws {RangeError} where the model lacks what the scheme needs.
 *
 * @example
 * ```ts
 * import { describeScheme, everywhere, heNormal, mlp, relu } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * const rows = describeScheme(mlp({ widths: [8, 2], activation: relu }), everywhere(heNormal()));
 * expect(rows[0]).toMatchObject({ parameter: "layer1.weight", std: 0.5, learningRate: 1 });
 * ```
 */
export function describeScheme(model: Model, scheme: Scheme): SchemeRow[] {
  const { multiplier, learningRate } = factorsOf(checkScheme("describe a model", scheme));
  return checkModel(model).params.map((spec) => {
    const { name, role, kind, shape, fans } = spec;
    const { distribution, mean, std } = chosenBy(scheme, spec, model).law(shape, fans);
    return {
      parameter: name,
      role,
      kind,
      shape: show(shape),
      distribution,
      mean,
      std,
      multiplier: multiplier(spec, model),
      learningRate: learningRate(spec, model),
    };
  });
}
