import { onlyOptions } from "../tensor/arguments.ts";
import type { LabeledExamples } from "./labeledExamples.ts";
import { noisyPoints, type PointOptions } from "./points.ts";

const RADII = [1, 0.5];

/**
 * Two rings around the origin, half the points each: class 0 of radius 1, class 1 of radius 0.5.
 *
 * Inputs (count, 2): uniform angles, normal noise of the given std on both coordinates. No straight
 * line parts the classes. Made here, so free of any licence.
 *
 * @throws {TypeError} where rng is not a random stream, or an option is unknown.
 * @throws {RangeError} where count is not an even integer >= 2, or noise is negative.
 *
 * @example
 * ```ts
 * import { rng } from "step-zero";
 * import { circles } from "step-zero/data";
 * import { expect } from "@std/expect";
 *
 * const { inputs, targets } = circles({ count: 200, noise: 0, rng: rng("example") });
 * const [x, y] = inputs.data;
 * expect(targets[0]).toBe(0);
 * expect(Math.hypot(x, y)).toBeCloseTo(1, 6);
 * ```
 *
 * Reference: the rings of scikit-learn's make_circles, whose default factor is 0.8; 0.5 is used here.
 */
export function circles(options: PointOptions): LabeledExamples {
  onlyOptions("circles", options, ["count", "noise", "rng"]);
  return noisyPoints(options, RADII.length, (label, u) => [RADII[label], u]);
}
