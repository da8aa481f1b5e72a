/**
 * How whole models start: what papers and libraries do to each parameter.
 *
 * @module
 */
export { schemeFrom, schemeNames } from "./schemeFrom.ts";
export type { PartialSpec, SchemeSpec, WidenedSpec } from "./schemeFrom.ts";
export { againstScheme } from "./againstScheme.ts";
export { describeScheme } from "./describe.ts";
export type { SchemeRow } from "./describe.ts";
export { parametrization, withMultipliers } from "./parametrization.ts";
export type { Factor, Parametrization } from "./parametrization.ts";
export { bert, gpt2, llama, megatron, nanoGpt } from "./fixedStd.ts";
export type { MegatronOptions } from "./fixedStd.ts";
export { smallInit, wang } from "./neox.ts";
export { fullMegatron, mitchell, olmo } from "./olmo.ts";
export { ngpt, olmoFanIn, olmoLlama, olmoLlamaDepth } from "./olmoCore.ts";
export type { OlmoCoreOptions } from "./olmoCore.ts";
export { t5 } from "./t5.ts";
export { deepNorm, deepNormConstants, deepNormPair } from "./deepNorm.ts";
export type { DeepNormConstants } from "./deepNorm.ts";
export { subLn, subLnPair } from "./subLn.ts";
export { tFixup } from "./tFixup.ts";
export type { TFixupOptions } from "./tFixup.ts";
export { fixup } from "./fixup.ts";
export { withGates } from "./gates.ts";
export type { GateKind } from "./gates.ts";
export { layerScale, reZero, skipInit, zeroProjections } from "./skips.ts";
export { spectral } from "./spectral.ts";
export type { SpectralOptions } from "./spectral.ts";
export { mup } from "./mup.ts";
export type { MupOptions } from "./mup.ts";
export { widthPowers } from "./widthPowers.ts";
export { completeP, depthMup } from "./depthMup.ts";
export type { DepthMupOptions } from "./depthMup.ts";
export { uMup, unitScaling } from "./unitScaling.ts";
export type { UMupOptions } from "./unitScaling.ts";
export { mimetic } from "./mimetic.ts";
export type { MimeticSchemeOptions } from "./mimetic.ts";
export { pytorchDefault } from "./pytorchDefault.ts";
export type { PytorchDefaultOptions } from "./pytorchDefault.ts";
export { isometry } from "./isometry.ts";
export { edgeOfChaos } from "./edgeOfChaos.ts";
export type { EdgeOfChaosOptions } from "./edgeOfChaos.ts";
export { autoInit } from "./autoInit.ts";
export type { AutoInitOptions } from "./autoInit.ts";
export { lsuv } from "./lsuv.ts";
export type { CalibrationRow, LsuvOptions } from "./lsuv.ts";
export { krahenbuhl } from "./krahenbuhl.ts";
export type { ChannelRow } from "./krahenbuhl.ts";
export { equalizeRates } from "./equalizeRates.ts";
export type { RateRow } from "./equalizeRates.ts";
export { admin } from "./admin.ts";
export type { AdminRow } from "./admin.ts";
