import { finite, onlyOptions, trueOrFalse } from "../tensor/arguments.ts";
import type { Initializer } from "./initializer.ts";
import { type FanMode, scaled, type ScaledDistribution } from "./varianceScaling.ts";

export interface LecunOptions {
  /** "fanIn" when left out. */
  mode?: FanMode;
}

export interface XavierOptions {
  /** Multiplies the std; 1 when left out. */
  gain?: number;
  /** "fanAvg", the paper's, when left out; "fanIn" is the 1/N that many articles call Xavier. */
  mode?: FanMode;
}

export interface HeOptions {
  /** "fanIn" keeps the forward signal, "fanOut" the gradient; "fanIn" when left out. */
  mode?: FanMode;
  /** Slope a of a leaky ReLU's negative side; 0, a plain ReLU, when left out. */
  negativeSlope?: number;
}

/** The normal kinds may be cut at two parent standard deviations; their std stays as it says. */
export interface Truncation {
  truncated?: boolean;
}

/**
 * N(0, 1 / fanIn): keeps the variance of a linear layer.
 *
 * Reference: LeCun, Bottou, Orr and Müller (1998), Efficient BackProp, section 4.6.
 *
 * @example
 * ```ts
 * import { lecunNormal } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * expect(lecunNormal().law([256, 10]).std).toBe(1 / 16);
 * ```
 */
export function lecunNormal(options: LecunOptions & Truncation = {}): Initializer {
  return lecun("lecunNormal", options, kind(options));
}

/**
 * U(-b, b) with b = sqrt(3 / fanIn).
 *
 * Reference: as {@linkcode lecunNormal}.
 *
 * @example
 * ```ts
 * import { lecunUniform } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * expect(lecunUniform().law([300, 10]).high).toBeCloseTo(1 / 10, 12);
 * ```
 */
export function lecunUniform(options: LecunOptions = {}): Initializer {
  return lecun("lecunUniform", options, "uniform");
}

/**
 * N(0, gain^2 2 / (fanIn + fanOut)): the compromise between keeping signals and keeping gradients.
 *
 * Reference: Glorot and Bengio (2010), equation 12 for the variance.
 *
 * @example
 * ```ts
 * import { xavierNormal } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * expect(xavierNormal().law([300, 100]).std ** 2).toBeCloseTo(2 / 400, 12);
 * ```
 */
export function xavierNormal(options: XavierOptions & Truncation = {}): Initializer {
  return xavier("xavierNormal", options, kind(options));
}

/**
 * U(-b, b) with b = gain sqrt(6 / (fanIn + fanOut)).
 *
 * Reference: Glorot and Bengio (2010), equation 16.
 *
 * @example
 * ```ts
 * import { xavierUniform } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * expect(xavierUniform().law([200, 400]).high).toBeCloseTo(1 / 10, 12);
 * ```
 */
export function xavierUniform(options: XavierOptions = {}): Initializer {
  return xavier("xavierUniform", options, "uniform");
}

/**
 * N(0, 2 / ((1 + a^2) fanIn)), a = negativeSlope: keeps the mean square through ReLUs.
 *
 * Reference: He, Zhang, Ren and Sun (2015), equations 10 and 15.
 *
 * @example
 * ```ts
 * import { heNormal } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * expect(heNormal().law([3, 3, 64, 128]).std).toBeCloseTo(Math.sqrt(2 / 576), 12);
 * ```
 */
export function heNormal(options: HeOptions & Truncation = {}): Initializer {
  return he("heNormal", options, kind(options));
}

/**
 * U(-b, b) with b = sqrt(6 / ((1 + a^2) fanIn)).
 *
 * Reference: as {@linkcode heNormal}.
 *
 * @example
 * ```ts
 * import { heUniform } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * expect(heUniform().law([600, 10]).high).toBeCloseTo(1 / 10, 12);
 * ```
 */
export function heUniform(options: HeOptions = {}): Initializer {
  return he("heUniform", options, "uniform");
}

function lecun(
  name: string,
  options: LecunOptions & Truncation,
  distribution: ScaledDistribution,
): Initializer {
  onlyOptions(name, options, ["mode", ...truncation(distribution)]);
  const { mode = "fanIn" } = options;
  return scaled({ name, mode, ...stated(distribution) }, 1, mode, distribution);
}

function xavier(
  name: string,
  options: XavierOptions & Truncation,
  distribution: ScaledDistribution,
): Initializer {
  onlyOptions(name, options, ["gain", "mode", ...truncation(distribution)]);
  const { gain = 1, mode = "fanAvg" } = options;
  const scale = finite("gain", gain) ** 2;
  return scaled({ name, gain, mode, ...stated(distribution) }, scale, mode, distribution);
}

function he(
  name: string,
  options: HeOptions & Truncation,
  distribution: ScaledDistribution,
): Initializer {
  onlyOptions(name, options, ["mode", "negativeSlope", ...truncation(distribution)]);
  const { mode = "fanIn", negativeSlope = 0 } = options;
  const scale = 2 / (1 + finite("negativeSlope", negativeSlope) ** 2);
  return scaled({ name, mode, negativeSlope, ...stated(distribution) }, scale, mode, distribution);
}

function kind(options: Truncation): ScaledDistribution {
  const { truncated = false } = Object(options) as Truncation;
  return trueOrFalse("truncated", truncated) ? "truncatedNormal" : "normal";
}

function truncation(distribution: ScaledDistribution): string[] {
  return distribution === "uniform" ? [] : ["truncated"];
}

function stated(distribution: ScaledDistribution): Record<string, boolean> {
  return distribution === "uniform" ? {} : { truncated: distribution === "truncatedNormal" };
}
