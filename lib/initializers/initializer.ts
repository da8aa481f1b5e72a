import { must } from "../tensor/arguments.ts";
import type { RandomSource } from "../tensor/randomSource.ts";
import type { Shape, Tensor } from "../tensor/tensor.ts";
import type { Fans } from "./fans.ts";

/**
 * What an initializer draws, exactly: the law of one entry, with its mean, std and bounds.
 *
 * For "orthogonal" and "structured" the entries depend on each other: mean and std are then those
 * of an entry picked at random, and the bounds hold for all. Float32 values meet the bounds after
 * these are rounded to float32.
 */
export interface Law {
  readonly distribution:
    | "constant"
    | "uniform"
    | "normal"
    | "truncatedNormal"
    | "orthogonal"
    | "structured";
  readonly mean: number;
  readonly std: number;
  readonly low: number;
  readonly high: number;
}

/** An initializer as plain data: its name and every option. `fromSpec` turns it back. */
export interface InitializerSpec {
  readonly name: string;
  readonly [option: string]: string | number | boolean;
}

/** Draws weights of a shape from a random source, and knows the law it draws them from. */
export interface Initializer {
  (shape: Shape, rng: RandomSource, fans?: Fans): Tensor;
  law(shape: Shape, fans?: Fans): Law;
  readonly spec: InitializerSpec;
}

/** An initializer that was given. @throws {TypeError} where it is none. */
export function checkInitializer(what: string, given: Initializer): Initializer {
  return must(
    what,
    given,
    typeof given?.law === "function",
    "an initializer that is made, heNormal()",
  );
}

/** Builds an initializer from its spec, its law and how it draws. */
export function initializer(
  spec: InitializerSpec,
  law: Initializer["law"],
  draw: (shape: Shape, rng: RandomSource, fans?: Fans) => Tensor,
): Initializer {
  const checked: typeof draw = (shape, rng, fans) => {
    if (typeof rng?.normal === "function") return draw(shape, rng, fans);
    throw new TypeError(
      `Cannot draw ${spec.name} from ${
        String(rng)
      }: pass a random source after the shape, such as rng("a name")`,
    );
  };
  return Object.freeze(Object.assign(checked, { law, spec: Object.freeze(spec) }));
}
