import { Arena } from "../numerics/arena.ts";
import { kernels } from "../numerics/kernels.ts";
import { atLeastZero, must, object } from "../tensor/arguments.ts";
import type { Examples } from "../tensor/examples.ts";
import { batches } from "./batches.ts";
import { accuracyOf, lossOf } from "./losses.ts";
import { bind, type Model, type Params, type ParamSpec } from "./model.ts";
import { type Optimizer, update } from "./optimizers.ts";
import { Tape } from "./tape.ts";
import { checkOptions, type TrainOptions } from "./trainOptions.ts";
import { checkState, copyOf, type TrainingState } from "./trainingState.ts";

export type { TrainOptions };

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
  return paramsOf(trainFrom(model, { params }, examples, options));
}

/**
 * As {@linkcode train}, from where an earlier run stopped, and returns where this one does: 10 steps and 10 more from their state
 * are 20 steps, to the last bit. Rows and warm-up count on from `from.step`; from parameters alone it is step 0.
 *
 * @throws {RangeError | TypeError} as train does, and where the state is another optimizer's, model's or rng's.
 *
 * @example
 * ```ts
 * import { adam, collect, everywhere, heNormal, initialize, mlp, relu, rng, tensor, train, trainFrom } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * const model = mlp({ widths: [1, 8, 2], activation: relu });
 * const params = initialize(model, everywhere(heNormal()), rng("example"));
 * const sign = { inputs: tensor([4, 1], [-2, -1, 1, 2]), targets: Uint8Array.of(0, 0, 1, 1) };
 * const options = { optimizer: adam({ learningRate: 0.1 }), rng: rng("example"), batchSize: 2 };
 * const half = collect(trainFrom(model, { params }, sign, { ...options, steps: 10 })).result;
 * const whole = collect(trainFrom(model, half, sign, { ...options, steps: 10 })).result;
 * expect(whole.params).toEqual(collect(train(model, params, sign, { ...options, steps: 20 })).result);
 * ```
 */
export function trainFrom(
  model: Model,
  from: Pick<TrainingState, "params"> & Partial<TrainingState>,
  examples: Examples,
  options: TrainOptions,
): Generator<StepRow, TrainingState> {
  object("from", from, "{ params } or the state that trainFrom returns");
  checkOptions(model, from.params, examples, options);
  return run(model, checkState(model, from, options), examples, options);
}

function* paramsOf(run: Generator<StepRow, TrainingState>): Generator<StepRow, Params> {
  return (yield* run).params;
}

function* run(
  model: Model,
  { step: first, params, carried, rng }: TrainingState,
  examples: Examples,
  options: TrainOptions,
): Generator<StepRow, TrainingState> {
  const { optimizer, loss: lossName = "crossEntropy", clipNorm = Infinity, warmUp = 1 } = options;
  const arena = new Arena(), tape = new Tape();
  try {
    const batchAt = batches(examples, options.batchSize, options.rng, arena);
    const slots = model.params.map((spec) => {
      const state = carried.map((arrays) => arrays[spec.name].data);
      return slot(params[spec.name].data, state, withShare(optimizer, spec, model, options), arena);
    });
    const named = (arrays: readonly Float32Array[]): Params =>
      Object.fromEntries(
        model.params.map(({ name, shape }, i) => [name, { shape, data: arrays[i] }]),
      );
    const weights = named(slots.map(({ weight }) => weight));
    let step = first;
    for (const end = first + options.steps; step < end; step++) {
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
      const warmth = Math.min(1, (step + 1) / warmUp);
      slots.forEach(({ weight, before, state, optimizer }, i) => {
        before.set(weight);
        const learningRate = warmth * optimizer.learningRate;
        update({ ...optimizer, learningRate }, step + 1, weight, gradients[i], state);
        kernels.multiplyAdd(before, weight, -1);
      });
      yield { ...measured, gradientNorm, updateNorm: norm(slots.map(({ before }) => before)) };
    }
    return {
      step,
      rng,
      params: copyOf(weights),
      carried: carried.map((_, i) => copyOf(named(slots.map(({ state }) => state[i])))),
    };
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
  must("run", run, typeof run?.next === "function", "a generator, such as train(...) returns");
  const rows: Row[] = [];
  while (true) {
    const next = run.next();
    if (next.done) return { rows, result: next.value };
    rows.push(next.value);
  }
}

/** What an update works on: a copy of a weight, what it was before the step, its optimizer and what that carries along. */
function slot(
  initial: Float32Array,
  carried: readonly Float32Array[],
  optimizer: Optimizer,
  arena: Arena,
) {
  const copy = (from: Float32Array) => {
    const array = arena.take(from.length);
    array.set(from);
    return array;
  };
  const before = arena.take(initial.length);
  return { weight: copy(initial), before, state: carried.map(copy), optimizer };
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

/** Root of the sum of all squares, in float64. */
function norm(arrays: readonly Float32Array[]): number {
  return Math.sqrt(arrays.reduce((sum, array) => sum + kernels.sumOfSquares(array), 0));
}

function stopped({ step, loss }: { step: number; loss: number }): string {
  return `Cannot train past step ${step} as its loss is ${loss}: use a smaller learning rate or ` +
    "smaller weights, or pass untilNonFinite to end the run there";
}
