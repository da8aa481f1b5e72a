import { expect } from "@std/expect";
import { constant, zeros } from "../lib/initializers/constant.ts";
import { normal } from "../lib/initializers/distributions.ts";
import { gelu, relu, silu } from "../lib/nn/activations.ts";
import { gpt, type GptOptions } from "../lib/nn/gpt.ts";
import { crossEntropy } from "../lib/nn/losses.ts";
import {
  bind,
  forward,
  type GptSpec,
  mlpSpecOf,
  type Model,
  type Params,
} from "../lib/nn/model.ts";
import { modelFrom } from "../lib/nn/modelFrom.ts";
import { nextTokens } from "../lib/nn/nextTokens.ts";
import { adam } from "../lib/nn/optimizers.ts";
import { byRole, everywhere, initialize } from "../lib/nn/schemes.ts";
import { onTape } from "../lib/nn/tape.ts";
import { collect, train } from "../lib/nn/train.ts";
import { evaluate } from "../lib/nn/evaluate.ts";
import { rng } from "../lib/tensor/rng.ts";
import { tensor } from "../lib/tensor/tensor.ts";
import { noisy, text } from "../bench/language.ts";
import { oracleLogits, oracleLoss, type OracleSpec } from "./gptOracle.ts";

const tiny = { vocabulary: 11, context: 7, width: 8, heads: 2, blocks: 2 };
const tokens = [[3, 0, 10, 3, 7], [1, 1, 2, 9, 4]];
const targets = [[0, 10, 3, 7, 5], [1, 2, 9, 4, 10]];
const inputs = tensor([2, 5], tokens.flat());
const labels = Int32Array.from(targets.flat());

/** Gains and biases drawn too, gains about 1, so that no term is missed. */
function drawn(model: Model, std = 0.4): Params {
  return initialize(
    model,
    ({ role }) => normal({ mean: role === "gain" ? 1 : 0, std }),
    rng("gpt"),
  );
}

const kinds: Record<string, Partial<GptOptions>> = {
  "GPT-2": {},
  "post-LN with a scale": { norm: "post", residualScale: 0.6, activation: relu },
  "LLaMA": {
    ...{ normKind: "rmsNorm", positions: "rotary", feedForward: "swiglu", tiedHead: false },
    bias: false,
  },
  "qk-norm": { qkNorm: true, positions: "rotary", blocks: 1, bias: false },
  "gates with biases": { feedForward: "swiglu", feedForwardWidth: 5, heads: 1, activation: gelu },
  "encoder": { causal: false, norm: "post" },
  "RMS norm with biases": { normKind: "rmsNorm", norm: "post", heads: 4, tiedHead: false },
};

