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

export type { Initializer, InitializerSpec, Law } from "./initializers/initializer.ts";
export { fansOf, fusedFans } from "./initializers/fans.ts";
export type { FanLayer, FanOptions, Fans, Layout } from "./initializers/fans.ts";
export { einsumFans } from "./initializers/einsumFans.ts";
export { constant, ones, zeros } from "./initializers/constant.ts";
export { normal, truncatedNormal, uniform } from "./initializers/distributions.ts";
export { varianceScaling } from "./initializers/varianceScaling.ts";
export type {
  FanMode,
  ScaledDistribution,
  VarianceScalingOptions,
} from "./initializers/varianceScaling.ts";
export {
  heNormal,
  heUniform,
  lecunNormal,
  lecunUniform,
  xavierNormal,
  xavierUniform,
} from "./initializers/named.ts";
export type { HeOptions, LecunOptions, Truncation, XavierOptions } from "./initializers/named.ts";
export { orthogonal, scaledOrthogonal } from "./initializers/orthogonal.ts";
export type { Columns, OrthogonalOptions } from "./initializers/orthogonal.ts";
export { identity, idInit, idInitZero } from "./initializers/identity.ts";
export { deltaOrthogonal, dirac } from "./initializers/dirac.ts";
export { sparse } from "./initializers/sparse.ts";
export { zerO } from "./initializers/zerO.ts";
export { looksLinear } from "./initializers/looksLinear.ts";
export type { Mirror } from "./initializers/looksLinear.ts";
export { mimeticQueryKey, mimeticValueOutput } from "./initializers/mimetic.ts";
export type { MimeticOptions } from "./initializers/mimetic.ts";
export { sirenFirst, sirenHidden } from "./initializers/siren.ts";
export { lora } from "./initializers/lora.ts";
export { icnr } from "./initializers/icnr.ts";
export type { IcnrOptions } from "./initializers/icnr.ts";
export { chrono, focalPrior, forgetGate } from "./initializers/biases.ts";
export type { GateOrder } from "./initializers/biases.ts";
export { randomWalk } from "./initializers/randomWalk.ts";
export { uniformScaling } from "./initializers/uniformScaling.ts";
export { paddedNormal } from "./initializers/padded.ts";
export { fromSpec, initializerNames } from "./initializers/spec.ts";
export { explain } from "./initializers/explain.ts";
export { CATALOGUE, namesElsewhere } from "./initializers/catalogue.ts";
export type { CatalogueEntry, Elsewhere } from "./initializers/catalogueEntry.ts";

export { preset, presets } from "./presets/preset.ts";
export type { LayerSizes, PresetParam, PresetParams } from "./presets/layer.ts";
export { jaxFans, kerasEinsumFans, kerasFans, tfjsFans, torchFans } from "./presets/libraryFans.ts";
export type { JaxAxes } from "./presets/libraryFans.ts";

export { audit, auditEach } from "./audit/audit.ts";
export type { AuditOptions, AuditRow } from "./audit/audit.ts";
export type { Expectation } from "./audit/expectation.ts";
export type { Finding, FindingKind, Severity } from "./audit/finding.ts";
export type { Fit } from "./audit/catalogue.ts";
export type { Spectrum } from "./audit/spectrum.ts";
export type { TensorStats } from "./audit/statistics.ts";
export type { TensorFile, Weights } from "./audit/source.ts";
export { kolmogorovTail } from "./audit/kolmogorov.ts";
export { auditReport } from "./audit/report.ts";

export { TorchRng, torchRng } from "./streams/torch.ts";
export * as torchInit from "./streams/torchInit.ts";
export { JaxRng, jaxRng } from "./streams/jax.ts";
export * as jaxInit from "./streams/jaxInit.ts";
export { SeedrandomRng, seedrandomRng, tfjsRng } from "./streams/seedrandom.ts";
export type { SeedrandomName } from "./streams/seedrandom.ts";

export { countOf, takeExamples } from "./tensor/examples.ts";
export type { ClassLabels, Examples } from "./tensor/examples.ts";

