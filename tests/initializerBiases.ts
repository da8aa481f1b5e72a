/** Initializers of biases. */
import { chrono, constant, focalPrior, forgetGate, type Shape } from "../lib/mod.ts";
import { type Case, fixed } from "./initializerCase.ts";
import { chronoGates, forgetBiases } from "./initializerStructure.ts";
import { logUniform } from "./lawDistance.ts";

const SHAPES: readonly Shape[] = [[4], [12], [4, 5], [400], [8, 3]];

export const BIASES: Readonly<Record<string, readonly Case[]>> = {
  focalPrior: [
    fixed(
      focalPrior(),
      SHAPES,
      () => -Math.log(99),
      "sign",
      (shape, stream) => constant({ value: Math.log(99) })(shape, stream),
    ),
  ],
  forgetGate: [
    fixed(
      forgetGate({ value: -2 }),
      SHAPES,
      (k, shape) => Math.floor(4 * k / shape.reduce((a, b) => a * b)) === 1 ? -2 : 0,
      "another order of the gates",
      forgetGate({ value: -2, gates: "figo" }),
    ),
  ],
  chrono: [{
    init: chrono({ longest: 10 }),
    shapes: [[12_000], [4, 3000], [8, 1501], [400, 31], [40, 3, 101]],
    not: {},
    spread: () => logUniform(9),
    free: forgetBiases,
    inTurn: forgetBiases,
    structure: ([data]) => chronoGates(data),
    wrong: ["a range to T, not T - 1", chrono({ longest: 11 }), "bounds"],
  }],
};
