import type { Fans } from "../initializers/fans.ts";
import type { Initializer } from "../initializers/initializer.ts";
import { checkModel, type Model } from "../nn/model.ts";
import { checkScheme, chosenBy, type Scheme } from "../nn/schemes.ts";

/**
 * What each parameter of a model should be under a scheme, by name, with its fans: for `audit`'s `against`.
 *
 * @throws {TypeError} where the scheme is none.
 * @throws {RangeError} where the model lacks what the scheme needs.
 *
 * @example
 * ```ts
 * import { againstScheme, audit, gpt, gpt2, initialize, nanoGpt, rng } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * const model = gpt({ vocabulary: 65, context: 32, width: 64, heads: 4, blocks: 2 });
 * const params = initialize(model, nanoGpt(), rng("example"));
 * const found = (against: ReturnType<typeof againstScheme>) =>
 *   audit(params, { against }).flatMap(({ findings }) => findings);
 * expect(found(againstScheme(model, nanoGpt()))).toEqual([]);
 * expect(found(againstScheme(model, gpt2())).length).toBeGreaterThan(0); // positions have half of nanoGpt's std
 * ```
 */
export function againstScheme(
  model: Model,
  scheme: Scheme,
): Record<string, { init: Initializer; fans: Fans }> {
  checkModel(model);
  checkScheme("audit against a scheme", scheme);
  return Object.fromEntries(
    model.params.map((spec) => [
      spec.name,
      { init: chosenBy(scheme, spec, model), fans: spec.fans },
    ]),
  );
}
