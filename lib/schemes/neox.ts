import { normal } from "../initializers/distributions.ts";
import type { Scheme } from "../nn/schemes.ts";
import { gptOf, weightsBy, widthOf } from "./anatomy.ts";

/**
 * Small init: every weight N(0, 2 / (5 d)), d the model's width: what Xavier gives a feed-forward weight (d, 4 d).
 *
 * @throws {RangeError} where the model is not a gpt.
 *
 * Reference: Nguyen and Salazar (2019); EleutherAI/gpt-neox, init_functions.py (small_init).
 *
 * @example
 * ```ts
 * import { describeScheme, gpt, smallInit } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * const model = gpt({ vocabulary: 27, context: 8, width: 16, heads: 2, blocks: 3 });
 * expect(describeScheme(model, smallInit())[0].std).toBeCloseTo(Math.sqrt(2 / 80), 12);
 * ```
 */
export function smallInit(): Scheme {
  return weightsBy((_, model) => normal({ std: Math.sqrt(2 / (5 * widthOf("smallInit", model))) }));
}

/**
 * GPT-NeoX-20B: small init, and std 2 / (L sqrt d) for the last weight of each branch, which is called Wang init.
 *
 * @throws {RangeError} where the model is not a gpt.
 *
 * Reference: Black et al. (2022); gpt-neox, init_functions.py (wang_init), configs/20B.yml.
 *
 * @example
 * ```ts
 * import { describeScheme, gpt, wang } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * const model = gpt({ vocabulary: 27, context: 8, width: 16, heads: 2, blocks: 3 });
 * const row = describeScheme(model, wang()).find(({ kind }) => kind === "attentionOut");
 * expect(row?.std).toBeCloseTo(2 / (3 * 4), 12);
 * ```
 */
export function wang(): Scheme {
  const others = smallInit();
  return (spec, model) => {
    if (spec.role !== "residual") return others(spec, model);
    const { blocks, width } = gptOf("wang", model);
    return normal({ std: 2 / (blocks * Math.sqrt(width)) });
  };
}
