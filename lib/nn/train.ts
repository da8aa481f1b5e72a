import { Arena } from "../numerics/arena.ts";
import { kernels } from "../numerics/kernels.ts";
import { aboveZero, atLeastZero, count, onlyOptions } from "../tensor/arguments.ts";
import { areLabels, countOf, type Examples } from "../tensor/examples.ts";
import type { Rng } from "../tensor/rng.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { batches, checkBatchSize } from "./batches.ts";
import { accuracyOf, type Loss, lossOf } from "./losses.ts";
import { bind, checkParams, type Model, type Params, type ParamSpec } from "./model.ts";
import { checkOptimizer, type Optimizer, stateArrays, update } from "./optimizers.ts";
import { Tape } from "./tape.ts";

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
  "observe",
  "untilNonFinite",
];

/** One step, counted from 0, measured on its batch before its update; losses in nats, norms over all parameters. */
export interface StepRow {
  readonly step: number;
  readonly loss: number;
  /** Share of the batch whose label the model names; NaN for regression. */
  readonly accuracy: number;
  /** Before it is clipped. */
  readonly gradientNorm: number;
  /** Norm of the change that the update really made in float32. */
  readonly updateNorm: number;
}

/**
 * Trains a copy of the parameters: yields a row per step, returns the trained parameters.
 *
 * Step t takes its batch (see {@linkcode TrainOptions}), measures it, and updates. Same arguments, same rows, to the last bit.
 *
 * @throws {RangeError} where a setting or a shape is wrong or a number is not finite, at once; and, unless `untilNonFinite`, at
 * the step whose loss is not finite, naming it.
 * @throws {TypeError} where a parameter is missing or unknown, or the targets are not of the loss's kind.
 *
 * @example
 * ```ts
 * import { collect, everywhere, heNormal, initialize, mlp, relu, rng, sgd, tensor, train } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * const model = mlp({ widths: [1, 8, 2], activation: relu });
 * const params = initialize(model, everywhere(heNormal()), rng("example"));
 * const sign = { inputs: tensor([4, 1], [-2, -1, 1, 2]), targets: Uint8Array.of(0, 0, 1, 1) };
 * const optimizer = sgd({ learningRate: 0.5 });
 * const { rows } = collect(train(model, params, sign, { steps: 100, optimizer, rng: rng("example") }));
 * expect(rows[99].accuracy).toBe(1);
 * ```
 */
export function train(
  model: Model,
  params: Params,
  examples: Examples,
  options: TrainOptions,
): Generator<StepRow, Params> {
  onlyOptions("train", options, KNOWN);
  count("steps", options.steps);
  checkOptimizer(options.optimizer);
  if (options.clipNorm !== undefined) aboveZero("clipNorm", options.clipNorm);
  checkBatchSize(options.batchSize, countOf(examples));
  checkParams(model, params);
  for (const { name } of model.params) checkFinite(name, params[name]);
  checkFinite("inputs", examples.inputs);
  if (!areLabels(examples.targets)) checkFinite("targets", examples.targets);
  return run(model, params, examples, options);
}

function* run(
  model: Model,
  params: Params,
  examples: Examples,
  options: TrainOptions,
): Generator<StepRow, Params> {
  const { optimizer, loss: lossName = "crossEntropy", clipNorm = Infinity } = options;
  const arena = new Arena(), tape = new Tape();
  try {
    const batchAt = batches(examples, options.batchSize, options.rng, arena);
    const slots = model.params.map((spec) =>
      slot(params[spec.name].data, withShare(optimizer, spec, model, options), arena)
    );
    const weights: Params = Object.fromEntries(
      model.params.map(({ name, shape }, i) => [name, { shape, data: slots[i].weight }]),
    );
    for (let step = 0; step < options.steps; step++) {
      options.observe?.(step, copyOf(weights));
      tape.reset();
      const { inputs, targets } = batchAt(step);
      const variables = bind(model, weights, tape);
      const outputs = model.apply(variables, tape.constant(inputs));
      const loss = lossOf(lossName, outputs, targets);
      const measured = { step, loss: loss.data[0], accuracy: accuracyOf(outputs, targets) };
      if (!Number.isFinite(measured.loss)) {
        if (!options.untilNonFinite) throw new RangeError(stopped(measured));
        yield { ...measured, gradientNorm: NaN, updateNorm: 0 };
        break;
      }
      tape.backward(loss);
      const gradients = model.params.map(({ name }) => variables[name].gradient);
      const gradientNorm = norm(gradients);
      if (gradientNorm > clipNorm) {
        for (const gradient of gradients) kernels.scale(gradient, clipNorm / gradientNorm);
      }
      slots.forEach(({ weight, before, state, optimizer }, i) => {
        before.set(weight);
        update(optimizer, step + 1, weight, gradients[i], state);
        kernels.multiplyAdd(before, weight, -1);
      });
      yield { ...measured, gradientNorm, updateNorm: norm(slots.map(({ before }) => before)) };
    }
    return copyOf(weights);
  } finally {
    tape.release();
    arena.release();
  }
}

/**
 * Runs a generator to its end: the rows that it yielded and the result that it returned.
 *
 * @example
 * ```ts
 * import { collect } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * function* countdown() {
 *   yield 2;
 *   yield 1;
 *   return "done";
 * }
 * expect(collect(countdown())).toEqual({ rows: [2, 1], result: "done" });
 * ```
 */
export function collect<Row, Result>(
  run: Generator<Row, Result>,
): { rows: Row[]; result: Result } {
  const rows: Row[] = [];
  while (true) {
    const next = run.next();
    if (next.done) return { rows, result: next.value };
    rows.push(next.value);
  }
}

/** What an update works on: a copy of a weight, what it was before the step, its optimizer and what that carries along. */
function slot(initial: Float32Array, optimizer: Optimizer, arena: Arena) {
  const take = () => arena.take(initial.length);
  const weight = take();
  weight.set(initial);
  const state = Array.from({ length: stateArrays(optimizer) }, take);
  return { weight, before: take(), state, optimizer };
}

/** The optimizer at a parameter's own learning rate. */
function withShare(
  optimizer: Optimizer,
  spec: ParamSpec,
  model: Model,
  { learningRates }: TrainOptions,
): Optimizer {
  const share = atLeastZero(`${spec.name}'s share`, learningRates?.(spec, model) ?? 1);
  return { ...optimizer, learningRate: optimizer.learningRate * share };
}

function copyOf(params: Params): Params {
  return Object.fromEntries(
    Object.entries(params).map(([name, { shape, data }]) => [name, { shape, data: data.slice() }]),
  );
}

/** Root of the sum of all squares, in float64. */
function norm(arrays: readonly Float32Array[]): number {
  return Math.sqrt(arrays.reduce((sum, array) => sum + kernels.sumOfSquares(array), 0));
}

function stopped({ step, loss }: { step: number; loss: number }): string {
  return `Cannot train past step ${step} as its loss is ${loss}: use a smaller learning rate or ` +
    "smaller weights, or pass untilNonFinite to end the run there";
}

function checkFinite(what: string, { data }: Tensor): void {
  for (let i = 0; i < data.length; i++) {
    if (Number.isFinite(data[i])) continue;
    throw new RangeError(`Cannot train with ${data[i]} in ${what}, at element ${i}`);
  }
}
