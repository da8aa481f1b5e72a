import { activationFrom } from "../nn/activations.ts";
import type { Model } from "../nn/model.ts";
import { areLabels, checkExamples, type Examples } from "../tensor/examples.ts";
import { attentionLaw } from "./attention.ts";
import { diagonal, type Gram, gram, mean } from "./gram.ts";
import type { GptLaws, ScaledScheme } from "./gptLaws.ts";
import { logitsOf, raise } from "./gptLoss.ts";
import {
  type AttentionTrace,
  dualAt,
  equalShares,
  type FeedForwardTrace,
  type NormTrace,
  type StreamTrace,
  traceStream,
} from "./streamTrace.ts";

/** The gradient of the mean loss with respect to the residual stream behind a block. */
export interface StreamGradientRow {
  /** 0 for the embeddings, then 1 ... blocks. */
  readonly block: number;
  /** E (dL/dh)^2 over all positions and columns. */
  readonly gradientMeanSquare: number;
}

/**
 * The gradient that reaches a gpt's residual stream behind each block on some examples (see `nextTokens`), before any number is drawn.
 *
 * Followed backward is the gradient's covariance between positions. At the logits it is that of p - y, p from random logits; a
 * branch adds to the skip connection's share what its weights and slopes make of it. With g the root mean square,
 *
 *     pre-LN    g_l^2 = g_(l+1)^2 (1 + (gain of the branches) / q_l),    q_l the stream's mean square,
 *     post-LN   g_l^2 = g_(l+1)^2 (1 + (gain of the branch)) / (1 + (mean square of the branch)),  branch by branch.
 *
 * Approximate where {@linkcode predictStream} is, and in that gradients are taken as independent of the signal they meet.
 *
 * @throws {TypeError} where the model is not a gpt, or targets are not labels.
 * @throws {RangeError} as {@linkcode predictStream}.
 *
 * @example
 * ```ts
 * import { gpt, nanoGpt, nextTokens, predictStreamGradient } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * const model = gpt({ vocabulary: 65, context: 4, width: 100, heads: 4, blocks: 2 });
 * const rows = predictStreamGradient(model, nanoGpt(), nextTokens([1, 2, 3, 4, 5], { context: 4 }));
 * expect(rows[0].gradientMeanSquare).toBeGreaterThan(rows[2].gradientMeanSquare); // it grows on its way down
 * ```
 *
 * Reference: Xiong et al. (2020), section 3, for pre- and post-LN.
 */
export function predictStreamGradient(
  model: Model,
  scheme: ScaledScheme,
  examples: Examples,
): StreamGradientRow[] {
  const trace = traceStream(model, scheme, checkExamples(examples).inputs, "predict the gradient");
  const { laws, embedding, branches, finalNorm } = trace;
  let gradient = atOutput(trace, examples, finalNorm !== undefined);
  if (finalNorm) gradient = throughNorm(gradient, finalNorm);
  const rows: StreamGradientRow[] = [];
  for (let i = branches.length - 1; i >= 0; i--) {
    const { branch, norm } = branches[i];
    if (i % 2 === 1) rows.unshift(rowOf((i + 1) / 2, gradient));
    if (finalNorm === undefined && i === branches.length - 1) {
      gradient = atOutput(trace, examples, true);
    }
    if (laws.spec.norm === "post") gradient = throughNorm(gradient, norm);
    let own = throughBranch(gradient, branch, laws);
    if (laws.spec.norm === "pre") own = throughNorm(own, norm);
    const skip = gradient;
    gradient = gram(embedding.length, (t, u) => skip[t][u] + own[t][u]);
  }
  return [rowOf(0, gradient), ...rows];
}

function rowOf(block: number, gradient: Gram): StreamGradientRow {
  return { block, gradientMeanSquare: mean(diagonal(gradient)) };
}

/**
 * With respect to what the head reads: (p - y) W^T / rows, of mean square sigma^2 E |p - y|^2 / rows^2. A tied head gives a
 * position's own token the probability `own`, and what is left to the others at random; of that token's embedding a norm takes out
 * what lies along the row, where `isNormed`.
 */
