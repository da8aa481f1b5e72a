import {
  aboveZero,
  callable,
  count,
  oneOf,
  onlyOptions,
  trueOrFalse,
} from "../tensor/arguments.ts";
import { areLabels, countOf, type Examples } from "../tensor/examples.ts";
import { checkRng, type Rng } from "../tensor/rng.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { checkBatchSize } from "./batches.ts";
import { type Loss, LOSSES } from "./losses.ts";
import { checkParams, type Model, type Params, type ParamSpec } from "./model.ts";
import { checkOptimizer, type Optimizer } from "./optimizers.ts";

export interface TrainOptions {
  /** Number of updates. */
  steps: number;
  optimizer: Optimizer;
  /** Orders the examples: `rng.child("epoch").child(e)` in epoch e. */
  rng: Rng;
  /** Each parameter's share of the optimizer's learning rate, such as muP's; 1 when left out. */
  learningRates?: (spec: ParamSpec, model: Model) => number;
  /** "crossEntropy" when left out. */
  loss?: Loss;
  /** All examples at once when left out. */
  batchSize?: number;
  /** Scales a longer gradient, over all parameters together, down to this norm. */
  clipNorm?: number;
  /** Step t, counted from 0, learns at (t + 1) / warmUp of the learning rate where that is below 1. */
  warmUp?: number;
  /** Is given a copy of the parameters before the update of each step. */
  observe?: (step: number, params: Params) => void;
  /** Ends the run with the row whose loss is not finite, instead of throwing. */
  untilNonFinite?: boolean;
}

const KNOWN = [
  "steps",
  "optimizer",
  "rng",
  "learningRates",
  "loss",
  "batchSize",
  "clipNorm",
  "warmUp",
  "observe",
  "untilNonFinite",
];

/**
 * Refuses what `train` cannot start from, before its first step.
 *
 * @throws {RangeError} where a setting or a shape is wrong or a number is not finite.
 * @throws {TypeError} where a parameter is missing or unknown, or the targets are not of the loss's kind.
 */
export function checkOptions(
  model: Model,
  params: Params,
  examples: Examples,
  options: TrainOptions,
): void {
  onlyOptions("train", options, KNOWN);
  count("steps", options.steps);
  checkOptimizer(options.optimizer);
  checkRng(options.rng);
  const { learningRates, observe, untilNonFinite } = options;
  if (learningRates !== undefined) callable("learningRates", learningRates, "(spec) => 1");
  if (observe !== undefined) callable("observe", observe, "(step, params) => {}");
  if (untilNonFinite !== undefined) trueOrFalse("untilNonFinite", untilNonFinite);
  if (options.loss !== undefined) oneOf("loss", options.loss, LOSSES);
  if (options.clipNorm !== undefined) aboveZero("clipNorm", options.clipNorm);
  if (options.warmUp !== undefined) count("warmUp", options.warmUp);
  checkBatchSize(options.batchSize, countOf(examples));
  checkParams(model, params);
  for (const { name } of model.params) checkFinite(name, params[name]);
  checkFinite("inputs", examples.inputs);
  if (!areLabels(examples.targets)) checkFinite("targets", examples.targets);
}

function checkFinite(what: string, { data }: Tensor): void {
  for (let i = 0; i < data.length; i++) {
    if (Number.isFinite(data[i])) continue;
    throw new RangeError(`Cannot train with ${data[i]} in ${what}, at element ${i}`);
  }
}
