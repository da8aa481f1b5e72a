import { aboveZero, onlyOptions } from "../tensor/arguments.ts";

/** The largest finite float32, (2 - 2^-23) 2^127. */
export const largestFloat32 = 3.4028234663852886e38;

/** The largest finite float16, (2 - 2^-10) 2^15. */
export const largestFloat16 = 65504;

/**
 * The first layer whose typical value, one std, is beyond the largest finite number, where each layer multiplies
 * the mean square by `factor`: layer l has mean square inputMeanSquare factor^l. Infinity where factor <= 1. The largest
 * of many values is some four stds out, so a real network may overflow a layer earlier.
 *
 * @throws {RangeError} where a number is not finite and > 0.
 *
 * @example
 * ```ts
 * import { overflowLayer } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * expect(overflowLayer({ factor: 512 })).toBe(29); // N(0, 1) weights, 512 wide, linear
 * ```
 */
export function overflowLayer(
  options: { factor: number; inputMeanSquare?: number; largest?: number },
): number {
  onlyOptions("overflowLayer", options, ["factor", "inputMeanSquare", "largest"]);
  const factor = aboveZero("factor", options.factor);
  const start = aboveZero("inputMeanSquare", options.inputMeanSquare ?? 1);
  const largest = aboveZero("largest", options.largest ?? largestFloat32);
  if (factor <= 1) return Infinity;
  const layers = (2 * Math.log(largest) - Math.log(start)) / Math.log(factor);
  return Math.max(1, Math.floor(layers) + 1);
}
