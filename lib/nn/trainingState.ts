import type { Rng } from "../tensor/rng.ts";
import { checkParams, type Model, type Params } from "./model.ts";
import { type Optimizer, stateArrays } from "./optimizers.ts";

/** Where a training stands: what its next steps depend on beside data and settings. */
export interface TrainingState {
  /** Number of updates made. */
  readonly step: number;
  /** Path of the rng that orders the examples. */
  readonly rng: string;
  readonly params: Params;
  /** What the optimizer carries along, for every parameter: Adam's means and squares, momentum's velocities, nothing. */
  readonly carried: readonly Params[];
}

/**
 * The state to train from, whole: step 0 with zeros carried along where only parameters are given.
 *
 * @throws {RangeError | TypeError} where the state is another optimizer's, model's or rng's.
 */
export function checkState(
  model: Model,
  from: Pick<TrainingState, "params"> & Partial<TrainingState>,
  { optimizer, rng }: { optimizer: Optimizer; rng: Rng },
): TrainingState {
  const { step = 0, params } = from, arrays = stateArrays(optimizer);
  if (!(Number.isSafeInteger(step) && step >= 0)) {
    throw new RangeError(`Cannot train from step ${step}: it must be an integer >= 0`);
  }
  if (from.rng !== undefined && from.rng !== rng.path) {
    throw new RangeError(
      `Cannot train on with rng ${rng.path} as the ${step} steps before took their batches by ${from.rng}: pass that one`,
    );
  }
  if (step > 0 && from.carried?.length !== arrays) {
    throw new RangeError(
      `Cannot train on with ${optimizer.name} as it carries ${arrays} arrays and the state has ${
        from.carried?.length ?? "none"
      }: pass the optimizer of the steps before, and the whole state`,
    );
  }
  const { carried = Array.from({ length: arrays }, () => zerosLike(params)) } = from;
  for (const one of carried) checkParams(model, one);
  return { step, rng: rng.path, params, carried };
}

export function copyOf(params: Params): Params {
  return Object.fromEntries(
    Object.entries(params).map(([name, { shape, data }]) => [name, { shape, data: data.slice() }]),
  );
}

function zerosLike(params: Params): Params {
  return Object.fromEntries(
    Object.entries(params).map(([name, { shape, data }]) => [name, {
      shape,
      data: new Float32Array(data.length),
    }]),
  );
}
