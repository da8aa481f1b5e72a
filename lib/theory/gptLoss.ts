import type { Model } from "../nn/model.ts";
import { gaussianExpectation } from "../numerics/quadrature.ts";
import { areLabels, checkExamples, type Examples } from "../tensor/examples.ts";
import type { ScaledScheme } from "./gptLaws.ts";
import { diagonal, mean } from "./gram.ts";
import { initialLoss } from "./initialLoss.ts";
import { type StreamTrace, traceStream } from "./streamTrace.ts";

/** What a gpt says before its first step. */
export interface GptLoss {
  /** Expected cross-entropy, in nats. */
  readonly loss: number;
  /** Std of the logits of one position. */
  readonly logitStd: number;
  /** Expected logit of the token that a position holds itself: above 0 where the head is tied. */
  readonly ownLogit: number;
}

/**
 * The loss that a gpt starts from on some examples (see `nextTokens`), before any number is drawn: ln V + s^2/2 in the main, exactly
 *
 *     E ln(sum over V - 1 of exp(s Z) + exp(m + s Z)) - r m,    s = sqrt(d) sigma_head rms(what the head reads),
 *
 * with m = 0 for a head of its own. A tied head compares the stream with the embedding that it still contains: the logit of a
 * position's own token has mean m = d sigma_e^2 (share of e in what the head reads), and r is the share of targets that repeat it.
 * Mean over draws; one draw strays from it, as all positions share its head.
 *
 * @throws {TypeError} where the model is not a gpt, or targets are not labels.
 * @throws {RangeError} as {@linkcode predictStream}.
 *
 * @example
 * ```ts
 * import { gpt, nanoGpt, nextTokens, predictGptLoss } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * const model = gpt({ vocabulary: 65, context: 4, width: 100, heads: 4, blocks: 2, tiedHead: false });
 * const examples = nextTokens([1, 2, 3, 4, 5], { context: 4 });
 * const { loss, logitStd } = predictGptLoss(model, nanoGpt(), examples);
 * expect(logitStd).toBeCloseTo(0.2, 2); // sqrt(100) 0.02
 * expect(loss).toBeCloseTo(Math.log(65) + 0.02, 3);
 * ```
 */
export function predictGptLoss(model: Model, scheme: ScaledScheme, examples: Examples): GptLoss {
  const trace = traceStream(model, scheme, checkExamples(examples).inputs, "predict the loss");
  const logits = logitsOf(trace), { vocabulary, tiedHead } = trace.laws.spec;
  const loss = initialLoss(vocabulary, logits.logitStd);
  if (!tiedHead) return { loss, ...logits };
  const { logitStd, ownLogit } = logits;
  return {
    loss: loss + raise(vocabulary, logitStd, ownLogit) - repeats(examples) * ownLogit,
    ...logits,
  };
}

/** Std of a position's logits, and the mean of its own token's. */
export function logitsOf(trace: StreamTrace): Omit<GptLoss, "loss"> {
  const { laws: { spec: { width, tiedHead }, variance }, output } = trace;
  const head = variance(tiedHead ? "tokenEmbedding.weight" : "head.weight");
  return {
    logitStd: Math.sqrt(width * head * mean(diagonal(output))),
    ownLogit: tiedHead ? width * head * mean(ownShares(trace)) : 0,
  };
}

/** For each position, how much of its own token's embedding is in what the head reads. */
function ownShares({ laws, branches, finalNorm, embedding }: StreamTrace): number[] {
  return embedding.map((_, t) =>
    laws.spec.norm === "pre"
      ? finalNorm!.scales[t]
      : branches.reduce((share, { norm }) => share * norm.scales[t], 1)
  );
}

/** By how much E ln(sum of V exp(s Z)) rises when one of the V has mean m; the slope in m is the probability of that one. */
export function raise(vocabulary: number, std: number, m: number): number {
  const step = 0.25 * Math.max(1, std / 4);
  const first = -Math.ceil((20 + Math.log(vocabulary) + Math.abs(m) + 10 * std) / step);
  let sum = 0;
  for (let k = first; k * step <= 5 + 10 * std; k++) {
    const at = (u: number) =>
      gaussianExpectation((z) => Math.exp(-Math.exp(u + std * z)), {
        kinks: std > 0 ? [-u / std] : [],
      });
    const one = at(k * step);
    sum += one ** (vocabulary - 1) * (one - at(k * step + m));
  }
  return sum * step;
}

/** The share of positions whose target is the token that they hold. */
function repeats({ inputs, targets }: Examples): number {
  if (!areLabels(targets)) {
    throw new TypeError("Cannot predict the loss without labels: give the next tokens as targets");
  }
  return mean(Array.from(targets, (target, i) => target === inputs.data[i] ? 1 : 0));
}
