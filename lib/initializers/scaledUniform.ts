import { type Shape, show, sizeOf } from "../tensor/tensor.ts";
import { uniformLaw } from "./distributions.ts";
import { type Initializer, initializer } from "./initializer.ts";

/**
 * U(-b, b) with b = 1 / sqrt(entries), the number of all entries: variance 1 / (3 entries), so that all weights together have a
 * sum of squares of 1/3, whatever the shape.
 *
 * No rule of fans: a layer (in, out) multiplies its signal's variance by 1 / (3 out).
 *
 * @throws {RangeError} where the shape has no entries.
 *
 * Reference: tinygrad 0.14, tinygrad/mixin/rand.py, `scaled_uniform`.
 *
 * @example
 * ```ts
 * import { scaledUniform } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * expect(scaledUniform().law([8, 32]).high).toBe(1 / 16);
 * ```
 */
export function scaledUniform(): Initializer {
  return initializer(
    { name: "scaledUniform" },
    (shape) => uniformLaw(-boundOf(shape), boundOf(shape)),
    (shape, rng) => rng.uniform(shape, { low: -boundOf(shape), high: boundOf(shape) }),
  );
}

function boundOf(shape: Shape): number {
  const size = sizeOf(shape);
  if (size > 0) return 1 / Math.sqrt(size);
  throw new RangeError(`Cannot scale by the entries of shape ${show(shape)} as it has none`);
}
