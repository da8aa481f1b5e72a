/** The training step of a small GPT, through the library's own way to train. */
import { adam, gpt, type Model, nextTokens, rng, tensor, train } from "../lib/mod.ts";
import type { Params } from "../lib/mod.ts";
import { language, noise, type Prepared } from "./works.ts";

/** Parameter number k: spread (2 noise - 1), from noise 10^6 k on, added to 1 for gains. */
export function noisy(model: Model, spread: number): Params {
  return Object.fromEntries(model.params.map(({ name, shape, role }, k) => {
    const values = noise(shape.reduce((a, b) => a * b), 1e6 * k);
    const center = role === "gain" ? 1 : 0;
    return [name, tensor(shape, Float64Array.from(values, (x) => center + spread * (2 * x - 1)))];
  }));
}

/** Tokens that every language computes alike. */
export function text(length: number, vocabulary: number): Int32Array {
  return Int32Array.from(noise(length), (x) => Math.floor(vocabulary * x));
}

export function languageStep(): Prepared {
  const { batch, learningRate, spread, ...sizes } = language;
  const model = gpt(sizes), { context, vocabulary } = sizes;
  const examples = nextTokens(text(batch * context + 1, vocabulary), { context });
  const run = train(model, noisy(model, spread), examples, {
    steps: 1e9,
    optimizer: adam({ learningRate }),
    rng: rng("bench"),
  });
  let loss = NaN;
  return {
    call: () => {
      const { done, value } = run.next();
      if (!done) loss = value.loss;
    },
    result: () => loss,
  };
}
