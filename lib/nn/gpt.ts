import { aboveZero, count, oneOf, onlyOptions, trueOrFalse } from "../tensor/arguments.ts";
import { show } from "../tensor/tensor.ts";
import { type Activation, checkActivation, gelu, silu } from "./activations.ts";
import { attention } from "./attention.ts";
import { embedding, idsOf, unembedding } from "./embedding.ts";
import { gptParams } from "./gptParams.ts";
import type { GptSpec, Model, Tap } from "./model.ts";
import { layerNorm, rmsNorm } from "./normalize.ts";
import { activate, add, dot, multiply, scale } from "./operations.ts";
import { rotary } from "./rotary.ts";
import type { Var } from "./tape.ts";

/** A gpt's settings; but for the first five, those of GPT-2 when left out. */
export interface GptOptions {
  /** Number of different tokens: 0 ... vocabulary - 1. */
  vocabulary: number;
  /** The longest sequence. */
  context: number;
  /** Columns of the residual stream. */
  width: number;
  heads: number;
  blocks: number;
  /** "pre": x + f(norm(x)), and a norm before the head; "post": norm(x + f(x)). */
  norm?: "pre" | "post";
  normKind?: "layerNorm" | "rmsNorm";
  /** "learned": a table added to the tokens'; "rotary": queries and keys are turned. */
  positions?: "learned" | "rotary";
  /** Of the feed-forward: gelu when left out, silu in "swiglu". */
  activation?: Activation;
  /** "mlp": activation(x in) out; "swiglu": (activation(x gate) x in) out, element by element. */
  feedForward?: "mlp" | "swiglu";
  /** 4 width when left out; in "swiglu" 8/3 width, rounded up to a multiple of 8. */
  feedForwardWidth?: number;
  /** Whether the head is the token embedding transposed. */
  tiedHead?: boolean;
  /** Whether each head's queries and keys pass an rmsNorm, before rotary positions turn them. */
  qkNorm?: boolean;
  /** Whether a position sees none behind it; false makes the blocks an encoder's. */
  causal?: boolean;
  /** What each branch f is multiplied by. */
  residualScale?: number;
  /** Of linear layers and layer norms. */
  bias?: boolean;
}

const KNOWN = [
  ...["vocabulary", "context", "width", "heads", "blocks", "norm", "normKind", "positions"],
  ...["activation", "feedForward", "feedForwardWidth", "tiedHead", "qkNorm", "residualScale"],
  ...["bias", "causal"],
];

/**
 * A transformer of one stack, a decoder unless told otherwise: inputs are tokens (sequences, positions), outputs logits of each next token, (sequences positions, vocabulary).
 *
 * Parameters: `tokenEmbedding.weight`, `positionEmbedding.weight`, for b = 1 ... blocks `block<b>.` with `attentionNorm`, `query`, `key`,
 * `value`, `attentionOut`, `feedForwardNorm`, `feedForwardGate`, `feedForwardIn`, `feedForwardOut` and `.weight` or `.bias`, then `finalNorm`
 * and `head.weight`; those that the options need. A tap is told `tokenEmbedding`, `positionEmbedding`, `embedding` (their sum),
 * `block<b>.attentionWeights`, `block<b>.attention` and `block<b>.feedForward` (what a branch adds), `block<b>.residual` (the stream
 * behind the block) and `logits`.
 *
 * Reference: Radford et al. (2019), section 2.3; Shazeer (2020) for "swiglu"; Henry et al. (2020) for qkNorm, with an
 * RMS norm as in Qwen3.
 *
 * @throws {RangeError} where a size is not an integer >= 1, heads do not divide the width, or rotary heads have an odd size.
 *
 * @example
 * ```ts
 * import { forward, everywhere, gpt, initialize, rng, tensor, zeros } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * const model = gpt({ vocabulary: 27, context: 8, width: 16, heads: 2, blocks: 3 });
 * const params = initialize(model, everywhere(zeros()), rng("example"));
 * expect(forward(model, params, tensor([1, 3], [0, 26, 5])).shape).toEqual([3, 27]);
 * ```
 */
export function gpt(options: GptOptions): Model<GptSpec> {
  onlyOptions("gpt", options, KNOWN);
  const { vocabulary, context, width, heads, blocks } = options;
  const { norm = "pre", normKind = "layerNorm", positions = "learned" } = options;
  const { feedForward = "mlp", tiedHead = true, qkNorm = false } = options;
  const { residualScale = 1, bias = true, causal = true } = options;
  const isGated = feedForward === "swiglu";
  const activation = checkActivation(options.activation ?? (isGated ? silu : gelu));
  const { feedForwardWidth = isGated ? 8 * Math.ceil(width / 3) : 4 * width } = options;
  const spec: GptSpec = {
    ...{ name: "gpt", vocabulary, context, width, heads, blocks, norm, normKind, positions },
    ...{ feedForward, feedForwardWidth, tiedHead, qkNorm, residualScale, bias, causal },
    activation: { name: activation.name, parameter: activation.parameter },
  };
  check(spec);
  return {
    spec,
    params: gptParams(spec),
    apply: (params, x, tap) => logits(spec, activation, params, x, tap),
  };
}

