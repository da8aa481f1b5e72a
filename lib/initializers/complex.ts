import { logf } from "../numerics/elementary.ts";
import { cosineOfTurns, sineOfTurns } from "../numerics/trigonometry.ts";
import { onlyOptions } from "../tensor/arguments.ts";
import { partOf, type RandomSource } from "../tensor/randomSource.ts";
import { type Shape, show, sizeOf, type Tensor } from "../tensor/tensor.ts";
import { normalLaw } from "./distributions.ts";
import { type Fans, fansOf } from "./fans.ts";
import { type Initializer, initializer, type Law } from "./initializer.ts";
import { structuredLaw } from "./structured.ts";
import { meanSquareOf, type VarianceScalingOptions } from "./varianceScaling.ts";

const CUT = 2;
// |z|^2 of a complex normal is exponential, here cut at 4: E|z|^2 = (1 - 5 e^-4) / (1 - e^-4) = 0.92537 of its parent's.
const BEYOND = 0.018315638888734182; // e^-4
const KEPT = (1 - 5 * BEYOND) / (1 - BEYOND);

/**
 * Complex weights as real tensors: of a shape (...kernel, in, out, 2) whose last axis holds (real, imaginary), independent
 * z with mean 0, E|z|^2 = scale / n and no preferred angle.
 *
 * n is as in `varianceScaling`, of the shape without its last axis. "normal" has real and imaginary parts N(0, scale / (2 n));
 * "uniform" fills the disc |z| < sqrt(2 scale / n); "truncatedNormal" is cut where |z| passes twice the root mean square of its
 * parent, and corrected for that: JAX divides by 0.9531, not 0.9620, and has 1.87 % more variance ({@linkcode jaxInit}).
 *
 * `fansOf` takes the last axis for outputs: give it the shape without.
 *
 * @throws {RangeError} where the last axis is not 2, the scale is negative, or fans are neither given nor those of the shape.
 *
 * Reference: Trabelsi and others (2018), Deep Complex Networks, section 3.6, E|W|^2 = 2 / (fanIn + fanOut) or 2 / fanIn; JAX,
 * `variance_scaling` with a complex dtype.
 *
 * @example
 * ```ts
 * import { complexVarianceScaling, rng } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * const init = complexVarianceScaling({ scale: 2 });
 * expect(init.law([784, 256, 2]).std ** 2).toBeCloseTo(1 / 784, 12);
 * const { data } = init([784, 256, 2], rng("example"));
 * const power = data.reduce((sum, part) => sum + part ** 2, 0) / (784 * 256);
 * expect(power).toBeCloseTo(2 / 784, 4);
 * ```
 */
export function complexVarianceScaling(options: VarianceScalingOptions = {}): Initializer {
  onlyOptions("complexVarianceScaling", options, ["scale", "mode", "distribution"]);
  const { scale = 1, mode = "fanIn", distribution = "normal" } = options;
  const meanSquare = meanSquareOf(scale, mode, distribution);
  /** The root mean square of z. */
  const size = (shape: Shape, fans: Fans = complexFans(shape)) => {
    pairsOf(shape);
    return Math.sqrt(meanSquare(fans));
  };
  return initializer(
    { name: "complexVarianceScaling", scale, mode, distribution },
    (shape, fans) => lawOf(size(shape, fans)),
    (shape, rng, fans) => draw(size(shape, fans), shape, rng),
  );

  function lawOf(size: number): Law {
    if (distribution === "normal") return normalLaw(0, size * Math.SQRT1_2);
    const radius = radiusOf(size);
    return structuredLaw(size, 0, 1 / 2, -radius, radius);
  }

  /** Of the disc that holds all z. */
  function radiusOf(size: number): number {
    return distribution === "uniform" ? Math.SQRT2 * size : CUT * size / Math.sqrt(KEPT);
  }

  function draw(size: number, shape: Shape, rng: RandomSource): Tensor {
    if (distribution === "normal") return rng.normal(shape, { std: size * Math.SQRT1_2 });
    const pairs = pairsOf(shape), radius = radiusOf(size);
    const heights = partOf(rng, "modulus").uniform(pairs).data;
    const turns = partOf(rng, "angle").uniform(pairs).data;
    const data = new Float32Array(sizeOf(shape));
    for (let i = 0; i < turns.length; i++) {
      const modulus = radius * Math.sqrt(distribution === "uniform" ? heights[i] : cut(heights[i]));
      data[2 * i] = modulus * cosineOfTurns(turns[i]);
      data[2 * i + 1] = modulus * sineOfTurns(turns[i]);
    }
    return { shape: [...shape], data };
  }
}

/** A cut exponential by inversion, over its end: below 1, as a float32 height is at most 1 - 2^-24. */
function cut(height: number): number {
  return -logf(Math.fround(1 - (1 - BEYOND) * height)) / CUT ** 2;
}

/** Fans of complex weights (...kernel, in, out, 2): those of the shape without the last axis. */
export function complexFans(shape: Shape): Fans {
  return fansOf(pairsOf(shape));
}

/** A shape of complex numbers without its last axis, (real, imaginary). */
export function pairsOf(shape: Shape): Shape {
  sizeOf(shape);
  if (shape.at(-1) === 2) return shape.slice(0, -1);
  throw new RangeError(
    `Cannot hold complex weights in shape ${
      show(shape)
    }: end it by an axis of 2, (real, imaginary)`,
  );
}