export {
  activationFrom,
  elu,
  erfActivation,
  exponential,
  gelu,
  geluTanh,
  leakyRelu,
  linear,
  mish,
  prelu,
  relu,
  selu,
  sigmoid,
  silu,
  softplus,
  softsign,
  tanh,
} from "./nn/activations.ts";
export type { Activation, ActivationSpec } from "./nn/activations.ts";
export { onTape, Tape } from "./nn/tape.ts";
export type { Var } from "./nn/tape.ts";
export { activate, add, addBias, dot, multiply, scale } from "./nn/operations.ts";
export { layerNorm, rmsNorm } from "./nn/normalize.ts";
export { embedding, unembedding } from "./nn/embedding.ts";
export { attention } from "./nn/attention.ts";
export type { AttentionOptions } from "./nn/attention.ts";
export { rotary } from "./nn/rotary.ts";
export { conv2d } from "./nn/convolution.ts";
export type { ConvolutionOptions } from "./nn/convolution.ts";
export {
  accuracyOf,
  binaryCrossEntropy,
  classesOf,
  crossEntropy,
  lossOf,
  meanSquaredError,
} from "./nn/losses.ts";
export type { Loss } from "./nn/losses.ts";
export { bind, forward } from "./nn/model.ts";
export type {
  GptSpec,
  MlpSpec,
  Model,
  ModelSpec,
  Params,
  ParamSpec,
  Role,
  Tap,
} from "./nn/model.ts";
export { mlp } from "./nn/mlp.ts";
export type { MlpOptions } from "./nn/mlp.ts";
export { gpt } from "./nn/gpt.ts";
export type { GptOptions } from "./nn/gpt.ts";
export { modelFrom } from "./nn/modelFrom.ts";
export { byRole, everywhere, initialize } from "./nn/schemes.ts";
export type { Scheme } from "./nn/schemes.ts";
export { adam, sgd } from "./nn/optimizers.ts";
export type { Adam, Optimizer, Sgd } from "./nn/optimizers.ts";
export { collect, train, trainFrom } from "./nn/train.ts";
export type { StepRow, TrainOptions } from "./nn/train.ts";
export type { TrainingState } from "./nn/trainingState.ts";
export { evaluate } from "./nn/evaluate.ts";
export { nextTokens } from "./nn/nextTokens.ts";
export { sample } from "./nn/sample.ts";
export type { SampleOptions } from "./nn/sample.ts";

export { erf, erfc, normalCdf, normalPdf, normalQuantile } from "./numerics/gaussian.ts";
export { correlatedExpectation, gaussianExpectation } from "./numerics/quadrature.ts";
export { singularValues } from "./numerics/singularValues.ts";
export { activationMoments, gain } from "./theory/gain.ts";
export type { ActivationMoments } from "./theory/gain.ts";
export { fixedPoint, gradientFactor, iterate, varianceMap } from "./theory/varianceMap.ts";
export type { LayerVariances, MeanSquareRow, VarianceMap } from "./theory/varianceMap.ts";
export { correlationMap, meanField } from "./theory/correlationMap.ts";
export type { MeanField } from "./theory/correlationMap.ts";
export { predict } from "./theory/predict.ts";
export type { PredictedRow } from "./theory/predict.ts";
export { logSpread } from "./theory/logSpread.ts";
export type { LogSpread } from "./theory/logSpread.ts";
export { matrixProduct, singularValueBounds } from "./theory/matrixProduct.ts";
export { initialLoss } from "./theory/initialLoss.ts";
export { attentionLaw, predictAttention } from "./theory/attention.ts";
export type { AttentionLaw } from "./theory/attention.ts";
export { predictStream } from "./theory/residualStream.ts";
export type { StreamRow } from "./theory/residualStream.ts";
export { predictStreamGradient } from "./theory/streamGradient.ts";
export type { StreamGradientRow } from "./theory/streamGradient.ts";
export { predictGptLoss } from "./theory/gptLoss.ts";
export type { GptLoss } from "./theory/gptLoss.ts";
export { predictRankCollapse } from "./theory/rankCollapse.ts";
export type { AttentionStack, CollapseRow } from "./theory/rankCollapse.ts";
export type { ScaledScheme } from "./theory/gptLaws.ts";
export { largestFloat16, largestFloat32, overflowLayer } from "./theory/overflow.ts";
export { tanhDecay } from "./theory/tanhDecay.ts";
export { updatePowers } from "./theory/updatePowers.ts";
export type { UpdatePowers, WidthPowers } from "./theory/updatePowers.ts";

