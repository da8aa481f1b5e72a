import { expf } from "../numerics/elementary.ts";
import { aboveZero, oneOf, onlyOptions } from "../tensor/arguments.ts";
import type { Shape } from "../tensor/tensor.ts";
import { normalLaw } from "./distributions.ts";
import { type Fans, fansOf } from "./fans.ts";
import { type Initializer, initializer } from "./initializer.ts";

/**
 * N(0, g^2 / n), n = fanIn, with the gain g that keeps the logarithm of a signal's norm, not its square, steady in the mean.
 *
 * g = exp(1 / (2 n)) for linear layers, sqrt(2) exp(1.2 / (max(n, 6) - 2.4)) for "relu", the default: a little over
 * LeCun's and He's, as finite width lets the typical norm shrink while the mean square stays.
 *
 * @throws {RangeError} where the activation is neither, or fans are neither given nor those of the shape.
 *
 * Reference: Sussillo and Abbott (2014), section 2.3.
 *
 * @example
 * ```ts
 * import { randomWalk } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * const { std } = randomWalk({ activation: "linear" }).law([4, 9]);
 * expect(std).toBeCloseTo(Math.exp(1 / 8) / 2, 6);
 * ```
 */
export function randomWalk(options: { activation?: "linear" | "relu" } = {}): Initializer {
  onlyOptions("randomWalk", options, ["activation"]);
  const activation = oneOf("activation", options.activation ?? "relu", ["linear", "relu"]);
  const std = (shape: Shape, fans: Fans = fansOf(shape)) => {
    const n = aboveZero("fanIn", fans.fanIn);
    const gain = activation === "linear"
      ? expf(1 / (2 * n))
      : Math.SQRT2 * expf(1.2 / (Math.max(n, 6) - 2.4));
    return gain / Math.sqrt(n);
  };
  return initializer(
    { name: "randomWalk", activation },
    (shape, fans) => normalLaw(0, std(shape, fans)),
    (shape, rng, fans) => rng.normal(shape, { std: std(shape, fans) }),
  );
}
