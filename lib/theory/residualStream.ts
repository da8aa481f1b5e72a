import type { Model } from "../nn/model.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { ScaledScheme } from "./gptLaws.ts";
import { diagonal, type Gram, mean } from "./gram.ts";
import { traceStream } from "./streamTrace.ts";

/** The residual stream behind a block, over all positions and columns, and where it comes from. */
export interface StreamRow {
  /** 0 for the embeddings, then 1 ... blocks. */
  readonly block: number;
  /** E h^2 of the stream; also at the first and at the last position. */
  readonly meanSquare: number;
  readonly firstMeanSquare: number;
  readonly lastMeanSquare: number;
  /** Shares of the mean square that token and position embeddings, attention and feed-forward branches have put in. */
  readonly token: number;
  readonly position: number;
  readonly attention: number;
  readonly feedForward: number;
  /** Mean squares of what this block's two branches add; 0 for the embeddings. */
  readonly attentionMeanSquare: number;
  readonly feedForwardMeanSquare: number;
  /** Mean over pairs of positions of E h_t h_u, as a share of the mean square: 1 where all rows are one. */
  readonly correlation: number;
  /** Std of the block's attention scores about each row's mean, see `attentionLaw`; 0 for the embeddings. */
  readonly scoreStd: number;
}

/**
 * What a gpt's residual stream is made of behind each block, before any number is drawn: means over draws of the weights.
 *
 * Followed is K, (positions, positions), the covariance per column between positions. It starts from the tokens: sigma_e^2 where two
 * positions hold the same token, plus sigma_p^2 on the diagonal. With N the covariance behind a norm,
 *
 *     attention    adds  d sigma_o^2 sum over j, k of E a_tj a_uk (d sigma_v^2 N_jk),  scores of std d sigma_q sigma_k N,
 *     feed-forward adds  4 d sigma_2^2 E f(x) f(y),  (x, y) normal with covariance d sigma_1^2 N,
 *
 * as output weights of mean 0 make branches uncorrelated. Pre-LN streams sum; post-LN ones are normalized after each sum. Biases, gates,
 * multipliers of a parametrization, rotary positions, qk-norm and gated feed-forwards are followed too. Exact but for terms of order
 * 1/width, 1/(head size), and, in attention, of second order in the variance of scores.
 *
 * @throws {TypeError} where the model is not a gpt.
 * @throws {RangeError} where a law has a mean other than 0 or dependent entries, or a gain is random.
 *
 * @example
 * ```ts
 * import { gpt, nanoGpt, predictStream, tensor } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * const model = gpt({ vocabulary: 50257, context: 1024, width: 768, heads: 12, blocks: 12 });
 * const rows = predictStream(model, nanoGpt(), tensor([1, 1], [464]));
 * expect(rows[0].meanSquare).toBeCloseTo(2 * 0.02 ** 2, 12);
 * expect(rows[12].meanSquare).toBeCloseTo(0.113, 3);
 * ```
 *
 * Reference: Radford et al. (2019), section 2.3, for 1/sqrt(2 L); Noci et al. (2022) for correlations between positions.
 */
export function predictStream(model: Model, scheme: ScaledScheme, tokens: Tensor): StreamRow[] {
  const { laws, embedding, branches } = traceStream(model, scheme, tokens, "predict the stream");
  const token = laws.variance("tokenEmbedding.weight");
  const parts = embedding.map((row, t) => ({
    token,
    position: row[t] - token,
    attention: 0,
    feedForward: 0,
  }));
  const none = { attentionMeanSquare: 0, feedForwardMeanSquare: 0, scoreStd: 0 };
  const rows = [rowOf(0, embedding, parts, none)];
  let added = none;
  branches.forEach(({ branch, stream }, i) => {
    const own = diagonal(branch.output);
    parts.forEach((part, t) => part[branch.kind] += own[t]);
    if (laws.spec.norm === "post") {
      parts.forEach((part, t) => {
        const sum = Object.values(part).reduce((total, value) => total + value, 0);
        for (const name of Object.keys(part) as (keyof Part)[]) part[name] *= stream[t][t] / sum;
      });
    }
    added = branch.kind === "attention"
      ? { ...none, attentionMeanSquare: mean(own), scoreStd: branch.mix.scoreStd }
      : { ...added, feedForwardMeanSquare: mean(own) };
    if (i % 2 === 1) rows.push(rowOf((i + 1) / 2, stream, parts, added));
  });
  return rows;
}

type Part = Record<"token" | "position" | "attention" | "feedForward", number>;

function rowOf<Added>(block: number, stream: Gram, parts: readonly Part[], added: Added) {
  const own = diagonal(stream), meanSquare = mean(own);
  const share = (name: keyof Part) => mean(parts.map((part) => part[name])) / meanSquare;
  return {
    block,
    meanSquare,
    firstMeanSquare: own[0],
    lastMeanSquare: own[own.length - 1],
    token: share("token"),
    position: share("position"),
    attention: share("attention"),
    feedForward: share("feedForward"),
    ...added,
    correlation: correlationOf(stream),
  };
}

/** The mean of all entries off the diagonal, as a share of the mean on it; 1 for one position. */
export function correlationOf(g: Gram): number {
  const n = g.length, own = mean(diagonal(g));
  return n === 1 ? 1 : (n * mean(g.map(mean)) - own) / ((n - 1) * own);
}