export * from "./schemes/mod.ts";

export { lossGradients } from "./experiments/layers.ts";
export type { GradientOptions } from "./experiments/layers.ts";
export { propagate } from "./experiments/propagate.ts";
export type { LayerRow } from "./experiments/propagate.ts";
export { bothPasses } from "./experiments/passes.ts";
export type { Pass } from "./experiments/passes.ts";
export { histogram, layerHistograms } from "./experiments/histograms.ts";
export type { BinRow, HistogramOptions } from "./experiments/histograms.ts";
export {
  countDistinctUnits,
  matrixRows,
  numericalRank,
  symmetry,
  withGroups,
  withNoise,
} from "./experiments/symmetry.ts";
export type { SymmetryRow } from "./experiments/symmetry.ts";
export { compare, repeat, seeds, vary } from "./experiments/compare.ts";
export { learningCurve, outcome, stepsUntil } from "./experiments/learningCurve.ts";
export type { CurveOptions } from "./experiments/learningCurve.ts";
export { residualRows, streamGradientRows, streamShares } from "./experiments/residualStream.ts";
export type { ResidualRow } from "./experiments/residualStream.ts";
export { attentionRows } from "./experiments/attentionMaps.ts";
export type { AttentionRow } from "./experiments/attentionMaps.ts";
export { rankCollapse } from "./experiments/rankCollapse.ts";
export { updateRatios } from "./experiments/updateRatios.ts";
export type { UpdateRow } from "./experiments/updateRatios.ts";
export { streamTask } from "./experiments/streamTask.ts";
export type { StreamPoint } from "./experiments/streamTask.ts";
export { similarity } from "./experiments/similarity.ts";
export type { SimilarityRow } from "./experiments/similarity.ts";
export { snapshots } from "./experiments/snapshots.ts";
export type { SnapshotOptions } from "./experiments/snapshots.ts";
export { bestLearningRate } from "./experiments/bestLearningRate.ts";
export type { BestLearningRate } from "./experiments/bestLearningRate.ts";
export { decisionRows, guessRows, pointRows } from "./experiments/outputs.ts";
export { grid, sweep } from "./experiments/sweep.ts";
export type { Labels, SweepOptions, SweepRow, Task } from "./experiments/sweep.ts";
export { coordinateTask, escapeTask, signalTask, trainingTask } from "./experiments/tasks.ts";
export type { NetworkPoint, TrainingPoint } from "./experiments/tasks.ts";
export { commonShare } from "./experiments/commonShare.ts";
export { languageData, languageTask } from "./experiments/languageTask.ts";
export type { LanguageData, LanguagePoint, LanguageRow } from "./experiments/languageTask.ts";
export { median, pairedWins, quantile, spread } from "./experiments/quantiles.ts";
export type { SpreadRow } from "./experiments/quantiles.ts";
export { linearFit } from "./experiments/fit.ts";
export type { LinearFit } from "./experiments/fit.ts";
export { meanInterval } from "./experiments/meanInterval.ts";
export type { MeanInterval } from "./experiments/meanInterval.ts";
export { rateValleys } from "./experiments/rateValleys.ts";
export type { RateValley } from "./experiments/rateValleys.ts";
export { powerFit } from "./experiments/powerFit.ts";
export type { PowerRow } from "./experiments/powerFit.ts";
export { coordinateCheck } from "./experiments/coordinateCheck.ts";
export type { CoordinateOptions, CoordinateRow } from "./experiments/coordinateCheck.ts";
