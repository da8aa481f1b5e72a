import { array, count, onlyOptions, trueOrFalse } from "../tensor/arguments.ts";
import { type Activation, checkActivation } from "./activations.ts";
import type { MlpSpec, Model, ParamSpec, Role, Tap } from "./model.ts";
import { activate, dot } from "./operations.ts";
import type { Var } from "./tape.ts";

export interface MlpOptions {
  /** Inputs, each hidden layer, outputs: at least two. */
  widths: readonly number[];
  /** Between layers; the last layer has none. */
  activation: Activation;
  /** true when left out. */
  bias?: boolean;
}

/**
 * A multilayer perceptron of L = widths.length - 1 layers: h_l = f(h_(l-1) W_l + b_l), the last one without f.
 *
 * W_l is `layer<l>.weight` (in, out), b_l `layer<l>.bias` (out), l = 1 ... L. The last weight has role "output", all others
 * "hidden". A tap is told `layer<l>.preActivation` and, but for the last layer, `layer<l>.activation`.
 *
 * @throws {RangeError} where there are fewer than two widths, or one is not an integer >= 1.
 *
 * @example
 * ```ts
 * import { mlp, relu } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * const model = mlp({ widths: [784, 256, 10], activation: relu });
 * expect(model.params.map(({ name }) => name)).toEqual([
 *   "layer1.weight",
 *   "layer1.bias",
 *   "layer2.weight",
 *   "layer2.bias",
 * ]);
 * ```
 */
export function mlp(options: MlpOptions): Model<MlpSpec> {
  onlyOptions("mlp", options, ["widths", "activation", "bias"]);
  const activation = checkActivation(options.activation),
    widths = [...array("widths", options.widths)];
  const bias = trueOrFalse("bias", options.bias ?? true);
  if (widths.length < 2) {
    throw new RangeError(
      `Cannot make an mlp of ${widths.length} widths: give the inputs, the hidden layers and the outputs`,
    );
  }
  for (const width of widths) count("an mlp's width", width);
  const depth = widths.length - 1;

  function apply(params: Readonly<Record<string, Var>>, x: Var, tap?: Tap): Var {
    let h = x;
    for (let l = 1; l <= depth; l++) {
      h = dot(h, params[`layer${l}.weight`], params[`layer${l}.bias`]);
      tap?.(`layer${l}.preActivation`, h);
      if (l === depth) break;
      h = activate(h, activation);
      tap?.(`layer${l}.activation`, h);
    }
    return h;
  }

  const { name, parameter } = activation;
  return {
    spec: { name: "mlp", widths, activation: { name, parameter }, bias },
    params: widths.slice(1).flatMap((fanOut, i) => layer(i + 1, widths[i], fanOut, depth, bias)),
    apply,
  };
}

function layer(l: number, fanIn: number, fanOut: number, depth: number, bias: boolean) {
  const fans = { fanIn, fanOut }, role: Role = l === depth ? "output" : "hidden";
  const params: ParamSpec[] = [
    { name: `layer${l}.weight`, shape: [fanIn, fanOut], fans, role, kind: "dense" },
  ];
  if (bias) {
    params.push({ name: `layer${l}.bias`, shape: [fanOut], fans, role: "bias", kind: "bias" });
  }
  return params;
}
