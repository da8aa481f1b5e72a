import { deltaOrthogonal } from "../initializers/dirac.ts";
import { orthogonal } from "../initializers/orthogonal.ts";
import type { Scheme } from "../nn/schemes.ts";
import { aboveZero, onlyOptions } from "../tensor/arguments.ts";
import { weightsBy } from "./anatomy.ts";

/**
 * Lengths kept, forward and backward: gain times an orthogonal matrix for every weight, at the middle tap alone for the kernels of
 * convolutions, so that without an activation every singular value of the network's Jacobian is a power of the gain.
 *
 * gain is 1 when left out, as for tanh near 0; a ReLU needs sqrt(2), and then keeps lengths on average only. A kernel
 * must not have more inputs than outputs.
 *
 * @throws {RangeError} where the gain is not a finite number > 0, or a kernel has more inputs than outputs.
 *
 * Reference: Saxe, McClelland and Ganguli (2014), section 3; Pennington, Schoenholz and Ganguli (2017); Xiao et al. (2018)
 * for convolutions.
 *
 * @example
 * ```ts
 * import { cnn, initialize, isometry, linear, moments, propagate, rng } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * const model = cnn({ image: [6, 6, 3], channels: [8, 8, 8], outputs: 2, activation: linear });
 * const images = rng("images").normal([4, 108]);
 * const rows = propagate(model, initialize(model, isometry(), rng("example")), images);
 * expect(rows[2].meanSquare * 8).toBeCloseTo(moments(images).meanSquare * 3, 4); // lengths, over more channels
 * ```
 */
export function isometry(options: { gain?: number } = {}): Scheme {
  onlyOptions("isometry", options, ["gain"]);
  const gain = aboveZero("gain", options.gain ?? 1);
  return weightsBy(({ shape }) =>
    shape.length > 2 ? deltaOrthogonal({ gain }) : orthogonal({ gain })
  );
}
