import type { Model, Params } from "../nn/model.ts";
import { type StepRow, train, type TrainOptions } from "../nn/train.ts";
import type { Examples } from "../tensor/examples.ts";
import { finite, object } from "../tensor/arguments.ts";
import { checkRows } from "./groups.ts";

/** Everything `train` takes but what happens when a loss is not finite, which is decided here. */
export interface CurveOptions extends Omit<TrainOptions, "untilNonFinite"> {
  /** Called after each step; what it throws ends the run. */
  onStep?: () => void;
}

/**
 * Trains to the end and returns a row for every step, also for a run that diverges: from the first step whose loss
 * is not finite on, the loss is Infinity and the accuracy 0, so that medians over seeds count it and do not drop it.
 *
 * @throws {RangeError} where a setting or a shape is wrong.
 *
 * @example
 * ```ts
 * import { constant, everywhere, initialize, learningCurve, linear, mlp, rng, sgd, tensor } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * const model = mlp({ widths: [1, 2], activation: linear });
 * const params = initialize(model, everywhere(constant({ value: 0 })), rng("example"));
 * const two = { inputs: tensor([2, 1], [-1, 1]), targets: Uint8Array.of(0, 1) };
 * const optimizer = sgd({ learningRate: 1 });
 * const rows = learningCurve(model, params, two, { steps: 50, optimizer, rng: rng("example") });
 * expect(rows[0].loss).toBeCloseTo(Math.LN2, 6);
 * expect(rows[49].loss).toBeLessThan(0.02);
 * ```
 */
export function learningCurve(
  model: Model,
  params: Params,
  examples: Examples,
  given: CurveOptions,
): StepRow[] {
  const { onStep, ...options } = object("options", given, "{ steps, optimizer, rng }");
  const rows: StepRow[] = [];
  for (const row of train(model, params, examples, { ...options, untilNonFinite: true })) {
    rows.push(row);
    onStep?.();
  }
  if (!Number.isFinite(rows[rows.length - 1].loss)) rows.pop();
  for (let step = rows.length; step < options.steps; step++) {
    rows.push({ step, loss: Infinity, accuracy: 0, gradientNorm: NaN, updateNorm: 0 });
  }
  return rows;
}

/**
 * Where a run ended: mean loss and accuracy over the last fifth of its steps, which averages over batches.
 *
 * @throws {RangeError} where there is no row.
 *
 * @example
 * ```ts
 * import { outcome } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * const row = { step: 0, accuracy: 0.5, gradientNorm: 1, updateNorm: 0.1 };
 * const rows = [9, 9, 9, 9, 0.7].map((loss) => ({ ...row, loss }));
 * expect(outcome(rows)).toEqual({ loss: 0.7, accuracy: 0.5 });
 * ```
 */
export function outcome(rows: readonly StepRow[]): { loss: number; accuracy: number } {
  if (checkRows(rows).length === 0) {
    throw new RangeError("Cannot tell the outcome of a run of no steps");
  }
  const last = rows.slice(-Math.ceil(rows.length / 5));
  const mean = (column: "loss" | "accuracy") =>
    last.reduce((sum, row) => sum + row[column], 0) / last.length;
  return { loss: mean("loss"), accuracy: mean("accuracy") };
}

/**
 * The number of updates before the loss is first below `lossBelow`: Infinity where it never is within `steps`.
 *
 * @throws {RangeError} where a setting or a shape is wrong.
 *
 * @example
 * ```ts
 * import { everywhere, heNormal, initialize, mlp, relu, rng, sgd, stepsUntil, tensor } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * const model = mlp({ widths: [1, 8, 2], activation: relu });
 * const params = initialize(model, everywhere(heNormal()), rng("example"));
 * const sign = { inputs: tensor([4, 1], [-2, -1, 1, 2]), targets: Uint8Array.of(0, 0, 1, 1) };
 * const options = { steps: 100, optimizer: sgd({ learningRate: 0.5 }), rng: rng("example") };
 * const steps = stepsUntil(model, params, sign, { ...options, lossBelow: 0.1 });
 * expect(steps).toBeGreaterThan(0);
 * expect(steps).toBeLessThan(100);
 * ```
 */
export function stepsUntil(
  model: Model,
  params: Params,
  examples: Examples,
  given: CurveOptions & { lossBelow: number },
): number {
  const { onStep, ...rest } = object("options", given, "{ steps, optimizer, rng, lossBelow }");
  const { lossBelow, ...options } = rest;
  finite("lossBelow", lossBelow);
  for (
    const { step, loss } of train(model, params, examples, { ...options, untilNonFinite: true })
  ) {
    if (loss < lossBelow) return step;
    onStep?.();
  }
  return Infinity;
}
