import type { Loss } from "../nn/losses.ts";
import type { ModelSpec } from "../nn/model.ts";
import { modelFrom } from "../nn/modelFrom.ts";
import type { Optimizer } from "../nn/optimizers.ts";
import { initialize } from "../nn/schemes.ts";
import { factorsOf, withMultipliers } from "../schemes/parametrization.ts";
import { schemeFrom, type SchemeSpec } from "../schemes/schemeFrom.ts";
import { checkExamples, type Examples } from "../tensor/examples.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { seedOf } from "./compare.ts";
import { coordinateCheck, type CoordinateRow } from "./coordinateCheck.ts";
import { languageTask } from "./languageTask.ts";
import { learningCurve, outcome, stepsUntil } from "./learningCurve.ts";
import { type LayerRow, propagate } from "./propagate.ts";
import { streamTask } from "./streamTask.ts";
import { object } from "../tensor/arguments.ts";

/** A network before training, as plain data; its weights are those of `seeds(n)[seed - 1]`. */
export interface NetworkPoint {
  readonly model: ModelSpec;
  /** Of every weight, biases 0; or a scheme, with its multipliers and learning rates. */
  readonly weights: SchemeSpec;
  readonly seed: number;
}

/** A network and how to train it, as plain data. */
export interface TrainingPoint extends NetworkPoint {
  readonly optimizer: Optimizer;
  readonly steps: number;
  readonly batchSize?: number;
  readonly loss?: Loss;
}

/**
 * A task for `sweep`: layer statistics forward and, from N(0, 1) noise at the outputs, backward.
 *
 * @throws {RangeError} where a setting or a shape is wrong.
 *
 * @example
 * ```ts
 * import { heNormal, mlp, relu, signalTask, tensor } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * const model = mlp({ widths: [1, 8, 2], activation: relu }).spec;
 * const point = { model, weights: heNormal().spec, seed: 1 };
 * const rows = signalTask(point, { inputs: tensor([2, 1], [-1, 1]) });
 * expect(rows.map(({ layer }) => layer)).toEqual([1, 2]);
 * ```
 */
export function signalTask(point: NetworkPoint, shared: { inputs: Tensor }): LayerRow[] {
  const { model, params, rng } = networkAt(point);
  return propagate(model, params, object("shared", shared, "{ inputs }").inputs, { rng });
}

/**
 * A task for `sweep`: one row with the mean loss and accuracy over the last fifth of the steps.
 *
 * @throws {RangeError} where a setting or a shape is wrong.
 *
 * @example
 * ```ts
 * import { heNormal, mlp, relu, sgd, tensor, trainingTask } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * const model = mlp({ widths: [1, 8, 2], activation: relu }).spec;
 * const point = { model, weights: heNormal().spec, seed: 1 };
 * const optimizer = sgd({ learningRate: 0.5 });
 * const examples = { inputs: tensor([4, 1], [-2, -1, 1, 2]), targets: Uint8Array.of(0, 0, 1, 1) };
 * const [{ accuracy }] = trainingTask({ ...point, optimizer, steps: 100 }, { examples });
 * expect(accuracy).toBe(1);
 * ```
 */
export function trainingTask(
  point: TrainingPoint,
  shared: { examples: Examples },
  onStep?: () => void,
): { loss: number; accuracy: number }[] {
  const { model, params, rng, learningRates } = networkAt(point);
  const options = { ...trainOptions(point), learningRates, rng, onStep };
  return [outcome(learningCurve(model, params, examplesIn(shared), options))];
}

/**
 * A task for `sweep`: one row with the number of updates before the loss is below `lossBelow`, Infinity if it never is.
 *
 * @throws {RangeError} where a setting or a shape is wrong.
 *
 * @example
 * ```ts
 * import { escapeTask, heNormal, mlp, relu, sgd, tensor } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * const model = mlp({ widths: [1, 8, 2], activation: relu }).spec;
 * const point = { model, weights: heNormal().spec, seed: 1 };
 * const optimizer = sgd({ learningRate: 0.5 });
 * const examples = { inputs: tensor([4, 1], [-2, -1, 1, 2]), targets: Uint8Array.of(0, 0, 1, 1) };
 * const [{ stepsUntil }] = escapeTask({ ...point, optimizer, steps: 100, lossBelow: 0.1 }, { examples });
 * expect(stepsUntil).toBeLessThan(100);
 * ```
 */
export function escapeTask(
  point: TrainingPoint & { lossBelow: number },
  shared: { examples: Examples },
  onStep?: () => void,
): { stepsUntil: number }[] {
  const { model, params, rng, learningRates } = networkAt(point);
  const { lossBelow } = point;
  const options = { ...trainOptions(point), learningRates, rng, onStep, lossBelow };
  return [{ stepsUntil: stepsUntil(model, params, examplesIn(shared), options) }];
}

/**
 * A task for `sweep`: the coordinate check, a row for each step and layer.
 *
 * @throws {RangeError} where a setting or a shape is wrong, or a loss is not finite.
 *
 * @example
 * ```ts
 * import { adam, coordinateTask, lecunNormal, mlp, tanh, tensor } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * const model = mlp({ widths: [1, 8, 2], activation: tanh }).spec;
 * const optimizer = adam({ learningRate: 0.001 });
 * const point = { model, weights: lecunNormal().spec, seed: 1, optimizer, steps: 2 };
 * const examples = { inputs: tensor([2, 1], [-1, 1]), targets: Uint8Array.of(0, 1) };
 * expect(coordinateTask(point, { examples }).map(({ step }) => step)).toEqual([1, 1, 2, 2]);
 * ```
 */
export function coordinateTask(
  point: TrainingPoint,
  shared: { examples: Examples },
): CoordinateRow[] {
  object("point", point, "{ model, weights, seed, optimizer, steps }");
  const options = { ...trainOptions(point), rng: seedOf(point.seed) };
  const scheme = schemeFrom(point.weights);
  return coordinateCheck(modelFrom(point.model), scheme, examplesIn(shared), options);
}

/** What a worker can be asked for, by name. */
export const TASKS: Readonly<Record<string, unknown>> = {
  signalTask,
  trainingTask,
  escapeTask,
  languageTask,
  streamTask,
  coordinateTask,
};

/** The examples among the data for all points. @throws {TypeError} where there are none. */
function examplesIn(shared: { examples: Examples }): Examples {
  return checkExamples(object("shared", shared, "{ examples }").examples);
}

function networkAt(point: NetworkPoint) {
  const { model: spec, weights, seed } = object("point", point, "{ model, weights, seed }");
  const scheme = schemeFrom(weights), rng = seedOf(seed);
  const model = withMultipliers(modelFrom(spec), scheme);
  const params = initialize(model, scheme, rng), learningRates = factorsOf(scheme).learningRate;
  return { model, params, rng, learningRates };
}

function trainOptions({ optimizer, steps, batchSize, loss }: TrainingPoint) {
  return { optimizer, steps, batchSize, loss };
}