function logits(
  spec: GptSpec,
  activation: Activation,
  params: Readonly<Record<string, Var>>,
  x: Var,
  tap?: Tap,
): Var {
  const { heads, norm, positions: kind, residualScale } = spec;
  const [sequences, positions] = x.shape;
  if (x.shape.length !== 2 || positions > spec.context) {
    throw new RangeError(
      `Cannot read tokens of shape ${
        show(x.shape)
      }: they must be (sequences, at most ${spec.context} positions)`,
    );
  }
  const linear = (name: string, h: Var): Var =>
    dot(h, params[`${name}.weight`], params[`${name}.bias`]);
  const normed = (name: string, h: Var): Var =>
    spec.normKind === "rmsNorm"
      ? rmsNorm(h, params[`${name}.weight`])
      : layerNorm(h, params[`${name}.weight`], params[`${name}.bias`]);
  const told = (name: string, h: Var): Var => {
    tap?.(name, h);
    return h;
  };

  const attend = (block: string, h: Var): Var => {
    const projected = (name: "query" | "key"): Var => {
      let y = linear(block + name, h);
      if (spec.qkNorm) y = rmsNorm(y, params[`${block}${name}Norm.weight`]);
      return kind === "rotary" ? rotary(y, { heads, positions }) : y;
    };
    const mixed = attention(projected("query"), projected("key"), linear(`${block}value`, h), {
      heads,
      positions,
      causal: spec.causal,
      tap: (weights) => tap?.(`${block}attentionWeights`, weights),
    });
    return linear(`${block}attentionOut`, mixed);
  };
  const feed = (block: string, h: Var): Var => {
    const inner = linear(`${block}feedForwardIn`, h);
    const active = spec.feedForward === "swiglu"
      ? multiply(activate(linear(`${block}feedForwardGate`, h), activation), inner)
      : activate(inner, activation);
    return linear(`${block}feedForwardOut`, active);
  };
  /** The stream after a branch. */
  const branched = (name: string, normName: string, h: Var, f: (h: Var) => Var): Var => {
    const branch = f(norm === "pre" ? normed(normName, h) : h);
    const scaled = told(name, residualScale === 1 ? branch : scale(branch, residualScale));
    return norm === "pre" ? add(h, scaled) : normed(normName, add(h, scaled));
  };

  const table = params["tokenEmbedding.weight"];
  let h = told("tokenEmbedding", embedding(table, idsOf(x.data, spec.vocabulary)));
  if (kind === "learned") {
    const order = Int32Array.from({ length: sequences * positions }, (_, i) => i % positions);
    h = add(h, told("positionEmbedding", embedding(params["positionEmbedding.weight"], order)));
  }
  told("embedding", h);
  for (let b = 1; b <= spec.blocks; b++) {
    const block = `block${b}.`;
    h = branched(`${block}attention`, `${block}attentionNorm`, h, (y) => attend(block, y));
    h = branched(`${block}feedForward`, `${block}feedForwardNorm`, h, (y) => feed(block, y));
    told(`${block}residual`, h);
  }
  if (norm === "pre") h = normed("finalNorm", h);
  return told("logits", spec.tiedHead ? unembedding(h, table) : dot(h, params["head.weight"]));
}

function check(spec: GptSpec): void {
  const { width, heads } = spec;
  count("a gpt's vocabulary", spec.vocabulary);
  count("a gpt's context", spec.context);
  count("a gpt's width", width);
  count("a gpt's heads", heads);
  count("a gpt's blocks", spec.blocks);
  count("a gpt's feedForwardWidth", spec.feedForwardWidth);
  for (const name of ["tiedHead", "qkNorm", "bias", "causal"] as const) {
    trueOrFalse(name, spec[name]);
  }
  aboveZero("a gpt's residualScale", spec.residualScale);
  oneOf("norm", spec.norm, ["pre", "post"]);
  oneOf("normKind", spec.normKind, ["layerNorm", "rmsNorm"]);
  oneOf("positions", spec.positions, ["learned", "rotary"]);
  oneOf("feedForward", spec.feedForward, ["mlp", "swiglu"]);
  if (width % heads > 0 || (spec.positions === "rotary" && width / heads % 2 > 0)) {
    throw new RangeError(
      `Cannot share width ${width} among ${heads} heads: each must get the same number of columns, for rotary positions an even one`,
    );
  }
}
