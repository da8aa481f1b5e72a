import { zeros } from "../initializers/constant.ts";
import { normal } from "../initializers/distributions.ts";
import type { Initializer } from "../initializers/initializer.ts";
import { xavierUniform } from "../initializers/named.ts";
import { varianceScaling } from "../initializers/varianceScaling.ts";
import type { Scheme } from "../nn/schemes.ts";
import { oneOf, onlyOptions } from "../tensor/arguments.ts";
import { ownerOf, weightsBy } from "./anatomy.ts";

export interface PytorchDefaultOptions {
  /** How attention is written: with "linear" layers, when left out, or as nn.MultiheadAttention, "multihead". */
  attention?: "linear" | "multihead";
}

const FUSED = ["query", "key", "value"];

/**
 * What PyTorch starts from unless told: Linear weights and biases uniform on +-1 / sqrt(fanIn), embeddings N(0, 1), norms 1 and 0.
 *
 * nn.MultiheadAttention draws queries, keys and values as one Xavier uniform weight (d, 3 d), within +-sqrt(6 / (4 d)), and
 * sets attention's biases to 0.
 *
 * Reference: torch 2.13, nn/modules/linear.py, sparse.py, activation.py (reset_parameters).
 *
 * @example
 * ```ts
 * import { describeScheme, mlp, pytorchDefault, relu } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * const rows = describeScheme(mlp({ widths: [100, 10], activation: relu }), pytorchDefault());
 * expect(rows[0].std).toBeCloseTo(0.1 / Math.sqrt(3), 12);
 * expect(rows[1].std).toBe(rows[0].std); // the bias too
 * ```
 */
export function pytorchDefault(options: PytorchDefaultOptions = {}): Scheme {
  onlyOptions("pytorchDefault", options, ["attention"]);
  const attention = oneOf("attention", options.attention ?? "linear", ["linear", "multihead"]);
  const linear = varianceScaling({ scale: 1 / 3, distribution: "uniform" });
  const weights = weightsBy((spec): Initializer => {
    if (spec.role === "embedding") return normal({ std: 1 });
    if (attention === "multihead" && FUSED.includes(spec.kind)) {
      const { fanIn, fanOut } = spec.fans;
      return xavierUniform({ gain: Math.sqrt((fanIn + fanOut) / (fanIn + 3 * fanOut)) });
    }
    return linear;
  });
  return (spec, model) => {
    const owner = ownerOf(spec, model);
    if (spec.role !== "bias" || owner === undefined) return weights(spec, model);
    const isAttention = [...FUSED, "attentionOut"].includes(owner.kind);
    return attention === "multihead" && isAttention ? zeros() : linear;
  };
}
