import type { Scheme } from "../nn/schemes.ts";
import { gptOf, weightsBy } from "./anatomy.ts";
import { cutAtThree } from "./olmoCore.ts";

/**
 * OLMo 2: every weight from N(0, 0.02^2) cut at three of these, uncorrected.
 *
 * Reference: OLMo team (2025), section 3.2; allenai/OLMo, model.py (init_fn normal, init_cutoff_factor 3).
 *
 * @example
 * ```ts
 * import { describeScheme, gpt, olmo, truncatedStd } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * const model = gpt({ vocabulary: 27, context: 8, width: 16, heads: 2, blocks: 3 });
 * expect(describeScheme(model, olmo())[0].std).toBeCloseTo(0.02 * truncatedStd(3), 12);
 * ```
 */
export function olmo(): Scheme {
  return weightsBy(() => cutAtThree(0.02));
}

/**
 * OLMo's mitchell: std 1 / sqrt(d) for embeddings, head and inputs of branches, 1 / sqrt(2 n l) for the last weight of a branch,
 * with n its fanIn and l = 1 ... L its block; each cut at three of these, uncorrected.
 *
 * @throws {RangeError} where the model is not a gpt.
 *
 * Reference: OLMo team (2025), section 3.2, on OLMo 0424; allenai/OLMo, model.py (InitFnType.mitchell).
 *
 * @example
 * ```ts
 * import { describeScheme, gpt, mitchell, truncatedStd } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * const model = gpt({ vocabulary: 27, context: 8, width: 16, heads: 2, blocks: 3 });
 * const ends = describeScheme(model, mitchell()).filter(({ parameter }) => parameter.endsWith("attentionOut.weight"));
 * expect(ends[2].std).toBeCloseTo(truncatedStd(3) / Math.sqrt(2 * 16 * 3), 12);
 * ```
 */
export function mitchell(): Scheme {
  return weightsBy((spec, model) => {
    const { width } = gptOf("mitchell", model);
    const layer = (spec.block?.index ?? 0) + 1;
    return cutAtThree(
      1 / Math.sqrt(spec.role === "residual" ? 2 * spec.fans.fanIn * layer : width),
    );
  });
}

/**
 * OLMo's full_megatron: 0.02, 0.02 / sqrt(2 L) for the last weight of a branch, 1 / sqrt(d) for an untied head; cut at three.
 *
 * @throws {RangeError} where the model is not a gpt.
 *
 * Reference: allenai/OLMo, model.py (InitFnType.full_megatron).
 *
 * @example
 * ```ts
 * import { describeScheme, fullMegatron, gpt, truncatedStd } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * const model = gpt({ vocabulary: 27, context: 8, width: 16, heads: 2, blocks: 3 });
 * const end = describeScheme(model, fullMegatron()).find(({ role }) => role === "residual");
 * expect(end?.std).toBeCloseTo(0.02 * truncatedStd(3) / Math.sqrt(6), 12);
 * ```
 */
export function fullMegatron(): Scheme {
  return weightsBy((spec, model) => {
    const { blocks, width } = gptOf("fullMegatron", model);
    if (spec.role === "residual") return cutAtThree(0.02 / Math.sqrt(2 * blocks));
    return cutAtThree(spec.role === "output" ? 1 / Math.sqrt(width) : 0.02);
  });
}
