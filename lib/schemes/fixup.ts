import { zeros } from "../initializers/constant.ts";
import { varianceScaling } from "../initializers/varianceScaling.ts";
import { normal } from "../initializers/distributions.ts";
import type { Scheme } from "../nn/schemes.ts";
import { blocksOf, branchOf, ownHead, weightsBy } from "./anatomy.ts";

/**
 * Fixup, for residual networks without normalization: head 0, the last weight of each branch 0, the other m - 1 weights of a
 * branch He's (fanOut) times B^(-1 / (2 m - 2)), B the number of branches; other weights He's, embeddings N(0, 1 / d).
 *
 * So a branch of two gets B^(-1/2), attention's four (query, key, value, output) B^(-1/6), a gated feed-forward's three B^(-1/4).
 * The scalar biases and multipliers that Fixup adds are the model's to have: biases start at 0, multipliers (role gain) at 1.
 * The authors' transformer has Xavier in place of He.
 *
 * @throws {RangeError} where the model has no blocks, or its head is tied.
 *
 * Reference: Zhang, Dauphin and Ma (2019); hongyi-zhang/Fixup, cifar/models/fixup_resnet_cifar.py.
 *
 * @example
 * ```ts
 * import { fixup, forward, gpt, initialize, rng, tensor } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * const model = gpt({ vocabulary: 27, context: 8, width: 16, heads: 2, blocks: 3, tiedHead: false });
 * const logits = forward(model, initialize(model, fixup(), rng("example")), tensor([1, 2], [0, 26]));
 * expect(logits.data.every((z) => z === 0)).toBe(true); // a loss of ln 27
 * ```
 */
export function fixup(): Scheme {
  return weightsBy((spec, model) => {
    blocksOf("fixup", model);
    ownHead("fixup", model);
    if (spec.role === "output" || spec.role === "residual") return zeros();
    if (spec.role === "embedding") return normal({ std: 1 / Math.sqrt(spec.shape[1]) });
    const size = branchOf(spec, model).length;
    const branches = model.params.filter(({ role }) => role === "residual").length;
    const factor = size > 1 ? branches ** (-1 / (2 * size - 2)) : 1;
    return varianceScaling({ scale: 2 * factor ** 2, mode: "fanOut" });
  });
}
