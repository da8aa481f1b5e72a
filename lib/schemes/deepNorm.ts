import { normal } from "../initializers/distributions.ts";
import { xavierNormal } from "../initializers/named.ts";
import { count, onlyOptions } from "../tensor/arguments.ts";
import { endsBranch, gptOf, weightsBy } from "./anatomy.ts";
import { tokensTimes } from "./fairseq.ts";
import { type Parametrization, parametrization } from "./parametrization.ts";

/** alpha multiplies the skip connection, beta the weights of branches. */
export interface DeepNormConstants {
  readonly alpha: number;
  readonly beta: number;
}

const KEPT = ["query", "key"];

/**
 * DeepNorm for a stack of L blocks, encoder or decoder alone: x = LN(alpha x + f(x)), alpha = (2 L)^(1/4); Xavier normal with gain
 * beta = (8 L)^(-1/4) for values, attention outputs and feed-forward weights, gain 1 for queries and keys.
 *
 * Embeddings and head are not DeepNorm's: they are N(0, 1 / d), tokens multiplied by sqrt(d), as in fairseq. Its
 * multiplier of a branch is 1 / alpha, for a post-LN model: LN(alpha x + f(x)) = LN(x + f(x) / alpha), but for LN's epsilon.
 *
 * @throws {RangeError} where the model is not a post-LN gpt.
 *
 * Reference: Wang et al. (2022); microsoft/torchscale, architecture/decoder.py.
 *
 * @example
 * ```ts
 * import { deepNorm, describeScheme, gpt } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * const model = gpt({ vocabulary: 27, context: 8, width: 16, heads: 2, blocks: 8, norm: "post" });
 * const value = describeScheme(model, deepNorm()).find(({ kind }) => kind === "value")!;
 * const end = describeScheme(model, deepNorm()).find(({ kind }) => kind === "attentionOut")!;
 * expect(value.std).toBeCloseTo(64 ** -0.25 * Math.sqrt(2 / 32), 12);
 * expect(end.multiplier).toBe(1 / 2);
 * ```
 */
export function deepNorm(): Parametrization {
  const scheme = weightsBy((spec, model) => {
    const { blocks, width } = gptOf("deepNorm", model, "post");
    if (spec.block === undefined) return normal({ std: 1 / Math.sqrt(width) });
    return xavierNormal({
      gain: KEPT.includes(spec.kind) ? 1 : deepNormConstants({ blocks }).beta,
    });
  });
  return parametrization(scheme, {
    multiplier: (spec, model) => {
      const { blocks } = gptOf("deepNorm", model, "post");
      return endsBranch(spec, model)
        ? 1 / deepNormConstants({ blocks }).alpha
        : tokensTimes("deepNorm", spec, model);
    },
  });
}

/**
 * alpha and beta of one stack of L blocks; {@linkcode deepNormPair} has those of an encoder with a decoder.
 *
 * @example
 * ```ts
 * import { deepNormConstants } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * expect(deepNormConstants({ blocks: 8 }).alpha).toBe(2);
 * ```
 */
export function deepNormConstants(options: { blocks: number }): DeepNormConstants {
  onlyOptions("deepNormConstants", options, ["blocks"]);
  const depth = count("blocks", options.blocks);
  return { alpha: (2 * depth) ** 0.25, beta: (8 * depth) ** -0.25 };
}

/**
 * Constants of N encoder and M decoder blocks: 0.81 (N^4 M)^(1/16) and 0.87 (N^4 M)^(-1/16); (3 M)^(1/4) and (12 M)^(-1/4).
 *
 * Reference: Wang et al. (2022); torchscale, architecture/encoder.py; Transformer-Clinic, transformer_layer.py.
 *
 * @example
 * ```ts
 * import { deepNormPair } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * expect(deepNormPair({ encoder: 6, decoder: 6 }).decoder.alpha).toBeCloseTo(2.0598, 4);
 * ```
 */
export function deepNormPair(
  options: { encoder: number; decoder: number },
): { encoder: DeepNormConstants; decoder: DeepNormConstants } {
  onlyOptions("deepNormPair", options, ["encoder", "decoder"]);
  const n = count("encoder", options.encoder), m = count("decoder", options.decoder);
  const mixed = (n ** 4 * m) ** (1 / 16);
  return {
    encoder: { alpha: 0.81 * mixed, beta: 0.87 / mixed },
    decoder: { alpha: (3 * m) ** 0.25, beta: (12 * m) ** -0.25 },
  };
}
