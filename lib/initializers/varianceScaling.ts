import { aboveZero, atLeastZero, object, oneOf, onlyOptions } from "../tensor/arguments.ts";
import type { RandomSource } from "../tensor/randomSource.ts";
import { cutNormalOf } from "../tensor/rng.ts";
import type { Shape, Tensor } from "../tensor/tensor.ts";
import { normalLaw, truncatedNormalLaw, uniformLaw } from "./distributions.ts";
import { type Fans, fansOf } from "./fans.ts";
import { type Initializer, initializer, type InitializerSpec, type Law } from "./initializer.ts";

/** What the variance is divided by: fanIn, fanOut, their mean, or their geometric mean. */
export type FanMode = "fanIn" | "fanOut" | "fanAvg" | "fanGeoAvg";

/** "truncatedNormal" is cut at two parent standard deviations and corrected: std is kept. */
export type ScaledDistribution = "normal" | "truncatedNormal" | "uniform";

export interface VarianceScalingOptions {
  /** The numerator of the variance; 1 when left out. */
  scale?: number;
  /** "fanIn" when left out. */
  mode?: FanMode;
  /** "normal" when left out: the real, untruncated one. */
  distribution?: ScaledDistribution;
}

const CUT = 2;
const MODES: readonly FanMode[] = ["fanIn", "fanOut", "fanAvg", "fanGeoAvg"];
const DISTRIBUTIONS: readonly ScaledDistribution[] = ["normal", "truncatedNormal", "uniform"];

/**
 * The one formula behind LeCun, Xavier and He: mean 0, variance = scale / n, n chosen by `mode`.
 *
 * n is fanIn, fanOut, (fanIn + fanOut) / 2 or sqrt(fanIn fanOut). Uniform draws lie in +-sqrt(3 scale / n).
 *
 * @throws {RangeError} where the scale is negative, or mode or distribution is none of the above.
 *
 * Reference: jax.nn.initializers.variance_scaling.
 *
 * @example
 * ```ts
 * import { varianceScaling } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * const init = varianceScaling({ scale: 2, mode: "fanOut", distribution: "uniform" });
 * const law = init.law([784, 256]);
 * expect(law.std ** 2).toBeCloseTo(2 / 256, 12);
 * expect(law.high).toBeCloseTo(Math.sqrt(6 / 256), 12);
 * ```
 */
export function varianceScaling(options: VarianceScalingOptions = {}): Initializer {
  onlyOptions("varianceScaling", options, ["scale", "mode", "distribution"]);
  const { scale = 1, mode = "fanIn", distribution = "normal" } = options;
  return scaled({ name: "varianceScaling", scale, mode, distribution }, scale, mode, distribution);
}

/** varianceScaling under another name, whose own options are in `spec`. */
export function scaled(
  spec: InitializerSpec,
  scale: number,
  mode: FanMode,
  distribution: ScaledDistribution,
): Initializer {
  const meanSquare = meanSquareOf(scale, mode, distribution);
  const std = (shape: Shape, fans: Fans = fansOf(shape)) => Math.sqrt(meanSquare(fans));
  return initializer(
    spec,
    (shape, fans) => lawOf(distribution, std(shape, fans)),
    (shape, rng, fans) => draw(distribution, std(shape, fans), shape, rng),
  );
}

/** The rule scale / n of a mean square, once its options are checked. */
export function meanSquareOf(
  scale: number,
  mode: FanMode,
  distribution: ScaledDistribution,
): (fans: Fans) => number {
  atLeastZero("scale", scale);
  oneOf("mode", mode, MODES);
  oneOf("distribution", distribution, DISTRIBUTIONS);
  return (fans) => scale / divisor(mode, checkFans(fans));
}

function divisor(mode: FanMode, { fanIn, fanOut }: Fans): number {
  switch (mode) {
    case "fanIn":
      return fanIn;
    case "fanOut":
      return fanOut;
    case "fanAvg":
      return (fanIn + fanOut) / 2;
    case "fanGeoAvg":
      return Math.sqrt(fanIn * fanOut);
  }
}

function lawOf(distribution: ScaledDistribution, std: number): Law {
  switch (distribution) {
    case "normal":
      return normalLaw(0, std);
    case "truncatedNormal":
      return truncatedNormalLaw(cutNormalOf({ std, cut: CUT }));
    case "uniform":
      return uniformLaw(-Math.sqrt(3) * std, Math.sqrt(3) * std);
  }
}

function draw(
  distribution: ScaledDistribution,
  std: number,
  shape: Shape,
  rng: RandomSource,
): Tensor {
  switch (distribution) {
    case "normal":
      return rng.normal(shape, { std });
    case "truncatedNormal":
      return rng.truncatedNormal(shape, { std, cut: CUT });
    case "uniform":
      return rng.uniform(shape, { low: -Math.sqrt(3) * std, high: Math.sqrt(3) * std });
  }
}

function checkFans(fans: Fans): Fans {
  object("fans", fans, "{ fanIn, fanOut }");
  aboveZero("fanIn", fans.fanIn);
  aboveZero("fanOut", fans.fanOut);
  return fans;
}
