/**
 * Step Zero: what a network's weights must be before the first training step.
 *
 * This door opens to random streams, initializers, networks, theory and experiments. Data sets are
 * in `step-zero/data`; figures and what a notebook needs in `step-zero/notebook`.
 *
 * @module
 */
export { sizeOf, tensor } from "./tensor/tensor.ts";
export type { Shape, Tensor } from "./tensor/tensor.ts";
export { moments } from "./tensor/moments.ts";
export type { Moments } from "./tensor/moments.ts";
export type {
  NormalOptions,
  RandomSource,
  TruncatedNormalOptions,
  UniformOptions,
} from "./tensor/randomSource.ts";
export { Rng, rng } from "./tensor/rng.ts";
export { truncatedMoments, truncatedStd } from "./tensor/truncation.ts";
export { countOf, takeExamples } from "./tensor/examples.ts";
export type { ClassLabels, Examples } from "./tensor/examples.ts";
export * from "./initializers/mod.ts";
export * from "./presets/mod.ts";
export * from "./audit/mod.ts";
export * from "./streams/mod.ts";
export * from "./nn/mod.ts";
export { erf, erfc, normalCdf, normalPdf, normalQuantile } from "./numerics/gaussian.ts";
export { correlatedExpectation, gaussianExpectation } from "./numerics/quadrature.ts";
export { singularValues } from "./numerics/singularValues.ts";
export * from "./theory/mod.ts";
export * from "./schemes/mod.ts";
export * from "./experiments/mod.ts";
