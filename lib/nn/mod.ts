/**
 * Activations, the tape, models, schemes of parameters, optimizers and training.
 *
 * @module
 */
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
} from "./activations.ts";
export type { Activation, ActivationSpec } from "./activations.ts";
export { onTape, Tape } from "./tape.ts";
export type { Var } from "./tape.ts";
export { activate, add, addBias, dot, multiply, scale } from "./operations.ts";
export { layerNorm, rmsNorm } from "./normalize.ts";
export { embedding, unembedding } from "./embedding.ts";
export { attention } from "./attention.ts";
export type { AttentionOptions } from "./attention.ts";
export { rotary } from "./rotary.ts";
export { conv2d } from "./convolution.ts";
export type { ConvolutionOptions } from "./convolution.ts";
export {
  accuracyOf,
  binaryCrossEntropy,
  classesOf,
  crossEntropy,
  lossOf,
  meanSquaredError,
} from "./losses.ts";
export type { Loss } from "./losses.ts";
export { bind, forward } from "./model.ts";
export type {
  CnnSpec,
  GptSpec,
  MlpSpec,
  Model,
  ModelSpec,
  Params,
  ParamSpec,
  Role,
  Tap,
} from "./model.ts";
export { mlp } from "./mlp.ts";
export type { MlpOptions } from "./mlp.ts";
export { cnn } from "./cnn.ts";
export type { CnnOptions } from "./cnn.ts";
export { gpt } from "./gpt.ts";
export type { GptOptions } from "./gpt.ts";
export { modelFrom } from "./modelFrom.ts";
export { byRole, everywhere, initialize } from "./schemes.ts";
export type { Scheme } from "./schemes.ts";
export { adam, sgd } from "./optimizers.ts";
export type { Adam, Optimizer, Sgd } from "./optimizers.ts";
export { collect, train, trainFrom } from "./train.ts";
export type { StepRow, TrainOptions } from "./train.ts";
export type { TrainingState } from "./trainingState.ts";
export { evaluate } from "./evaluate.ts";
export { nextTokens } from "./nextTokens.ts";
export { sample } from "./sample.ts";
export type { SampleOptions } from "./sample.ts";
