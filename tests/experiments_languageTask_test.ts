import { expect } from "@std/expect";
import {
  adam,
  collect,
  evaluate,
  everywhere,
  gpt,
  type GptSpec,
  initialize,
  languageData,
  type LanguagePoint,
  languageTask,
  nextTokens,
  normal,
  sample,
  seeds,
  sgd,
  spectral,
  sweep,
  t5,
  train,
  withMultipliers,
} from "../lib/mod.ts";
import { characters } from "../lib/data/mod.ts";

const text = "the whale is white, and the sea is deep; so the whale is gone. ".repeat(30);
const tokenizer = characters(text), vocabulary = tokenizer.vocabulary.length;
const sizes = { vocabulary, context: 12, width: 16, heads: 2, blocks: 2 };
const data = languageData(text, tokenizer, {
  ...{ context: 12, prompt: "the ", validationCharacters: 150 },
});
const point: LanguagePoint = {
  scheme: { name: "t5" },
  model: gpt(sizes).spec as GptSpec,
  optimizer: adam({ learningRate: 0.01 }),
  ...{ steps: 103, batchSize: 4, warmUp: 10, seed: 2, sampleLength: 9 },
};

for (const [name, scheme] of Object.entries({ t5: t5(), spectral: spectral() })) {
  Deno.test(`languageTask() gives what the library's parts give, to the last bit (${name})`, () => {
    const [, rng] = seeds(2), model = withMultipliers(gpt(sizes), scheme);
    const start = initialize(model, scheme, rng), seen = [start];
    const { rows, result } = collect(train(model, start, data.examples, {
      ...{ optimizer: adam({ learningRate: 0.01 }), steps: 103, batchSize: 4, warmUp: 10, rng },
      learningRates: scheme.learningRate,
      observe: (step, params) => step === 100 && seen.push(params),
    }));
    const write = (params: typeof start) => {
      const options = { count: 9, rng: rng.child("sample") };
      return tokenizer.decode(sample(model, params, tokenizer.encode("the "), options));
    };
    const mean = (from: number, to: number) =>
      Math.fround(
        rows.slice(from, to + 1).reduce((sum, { loss }) => sum + loss, 0) / (to + 1 - from),
      );
    const steps = [...Array.from({ length: 21 }, (_, i) => 5 * i), 102];
    const expected = steps.map((step, i) => ({ step, loss: mean(i ? steps[i - 1] + 1 : 0, step) }));
    const actual = languageTask({ ...point, scheme: { name } }, data);
    expect(actual.map(({ step, loss }) => ({ step, loss }))).toEqual(expected);
    const [first, last] = [actual[0], actual[21]];
    expect([first.text, actual[20].text, last.text]).toEqual([...seen, result].map(write));
    expect(last.validationLoss).toBe(evaluate(model, result, data.validation).loss);
    expect(actual.filter(({ text }) => text !== undefined).length).toBe(3);
    expect(actual.filter(({ validationLoss }) => validationLoss !== undefined)).toEqual([last]);
  });
}

Deno.test("languageTask() gives the same rows in workers", () => {
  const points = [1, 2, 3].map((seed) => ({ ...point, steps: 12, seed, sampleLength: 0 }));
  const rows = sweep(languageTask, JSON.parse(JSON.stringify(points)) as typeof points, data);
  const alone = points.flatMap((one) => languageTask(one, data));
  expect(rows.map(({ step, loss }) => [step, loss])).toEqual(
    alone.map(({ step, loss }) => [step, loss]),
  );
  expect(new Set(rows.map(({ seed, step, loss }) => step === 0 ? `${seed} ${loss}` : "")).size)
    .toBe(4);
});

Deno.test("languageTask() starts as the named scheme, and each setting matters", () => {
  const short = { ...point, scheme: { name: "normal", std: 0.3 }, steps: 8, sampleLength: 0 };
  const rows = languageTask(short, data), [rng] = seeds(2).slice(1), model = gpt(sizes);
  const drawn = initialize(model, everywhere(normal({ std: 0.3 })), rng);
  const options = { steps: 1, batchSize: 4, optimizer: sgd({ learningRate: 0 }), rng };
  expect(rows[0].loss).toBe(collect(train(model, drawn, data.examples, options)).rows[0].loss);
  const changes: Partial<LanguagePoint>[] = [
    ...[{ scheme: { name: "gpt2" } }, { optimizer: adam({ learningRate: 0.02 }) }],
    ...[{ warmUp: undefined }, { batchSize: 5 }, { seed: 3 }],
    { model: gpt({ ...sizes, norm: "post" }).spec as GptSpec },
  ];
  for (const change of changes) {
    expect(languageTask({ ...short, ...change }, data)).not.toEqual(rows);
  }
  expect(() => languageTask({ ...short, scheme: { name: "gpt9" } }, data)).toThrow("gpt9");
});

Deno.test("languageTask() ends a run that diverges with losses of Infinity", () => {
  const wild = { ...point, optimizer: sgd({ learningRate: 1e30 }), warmUp: undefined, steps: 40 };
  const rows = languageTask(wild, data);
  expect(rows.map(({ step }) => step)).toEqual([0, 5, 10, 15, 20, 25, 30, 35, 39]);
  expect(rows[0].loss).toBeLessThan(10);
  expect(rows[8]).toEqual({ step: 39, loss: Infinity, validationLoss: Infinity });
  expect(rows[0].text?.length).toBe(9);
});

Deno.test("languageTask() calls onStep after each step", () => {
  let calls = 0;
  languageTask({ ...point, steps: 7 }, data, () => calls++);
  expect(calls).toBe(7);
  const stop = () => {
    throw new Error("nobody waits");
  };
  expect(() => languageTask(point, data, stop)).toThrow("nobody waits");
});

Deno.test("languageData() cuts a text in what to learn from and what to be judged by", () => {
  const split = Math.floor(0.9 * text.length);
  expect(data.examples).toEqual(
    nextTokens(tokenizer.encode(text.slice(0, split)), { context: 12 }),
  );
  expect(data.validation)
    .toEqual(nextTokens(tokenizer.encode(text.slice(split, split + 150)), { context: 12 }));
  expect(data.tokensPerCharacter).toBe(1);
  const pairs = {
    vocabulary: [],
    encode: (text: string) => tokenizer.encode(text).slice(0, Math.ceil(text.length / 2)),
  };
  expect(languageData(text, pairs, { context: 3, prompt: "a" }).tokensPerCharacter).toBeCloseTo(
    0.5,
    2,
  );
  const call = (options: object, of = text) => () => languageData(of, tokenizer, options as never);
  expect(call({ context: 12, prompt: "the ", validation: 3 })).toThrow('option "validation"');
  expect(call({ context: 12, prompt: "the ", validationCharacters: 0 })).toThrow(RangeError);
  expect(call({ context: 12, prompt: "#" })).toThrow("Cannot encode");
  expect(call({ context: 12, prompt: "the " }, "the whale")).toThrow("give more");
});
