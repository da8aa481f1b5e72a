import type { Model, Params } from "../nn/model.ts";
import { moments } from "../tensor/moments.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { endsBranch, gptOf, ownerOf } from "./anatomy.ts";
import { multiplied } from "./lsuv.ts";
import { weightOutputs } from "./weightOutputs.ts";

/** What Admin measured of one residual branch, in order of use. */
export interface AdminRow {
  /** The branch's last weight. */
  readonly parameter: string;
  /** Variance of the branch over the batch, before it is divided. */
  readonly variance: number;
  /** What Admin multiplies the skip connection by: sqrt(1 + the variances of the branches before). */
  readonly omega: number;
}

/**
 * Admin: for a post-LN model x = LN(omega x + f(x)), profiles one batch, branch by branch, and sets omega to sqrt(1 + sum of the
 * variances of all branches before), so that each branch starts as a small part of what it is added to.
 *
 * The omegas come out as LN(x + f(x) / omega): the last weight and bias of each branch are divided by omega, the same
 * function but for LN's epsilon. Admin keeps omega as a vector that is trained; the rows have its value. What LN gives
 * is taken to have variance 1.
 *
 * @throws {RangeError} where the model is not a post-LN gpt.
 *
 * Reference: Liu et al. (2020); LiyuanLucasLiu/Transformer-Clinic, fairseq/modules/transformer_layer.py.
 *
 * @example
 * ```ts
 * import { admin, gpt, initialize, pytorchDefault, rng, tensor } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * const model = gpt({ vocabulary: 27, context: 8, width: 16, heads: 2, blocks: 3, norm: "post" });
 * const params = initialize(model, pytorchDefault(), rng("example"));
 * const { rows } = admin(model, params, tensor([2, 4], [3, 1, 4, 1, 5, 9, 2, 6]));
 * expect(rows[0].omega).toBe(1);
 * expect(rows[1].omega).toBeCloseTo(Math.sqrt(1 + rows[0].variance), 12);
 * ```
 */
export function admin(
  model: Model,
  params: Params,
  batch: Tensor,
): { params: Params; rows: AdminRow[] } {
  gptOf("admin", model, "post");
  const rows: AdminRow[] = [];
  const branches = model.params.filter(({ role }) => role === "residual").length;
  let calibrated = params, sum = 1;
  for (let at = 0; at < branches; at++) {
    const ends = weightOutputs(model, calibrated, batch, ({ spec, output }) => ({
      spec,
      variance: spec.role === "residual" ? moments(output.data).variance : 0,
    })).filter(({ spec }) => spec.role === "residual");
    const { spec: end, variance } = ends[at], omega = Math.sqrt(sum);
    rows.push({ parameter: end.name, variance, omega });
    for (const spec of model.params) {
      if (!endsBranch(spec, model) || ownerOf(spec, model) !== end) continue;
      calibrated = { ...calibrated, [spec.name]: multiplied(params[spec.name], 1 / omega) };
    }
    sum += variance;
  }
  return { params: calibrated, rows };
}