for (const [name, options] of Object.entries(kinds)) {
  const model = gpt({ ...tiny, ...options }), params = drawn(model);
  const activation = options.activation ?? (options.feedForward === "swiglu" ? silu : gelu);
  const spec: OracleSpec = { ...model.spec as GptSpec, f: activation.f };
  const numbers = Object.fromEntries(
    Object.entries(params).map(([name, { data }]) => [name, Float64Array.from(data)]),
  );
  // Some 300 roundings in line, of numbers below 8.
  const tolerance = 300 * 8 * 2 ** -24;

  Deno.test(`gpt() of kind ${name} gives the logits and gradients of a float64 oracle`, () => {
    const expected = tokens.flatMap((one) => oracleLogits(spec, numbers, one)).flat();
    const { shape, data } = forward(model, params, inputs);
    expect(shape).toEqual([10, tiny.vocabulary]);
    expected.forEach((v, i) => expect(Math.abs(data[i] - v)).toBeLessThan(tolerance));
    expect(Math.max(...expected)).toBeGreaterThan(0.5);
    onTape((tape) => {
      const variables = bind(model, params, tape);
      const loss = crossEntropy(model.apply(variables, tape.constant(inputs)), labels);
      expect(Math.abs(loss.data[0] - oracleLoss(spec, numbers, tokens, targets))).toBeLessThan(
        tolerance,
      );
      tape.backward(loss);
      for (const { name } of model.params) {
        const values = numbers[name], { gradient } = variables[name];
        for (let n = 0; n < 6; n++) {
          const i = (17 * n + 3) % values.length, kept = values[i];
          const [above, below] = [1e-5, -1e-5].map((h) => {
            values[i] = kept + h;
            return oracleLoss(spec, numbers, tokens, targets);
          });
          values[i] = kept;
          expect(Math.abs(gradient[i] - (above - below) / 2e-5)).toBeLessThan(tolerance);
        }
      }
    });
  });

  Deno.test(`gpt() of kind ${name} changes the logits that see a token, and no others`, () => {
    const vocabulary = tiny.vocabulary, changed = inputs.data.slice();
    changed[3] = 8; // position 3 of the first sequence
    const before = forward(model, params, inputs).data;
    const after = forward(model, params, tensor([2, 5], changed)).data;
    const sees = options.causal === false ? [0, 1, 2, 3, 4] : [3, 4];
    for (const p of [0, 1, 2].filter((p) => !sees.includes(p))) {
      const row = [p * vocabulary, (p + 1) * vocabulary] as const;
      expect(after.subarray(...row)).toEqual(before.subarray(...row));
    }
    expect(after.subarray(5 * vocabulary)).toEqual(before.subarray(5 * vocabulary));
    for (const p of sees) {
      const row = [p * vocabulary, (p + 1) * vocabulary] as const;
      expect(after.subarray(...row)).not.toEqual(before.subarray(...row));
    }
  });

  Deno.test(`gpt() of kind ${name} comes back from its spec`, () => {
    const copy = modelFrom(JSON.parse(JSON.stringify(model.spec)));
    expect(copy.params).toEqual(model.params);
    expect(copy.spec).toEqual(model.spec);
    expect(forward(copy, params, inputs)).toEqual(forward(model, params, inputs));
  });
}

Deno.test("gpt() gives PyTorch's logits, loss and gradients with the same weights", () => {
  // Made by `python bench/language.py tests/vectors/gpt_torch.json`.
  const file = new URL("vectors/gpt_torch.json", import.meta.url);
  const { sizes, logits, loss, gradients } = JSON.parse(Deno.readTextFileSync(file));
  const model = gpt(sizes), { inputs, targets } = nextTokens(text(13, 13), { context: 6 });
  onTape((tape) => {
    const variables = bind(model, noisy(model, 0.5), tape);
    const y = model.apply(variables, tape.constant(inputs));
    const mean = crossEntropy(y, targets);
    tape.backward(mean);
    const ours = model.params.flatMap(({ name }) => [...variables[name].gradient]);
    const worst = (x: ArrayLike<number>, expected: number[]) =>
      Math.max(...expected.map((v, i) => Math.abs(v - x[i])));
    expect([y.data.length, ours.length]).toEqual([logits.length, gradients.length]);
    // Printed with six digits; both sides round some 300 times in line, numbers below 8.
    for (const [x, expected] of [[y.data, logits], [mean.data, loss], [ours, gradients]] as const) {
      expect(worst(x, expected)).toBeLessThan(1e-6 + 300 * 8 * 2 ** -24);
    }
  });
});

Deno.test("a gpt with a zero head starts at a loss of ln V exactly", () => {
  const model = gpt({ ...tiny, vocabulary: 65, tiedHead: false });
  const scheme = byRole({ output: zeros() }, everywhere(normal({ std: 0.4 })));
  const params = initialize(model, scheme, rng("zero head"));
  expect(evaluate(model, params, { inputs, targets: labels }).loss).toBe(Math.fround(Math.log(65)));
});

