import type { Law } from "../initializers/initializer.ts";
import { object } from "../tensor/arguments.ts";
import { checkTensor, type Tensor } from "../tensor/tensor.ts";
import { cdfOf, isIndependent } from "./fit.ts";
import { kolmogorovDistance, kolmogorovTail } from "./kolmogorov.ts";

const FLOAT32 = { digits: 23, step: 0 };

/**
 * Tests independent float32 entries against a law: D, the largest distance between their distribution function and the law's,
 * and p, P(K > sqrt(n) D), the chance that right ones are at least so far off, in the limit of large n.
 *
 * @throws {TypeError} where x is no tensor, or the law none.
 * @throws {RangeError} where there is no element, or the law is none of independent uniform, normal or evenly cut normal entries.
 *
 * Reference: Kolmogorov (1933).
 *
 * @example
 * ```ts
 * import { heNormal, kolmogorovSmirnov, rng } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * const weights = heNormal()([64, 48], rng("example")), law = heNormal().law([64, 48]);
 * expect(kolmogorovSmirnov(weights, law).p).toBeGreaterThan(0.01);
 * expect(kolmogorovSmirnov(weights, heNormal().law([32, 48])).p).toBeLessThan(1e-6);
 * ```
 */
export function kolmogorovSmirnov(
  x: Tensor | Float32Array,
  law: Law,
): { distance: number; p: number } {
  const data = x instanceof Float32Array ? x : checkTensor("x", x).data;
  if (data.length === 0) throw new RangeError("Cannot test an empty tensor against a law");
  if (!isIndependent(object("law", law, "a law, such as heNormal().law([64, 48])"))) {
    throw new RangeError(
      `Cannot test entries against a law that is ${law.distribution} with std ${law.std}: give a uniform, normal or ` +
        "evenly cut normal one",
    );
  }
  const distance = kolmogorovDistance(data.slice().sort(), cdfOf(law), FLOAT32);
  return { distance, p: kolmogorovTail(Math.sqrt(data.length) * distance) };
}
