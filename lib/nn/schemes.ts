import { ones, zeros } from "../initializers/constant.ts";
import { checkInitializer, type Initializer } from "../initializers/initializer.ts";
import { onlyOptions } from "../tensor/arguments.ts";
import type { Rng } from "../tensor/rng.ts";
import { show } from "../tensor/tensor.ts";
import { checkModel, type Model, type Params, type ParamSpec, type Role } from "./model.ts";

const ROLES: readonly Role[] = ["embedding", "hidden", "residual", "output", "bias", "gain"];

/** Chooses the initializer of each parameter of a model. */
export type Scheme = (spec: ParamSpec, model: Model) => Initializer;

/**
 * All weights by `init`, biases 0, gains 1.
 *
 * @throws {TypeError} where the argument is no initializer.
 *
 * @example
 * ```ts
 * import { everywhere, heNormal, mlp, relu } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * const model = mlp({ widths: [784, 10], activation: relu });
 * const names = model.params.map((spec) => everywhere(heNormal())(spec, model).spec.name);
 * expect(names[1]).toBe("zeros");
 * ```
 */
export function everywhere(init: Initializer): Scheme {
  checkInitializer("init", init);
  return ({ role }) => role === "bias" ? zeros() : role === "gain" ? ones() : init;
}

/**
 * The initializer of each parameter's role where `rules` has one, else what `otherwise` chooses.
 *
 * @throws {TypeError} where a rule is for no known role.
 *
 * @example
 * ```ts
 * import { byRole, everywhere, heNormal, mlp, relu, zeros } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * const scheme = byRole({ output: zeros() }, everywhere(heNormal()));
 * const model = mlp({ widths: [784, 256, 10], activation: relu });
 * expect(scheme(model.params[2], model).spec.name).toBe("zeros");
 * ```
 */
export function byRole(rules: Partial<Record<Role, Initializer>>, otherwise: Scheme): Scheme {
  onlyOptions("byRole", rules, ROLES);
  for (const [role, init] of Object.entries(rules)) checkInitializer(role, init);
  checkScheme("split a model into roles", otherwise);
  return (spec, model) => rules[spec.role] ?? otherwise(spec, model);
}

/**
 * Draws all parameters of a model, each from its own stream `rng.child(name)`: so neither their order nor
 * their number changes what one of them is.
 *
 * @throws {TypeError} where the scheme is none, an initializer for instance, or chooses no initializer for a parameter, or
 * the last argument is no {@linkcode Rng}.
 * @throws {RangeError} where an initializer draws another shape.
 *
 * @example
 * ```ts
 * import { everywhere, heNormal, initialize, mlp, relu, rng } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * const model = mlp({ widths: [784, 256, 10], activation: relu });
 * const params = initialize(model, everywhere(heNormal()), rng("course"));
 * expect(params["layer1.weight"]).toEqual(
 *   heNormal()([784, 256], rng("course").child("layer1.weight")),
 * );
 * ```
 */
export function initialize(model: Model, scheme: Scheme, rng: Rng): Params {
  checkModel(model);
  checkScheme("initialize a model", scheme);
  if (typeof rng?.child !== "function") {
    throw new TypeError(
      'Cannot initialize a model without a stream for each parameter: pass rng("a name") as the last argument',
    );
  }
  return Object.fromEntries(model.params.map((spec) => {
    const { name, shape, fans } = spec;
    const init = chosenBy(scheme, spec, model);
    const drawn = init(shape, rng.child(name), fans);
    if (show(drawn.shape) !== show(shape)) {
      throw new RangeError(
        `Cannot initialize ${name} ${show(shape)}: its initializer drew ${show(drawn.shape)}`,
      );
    }
    return [name, drawn];
  }));
}

/** A scheme that was given. @throws {TypeError} where it is none. */
export function checkScheme(action: string, given: Scheme): Scheme {
  if (typeof given === "function" && !("law" in given)) return given;
  throw new TypeError(
    `Cannot ${action} by what is no scheme: pass everywhere(heNormal()), byRole(...) or a scheme such as gpt2()`,
  );
}

/** The initializer that a scheme gives a parameter. @throws {TypeError} where it gives none. */
export function chosenBy(scheme: Scheme, spec: ParamSpec, model: Model): Initializer {
  const init = scheme(spec, model);
  if (typeof init?.law === "function") return init;
  const chosen = typeof init === "function"
    ? "a function (is the scheme made, as by gpt2()?)"
    : init;
  throw new TypeError(
    `Cannot initialize ${spec.name}: the scheme chose ${chosen}, not an initializer`,
  );
}