Deno.test("gpt() describes its parameters", () => {
  const all = gpt({
    ...{ ...tiny, tiedHead: false, qkNorm: true, feedForward: "swiglu", feedForwardWidth: 6 },
  });
  const show = all.params.map(({ name, shape, role, kind, fans, block }) =>
    [name, shape.join("x"), role, kind, fans.fanIn, fans.fanOut, block?.index].join(" ").trim()
  );
  expect(show.filter((line) => !line.startsWith("block1"))).toEqual([
    "tokenEmbedding.weight 11x8 embedding tokenEmbedding 11 8",
    "positionEmbedding.weight 7x8 embedding positionEmbedding 7 8",
    "block2.attentionNorm.weight 8 gain normGain 1 1 1",
    "block2.attentionNorm.bias 8 bias normShift 1 1 1",
    "block2.query.weight 8x8 hidden query 8 8 1",
    "block2.query.bias 8 bias query 8 8 1",
    "block2.key.weight 8x8 hidden key 8 8 1",
    "block2.key.bias 8 bias key 8 8 1",
    "block2.queryNorm.weight 4 gain normGain 1 1 1",
    "block2.keyNorm.weight 4 gain normGain 1 1 1",
    "block2.value.weight 8x8 hidden value 8 8 1",
    "block2.value.bias 8 bias value 8 8 1",
    "block2.attentionOut.weight 8x8 residual attentionOut 8 8 1",
    "block2.attentionOut.bias 8 bias attentionOut 8 8 1",
    "block2.feedForwardNorm.weight 8 gain normGain 1 1 1",
    "block2.feedForwardNorm.bias 8 bias normShift 1 1 1",
    "block2.feedForwardIn.weight 8x6 hidden feedForwardIn 8 6 1",
    "block2.feedForwardIn.bias 6 bias feedForwardIn 8 6 1",
    "block2.feedForwardGate.weight 8x6 hidden feedForwardGate 8 6 1",
    "block2.feedForwardGate.bias 6 bias feedForwardGate 8 6 1",
    "block2.feedForwardOut.weight 6x8 residual feedForwardOut 6 8 1",
    "block2.feedForwardOut.bias 8 bias feedForwardOut 6 8 1",
    "finalNorm.weight 8 gain normGain 1 1",
    "finalNorm.bias 8 bias normShift 1 1",
    "head.weight 8x11 output head 8 11",
  ]);
  expect(all.params[2].block).toEqual({ index: 0, count: 2 });
  // GPT-2 small: 124,439,808 parameters, as published
  const small = gpt({ vocabulary: 50257, context: 1024, width: 768, heads: 12, blocks: 12 });
  const size = small.params.reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b), 0);
  expect(size).toBe(124_439_808);
  // LLaMA-7B's rule before rounding to 256: 8/3 of 4096
  const gates = gpt({ ...tiny, width: 4096, heads: 32, feedForward: "swiglu" }).spec as GptSpec;
  expect([gates.feedForwardWidth, gates.activation.name]).toEqual([10928, "silu"]);
  expect(gpt({ ...tiny, norm: undefined, activation: undefined }).spec).toEqual(gpt(tiny).spec);
});

Deno.test("gpt() tells its taps what a branch adds and the stream behind each block", () => {
  const model = gpt({ ...tiny, residualScale: 0.5 }), params = drawn(model);
  onTape((tape) => {
    const told: Record<string, Float32Array> = {};
    model.apply(bind(model, params, tape), tape.constant(inputs), (name, { data }) => {
      told[name] = data;
    });
    expect(Object.keys(told)).toEqual([
      ...["tokenEmbedding", "positionEmbedding", "embedding"],
      ...["block1.attentionWeights", "block1.attention", "block1.feedForward", "block1.residual"],
      ...["block2.attentionWeights", "block2.attention", "block2.feedForward", "block2.residual"],
      "logits",
    ]);
    const sum = (...names: string[]) =>
      told[names[0]].map((v, i) => names.slice(1).reduce((s, n) => Math.fround(s + told[n][i]), v));
    expect(sum("tokenEmbedding", "positionEmbedding")).toEqual(told.embedding);
    expect(sum("embedding", "block1.attention", "block1.feedForward")).toEqual(
      told["block1.residual"],
    );
    expect(told["block2.attentionWeights"].length).toBe(2 * 2 * 5 * 5);
  });
});

