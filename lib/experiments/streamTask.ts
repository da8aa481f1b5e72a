import type { GptSpec } from "../nn/model.ts";
import { modelFrom } from "../nn/modelFrom.ts";
import { initialize } from "../nn/schemes.ts";
import { withMultipliers } from "../schemes/parametrization.ts";
import { schemeFrom, type SchemeSpec } from "../schemes/schemeFrom.ts";
import type { Examples } from "../tensor/examples.ts";
import { seedOf } from "./compare.ts";
import { type ResidualRow, residualRows, streamGradientRows } from "./residualStream.ts";
import { object } from "../tensor/arguments.ts";

/** A transformer before training, as plain data; its weights are those of `seeds(n)[seed - 1]`. */
export interface StreamPoint {
  readonly model: GptSpec;
  readonly scheme: SchemeSpec;
  readonly seed: number;
}

/**
 * A task for `sweep`: the residual stream and its gradient behind each block, on examples of a language model.
 *
 * @throws {RangeError} where a setting or a shape is wrong.
 *
 * @example
 * ```ts
 * import { gpt, type GptSpec, nextTokens, streamTask } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * const spec = gpt({ vocabulary: 9, context: 4, width: 8, heads: 2, blocks: 2 }).spec as GptSpec;
 * const examples = nextTokens([1, 2, 3, 4, 5], { context: 4 });
 * const rows = streamTask({ model: spec, scheme: { name: "nanoGpt" }, seed: 1 }, { examples });
 * expect(rows.map(({ block }) => block)).toEqual([0, 1, 2]);
 * ```
 */
export function streamTask(
  point: StreamPoint,
  shared: { examples: Examples },
): (ResidualRow & { gradientMeanSquare: number })[] {
  const { seed } = object("point", point, "{ model, scheme, seed }");
  const { examples } = object("shared", shared, "{ examples }");
  const scheme = schemeFrom(point.scheme), model = modelFrom(point.model);
  const params = initialize(model, scheme, seedOf(seed));
  const run = withMultipliers(model, scheme);
  const gradients = streamGradientRows(run, params, examples);
  return residualRows(run, params, examples.inputs).map((row, i) => ({
    ...row,
    gradientMeanSquare: gradients[i].gradientMeanSquare,
  }));
}
