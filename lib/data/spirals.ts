import { onlyOptions } from "../tensor/arguments.ts";
import type { LabeledExamples } from "./labeledExamples.ts";
import { noisyPoints, type PointOptions } from "./points.ts";

export interface SpiralOptions extends PointOptions {
  /** Number of arms, each a class of its own; 2 when left out. */
  classes?: number;
}

/**
 * Spiral arms around the origin: radius r uniform on [0.1, 1), angle 2 pi (r + class / classes).
 *
 * Inputs (count, 2), with normal noise of the given std on both coordinates. Made here, so free of any licence.
 *
 * @throws {TypeError} where rng is not a random stream, or an option is unknown.
 * @throws {RangeError} where classes is not an integer from 2 to 256, count not a multiple of it, or noise negative.
 *
 * @example
 * ```ts
 * import { rng } from "step-zero";
 * import { spirals } from "step-zero/data";
 * import { expect } from "@std/expect";
 *
 * const { inputs, targets } = spirals({ count: 300, classes: 3, noise: 0.02, rng: rng("example") });
 * expect(inputs.shape).toEqual([300, 2]);
 * expect(targets.filter((label) => label === 2).length).toBe(100);
 * ```
 */
export function spirals(options: SpiralOptions): LabeledExamples {
  onlyOptions("spirals", options, ["count", "noise", "rng", "classes"]);
  const { classes = 2 } = options;
  return noisyPoints(options, classes, (label, u) => {
    const radius = 0.1 + 0.9 * u;
    return [radius, radius + label / classes];
  });
}