function atOutput(trace: StreamTrace, { inputs, targets }: Examples, isNormed: boolean): Gram {
  if (!areLabels(targets)) {
    throw new TypeError(
      "Cannot predict a gradient without labels: give the next tokens as targets",
    );
  }
  const { laws: { spec: { vocabulary, width, tiedHead }, variance }, output } = trace;
  const head = variance(tiedHead ? "tokenEmbedding.weight" : "head.weight");
  const { logitStd, ownLogit } = logitsOf(trace);
  const own = ownLogit === 0
    ? 1 / vocabulary
    : slopeAt(ownLogit, (m) => raise(vocabulary, logitStd, m));
  const excess = own - 1 / vocabulary, others = (1 - own) / (1 - 1 / vocabulary);
  const along = ownLogit === 0 ? 0 : ownLogit ** 2 / (width * logitStd ** 2),
    left = isNormed ? 1 - along : 1;
  const { concentration } = attentionLaw(vocabulary, logitStd), q = mean(diagonal(output));
  const shares = (a: ArrayLike<number>, b: ArrayLike<number>) => equalShares(a, b, output.length);
  const ahead = shares(inputs.data, targets), same = shares(inputs.data, inputs.data);
  const both = shares(targets, targets);
  return gram(output.length, (t, u) => {
    const correlation = t === u ? 1 : q === 0 ? 0 : output[t][u] / q;
    const random = others ** 2 * correlation * (concentration - 1 / vocabulary);
    const known = left * excess * (excess * same[t][u] - ahead[t][u] - ahead[u][t]) + both[t][u];
    return head * (known + random - (1 - excess) ** 2 / vocabulary) / targets.length ** 2;
  });
}

function slopeAt(x: number, f: (x: number) => number): number {
  const step = 0.01;
  return (f(x + step) - f(x - step)) / (2 * step);
}

/**
 * A norm divides by each row's own size. That a reciprocal is larger than that of the mean, and that a norm takes directions out, are two
 * terms of order 1/width that make up for each other.
 */
function throughNorm(gradient: Gram, { scales }: NormTrace): Gram {
  return gram(gradient.length, (t, u) => scales[t] * scales[u] * gradient[t][u]);
}

function throughBranch(
  gradient: Gram,
  branch: AttentionTrace | FeedForwardTrace,
  laws: GptLaws,
): Gram {
  const block = branch.name.replace(branch.kind, "");
  const { width, residualScale } = laws.spec;
  const out = laws.variance(`${block}${branch.kind}Out.weight`);
  const inner = gram(
    gradient.length,
    (t, u) => residualScale ** 2 * width * out * gradient[t][u],
  );
  return branch.kind === "attention"
    ? throughAttention(inner, branch, block, laws)
    : throughFeedForward(inner, branch, block, laws);
}

function throughAttention(
  gradient: Gram,
  { mix, values, queryScales, keyScales }: AttentionTrace,
  block: string,
  { spec, variance }: GptLaws,
): Gram {
  const weight = (name: string) => spec.width * variance(`${block}${name}.weight`);
  const [value, query, key] = ["value", "query", "key"].map(weight);
  const toValues = mix.toValues(gradient), toScores = mix.toScores(gradient, values);
  return gram(gradient.length, (t, u) =>
    value * toValues[t][u] +
    query * queryScales[t] * queryScales[u] * toScores.query[t][u] +
    key * keyScales[t] * keyScales[u] * toScores.key[t][u]);
}

function throughFeedForward(
  gradient: Gram,
  { before, beside, meanSquare, product }: FeedForwardTrace,
  block: string,
  { spec, variance }: GptLaws,
): Gram {
  const weight = (name: string) => spec.feedForwardWidth * variance(`${block}${name}.weight`);
  const into = weight("feedForwardIn"), gate = weight("feedForwardGate");
  const activation = activationFrom(spec.activation);
  const slopes = dualAt(meanSquare, activation, (z) => activation.derivative(z));
  return gram(gradient.length, (t, u) => {
    const size = Math.sqrt(before[t][t] * before[u][u]);
    const correlation = t === u ? 1 : size === 0 ? 0 : before[t][u] / size;
    const slope = slopes(correlation);
    const factor = beside === undefined
      ? into * slope
      : into * product(correlation) + gate * slope * beside[t][u];
    return factor * gradient[t][u];
  });
}
