import type { Model, Params } from "../nn/model.ts";
import { aboveZero, count, onlyOptions } from "../tensor/arguments.ts";
import { moments } from "../tensor/moments.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { weightOutputs } from "./weightOutputs.ts";

export interface LsuvOptions {
  /** Largest distance of a std from 1: 0.1 when left out. */
  tolerance?: number;
  /** Corrections of one weight, at most: 10 when left out. */
  passes?: number;
}

/** What a calibration did to one weight, in order of use. */
export interface CalibrationRow {
  readonly parameter: string;
  /** Std of x W + b over the batch and all units, when its turn came and when it was done. */
  readonly before: number;
  readonly after: number;
  /** What the weight was multiplied by. */
  readonly factor: number;
  readonly passes: number;
}

/**
 * LSUV: in order of use, divides each weight by the std of its outputs x W + b on the batch until that is 1 within the tolerance.
 *
 * The paper starts from orthonormal weights: `initialize(model, everywhere(orthogonal()), rng)`. Embeddings, tied heads, biases
 * and gains stay; the authors' LSUV-pytorch also moves biases to bring means to 0, and neither it nor their LSUVinit, whose
 * tolerance is one of the variance, says when the passes did not do. In a gpt weights come block by block: query, key,
 * value, attentionOut, feedForwardIn, feedForwardOut.
 *
 * @throws {RangeError} where outputs do not vary (a weight of zeros, dead units) or do not come to std 1, or a number is not above 0.
 *
 * Reference: Mishkin and Matas (2016); ducha-aiki/LSUV-pytorch, LSUV.py.
 *
 * @example
 * ```ts
 * import { everywhere, initialize, lsuv, mlp, orthogonal, rng, tanh } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * const model = mlp({ widths: [20, 30, 30, 5], activation: tanh });
 * const params = initialize(model, everywhere(orthogonal()), rng("example"));
 * const { rows } = lsuv(model, params, rng("batch").normal([100, 20]));
 * expect(rows.map(({ after }) => Math.round(after * 10))).toEqual([10, 10, 10]);
 * ```
 */
export function lsuv(
  model: Model,
  params: Params,
  batch: Tensor,
  options: LsuvOptions = {},
): { params: Params; rows: CalibrationRow[] } {
  onlyOptions("lsuv", options, ["tolerance", "passes"]);
  const tolerance = aboveZero("tolerance", options.tolerance ?? 0.1);
  const most = count("passes", options.passes ?? 10);
  const stds = (of: Params) =>
    weightOutputs(model, of, batch, ({ spec, output }) => ({
      name: spec.name,
      std: moments(output.data).std,
    }));
  let calibrated = params, measured = stds(params);
  const rows: CalibrationRow[] = [];
  for (let at = 0; at < measured.length; at++) {
    const { name, std: before } = measured[at];
    let factor = 1, passes = 0, std = before;
    while (!(Math.abs(std - 1) <= tolerance)) {
      if (passes++ === most || !(std > 0 && std < Infinity)) {
        throw new RangeError(
          `Cannot bring the outputs of ${name} to std 1: it is ${std} after ${passes - 1} passes`,
        );
      }
      factor /= std;
      calibrated = { ...calibrated, [name]: multiplied(params[name], factor) };
      measured = stds(calibrated);
      std = measured[at].std;
    }
    rows.push({ parameter: name, before, after: std, factor, passes });
  }
  return { params: calibrated, rows };
}

/** The tensor times a number. */
export function multiplied({ shape, data }: Tensor, factor: number): Tensor {
  return { shape, data: data.map((w) => w * factor) };
}
