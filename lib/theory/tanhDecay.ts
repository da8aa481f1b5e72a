import { count } from "../tensor/arguments.ts";

/**
 * The mean square of tanh activations at layer l of a deep, wide network with sigma_w^2 = 1 and no bias: 1 / (2 l) for large
 * l, whatever went in. From q -> E tanh(sqrt(q) Z)^2 = q - 2 q^2 + O(q^3). Mean and median: a limit of infinite width.
 *
 * @throws {RangeError} where layer is not an integer >= 1.
 *
 * @example
 * ```ts
 * import { iterate, tanh, tanhDecay, varianceMap } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * const rows = iterate(varianceMap(tanh, { weightVariance: 1 }), { start: 1, layers: 1000 });
 * expect(rows[999].meanSquare / tanhDecay(1000)).toBeCloseTo(1, 2);
 * ```
 */
export function tanhDecay(layer: number): number {
  return 1 / (2 * count("layer", layer));
}
