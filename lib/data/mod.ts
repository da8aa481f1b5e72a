/**
 * Data to learn from: MNIST, a real table, and two toy problems in the plane.
 *
 * @module
 */
export { circles } from "./circles.ts";
export { type DigitOptions, Digits, pixelMean, pixelStd } from "./digits.ts";
export type { LabeledExamples } from "./labeledExamples.ts";
export { type Mnist, mnist } from "./mnist.ts";
export { mobyDick } from "./mobyDick.ts";
export { type Penguins, penguins } from "./penguins.ts";
export type { PointOptions } from "./points.ts";
export { type SpiralOptions, spirals } from "./spirals.ts";
export { bytePairs, characters, type Tokenizer } from "./tokenizers.ts";
