import { atLeastZero, finite, onlyOptions } from "../tensor/arguments.ts";
import { type CutNormal, cutNormalOf } from "../tensor/rng.ts";
import type { NormalOptions, TruncatedNormalOptions } from "../tensor/randomSource.ts";
import { truncatedMoments } from "../tensor/truncation.ts";
import { type Initializer, initializer, type InitializerSpec, type Law } from "./initializer.ts";

/**
 * Independent entries N(mean, std^2), whatever the shape; mean 0 when left out.
 *
 * @throws {RangeError} where std is negative or a number is not finite.
 *
 * @example
 * ```ts
 * import { normal } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * expect(normal({ std: 0.02 }).law([768, 3072]).std).toBe(0.02);
 * ```
 */
export function normal(options: NormalOptions & { std: number }): Initializer {
  onlyOptions("normal", options, ["mean", "std"]);
  const mean = finite("mean", options.mean ?? 0), std = atLeastZero("std", options.std);
  return initializer(
    { name: "normal", mean, std },
    () => normalLaw(mean, std),
    (shape, rng) => rng.normal(shape, { mean, std }),
  );
}

/**
 * Independent entries, uniform on [low, high): mean (low + high) / 2, variance (high - low)^2 / 12.
 *
 * @throws {RangeError} where an end is not finite or low > high.
 *
 * @example
 * ```ts
 * import { uniform } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * expect(uniform({ low: -3, high: 3 }).law([2, 2]).std ** 2).toBeCloseTo(3, 12);
 * ```
 */
export function uniform(options: { low: number; high: number }): Initializer {
  onlyOptions("uniform", options, ["low", "high"]);
  const low = finite("low", options.low), high = finite("high", options.high);
  if (low > high) {
    throw new RangeError(
      `Cannot draw from [low, high) as low must be <= high: got [${low}, ${high})`,
    );
  }
  return initializer(
    { name: "uniform", low, high },
    () => uniformLaw(low, high),
    (shape, rng) => rng.uniform(shape, { low, high }),
  );
}

/**
 * Independent normal entries cut at mean +- cut parentStd (cut = 2 when left out), or to [low, high].
 *
 * `std` is the resulting standard deviation; `parentStd`, the one before the cut, is what
 * PyTorch and TensorFlow call std. At cut 2, std = 0.8796 parentStd. PyTorch's a and b are `low` and
 * `high`: absolute, so that its defaults of -2 and 2 cut nothing off a parentStd of 0.02.
 *
 * @throws {TypeError} unless exactly one of std and parentStd is given, and either a cut or both ends (with parentStd).
 * @throws {RangeError} where std is negative, the cut not positive, low not below high, or a number not finite.
 *
 * @example
 * ```ts
 * import { truncatedNormal } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * expect(truncatedNormal({ parentStd: 1 }).law([8]).std).toBeCloseTo(0.87963, 5);
 * expect(truncatedNormal({ std: 1 }).law([8]).high).toBeCloseTo(2 / 0.87963, 4);
 * expect(truncatedNormal({ parentStd: 0.02, low: -2, high: 2 }).law([8]).std).toBe(0.02);
 * ```
 */
export function truncatedNormal(options: TruncatedNormalOptions): Initializer {
  onlyOptions("truncatedNormal", options, ["mean", "std", "parentStd", "cut", "low", "high"]);
  if (options.std === undefined && options.parentStd === undefined) {
    throw new TypeError(
      "Cannot make a truncated normal without its size: give std (after the cut) or parentStd",
    );
  }
  const law = cutNormalOf(options);
  const { mean, parentStd, low, high } = law;
  const size: { [option: string]: number } = options.std === undefined
    ? { parentStd }
    : { std: options.std };
  const where: { [option: string]: number } = options.low === undefined
    ? { cut: law.to }
    : { low, high };
  const spec: InitializerSpec = { name: "truncatedNormal", mean, ...where, ...size };
  return initializer(
    spec,
    () => truncatedNormalLaw(law),
    (shape, rng) => rng.truncatedNormal(shape, { mean, parentStd, ...where }),
  );
}

export function normalLaw(mean: number, std: number): Law {
  return { distribution: "normal", mean, std, low: -Infinity, high: Infinity };
}

export function uniformLaw(low: number, high: number): Law {
  const std = (high - low) / Math.sqrt(12);
  return { distribution: "uniform", mean: (low + high) / 2, std, low, high };
}

/** The law of a cut normal; its std is after the cut. */
export function truncatedNormalLaw({ mean, parentStd, from, to, low, high }: CutNormal): Law {
  const cut = truncatedMoments(from, to);
  return {
    distribution: "truncatedNormal",
    mean: mean + parentStd * cut.mean,
    std: parentStd * cut.std,
    low,
    high,
  };
}
