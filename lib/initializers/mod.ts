/**
 * Initializers, the exact law of each, fans, and the catalogue of their names.
 *
 * @module
 */
export type { Initializer, InitializerSpec, Law } from "./initializer.ts";
export { fansOf, fusedFans } from "./fans.ts";
export type { FanLayer, FanOptions, Fans, Layout } from "./fans.ts";
export { einsumFans } from "./einsumFans.ts";
export { constant, ones, zeros } from "./constant.ts";
export { normal, truncatedNormal, uniform } from "./distributions.ts";
export { varianceScaling } from "./varianceScaling.ts";
export { complexVarianceScaling } from "./complex.ts";
export type { FanMode, ScaledDistribution, VarianceScalingOptions } from "./varianceScaling.ts";
export {
  heNormal,
  heUniform,
  lecunNormal,
  lecunUniform,
  xavierNormal,
  xavierUniform,
} from "./named.ts";
export type { HeOptions, LecunOptions, Truncation, XavierOptions } from "./named.ts";
export { orthogonal, scaledOrthogonal } from "./orthogonal.ts";
export type { Columns, OrthogonalOptions } from "./orthogonal.ts";
export { identity, idInit, idInitZero } from "./identity.ts";
export { deltaOrthogonal, dirac } from "./dirac.ts";
export { sparse } from "./sparse.ts";
export { zerO } from "./zerO.ts";
export { looksLinear } from "./looksLinear.ts";
export type { Mirror } from "./looksLinear.ts";
export { mimeticQueryKey, mimeticValueOutput } from "./mimetic.ts";
export type { MimeticOptions } from "./mimetic.ts";
export { sirenFirst, sirenHidden } from "./siren.ts";
export { lora } from "./lora.ts";
export { icnr } from "./icnr.ts";
export type { IcnrOptions } from "./icnr.ts";
export { chrono, focalPrior, forgetGate } from "./biases.ts";
export type { GateOrder } from "./biases.ts";
export { randomWalk } from "./randomWalk.ts";
export { scaledUniform } from "./scaledUniform.ts";
export { uniformScaling } from "./uniformScaling.ts";
export { paddedNormal } from "./padded.ts";
export { fromSpec, initializerNames } from "./spec.ts";
export { explain } from "./explain.ts";
export { CATALOGUE, namesElsewhere } from "./catalogue.ts";
export type { CatalogueEntry, Elsewhere } from "./catalogueEntry.ts";
