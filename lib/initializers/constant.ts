import { finite, onlyOptions } from "../tensor/arguments.ts";
import { sizeOf } from "../tensor/tensor.ts";
import { type Initializer, initializer } from "./initializer.ts";

/**
 * Every entry is `value`.
 *
 * @throws {RangeError} where the value is not finite.
 *
 * @example
 * ```ts
 * import { constant, rng } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * expect([...constant({ value: 0.5 })([2], rng("any")).data]).toEqual([0.5, 0.5]);
 * ```
 */
export function constant(options: { value: number }): Initializer {
  onlyOptions("constant", options, ["value"]);
  return filledWith("constant", finite("value", options.value), { value: options.value });
}

/**
 * Every entry is 0: right for biases, fatal for hidden weights.
 *
 * @example
 * ```ts
 * import { rng, zeros } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * expect([...zeros()([2], rng("any")).data]).toEqual([0, 0]);
 * ```
 */
export function zeros(): Initializer {
  return filledWith("zeros", 0, {});
}

/**
 * Every entry is 1: right for the gains of a normalization.
 *
 * @example
 * ```ts
 * import { ones, rng } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * expect([...ones()([2], rng("any")).data]).toEqual([1, 1]);
 * ```
 */
export function ones(): Initializer {
  return filledWith("ones", 1, {});
}

function filledWith(name: string, value: number, options: { value?: number }): Initializer {
  return initializer(
    { name, ...options },
    () => ({ distribution: "constant", mean: value, std: 0, low: value, high: value }),
    (shape) => {
      const data = new Float32Array(sizeOf(shape)).fill(value);
      return { shape: [...shape], data };
    },
  );
}
