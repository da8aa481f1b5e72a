import { aboveZero, onlyOptions } from "../tensor/arguments.ts";
import type { Shape } from "../tensor/tensor.ts";
import { uniformLaw } from "./distributions.ts";
import { type Fans, fansOf } from "./fans.ts";
import { type Initializer, initializer } from "./initializer.ts";
import { scaled } from "./varianceScaling.ts";

/**
 * U(-1 / fanIn, 1 / fanIn): variance 1 / (3 fanIn^2), for the first layer of a network of sines.
 *
 * Its activation is sin(omega (x W + b)) with inputs in [-1, 1], so that omega sets how many periods they span.
 *
 * @throws {RangeError} where fans are neither given nor those of the shape.
 *
 * Reference: Sitzmann, Martel, Bergman, Lindell and Wetzstein (2020), section 3.2, and their code.
 *
 * @example
 * ```ts
 * import { sirenFirst } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * expect(sirenFirst().law([2, 256]).high).toBe(0.5);
 * ```
 */
export function sirenFirst(options: Record<never, never> = {}): Initializer {
  onlyOptions("sirenFirst", options, []);
  const bound = (shape: Shape, fans: Fans = fansOf(shape)) => 1 / aboveZero("fanIn", fans.fanIn);
  return initializer(
    { name: "sirenFirst" },
    (shape, fans) => uniformLaw(-bound(shape, fans), bound(shape, fans)),
    (shape, rng, fans) =>
      rng.uniform(shape, { low: -bound(shape, fans), high: bound(shape, fans) }),
  );
}

/**
 * U(-b, b) with b = sqrt(6 / fanIn) / omega: variance 2 / (omega^2 fanIn), for every later layer of a network of sines.
 *
 * With activations sin(omega (x W + b)) the sines' arguments stay near N(0, 1). omega 30 when left out.
 *
 * @throws {RangeError} where omega is not above 0, or fans are neither given nor those of the shape.
 *
 * Reference: as {@linkcode sirenFirst}; section 1.5 of its supplement for omega.
 *
 * @example
 * ```ts
 * import { sirenHidden } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * expect(sirenHidden({ omega: 3 }).law([24, 8]).high).toBeCloseTo(1 / 6, 12);
 * ```
 */
export function sirenHidden(options: { omega?: number } = {}): Initializer {
  onlyOptions("sirenHidden", options, ["omega"]);
  const omega = aboveZero("omega", options.omega ?? 30);
  return scaled({ name: "sirenHidden", omega }, 2 / omega ** 2, "fanIn", "uniform");
}
