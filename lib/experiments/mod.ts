/**
 * What is measured: functions that return rows.
 *
 * @module
 */
export { lossGradients } from "./layers.ts";
export type { GradientOptions } from "./layers.ts";
export { propagate } from "./propagate.ts";
export type { LayerRow } from "./propagate.ts";
export { bothPasses } from "./passes.ts";
export type { Pass } from "./passes.ts";
export { histogram, layerHistograms } from "./histograms.ts";
export type { BinRow, HistogramOptions } from "./histograms.ts";
export {
  countDistinctUnits,
  matrixRows,
  numericalRank,
  symmetry,
  withGroups,
  withNoise,
} from "./symmetry.ts";
export type { SymmetryRow } from "./symmetry.ts";
export { compare, repeat, seeds, vary } from "./compare.ts";
export { learningCurve, outcome, stepsUntil } from "./learningCurve.ts";
export type { CurveOptions } from "./learningCurve.ts";
export { residualRows, streamGradientRows, streamShares } from "./residualStream.ts";
export type { ResidualRow } from "./residualStream.ts";
export { attentionRows } from "./attentionMaps.ts";
export type { AttentionRow } from "./attentionMaps.ts";
export { rankCollapse } from "./rankCollapse.ts";
export { updateRatios } from "./updateRatios.ts";
export type { UpdateRow } from "./updateRatios.ts";
export { streamTask } from "./streamTask.ts";
export type { StreamPoint } from "./streamTask.ts";
export { similarity } from "./similarity.ts";
export type { SimilarityRow } from "./similarity.ts";
export { snapshots } from "./snapshots.ts";
export type { SnapshotOptions } from "./snapshots.ts";
export { bestLearningRate } from "./bestLearningRate.ts";
export type { BestLearningRate } from "./bestLearningRate.ts";
export { decisionRows, guessRows, pointRows } from "./outputs.ts";
export { grid, sweep } from "./sweep.ts";
export type { Labels, SweepOptions, SweepRow, Task } from "./sweep.ts";
export { coordinateTask, escapeTask, signalTask, trainingTask } from "./tasks.ts";
export type { NetworkPoint, TrainingPoint } from "./tasks.ts";
export { commonShare } from "./commonShare.ts";
export { languageData, languageTask } from "./languageTask.ts";
export type { LanguageData, LanguagePoint, LanguageRow } from "./languageTask.ts";
export { median, pairedWins, quantile, spread } from "./quantiles.ts";
export type { SpreadRow } from "./quantiles.ts";
export { linearFit } from "./fit.ts";
export type { LinearFit } from "./fit.ts";
export { meanInterval } from "./meanInterval.ts";
export type { MeanInterval } from "./meanInterval.ts";
export { rateValleys } from "./rateValleys.ts";
export type { RateValley } from "./rateValleys.ts";
export { powerFit } from "./powerFit.ts";
export type { PowerRow } from "./powerFit.ts";
export { coordinateCheck } from "./coordinateCheck.ts";
export type { CoordinateOptions, CoordinateRow } from "./coordinateCheck.ts";
export { diagnose } from "./diagnose.ts";
export type { Symptom } from "./symptom.ts";
export { duels, shareInterval } from "./duels.ts";
export type { Duel } from "./duels.ts";
export { brokenNetwork, rescue } from "./brokenNetwork.ts";
export type { BrokenNetwork, Repair, Rescue } from "./brokenNetwork.ts";
