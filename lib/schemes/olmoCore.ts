import { normal, truncatedNormal } from "../initializers/distributions.ts";
import { atLeastZero, onlyOptions } from "../tensor/arguments.ts";
import type { ParamSpec } from "../nn/model.ts";
import type { Scheme } from "../nn/schemes.ts";
import { gptOf, weightsBy } from "./anatomy.ts";

export interface OlmoCoreOptions {
  /** Standard deviation, before the cut, of what has no rule of its own; 0.02 when left out. */
  std?: number;
}

/**
 * OLMo-core's llama: std 0.02, 0.02 / sqrt(2 L) for the last weight of each branch and for a gated feed-forward's linear half
 * (feedForwardIn, their w3), head 1 / sqrt(d), all cut at three of these, uncorrected; embeddings N(0, 1).
 *
 * @throws {RangeError} where the model is not a gpt, or std is negative.
 *
 * Reference: OLMo team (2025); allenai/OLMo-core, nn/transformer/init.py (InitMethod.llama).
 *
 * @example
 * ```ts
 * import { describeScheme, gpt, olmoLlama, truncatedStd } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * const model = gpt({ vocabulary: 27, context: 8, width: 16, heads: 2, blocks: 8, feedForward: "swiglu" });
 * const stds = Object.fromEntries(describeScheme(model, olmoLlama()).map((row) => [row.parameter, row.std]));
 * expect(stds["block1.feedForwardGate.weight"]).toBeCloseTo(0.02 * truncatedStd(3), 12);
 * expect(stds["block1.feedForwardIn.weight"]).toBeCloseTo(0.005 * truncatedStd(3), 12);
 * ```
 */
export function olmoLlama(options: OlmoCoreOptions = {}): Scheme {
  return llamaBy("olmoLlama", options, (_, blocks) => blocks);
}

/**
 * OLMo-core's llama_depth: as {@linkcode olmoLlama}, with 0.02 / sqrt(2 l) in block l = 1 ... L.
 *
 * @throws {RangeError} where the model is not a gpt, or std is negative.
 *
 * Reference: allenai/OLMo-core, nn/transformer/init.py (InitMethod.llama_depth).
 *
 * @example
 * ```ts
 * import { describeScheme, gpt, olmoLlamaDepth, truncatedStd } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * const model = gpt({ vocabulary: 27, context: 8, width: 16, heads: 2, blocks: 3 });
 * const row = describeScheme(model, olmoLlamaDepth()).find(({ parameter }) => parameter === "block2.attentionOut.weight");
 * expect(row?.std).toBeCloseTo(0.01 * truncatedStd(3), 12);
 * ```
 */
export function olmoLlamaDepth(options: OlmoCoreOptions = {}): Scheme {
  return llamaBy("olmoLlamaDepth", options, ({ block }) => (block?.index ?? 0) + 1);
}

/**
 * nGPT's, OLMo-core's normalized: std 1 / sqrt(d), the last weight of each branch 1 / sqrt(2 L d), both cut at three of these,
 * uncorrected; embeddings N(0, 1 / d).
 *
 * nGPT also normalizes the rows of weights after each step, and the stream; this is its start alone.
 *
 * @throws {RangeError} where the model is not a gpt.
 *
 * Reference: Loshchilov et al. (2024); allenai/OLMo-core, nn/transformer/init.py (InitMethod.normalized).
 *
 * @example
 * ```ts
 * import { describeScheme, gpt, ngpt, truncatedStd } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * const model = gpt({ vocabulary: 27, context: 8, width: 16, heads: 2, blocks: 8 });
 * const stds = Object.fromEntries(describeScheme(model, ngpt()).map((row) => [row.parameter, row.std]));
 * expect(stds["tokenEmbedding.weight"]).toBe(1 / 4);
 * expect(stds["block1.attentionOut.weight"]).toBeCloseTo(truncatedStd(3) / 16, 12);
 * ```
 */
export function ngpt(): Scheme {
  return weightsBy((spec, model) => {
    const { blocks, width } = gptOf("ngpt", model), std = 1 / Math.sqrt(width);
    if (spec.role === "embedding") return normal({ std });
    return cutAtThree(spec.role === "residual" ? std / Math.sqrt(2 * blocks) : std);
  });
}

/**
 * OLMo-core's fan_in: std 1 / sqrt(fanIn) cut at three of these, uncorrected, no matter how deep; embeddings N(0, 1).
 *
 * Reference: allenai/OLMo-core, nn/transformer/init.py (InitMethod.fan_in).
 *
 * @example
 * ```ts
 * import { describeScheme, gpt, olmoFanIn, truncatedStd } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * const model = gpt({ vocabulary: 27, context: 8, width: 16, heads: 2, blocks: 3 });
 * const end = describeScheme(model, olmoFanIn()).find(({ kind }) => kind === "feedForwardOut");
 * expect(end?.std).toBeCloseTo(truncatedStd(3) / 8, 12);
 * ```
 */
export function olmoFanIn(): Scheme {
  return weightsBy(({ role, fans }) =>
    role === "embedding" ? normal({ std: 1 }) : cutAtThree(1 / Math.sqrt(fans.fanIn))
  );
}

/** OLMo's cut of a normal law, which its code does not correct for. */
export function cutAtThree(parentStd: number) {
  return truncatedNormal({ parentStd, cut: 3 });
}

/** std / sqrt(2 depth) for ends of branches and a gated feed-forward's linear half. */
function llamaBy(
  name: string,
  options: OlmoCoreOptions,
  depthOf: (spec: ParamSpec, blocks: number) => number,
): Scheme {
  onlyOptions(name, options, ["std"]);
  const std = atLeastZero("std", options.std ?? 0.02);
  return weightsBy((spec, model) => {
    const { blocks, width, feedForward } = gptOf(name, model);
    if (spec.role === "embedding") return normal({ std: 1 });
    if (spec.role === "output") return cutAtThree(1 / Math.sqrt(width));
    const isSmall = spec.role === "residual" ||
      (spec.kind === "feedForwardIn" && feedForward === "swiglu");
    return cutAtThree(isSmall ? std / Math.sqrt(2 * depthOf(spec, blocks)) : std);
  });
}
