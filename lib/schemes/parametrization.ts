import { checkModel, type Model, type ParamSpec } from "../nn/model.ts";
import { scale } from "../nn/operations.ts";
import { checkScheme, type Scheme } from "../nn/schemes.ts";
import type { Var } from "../nn/tape.ts";
import { callable, onlyOptions } from "../tensor/arguments.ts";

/** A number for each parameter of a model. */
export type Factor = (spec: ParamSpec, model: Model) => number;

/**
 * A scheme that also scales: each parameter w enters the model as `multiplier` w, and learns at `learningRate` times the
 * optimizer's rate. {@linkcode withMultipliers} applies the first, `train`'s option `learningRates` the second.
 *
 * As every product with a weight is linear in it, the multiplier of a weight (and its bias) is the multiplier of a
 * branch, of the logits, or of the attention's scores; and LN(a x + f(x)) is LN(x + f(x) / a), but for LN's epsilon.
 */
export interface Parametrization extends Scheme {
  readonly multiplier: Factor;
  readonly learningRate: Factor;
}

/** A scheme with its factors; 1 for what is left out. */
export function parametrization(
  scheme: Scheme,
  options: { multiplier?: Factor; learningRate?: Factor },
): Parametrization {
  checkScheme("scale parameters", scheme);
  onlyOptions("parametrization", options, ["multiplier", "learningRate"]);
  const { multiplier = one, learningRate = one } = options;
  callable("multiplier", multiplier, "(spec, model) => 1");
  callable("learningRate", learningRate, "(spec, model) => 1");
  const copy: Scheme = (spec, model) => scheme(spec, model);
  return Object.freeze(Object.assign(copy, { multiplier, learningRate }));
}

/** The factors of any scheme: those of a parametrization, or 1. */
export function factorsOf(scheme: Scheme): { multiplier: Factor; learningRate: Factor } {
  const { multiplier = one, learningRate = one } = scheme as Partial<Parametrization>;
  return { multiplier, learningRate };
}

/**
 * The model with every parameter multiplied by the scheme's multiplier on its way in: the model's function becomes
 * f(x; m w), its gradient with respect to w is m times that of m w, and its parameters stay as the scheme draws them.
 *
 * @throws {RangeError} where a multiplier is not finite.
 *
 * @example
 * ```ts
 * import { everywhere, forward, initialize, mlp, ones, parametrization, relu, rng, tensor, withMultipliers } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * const model = mlp({ widths: [3, 2], activation: relu });
 * const tenth = parametrization(everywhere(ones()), { multiplier: () => 0.125 });
 * const params = initialize(model, tenth, rng("example"));
 * const x = tensor([1, 3], [1, 2, 5]);
 * expect([...forward(model, params, x).data]).toEqual([8, 8]);
 * expect([...forward(withMultipliers(model, tenth), params, x).data]).toEqual([1, 1]);
 * ```
 */
export function withMultipliers(model: Model, scheme: Scheme): Model {
  const { multiplier } = factorsOf(checkScheme("multiply parameters", scheme));
  const factors = checkModel(model).params.map((spec) =>
    [spec.name, multiplier(spec, model)] as const
  );
  return {
    ...model,
    apply: (params, x, tap) => {
      const scaled: Record<string, Var> = { ...params };
      for (const [name, factor] of factors) {
        if (factor !== 1) scaled[name] = scale(params[name], factor);
      }
      return model.apply(scaled, x, tap);
    },
  };
}

function one(): number {
  return 1;
}
