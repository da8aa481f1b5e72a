import { normalCdf, normalPdf } from "../numerics/gaussian.ts";
import { panel } from "../numerics/quadrature.ts";
import { aboveZero } from "./arguments.ts";

/**
 * Std of a standard normal law cut at +-c: sqrt(1 - 2 c phi(c) / (2 Phi(c) - 1)); 0.8796 at c = 2.
 *
 * Below c = 0.05, where the difference cancels, its series c / sqrt(3) (1 - c^2 / 15) is used.
 *
 * Reference: Johnson, Kotz and Balakrishnan (1994), chapter 13.
 *
 * @throws {RangeError} where the cut is not above 0, or not finite.
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
  if (aboveZero("cut", cut) < 0.05) return cut / Math.sqrt(3) * (1 - cut * cut / 15);
  return Math.sqrt(1 - 2 * cut * normalPdf(cut) / (2 * normalCdf(cut) - 1));
}

/**
 * Mean and std of a standard normal law cut to [low, high], in float64 to 1e-12, one-sided and narrow cuts included.
 *
 * Where low = -high these are 0 and {@linkcode truncatedStd}; elsewhere quadrature, since the closed forms cancel.
 *
 * @throws {RangeError} where low is not below high.
 *
 * @example
 * ```ts
 * import { truncatedMoments } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * expect(truncatedMoments(0, 40).mean).toBeCloseTo(Math.sqrt(2 / Math.PI), 12);
 * ```
 */
export function truncatedMoments(low: number, high: number): { mean: number; std: number } {
  if (!(typeof low === "number" && typeof high === "number" && low < high)) {
    throw new RangeError(
      `Cannot cut a normal law to [low, high] as low must be < high: current range is [${
        String(low)
      }, ${String(high)}]`,
    );
  }
  if (low === -high) return { mean: 0, std: truncatedStd(high) };
  const peak = Math.min(Math.max(0, low), high);
  const from = Math.max(low, peak - FARTHEST), to = Math.min(high, peak + FARTHEST);
  const integral = (f: (z: number) => number) => {
    let sum = 0;
    for (let i = 0; i < PANELS; i++) {
      const edge = (k: number) => from + (to - from) * k / PANELS;
      sum += panel((z) => f(z) * Math.exp((peak - z) * (peak + z) / 2), edge(i), edge(i + 1));
    }
    return sum;
  };
  const mass = integral(() => 1), offset = integral((z) => z - peak) / mass;
  return {
    mean: peak + offset,
    std: Math.sqrt(integral((z) => (z - peak - offset) ** 2) / mass),
  };
}

const FARTHEST = 13; // N(0, 1) leaves 1e-38 of its mass beyond
const PANELS = 52; // of half a standard deviation at most, 15 nodes each
