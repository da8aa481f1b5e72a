import { normal } from "../initializers/distributions.ts";
import type { GptSpec, Model, ParamSpec } from "../nn/model.ts";
import { aboveZero, count, oneOf, onlyOptions } from "../tensor/arguments.ts";
import { gptOf, headSizeOf, ownerOf, ownHead, scalesScores, weightsBy } from "./anatomy.ts";
import { type Parametrization, parametrization } from "./parametrization.ts";

export interface UMupOptions {
  /** T: how many tokens a position may see, which sets the scale of attention's outputs. */
  positions: number;
  /** alpha_res, share of all branches beside the embedding; 1 when left out. */
  residual?: number;
  /** alpha_res-attn-ratio, attention's share beside feed-forward's; 1 when left out. */
  attentionRatio?: number;
}

/**
 * Unit scaling, forward: every weight N(0, 1), times 1 / sqrt(fanIn) where it is used; embeddings N(0, 1).
 *
 * Its scales of gradients are left out: they change no direction, and Adam undoes them.
 *
 * Reference: Blake, Orr and Luschi (2023); graphcore-research/unit-scaling, functional.py (linear).
 *
 * @example
 * ```ts
 * import { describeScheme, mlp, relu, unitScaling } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * const [row] = describeScheme(mlp({ widths: [64, 10], activation: relu }), unitScaling());
 * expect([row.std, row.multiplier]).toEqual([1, 1 / 8]);
 * ```
 */
export function unitScaling(): Parametrization {
  return parametrization(weightsBy(() => normal({ std: 1 })), { multiplier: perInput });
}

/**
 * u-muP, for Adam and pre-LN blocks: every weight N(0, 1), times 1 / sqrt(fanIn) where it is used, the head 1 / fanIn; learning
 * rates 1 / sqrt(fanIn) for weights, 1 / sqrt(d) for embeddings, 1 for head, biases and gains; all in blocks 1 / sqrt(L).
 *
 * Its operations' scales stand in multipliers, to which they are equal but for LN's epsilon: scores times 1 / k, feed-forward outputs
 * times 1.7668 (gated: 1.6818), attention outputs by the rule for T positions; branches a / sqrt(L), which is what tau makes of
 * them, with a = alpha_res sqrt(2 / (1 + ratio^2)) for feed-forward, ratio times that for attention.
 *
 * @throws {RangeError} where the model is not a pre-LN gpt with a head of its own and GELU or SiLU, or a number is not above 0.
 *
 * Reference: Blake et al. (2024), appendix G for tau; graphcore-research/unit-scaling, functional.py, optim.py.
 *
 * @example
 * ```ts
 * import { describeScheme, gpt, uMup } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * const model = gpt({ vocabulary: 27, context: 8, width: 64, heads: 2, blocks: 4, tiedHead: false });
 * const head = describeScheme(model, uMup({ positions: 8 })).at(-1);
 * expect(head).toMatchObject({ parameter: "head.weight", std: 1, multiplier: 1 / 64, learningRate: 1 });
 * ```
 */
export function uMup(options: UMupOptions): Parametrization {
  onlyOptions("uMup", options, ["positions", "residual", "attentionRatio"]);
  const positions = count("positions", options.positions);
  if (positions === 1) {
    throw new RangeError("Cannot scale attention over 1 position: give positions, at least 2");
  }
  const residual = aboveZero("residual", options.residual ?? 1);
  const ratio = aboveZero("attentionRatio", options.attentionRatio ?? 1);
  const feedForward = residual * Math.sqrt(2 / (1 + ratio ** 2));

  /** What a branch is multiplied by beside the stream, as tau makes it. */
  function branch(spec: ParamSpec, model: Model): number {
    const end = ownerOf(spec, model);
    if (end?.role !== "residual") return 1;
    const share = end.kind === "attentionOut" ? ratio * feedForward : feedForward;
    return share / Math.sqrt(gptOf("uMup", model).blocks);
  }

  /** What brings the output of an operation to unit scale, at the weight behind it. */
  function operation(spec: ParamSpec, model: Model): number {
    const headSize = headSizeOf("uMup", model);
    if (scalesScores(spec, model)) return 1 / Math.sqrt(headSize);
    if (spec.role !== "residual") return 1;
    return spec.kind === "attentionOut"
      ? attentionScale(positions, headSize, gptOf("uMup", model).causal)
      : activationScale(gptOf("uMup", model));
  }

  return parametrization(weightsBy(() => normal({ std: 1 })), {
    multiplier: (spec, model) => {
      gptOf("uMup", model, "pre");
      ownHead("uMup", model);
      const own = spec.role === "output" ? 1 / spec.fans.fanIn : perInput(spec);
      return own * operation(spec, model) * branch(spec, model);
    },
    learningRate: (spec, model) => {
      const { blocks, width } = gptOf("uMup", model, "pre");
      const depth = spec.block === undefined ? 1 : 1 / Math.sqrt(blocks);
      if (spec.role === "embedding") return 1 / Math.sqrt(width);
      return spec.role === "output" ? 1 : depth * perInput(spec);
    },
  });
}

/** The library's model of what brings an activation's output to unit scale: 1.766783, for x silu(g) 1.681793. */
function activationScale({ activation, feedForward }: GptSpec): number {
  oneOf("activation in uMup", activation.name, ["gelu", "geluTanh", "silu"]);
  return feedForward === "swiglu"
    ? between(1 / 2, 2, Math.SQRT2)
    : between(1 / (1 + 0.25), 2, Math.sqrt(2 / (1 - 1 / Math.PI)));
}

/** The library's model of what brings attention over T positions, with scores times 1 / k, to unit scale. */
function attentionScale(positions: number, headSize: number, causal: boolean): number {
  const few = Math.sqrt((causal ? Math.log(positions) : 1) / positions);
  return 1 / between(1 / (1 + 4 * headSize), few, 1);
}

function between(share: number, low: number, high: number): number {
  return Math.exp(share * Math.log(high) + (1 - share) * Math.log(low));
}

/** 1 / sqrt(fanIn) for what multiplies its inputs, 1 for all else. */
function perInput({ role, fans }: ParamSpec): number {
  return role === "hidden" || role === "residual" || role === "output"
    ? 1 / Math.sqrt(fans.fanIn)
    : 1;
}
