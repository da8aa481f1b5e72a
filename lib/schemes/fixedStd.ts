import { normal, truncatedNormal } from "../initializers/distributions.ts";
import type { Scheme } from "../nn/schemes.ts";
import { aboveZero, atLeastZero, onlyOptions } from "../tensor/arguments.ts";
import { blocksOf, weightsBy } from "./anatomy.ts";

export interface MegatronOptions {
  /** Standard deviation of all weights but the last ones of branches; 0.02 when left out. */
  std?: number;
  /** Residual branches of a block: 2 when left out; 1 where a block is one branch, as Mamba's. */
  branches?: number;
}

/**
 * GPT-2: N(0, 0.02^2), positions N(0, 0.01^2), the last weight of each of the 2 L branches 0.02 / sqrt(2 L); biases 0.
 *
 * The published model.py has the two stds; the paper's "1 / sqrt(N), N residual layers" is not in it, as it only loads.
 *
 * @throws {RangeError} where the model has no blocks.
 *
 * Reference: Radford et al. (2019); openai/gpt-2, src/model.py.
 *
 * @example
 * ```ts
 * import { describeScheme, gpt, gpt2 } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * const model = gpt({ vocabulary: 27, context: 8, width: 16, heads: 2, blocks: 3 });
 * const stds = Object.fromEntries(describeScheme(model, gpt2()).map((row) => [row.parameter, row.std]));
 * expect(stds["positionEmbedding.weight"]).toBe(0.01);
 * expect(stds["block3.feedForwardOut.weight"]).toBeCloseTo(0.02 / Math.sqrt(6), 12);
 * ```
 */
export function gpt2(): Scheme {
  const others = megatron();
  return (spec, model) =>
    spec.kind === "positionEmbedding" ? normal({ std: 0.01 }) : others(spec, model);
}

/**
 * nanoGPT, and GPT-2 in Hugging Face transformers: N(0, 0.02^2), positions too, 0.02 / sqrt(2 L) at the ends of branches.
 *
 * @throws {RangeError} where the model has no blocks.
 *
 * Reference: karpathy/nanoGPT, model.py; transformers 5, modeling_gpt2.py.
 *
 * @example
 * ```ts
 * import { describeScheme, gpt, nanoGpt } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * const model = gpt({ vocabulary: 27, context: 8, width: 16, heads: 2, blocks: 3 });
 * const std = (name: string) =>
 *   describeScheme(model, nanoGpt()).find(({ parameter }) => parameter === name)?.std;
 * expect(std("positionEmbedding.weight")).toBe(0.02);
 * expect(std("block1.attentionOut.weight")).toBeCloseTo(0.02 / Math.sqrt(6), 12);
 * ```
 */
export function nanoGpt(): Scheme {
  return megatron();
}

/**
 * N(0, std^2), and std / sqrt(branches L) for the last weight of each branch, embeddings and head at std: Megatron-LM's
 * scaled_init_method_normal and GPT-NeoX's scaled_normal.
 *
 * @throws {RangeError} where the model has no blocks, std is negative or branches not above 0.
 *
 * Reference: Shoeybi et al. (2019); NVIDIA/Megatron-LM, core/utils.py; EleutherAI/gpt-neox, init_functions.py.
 *
 * @example
 * ```ts
 * import { describeScheme, gpt, megatron } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * const model = gpt({ vocabulary: 27, context: 8, width: 16, heads: 2, blocks: 3 });
 * const end = describeScheme(model, megatron({ std: 0.006 })).find(({ role }) => role === "residual");
 * expect(end?.std).toBeCloseTo(0.006 / Math.sqrt(6), 12);
 * ```
 */
export function megatron(options: MegatronOptions = {}): Scheme {
  onlyOptions("megatron", options, ["std", "branches"]);
  const std = atLeastZero("std", options.std ?? 0.02);
  const branches = aboveZero("branches", options.branches ?? 2);
  return weightsBy((spec, model) =>
    spec.role === "residual"
      ? normal({ std: std / Math.sqrt(branches * blocksOf("megatron", model)) })
      : normal({ std })
  );
}

/**
 * LLaMA as libraries have it: N(0, std^2) for every weight, no matter how deep; std is 0.02 when left out.
 *
 * The paper does not say what LLaMA started from, and Meta's code only loads.
 *
 * Reference: transformers 5, configuration_llama.py (initializer_range).
 *
 * @example
 * ```ts
 * import { describeScheme, gpt, llama } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * const model = gpt({ vocabulary: 27, context: 8, width: 16, heads: 2, blocks: 3 });
 * const end = describeScheme(model, llama()).find(({ role }) => role === "residual");
 * expect(end?.std).toBe(0.02);
 * ```
 */
export function llama(options: { std?: number } = {}): Scheme {
  onlyOptions("llama", options, ["std"]);
  const std = atLeastZero("std", options.std ?? 0.02);
  return weightsBy(() => normal({ std }));
}

/**
 * BERT: every weight from N(0, 0.02^2) cut at two of these, uncorrected, so that the std drawn is 0.01759.
 *
 * Reference: google-research/bert, modeling.py (create_initializer).
 *
 * @example
 * ```ts
 * import { bert, describeScheme, gpt, truncatedStd } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * const model = gpt({ vocabulary: 27, context: 8, width: 16, heads: 2, blocks: 3 });
 * const end = describeScheme(model, bert()).find(({ role }) => role === "residual");
 * expect(end?.std).toBeCloseTo(0.02 * truncatedStd(2), 12);
 * ```
 */
export function bert(): Scheme {
  return weightsBy(() => truncatedNormal({ parentStd: 0.02, cut: 2 }));
}
