import { type Initializer, initializer } from "../initializers/initializer.ts";
import { mimeticQueryKey, mimeticValueOutput } from "../initializers/mimetic.ts";
import type { Model, ParamSpec } from "../nn/model.ts";
import { checkScheme, type Scheme } from "../nn/schemes.ts";
import { onlyOptions } from "../tensor/arguments.ts";
import { checkRng, type Rng } from "../tensor/rng.ts";
import type { Shape } from "../tensor/tensor.ts";
import { headSizeOf } from "./anatomy.ts";

export interface MimeticSchemeOptions {
  /** Where pairs come from, as neither half can be drawn without the other: that of block b is `rng.child(b)`. */
  rng: Rng;
  /** Initializes everything but attention. */
  otherwise: Scheme;
  /** Shares of noise and identity in W_Q W_K^T; 0.7 and 0.7, a vision model's, when left out. */
  queryKey?: { noise?: number; identity?: number };
  /** Shares in W_V W_O; 0.4 and -0.4, a vision model's, when left out; trained language models have +. */
  valueOutput?: { noise?: number; identity?: number };
}

/**
 * Mimetic initialization of every attention: W_Q W_K^T = 0.7 Z + 0.7 I as near as a head's rank allows, W_V W_O = 0.4 Z - 0.4 I.
 *
 * @throws {RangeError} where a model with queries does not say how many heads it has.
 *
 * Reference: Trockman and Kolter (2023).
 *
 * @example
 * ```ts
 * import { gpt, initialize, mimetic, nanoGpt, rng } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * const model = gpt({ vocabulary: 27, context: 8, width: 6, heads: 1, blocks: 1 });
 * const pure = { noise: 0, identity: -0.5 };
 * const scheme = mimetic({ rng: rng("pairs"), otherwise: nanoGpt(), queryKey: pure });
 * const params = initialize(model, scheme, rng("example"));
 * const query = params["block1.query.weight"].data, key = params["block1.key.weight"].data;
 * let first = 0; // of W_Q W_K^T
 * for (let k = 0; k < 6; k++) first += query[k] * key[k];
 * expect(first).toBeCloseTo(-0.5, 5);
 * ```
 */
export function mimetic(options: MimeticSchemeOptions): Scheme {
  onlyOptions("mimetic", options, ["rng", "otherwise", "queryKey", "valueOutput"]);
  const rng = checkRng(options.rng);
  const otherwise = checkScheme("initialize all but attention", options.otherwise);
  const valueOutput = mimeticValueOutput(options.valueOutput);
  mimeticQueryKey(options.queryKey);
  const queryKey = (spec: ParamSpec, model: Model) => {
    const heads = spec.shape[1] / headSizeOf("mimetic", model);
    return mimeticQueryKey({ ...options.queryKey, heads });
  };
  return (spec, model) => {
    if (spec.role === "bias") return otherwise(spec, model); // of the kind of its weight
    const stream = rng.child(spec.block?.index ?? "outside");
    if (spec.kind === "query" || spec.kind === "key") {
      return half(queryKey(spec, model), stream.child("queryKey"), spec.kind === "query" ? 0 : 1);
    }
    if (spec.kind === "value" || spec.kind === "attentionOut") {
      return half(valueOutput, stream.child("valueOutput"), spec.kind === "value" ? 0 : 1);
    }
    return otherwise(spec, model);
  };
}

/** One of the two tensors of a pair, drawn from the pair's stream. */
function half(pair: Initializer, stream: Rng, index: 0 | 1): Initializer {
  const both = (shape: Shape) => [2, ...shape];
  return initializer(
    { ...pair.spec, half: index },
    (shape) => pair.law(both(shape)),
    (shape) => {
      const { data } = pair(both(shape), stream), size = data.length / 2;
      return { shape: [...shape], data: data.slice(index * size, (index + 1) * size) };
    },
  );
}
