import { checkModel, type Model, type ParamSpec } from "../nn/model.ts";
import type { Var } from "../nn/tape.ts";
import { oneOf } from "../tensor/arguments.ts";
import { endsBranch, ownerOf } from "./anatomy.ts";

/** One gate for a branch, or one for each of its columns. */
export type GateKind = "branch" | "channel";

/**
 * The model with a learned gate on every residual branch: x + g f(x), with g one number ("branch") or one for each column
 * ("channel"). The gate of branch `x.weight` is `x.gate`, of role "gain" and kind "gate".
 *
 * The spec stays the bare model's: what rebuilds a model from it must put the gates on again.
 *
 * @throws {RangeError} where the model has no residual branches, or already has gates.
 *
 * @example
 * ```ts
 * import { describeScheme, gpt, nanoGpt, skipInit, withGates } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * const model = gpt({ vocabulary: 27, context: 8, width: 16, heads: 2, blocks: 3 });
 * const last = describeScheme(withGates(model), skipInit(nanoGpt())).at(-1);
 * expect(last).toMatchObject({ parameter: "block3.feedForwardOut.gate", shape: "(1)", mean: 0 });
 * ```
 */
export function withGates(model: Model, kind: GateKind = "branch"): Model {
  oneOf("gates", kind, ["branch", "channel"]);
  const ends = checkModel(model).params.filter(({ role }) => role === "residual");
  if (ends.length === 0) {
    throw new RangeError(
      `Cannot put gates on a model without residual branches (${model.spec.name}): use a transformer, such as gpt`,
    );
  }
  if (model.params.some((spec) => spec.kind === "gate")) {
    throw new RangeError("Cannot put gates on a model that has them");
  }
  const gates = ends.map((end) => gateOf(end, kind));
  const gated = model.params.filter((spec) => endsBranch(spec, model))
    .map((spec) => ({ name: spec.name, gate: nameOf(ownerOf(spec, model)!) }));
  return {
    ...model,
    params: [...model.params, ...gates],
    apply: (params, x, tap) => {
      const inner: Record<string, Var> = { ...params };
      for (const { name } of gates) delete inner[name];
      for (const { name, gate } of gated) inner[name] = columnsTimes(params[name], params[gate]);
      return model.apply(inner, x, tap);
    },
  };
}

function nameOf({ name }: ParamSpec): string {
  return name.replace(/weight$/, "gate");
}

function gateOf(end: ParamSpec, kind: GateKind): ParamSpec {
  const { shape, fans, block } = end;
  const size = kind === "branch" ? 1 : shape[1];
  return { name: nameOf(end), shape: [size], fans, role: "gain", kind: "gate", block };
}

/** y = w g, column by column: w (n, m) or (m), g (m) or (1). Backward: dw = dy g, dg = sum of w dy over what g multiplies. */
function columnsTimes(w: Var, g: Var): Var {
  const count = g.data.length;
  return w.tape.operation(
    w.shape,
    [w, g],
    (y) => {
      for (let i = 0; i < y.length; i++) y[i] = w.data[i] * g.data[i % count];
    },
    (dy) => {
      if (w.needsGradient) {
        for (let i = 0; i < dy.length; i++) w.gradient[i] += Math.fround(dy[i] * g.data[i % count]);
      }
      if (!g.needsGradient) return;
      const sums = new Float64Array(count);
      for (let i = 0; i < dy.length; i++) sums[i % count] += dy[i] * w.data[i];
      for (let k = 0; k < count; k++) g.gradient[k] += Math.fround(sums[k]);
    },
  );
}
