import type { Model, Params } from "../nn/model.ts";
import { collect, train, type TrainOptions } from "../nn/train.ts";
import { count, object } from "../tensor/arguments.ts";
import type { Examples } from "../tensor/examples.ts";

/** Everything `train` takes but how it is watched, which is decided here, and how often to look. */
export type SnapshotOptions = Omit<TrainOptions, "observe" | "untilNonFinite"> & { every: number };

/**
 * Trains and returns the parameters after 0, every, 2 every, ... updates, and after the last.
 *
 * @throws {RangeError} where a setting or a shape is wrong, or at the step whose loss is not finite.
 *
 * @example
 * ```ts
 * import { constant, everywhere, initialize, linear, mlp, rng, sgd, snapshots, tensor } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * const model = mlp({ widths: [1, 2], activation: linear });
 * const params = initialize(model, everywhere(constant({ value: 0 })), rng("example"));
 * const two = { inputs: tensor([2, 1], [-1, 1]), targets: Uint8Array.of(0, 1) };
 * const optimizer = sgd({ learningRate: 1 });
 * const looks = snapshots(model, params, two, { steps: 50, every: 20, optimizer, rng: rng("example") });
 * expect(looks.map(({ step }) => step)).toEqual([0, 20, 40, 50]);
 * expect(looks[0].params).toEqual(params);
 * ```
 */
export function snapshots(
  model: Model,
  params: Params,
  examples: Examples,
  given: SnapshotOptions,
): { step: number; params: Params }[] {
  const { every, ...options } = object("options", given, "{ steps, optimizer, rng, every }");
  count("every", every);
  const looks: { step: number; params: Params }[] = [];
  const observe = (step: number, params: Params) => {
    if (step % every === 0) looks.push({ step, params });
  };
  const { result } = collect(train(model, params, examples, { ...options, observe }));
  return [...looks, { step: options.steps, params: result }];
}
