import { kernels } from "../numerics/kernels.ts";
import { atLeastZero, count, numbers, onlyOptions } from "../tensor/arguments.ts";
import { checkRng, type Rng } from "../tensor/rng.ts";
import { tensor } from "../tensor/tensor.ts";
import { classesOf } from "./losses.ts";
import { checkModel, forward, type Model, type Params } from "./model.ts";

export interface SampleOptions {
  /** How many tokens to add. */
  count: number;
  /** Token i is chosen by number i of `rng.uniform`: a longer text begins with the shorter one. */
  rng: Rng;
  /** Logits are divided by it: 1 when left out; 0 takes the largest. */
  temperature?: number;
}

/**
 * Continues a text: each new token is drawn from softmax(logits / temperature) behind the last `context` tokens.
 *
 * @throws {TypeError} where the model is no language model.
 * @throws {RangeError} where there is no token to continue, a token or setting is wrong, or a largest logit is not finite.
 *
 * @example
 * ```ts
 * import { everywhere, gpt, initialize, rng, sample, zeros } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * const model = gpt({ vocabulary: 27, context: 8, width: 16, heads: 2, blocks: 1 });
 * const params = initialize(model, everywhere(zeros()), rng("example"));
 * expect(sample(model, params, [0], { count: 20, rng: rng("example") }).length).toBe(20);
 * ```
 */
export function sample(
  model: Model,
  params: Params,
  tokens: ArrayLike<number>,
  options: SampleOptions,
): Int32Array {
  onlyOptions("sample", options, ["count", "rng", "temperature"]);
  const { spec } = checkModel(model),
    temperature = atLeastZero("temperature", options.temperature ?? 1);
  if (spec.name !== "gpt") {
    throw new TypeError(`Cannot sample from a model of kind ${spec.name}: use a gpt`);
  }
  if (numbers("tokens", tokens).length === 0) {
    throw new RangeError("Cannot continue an empty text: give at least one token");
  }
  const text = Array.from(tokens);
  for (const chance of checkRng(options.rng).uniform([count("count", options.count)]).data) {
    const seen = text.slice(-spec.context);
    const { data } = forward(model, params, tensor([1, seen.length], seen));
    const logits = data.subarray(data.length - spec.vocabulary);
    const [largest] = classesOf({ shape: [1, logits.length], data: logits });
    const top = largest < 0 ? NaN : logits[largest];
    if (!Number.isFinite(top)) {
      throw new RangeError(`Cannot sample token ${text.length} as its largest logit is ${top}`);
    }
    text.push(
      temperature === 0 ? largest : drawn(logits.map((v) => (v - top) / temperature), chance),
    );
  }
  return Int32Array.from(text.slice(tokens.length));
}

/** The first token whose cumulative probability exceeds a chance in [0, 1). */
function drawn(logits: Float32Array, chance: number): number {
  kernels.softmax(logits, logits, logits.length);
  let rest = chance * kernels.sum(logits);
  const token = logits.findIndex((share) => (rest -= share) < 0);
  return token < 0 ? logits.length - 1 : token;
}
