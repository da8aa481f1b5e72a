import { evaluate } from "../nn/evaluate.ts";
import type { GptSpec, Params } from "../nn/model.ts";
import { modelFrom } from "../nn/modelFrom.ts";
import { nextTokens } from "../nn/nextTokens.ts";
import type { Optimizer } from "../nn/optimizers.ts";
import { sample } from "../nn/sample.ts";
import { initialize } from "../nn/schemes.ts";
import { train } from "../nn/train.ts";
import { factorsOf, withMultipliers } from "../schemes/parametrization.ts";
import { schemeFrom, type SchemeSpec } from "../schemes/schemeFrom.ts";
import { callable, count, object, onlyOptions, text as checkText } from "../tensor/arguments.ts";
import type { Examples } from "../tensor/examples.ts";
import { seedOf } from "./compare.ts";

/** A text to learn from and one to be judged by, as tokens; plain data. */
export interface LanguageData {
  readonly examples: Examples;
  readonly validation: Examples;
  /** Tokens for each character of the text to be judged by, which turn nats a token into nats a character. */
  readonly tokensPerCharacter: number;
  /** What each token stands for. */
  readonly vocabulary: readonly string[];
  /** Tokens that a sample goes on from. */
  readonly prompt: ArrayLike<number>;
}

/** A language model, how it starts and how it is trained, as plain data; numbers come from `seeds(n)[seed - 1]`. */
export interface LanguagePoint {
  readonly scheme: SchemeSpec;
  readonly model: GptSpec;
  readonly optimizer: Optimizer;
  readonly warmUp?: number;
  readonly steps: number;
  readonly batchSize: number;
  readonly seed: number;
  /** How many tokens to write before step 0, before step 100 and after the last; 0 when left out. */
  readonly sampleLength?: number;
}

/** Some steps of a run. */
export interface LanguageRow {
  /** The last of these steps. */
  readonly step: number;
  /** Mean over these steps of the loss in nats a token, each on a batch not seen before; Infinity once it is not finite. */
  readonly loss: number;
  /** What the model writes before this step, in the last row after it. */
  readonly text?: string;
  /** Of the text to be judged by, in nats a token: in the last row, after the last step. */
  readonly validationLoss?: number;
}

/** Steps that a row sums up, but the first: a fifth of the noise of a batch, and small files. */
const STEPS_A_ROW = 5;
const SAMPLE_AT = 100;

/**
 * A text as data for {@linkcode languageTask}: stretches of `context` tokens of its first nine tenths to learn from, of the next
 * `validationCharacters` (16,384) to be judged by.
 *
 * @throws {RangeError} where the text is too short, or the tokenizer cannot encode it.
 *
 * @example
 * ```ts
 * import { languageData } from "step-zero";
 * import { characters } from "step-zero/data";
 * import { expect } from "@std/expect";
 *
 * const text = "to be or not to be. ".repeat(20);
 * const data = languageData(text, characters(text), { context: 8, prompt: "to ", validationCharacters: 40 });
 * expect(data.examples.inputs.shape).toEqual([44, 8]);
 * expect(data.validation.inputs.shape).toEqual([4, 8]);
 * ```
 */
export function languageData(
  text: string,
  tokenizer: { vocabulary: readonly string[]; encode(text: string): ArrayLike<number> },
  options: { context: number; prompt: string; validationCharacters?: number },
): LanguageData {
  onlyOptions("languageData", options, ["context", "prompt", "validationCharacters"]);
  checkText("text", text);
  checkText("prompt", options.prompt);
  callable("tokenizer.encode", Object(tokenizer).encode, "that of characters(text)");
  const { context, prompt } = options, split = Math.floor(0.9 * text.length);
  const judged = count("validationCharacters", options.validationCharacters ?? 16_384);
  const validation = text.slice(split, split + judged), tokens = tokenizer.encode(validation);
  return {
    examples: nextTokens(tokenizer.encode(text.slice(0, split)), { context }),
    validation: nextTokens(tokens, { context }),
    tokensPerCharacter: tokens.length / validation.length,
    vocabulary: tokenizer.vocabulary,
    prompt: tokenizer.encode(prompt),
  };
}

/**
 * A task for `sweep`: trains a language model; a row for step 0 and one for every five steps after, with their mean loss.
 *
 * @throws {RangeError} where a setting or a shape is wrong.
 * @throws {TypeError} where the scheme is not known.
 *
 * @example
 * ```ts
 * import { adam, gpt, type GptSpec, languageData, languageTask } from "step-zero";
 * import { characters } from "step-zero/data";
 * import { expect } from "@std/expect";
 *
 * const text = "to be or not to be. ".repeat(20), { vocabulary } = characters(text);
 * const data = languageData(text, characters(text), { context: 8, prompt: "to ", validationCharacters: 40 });
 * const sizes = { vocabulary: vocabulary.length, context: 8, width: 16, heads: 2, blocks: 1 };
 * const rows = languageTask({
 *   scheme: { name: "gpt2" },
 *   model: gpt(sizes).spec as GptSpec,
 *   optimizer: adam({ learningRate: 0.01 }),
 *   steps: 61,
 *   batchSize: 4,
 *   seed: 1,
 * }, data);
 * expect(rows[12].step).toBe(60);
 * expect(rows[12].loss).toBeLessThan(0.5 * rows[0].loss);
 * ```
 */
export function languageTask(
  point: LanguagePoint,
  data: LanguageData,
  onStep?: () => void,
): LanguageRow[] {
  object("point", point, "{ scheme, model, optimizer, steps, batchSize, seed }");
  object("data", data, "what languageData(...) gives");
  const { seed, steps, optimizer, warmUp, batchSize, sampleLength = 0 } = point;
  const scheme = schemeFrom(point.scheme), rng = seedOf(seed);
  const model = withMultipliers(modelFrom(point.model), scheme);
  const kept = new Map<number, Params>(), losses: number[] = [];
  const run = train(model, initialize(model, scheme, rng), data.examples, {
    ...{ steps, optimizer, warmUp, batchSize, rng, untilNonFinite: true },
    learningRates: factorsOf(scheme).learningRate,
    observe: (step, params) => {
      if (step === 0 || step === SAMPLE_AT) kept.set(step, params);
    },
  });
  let next = run.next();
  for (; !next.done; next = run.next()) {
    losses.push(Number.isFinite(next.value.loss) ? next.value.loss : Infinity);
    onStep?.();
  }
  const trained = next.value, isFinite = losses.at(-1) !== Infinity;
  while (losses.length < steps) losses.push(Infinity);
  const write = (params: Params | undefined, step: number): { text?: string } => {
    if (params === undefined || sampleLength === 0 || losses[step] === Infinity) return {};
    const options = { count: sampleLength, rng: rng.child("sample") };
    const tokens = sample(model, params, data.prompt, options);
    return { text: Array.from(tokens, (token) => data.vocabulary[token]).join("") };
  };
  const ends = losses.map((_, step) => step)
    .filter((step) => step % STEPS_A_ROW === 0 || step === steps - 1);
  return ends.map((step, i) => {
    const since = losses.slice(i === 0 ? 0 : ends[i - 1] + 1, step + 1);
    const loss = Math.fround(since.reduce((sum, one) => sum + one, 0) / since.length);
    if (step < steps - 1) return { step, loss, ...write(kept.get(step), step) };
    const validationLoss = isFinite ? evaluate(model, trained, data.validation).loss : Infinity;
    return { step, loss, validationLoss, ...write(trained, step) };
  });
}
