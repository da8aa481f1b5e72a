import type { Model, Params } from "../nn/model.ts";
import { collect, train } from "../nn/train.ts";
import { kernels } from "../numerics/kernels.ts";
import type { Examples } from "../tensor/examples.ts";
import { count, object } from "../tensor/arguments.ts";
import type { SnapshotOptions } from "./snapshots.ts";

/** How far one update moved one parameter. */
export interface UpdateRow {
  readonly step: number;
  readonly parameter: string;
  readonly kind: string;
  /** From 1; 0 for what is in no block. */
  readonly block: number;
  /** Norm of the update, and of the parameter before it. */
  readonly updateNorm: number;
  readonly weightNorm: number;
  /** Their quotient; Infinity where a parameter leaves 0. */
  readonly ratio: number;
}

/**
 * Trains and measures how far the updates of steps 0, every, 2 every ... move each parameter, as a share of what it is.
 *
 * @throws {RangeError} where a setting or a shape is wrong, or at the step whose loss is not finite.
 *
 * @example
 * ```ts
 * import { everywhere, heNormal, initialize, mlp, relu, rng, sgd, tensor, updateRatios } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * const model = mlp({ widths: [1, 8, 2], activation: relu });
 * const params = initialize(model, everywhere(heNormal()), rng("example"));
 * const sign = { inputs: tensor([4, 1], [-2, -1, 1, 2]), targets: Uint8Array.of(0, 0, 1, 1) };
 * const optimizer = sgd({ learningRate: 0.1 });
 * const rows = updateRatios(model, params, sign, { steps: 3, every: 2, optimizer, rng: rng("example") });
 * expect(rows.map(({ step }) => step)).toEqual([0, 0, 0, 0, 2, 2, 2, 2]);
 * expect(rows[0].ratio).toBeCloseTo(rows[0].updateNorm / rows[0].weightNorm, 12);
 * ```
 */
export function updateRatios(
  model: Model,
  params: Params,
  examples: Examples,
  given: SnapshotOptions,
): UpdateRow[] {
  const { every, ...options } = object("options", given, "{ steps, optimizer, rng, every }");
  count("every", every);
  const rows: UpdateRow[] = [];
  let before: { step: number; params: Params } | undefined;
  const observe = (step: number, params: Params) => {
    if (before) rows.push(...movesOf(model, before, params));
    before = step % every === 0 ? { step, params } : undefined;
  };
  const { result } = collect(train(model, params, examples, { ...options, observe }));
  if (before) rows.push(...movesOf(model, before, result));
  return rows;
}

function movesOf(
  model: Model,
  before: { step: number; params: Params },
  after: Params,
): UpdateRow[] {
  return model.params.map(({ name, kind, block }) => {
    const old = before.params[name].data;
    const updateNorm = normOf(after[name].data.map((value, i) => value - old[i]));
    const weightNorm = normOf(old);
    return {
      step: before.step,
      parameter: name,
      kind,
      block: block === undefined ? 0 : block.index + 1,
      updateNorm,
      weightNorm,
      ratio: updateNorm / weightNorm,
    };
  });
}

function normOf(values: Float32Array): number {
  return Math.sqrt(kernels.sumOfSquares(values));
}
