import { normalCdf, normalPdf } from "../numerics/gaussian.ts";

/**
 * Std of a standard normal law cut at +-c: sqrt(1 - 2 c phi(c) / (2 Phi(c) - 1)); 0.8796 at c = 2.
 *
 * Below c = 0.05, where the difference cancels, its series c / sqrt(3) (1 - c^2 / 15) is used.
 *
 * Reference: Johnson, Kotz and Balakrishnan (1994), chapter 13.
 *
 * @example
 * ```ts
 * import { truncatedStd } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * expect(truncatedStd(2)).toBeCloseTo(0.8796256610342398, 12);
 * ```
 */
export function truncatedStd(cut: number): number {
  if (cut < 0.05) return cut / Math.sqrt(3) * (1 - cut * cut / 15);
  return Math.sqrt(1 - 2 * cut * normalPdf(cut) / (2 * normalCdf(cut) - 1));
}