Deno.test("train() teaches a gpt the next token, and repeats itself to the bit", () => {
  const model = gpt({ ...tiny, vocabulary: 5, context: 10 });
  const params = initialize(model, everywhere(normal({ std: 0.1 })), rng("train"));
  const text = Array.from({ length: 401 }, (_, i) => [0, 1, 2, 1, 4, 3][i % 6]);
  const examples = nextTokens(text, { context: 10 });
  const run = () => {
    const optimizer = adam({ learningRate: 0.01 });
    return collect(
      train(model, params, examples, { steps: 60, optimizer, rng: rng("train"), batchSize: 8 }),
    );
  };
  const { rows, result } = run();
  expect(Math.abs(rows[0].loss - Math.log(5))).toBeLessThan(0.1);
  // What follows a 1 is known from the token before it, and no stretch begins with one: only attention gets below ln 2 / 3.
  expect(rows[59].loss).toBeLessThan(0.2);
  expect(rows[59].accuracy).toBeGreaterThan(0.9);
  const again = run();
  expect(again.rows).toEqual(rows);
  expect(again.result).toEqual(result);
  expect(evaluate(model, result, examples).accuracy).toBeGreaterThan(0.9);
});

Deno.test("forward() of many sequences is that of each alone", () => {
  const model = gpt(tiny), params = drawn(model);
  const data = Array.from({ length: 200 * 7 }, (_, i) => (i * i + 3) % 11);
  const all = forward(model, params, tensor([200, 7], data)); // several turns of 512 rows
  expect(all.shape).toEqual([1400, 11]);
  for (const i of [0, 73, 74, 199]) {
    const one = forward(model, params, tensor([1, 7], data.slice(7 * i, 7 * i + 7)));
    expect(all.data.slice(77 * i, 77 * i + 77)).toEqual(one.data);
  }
});

Deno.test("gpt() refuses what does not fit, and says why", () => {
  expect(() => gpt({ ...tiny, heads: 3 })).toThrow("Cannot share width 8 among 3 heads");
  expect(() => gpt({ ...tiny, heads: 8, positions: "rotary" })).toThrow("an even one");
  for (const key of ["vocabulary", "context", "width", "heads", "blocks"] as const) {
    expect(() => gpt({ ...tiny, [key]: 0 })).toThrow(key);
  }
  expect(() => gpt({ ...tiny, norm: "none" as "pre" })).toThrow("norm");
  expect(() => gpt({ ...tiny, normKind: "batchNorm" as "rmsNorm" })).toThrow("normKind");
  expect(() => gpt({ ...tiny, positions: "none" as "rotary" })).toThrow("positions");
  expect(() => gpt({ ...tiny, feedForward: "moe" as "mlp" })).toThrow("feedForward");
  expect(() => gpt({ ...tiny, feedForwardWidth: 0 })).toThrow("feedForwardWidth");
  expect(() => gpt({ ...tiny, residualScale: 0 })).toThrow("residualScale");
  expect(() => gpt({ ...tiny, dropout: 0.1 } as GptOptions)).toThrow(TypeError);
  const model = gpt(tiny),
    params = initialize(model, everywhere(constant({ value: 0.1 })), rng("bad"));
  const run = (shape: number[], data: number[]) => () =>
    forward(model, params, tensor(shape, data));
  expect(run([1, 2], [0, 11])).toThrow("Cannot look up token 11, number 1");
  expect(run([1, 2], [0, 0.5])).toThrow("tokens are the integers 0 to 10");
  expect(run([1, 8], Array(8).fill(0))).toThrow("at most 7 positions");
  expect(run([3], [0, 1, 2])).toThrow(RangeError);
  expect(() => mlpSpecOf(model, "visit the layers")).toThrow(
    "Cannot visit the layers of a gpt: use an mlp",
  );
});
