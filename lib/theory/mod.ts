/**
 * What should be measured: gains, variance maps and predictions per layer.
 *
 * @module
 */
export { activationMoments, gain } from "./gain.ts";
export type { ActivationMoments } from "./gain.ts";
export { fixedPoint, gradientFactor, iterate, varianceMap } from "./varianceMap.ts";
export type { LayerVariances, MeanSquareRow, VarianceMap } from "./varianceMap.ts";
export { correlationMap, meanField } from "./correlationMap.ts";
export type { MeanField } from "./correlationMap.ts";
export { criticalPoint } from "./criticalLine.ts";
export { predict } from "./predict.ts";
export type { PredictedRow } from "./predict.ts";
export { logSpread } from "./logSpread.ts";
export type { LogSpread } from "./logSpread.ts";
export { matrixProduct, singularValueBounds } from "./matrixProduct.ts";
export { initialLoss } from "./initialLoss.ts";
export { attentionLaw, predictAttention } from "./attention.ts";
export type { AttentionLaw } from "./attention.ts";
export { predictStream } from "./residualStream.ts";
export type { StreamRow } from "./residualStream.ts";
export { predictStreamGradient } from "./streamGradient.ts";
export type { StreamGradientRow } from "./streamGradient.ts";
export { predictGptLoss } from "./gptLoss.ts";
export type { GptLoss } from "./gptLoss.ts";
export { predictRankCollapse } from "./rankCollapse.ts";
export type { AttentionStack, CollapseRow } from "./rankCollapse.ts";
export type { ScaledScheme } from "./gptLaws.ts";
export { largestFloat16, largestFloat32, overflowLayer } from "./overflow.ts";
export { tanhDecay } from "./tanhDecay.ts";
export { updatePowers } from "./updatePowers.ts";
export type { UpdatePowers, WidthPowers } from "./updatePowers.ts";
