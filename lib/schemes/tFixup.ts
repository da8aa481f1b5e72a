import { normal } from "../initializers/distributions.ts";
import { xavierUniform } from "../initializers/named.ts";
import { oneOf, onlyOptions } from "../tensor/arguments.ts";
import { gptOf, weightsBy } from "./anatomy.ts";
import { tokensTimes } from "./fairseq.ts";
import { type Parametrization, parametrization } from "./parametrization.ts";

export interface TFixupOptions {
  /**
   * Whose factor branches get: "encoder", with 0.67 L^(-1/4), when left out, as a block without cross-attention is an encoder's;
   * "decoder" has (9 L)^(-1/4).
   */
  stack?: "encoder" | "decoder";
}

const KEPT = ["query", "key"];

/**
 * T-Fixup, for a transformer without layer normalization and warm-up: Xavier uniform everywhere, values, attention outputs and
 * feed-forward weights times 0.67 L^(-1/4) (decoder: (9 L)^(-1/4)), embeddings N(0, 1 / d) times (9 L)^(-1/4).
 *
 * Tokens are multiplied by sqrt(d), as in fairseq. The authors' code draws queries and keys with gain 1 / sqrt 2, fairseq's,
 * where the paper says Xavier: gain 1 here. The head is N(0, 1 / d), fairseq's.
 *
 * @throws {RangeError} where the model is not a gpt.
 *
 * Reference: Huang et al. (2020); layer6ai-labs/T-Fixup, modules/transformer_layer.py.
 *
 * @example
 * ```ts
 * import { describeScheme, gpt, tFixup } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * const model = gpt({ vocabulary: 27, context: 8, width: 16, heads: 2, blocks: 3 });
 * const value = describeScheme(model, tFixup()).find(({ kind }) => kind === "value")!;
 * expect(value.std).toBeCloseTo(0.67 * 3 ** -0.25 * Math.sqrt(2 / 32), 12);
 * ```
 */
export function tFixup(options: TFixupOptions = {}): Parametrization {
  onlyOptions("tFixup", options, ["stack"]);
  const stack = oneOf("stack", options.stack ?? "encoder", ["encoder", "decoder"]);
  const scheme = weightsBy((spec, model) => {
    const { blocks, width } = gptOf("tFixup", model), small = (9 * blocks) ** -0.25;
    if (spec.role === "embedding") return normal({ std: small / Math.sqrt(width) });
    if (spec.role === "output") return normal({ std: 1 / Math.sqrt(width) });
    if (KEPT.includes(spec.kind)) return xavierUniform();
    return xavierUniform({ gain: stack === "encoder" ? 0.67 * blocks ** -0.25 : small });
  });
  return parametrization(scheme, {
    multiplier: (spec, model) => tokensTimes("tFixup", spec, model),
  });
}
