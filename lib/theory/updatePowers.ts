import type { Optimizer } from "../nn/optimizers.ts";
import { array, object, oneOf } from "../tensor/arguments.ts";

/** How one weight depends on the width n of its network, as powers: p stands for n^p, 0 for no dependence. */
export interface WidthPowers {
  /** Of the number of its inputs: 1, or 0 where that stays the same. */
  readonly fanIn: number;
  readonly fanOut: number;
  /** Of the standard deviation of its entries. */
  readonly std: number;
  /** Of what it is multiplied by where it is used. */
  readonly multiplier: number;
  readonly learningRate: number;
}

/** How the pre-activations of one layer depend on the width n, as powers of n. */
export interface UpdatePowers {
  /** Of their size before the first step. */
  readonly initial: number;
  /** Of their change by what the first step does to the layer's own weight. */
  readonly own: number;
  /** Of their change by what it does to the layers before; -Infinity at the first layer. */
  readonly passedOn: number;
  /** Of the whole change, the larger of the two. */
  readonly change: number;
}

/**
 * The first step over the width n: powers of n in the change of each layer's pre-activations, for small learning rates and wide layers.
 *
 * A step moves an entry of the weight W, (m, k) and used as a W, by s; inputs h are of order 1, and G = dL/dz:
 *
 *     Adam  s ~ rate,    SGD  s ~ rate a h G,    G of the layer before ~ a std sqrt(k) G,
 *     own ~ a m s h,    passedOn ~ a std m / sqrt(min(m, k)) times the change of h.
 *
 * The m terms of the first are aligned with the inputs that they meet, so they add up; those of the second are a random matrix
 * times the very change that its own gradient caused, as large as the matrix's norm allows. Activations are taken
 * to hand sizes on, and the gradient at the outputs to be of order 1.
 *
 * Reference: Yang and Hu (2021); for Adam Yang et al. (2022), for norms Yang, Simon and Bernstein (2023).
 *
 * @throws {RangeError} where the optimizer is neither "sgd" nor "adam".
 *
 * @example
 * ```ts
 * import { updatePowers } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * const plain = { multiplier: 0, learningRate: 0 };
 * const standard = [
 *   { ...plain, fanIn: 0, fanOut: 1, std: 0 },
 *   { ...plain, fanIn: 1, fanOut: 1, std: -1 / 2 },
 *   { ...plain, fanIn: 1, fanOut: 0, std: -1 / 2 },
 * ];
 * const powers = (optimizer: "sgd" | "adam") => updatePowers(standard, optimizer).map((layer) => layer.change);
 * expect(powers("adam")).toEqual([0, 1, 3 / 2]);
 * expect(powers("sgd")).toEqual([-1 / 2, 1 / 2, 1]);
 * ```
 */
export function updatePowers(
  weights: readonly WidthPowers[],
  optimizer: Optimizer["name"],
): UpdatePowers[] {
  oneOf("optimizer", optimizer, ["sgd", "adam"]);
  for (const weight of array("weights", weights)) {
    object("a weight", weight, "powers such as widthPowers(...) gives");
  }
  const gradients = gradientPowers(weights);
  let inputs = 0, changeOfInputs = -Infinity;
  return weights.map(({ fanIn, fanOut, std, multiplier, learningRate }, i) => {
    const moved = learningRate + (optimizer === "sgd" ? multiplier + inputs + gradients[i] : 0);
    const initial = multiplier + std + fanIn / 2 + inputs;
    const own = multiplier + moved + fanIn + inputs;
    const passedOn = multiplier + std + fanIn - Math.min(fanIn, fanOut) / 2 + changeOfInputs;
    const change = Math.max(own, passedOn);
    inputs = initial;
    changeOfInputs = change;
    return { initial, own, passedOn, change };
  });
}

/** Of dL/dz for the pre-activations of each layer, from the last, 0, to the first. */
function gradientPowers(weights: readonly WidthPowers[]): number[] {
  const powers = weights.map(() => 0);
  for (let i = weights.length - 1; i > 0; i--) {
    const { fanOut, std, multiplier } = weights[i];
    powers[i - 1] = powers[i] + multiplier + std + fanOut / 2;
  }
  return powers;
}
