import { normal } from "../initializers/distributions.ts";
import { xavierNormal } from "../initializers/named.ts";
import type { Scheme } from "../nn/schemes.ts";
import { count, onlyOptions } from "../tensor/arguments.ts";
import { gptOf, weightsBy } from "./anatomy.ts";

const KEPT = ["query", "key"];

/**
 * Magneto's initialization, Sub-LN's, for a stack of L pre-LN blocks, encoder or decoder alone: Xavier normal with gain
 * sqrt(ln(2 L)) for values, attention outputs and feed-forward weights, gain 1 for queries and keys.
 *
 * Sub-LN is also a norm more in each branch, before its last weight, which this library's gpt does not have: the weights
 * are Magneto's, the network is pre-LN. Embeddings and head are not Magneto's: N(0, 1 / d), as in torchscale.
 *
 * @throws {RangeError} where the model is not a pre-LN gpt.
 *
 * Reference: Wang et al. (2022), "Foundation Transformers"; microsoft/torchscale, architecture/decoder.py.
 *
 * @example
 * ```ts
 * import { describeScheme, gpt, subLn } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * const model = gpt({ vocabulary: 27, context: 8, width: 16, heads: 2, blocks: 8 });
 * const stds = Object.fromEntries(describeScheme(model, subLn()).map((row) => [row.parameter, row.std]));
 * expect(stds["block1.query.weight"]).toBe(1 / 4);
 * expect(stds["block1.value.weight"]).toBeCloseTo(Math.sqrt(Math.log(16)) / 4, 12);
 * ```
 */
export function subLn(): Scheme {
  return weightsBy((spec, model) => {
    const { blocks, width } = gptOf("subLn", model, "pre");
    if (spec.block === undefined) return normal({ std: 1 / Math.sqrt(width) });
    return xavierNormal({ gain: KEPT.includes(spec.kind) ? 1 : Math.sqrt(Math.log(2 * blocks)) });
  });
}

/**
 * Magneto's gains for N encoder and M decoder blocks: sqrt(ln(3 M) ln(2 N) / 3) and sqrt(ln(3 M)).
 *
 * Reference: Wang et al. (2022), "Foundation Transformers"; torchscale, architecture/encoder.py and decoder.py.
 *
 * @example
 * ```ts
 * import { subLnPair } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * const { encoder, decoder } = subLnPair({ encoder: 6, decoder: 9 });
 * expect(decoder).toBeCloseTo(Math.sqrt(Math.log(27)), 12);
 * expect(encoder).toBeCloseTo(Math.sqrt(Math.log(3) * Math.log(12)), 12);
 * ```
 */
export function subLnPair(
  options: { encoder: number; decoder: number },
): { encoder: number; decoder: number } {
  onlyOptions("subLnPair", options, ["encoder", "decoder"]);
  const n = count("encoder", options.encoder), m = count("decoder", options.decoder);
  return {
    encoder: Math.sqrt(Math.log(3 * m) * Math.log(2 * n) / 3),
    decoder: Math.sqrt(Math.log(3 * m)),
  };
}
