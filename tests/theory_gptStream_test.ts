/** Predictions for transformers against simulation: the residual stream, its gradient, the first loss. */
import { expect } from "@std/expect";
import { residualRows, streamGradientRows } from "../lib/experiments/residualStream.ts";
import { seeds } from "../lib/experiments/compare.ts";
import { normal } from "../lib/initializers/distributions.ts";
import { lecunNormal, xavierNormal } from "../lib/initializers/named.ts";
import { identity } from "../lib/initializers/identity.ts";
import { relu } from "../lib/nn/activations.ts";
import { gpt, type GptOptions } from "../lib/nn/gpt.ts";
import { crossEntropy } from "../lib/nn/losses.ts";
import { mlp } from "../lib/nn/mlp.ts";
import { forward, type Model, type Params } from "../lib/nn/model.ts";
import { nextTokens } from "../lib/nn/nextTokens.ts";
import { byRole, everywhere, initialize } from "../lib/nn/schemes.ts";
import { onTape } from "../lib/nn/tape.ts";
import { deepNorm } from "../lib/schemes/deepNorm.ts";
import { gpt2, llama, nanoGpt } from "../lib/schemes/fixedStd.ts";
import { withGates } from "../lib/schemes/gates.ts";
import { withMultipliers } from "../lib/schemes/parametrization.ts";
import { pytorchDefault } from "../lib/schemes/pytorchDefault.ts";
import { layerScale, skipInit, zeroProjections } from "../lib/schemes/skips.ts";
import { t5 } from "../lib/schemes/t5.ts";
import { moments } from "../lib/tensor/moments.ts";
import { rng } from "../lib/tensor/rng.ts";
import { tensor } from "../lib/tensor/tensor.ts";
import type { ScaledScheme } from "../lib/theory/gptLaws.ts";
import { predictGptLoss } from "../lib/theory/gptLoss.ts";
import { predictStream } from "../lib/theory/residualStream.ts";
import { predictStreamGradient } from "../lib/theory/streamGradient.ts";

const VOCABULARY = 30, POSITIONS = 12;
/** Three sequences of text-like tokens: some frequent, most rare, some repeated at once. */
const ids = Array.from(
  rng("gptStream").uniform([3 * POSITIONS + 1]).data,
  (x) => Math.floor(30 * x ** 2),
);
const examples = nextTokens(ids, { context: POSITIONS });

const model = (options: Partial<GptOptions> = {}): Model =>
  gpt({ vocabulary: VOCABULARY, context: 16, width: 64, heads: 4, blocks: 2, ...options });

function lossOf(model: Model, params: Params): number {
  const logits = forward(model, params, examples.inputs);
  return onTape((tape) => crossEntropy(tape.constant(logits), examples.targets).data[0]);
}

const STREAM = [
  ...["meanSquare", "token", "position", "attention", "feedForward"],
  ...["attentionMeanSquare", "feedForwardMeanSquare", "correlation"],
] as ("meanSquare" | "token" | "attention" | "correlation")[];

interface Case {
  readonly model: Model;
  readonly scheme: ScaledScheme;
  readonly runs?: number;
}

/** Runs of a case: numbers by name, one for each seed. */
function simulate({ model, scheme, runs = 12 }: Case): Map<string, number[]> {
  const run = withMultipliers(model, scheme), values = new Map<string, number[]>();
  const note = (name: string, value: number) =>
    values.set(name, [...values.get(name) ?? [], value]);
  for (const rng of seeds(runs, "gptStream")) {
    const params = initialize(model, scheme, rng);
    for (const row of residualRows(run, params, examples.inputs)) {
      for (const name of STREAM) note(`${name} ${row.block}`, row[name]);
    }
    for (const row of streamGradientRows(run, params, examples)) {
      note(`gradient ${row.block}`, row.gradientMeanSquare);
    }
    note("loss", lossOf(run, params));
  }
  return values;
}

function predictions({ model, scheme }: Case): Map<string, number> {
  return new Map([
    ...predictStream(model, scheme, examples.inputs).flatMap((row) =>
      STREAM.map((name) => [`${name} ${row.block}`, row[name]] as const)
    ),
    ...predictStreamGradient(model, scheme, examples).map((row) =>
      [`gradient ${row.block}`, row.gradientMeanSquare] as const
    ),
    ["loss", predictGptLoss(model, scheme, examples).loss],
  ]);
}

/**
 * The largest distance between simulated means and predictions, in what chance and finite width allow (below 1 is agreement), and
 * where it is: 5 standard errors of the seeds' mean, whose own std is known to 1/sqrt(2 runs), and a relative `bias` of order
 * 1/width for the stream, three times as much for gradients, which meet a signal made of the same weights.
 */
function worst(simulated: Map<string, number[]>, predicted: Map<string, number>, bias: number) {
  let most = { name: "", distance: 0 };
  for (const [name, values] of simulated) {
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
    const error = Math.sqrt(variance / values.length / (values.length - 1));
    const expected = predicted.get(name)!, block = Number(name.split(" ")[1] ?? 0);
    if (block > 2 && block % 8 > 0) continue; // each more would be one more chance to stray
    const allowed = 5 * error + (name.startsWith("gradient") ? 3 : 1) * bias * Math.abs(expected);
    if (mean === expected) continue;
    const distance = Math.abs(mean - expected) / allowed;
    if (distance > most.distance) most = { name, distance };
  }
  return most;
}

const lecun = everywhere(lecunNormal()), xavier = everywhere(xavierNormal());
const cases: Record<string, Case> = {
  "nanoGpt, tied": { model: model(), scheme: nanoGpt() },
  "nanoGpt, width 256": { model: model({ width: 256 }), scheme: nanoGpt(), runs: 6 },
  "llama, 8 blocks of 128": { model: model({ width: 128, blocks: 8 }), scheme: llama(), runs: 6 },
  "nanoGpt, 48 blocks": { model: model({ blocks: 48 }), scheme: nanoGpt(), runs: 5 },
  "an encoder, all positions seen": { model: model({ causal: false }), scheme: lecun },
  "1/sqrt(d), untied": { model: model({ tiedHead: false }), scheme: lecun },
  "post-LN, Xavier": {
    model: model({ norm: "post", width: 128, tiedHead: false }),
    scheme: xavier,
  },
  "DeepNorm, tied": { model: model({ norm: "post", blocks: 4 }), scheme: deepNorm() },
  "PyTorch, with biases": { model: model({ tiedHead: false }), scheme: pytorchDefault() },
  "T5, scaled scores and logits": {
    model: model({ normKind: "rmsNorm", bias: false, activation: relu }),
    scheme: t5(),
  },
  "modern: gated, rotary, qk-norm": {
    model: model({
      ...{ normKind: "rmsNorm", feedForward: "swiglu", positions: "rotary", qkNorm: true },
      ...{ tiedHead: false, bias: false },
    }),
    scheme: everywhere(normal({ std: 0.05 })),
  },
  "residualScale and gates": {
    model: withGates(model({ residualScale: 0.5 })),
    scheme: layerScale(xavier, { value: 0.7 }),
  },
};

for (const [name, given] of Object.entries(cases)) {
  Deno.test(`predictions agree with simulation: ${name}`, () => {
    const { spec } = given.model, width = spec.name === "gpt" ? spec.width : NaN;
    const right = worst(simulate(given), predictions(given), 2.5 / width);
    expect(right.distance < 1 ? "agrees" : `${right.name}: ${right.distance}`).toBe("agrees");
  });
}

Deno.test("simulation tells a wrong scheme or model from the right one", () => {
  const simulated = simulate(cases["nanoGpt, tied"]);
  const mistakes: [string, Case][] = [
    ["1/sqrt(2 L) left out", { model: model(), scheme: llama() }],
    ["positions as GPT-2's", { model: model(), scheme: gpt2() }],
    ["one block for two", { model: model({ blocks: 3 }), scheme: nanoGpt() }],
    ["post-LN", { model: model({ norm: "post" }), scheme: nanoGpt() }],
    ["all positions seen", { model: model({ causal: false }), scheme: nanoGpt() }],
    ["another activation", { model: model({ activation: relu }), scheme: nanoGpt() }],
    ["truncated weights", {
      model: model(),
      scheme: byRole({ embedding: normal({ std: 0.018 }) }, nanoGpt()),
    }],
  ];
  for (const [mistake, wrong] of mistakes) {
    const { distance } = worst(simulated, predictions(wrong), 2.5 / 64);
    expect([mistake, distance > 1]).toEqual([mistake, true]);
  }
  // Tied taken for untied shows in the first loss alone.
  const tied = predictGptLoss(model(), nanoGpt(), examples).loss;
  const untied = predictGptLoss(model({ tiedHead: false }), nanoGpt(), examples).loss;
  const losses = simulated.get("loss")!;
  const mean = losses.reduce((sum, loss) => sum + loss, 0) / losses.length;
  expect(Math.abs(mean - untied)).toBeGreaterThan(2 * Math.abs(mean - tied));
});

Deno.test("predictStream() has GPT-2 small's numbers at position 0, and 2 L without 1/sqrt(2 L)", () => {
  const small = gpt({ vocabulary: 50257, context: 1024, width: 768, heads: 12, blocks: 12 });
  const token = tensor([1, 1], [464]);
  const rows = predictStream(small, nanoGpt(), token), plain = predictStream(small, llama(), token);
  expect(rows[0].meanSquare).toBeCloseTo(2 * 0.02 ** 2, 15);
  // Of a unit input: 768^2 0.02^4 / 24, and 3072 0.02^2 E gelu(sqrt(768) 0.02 Z)^2 / 24; epsilon 1e-5 beside 0.01 takes 0.1 %.
  expect(Math.abs(rows[12].attentionMeanSquare / 0.003932 - 1)).toBeLessThan(2e-3);
  expect(Math.abs(rows[12].feedForwardMeanSquare / 0.005452 - 1)).toBeLessThan(2e-3);
  expect(Math.abs(rows[12].meanSquare / 0.1134 - 1)).toBeLessThan(2e-3);
  expect(Math.abs(plain[12].meanSquare / 2.703 - 1)).toBeLessThan(1e-3);
  expect(Math.abs(plain[12].attentionMeanSquare / rows[12].attentionMeanSquare / 24 - 1))
    .toBeLessThan(2e-3);
  // Published shares of token and position embeddings: 4 to 1 in variance for GPT-2's own stds, 1 to 1 where both have one.
  const original = predictStream(small, gpt2(), token)[0];
  expect([original.token, rows[0].token].map((share) => share.toFixed(2))).toEqual([
    "0.80",
    "0.50",
  ]);
});

Deno.test("predictStream() grows by less than e with 1/sqrt(2 L), as the number of blocks without", () => {
  const at = (blocks: number, scheme: ScaledScheme) => {
    const deep = gpt({ vocabulary: 30, context: 4, width: 64, heads: 4, blocks, bias: false });
    return predictStream(deep, scheme, tensor([1, 1], [3]))[blocks].meanSquare;
  };
  // Branches of a normalized input add the same at each block: 24 L branches of 1/(2 L).
  expect(at(48, nanoGpt()) / at(12, nanoGpt())).toBeCloseTo(1, 1);
  const embedded = 2 * 0.02 ** 2;
  expect((at(48, llama()) - embedded) / (at(12, llama()) - embedded)).toBeCloseTo(4, 0);
});

Deno.test("predictGptLoss() of a head of zeros is ln V, of silent branches the embeddings' alone", () => {
  const zeroHead = byRole({ output: normal({ std: 0 }) }, nanoGpt());
  expect(predictGptLoss(model({ tiedHead: false }), zeroHead, examples))
    .toEqual({ loss: Math.log(VOCABULARY), logitStd: 0, ownLogit: 0 });
  const silent = withGates(model());
  const rows = predictStream(silent, skipInit(nanoGpt()), examples.inputs);
  expect([rows[2].attention, rows[2].feedForward, rows[2].meanSquare]).toEqual([
    0,
    0,
    rows[0].meanSquare,
  ]);
});

Deno.test("predictStream() turns keys of one token apart by rotary positions", () => {
  const positions = 5, size = 16; // of a head
  const own = model({ positions: "rotary", tiedHead: false });
  const [, first] = predictStream(own, lecun, tensor([1, positions], Array(positions).fill(3)));
  const cosine = (distance: number) => {
    let sum = 0;
    for (let k = 0; k < size / 2; k++) sum += Math.cos(distance / 10000 ** (k / (size / 2)));
    return sum / (size / 2);
  };
  // Variance of the scores about their mean over the n keys that a row sees, averaged over rows of 2 keys and more.
  let variance = 0;
  for (let n = 2; n <= positions; n++) {
    let alike = 0;
    for (let j = 0; j < n; j++) for (let k = 0; k < n; k++) alike += cosine(j - k) / n;
    variance += (n - alike) / (n - 1) / (positions - 1);
  }
  // A stream of mean square 1/30, less LN's share of one column in 64, beside epsilon.
  const normed = 1 / (1 + 1e-5 * 30 * 64 / 63);
  expect(Math.abs(first.scoreStd / (normed * Math.sqrt(variance)) - 1)).toBeLessThan(1e-9);
});

Deno.test("predictGptLoss() of a post-LN stream that is normalized again and again is that of its embedding", () => {
  const silent = zeroProjections(nanoGpt());
  for (const normKind of ["layerNorm", "rmsNorm"] as const) {
    const { ownLogit, logitStd } = predictGptLoss(
      model({ norm: "post", normKind }),
      silent,
      examples,
    );
    // What epsilon takes beside 0.0008 at the first norm, the second gives back; beside 1 it takes 1e-5 / 2.
    const share = 0.02 / Math.sqrt(2 * 0.02 ** 2);
    expect(Math.abs(ownLogit / (64 * 0.02 * share) - 1)).toBeLessThan(1e-4);
    expect(Math.abs(logitStd / (8 * 0.02) - 1)).toBeLessThan(1e-4);
  }
});

Deno.test("a GPT-2-small-shaped model of 124 million starts as predicted", () => {
  const small = gpt({ vocabulary: 50257, context: 1024, width: 768, heads: 12, blocks: 12 });
  const tokens = rng("124M").permutation(50257).slice(0, 17);
  const few = nextTokens(tokens, { context: 16 });
  const params = initialize(small, nanoGpt(), rng("124M"));
  const { loss, logitStd } = predictGptLoss(small, nanoGpt(), few);
  const logits = forward(small, params, few.inputs);
  // The std of 16 x 50,257 logits, whose rows share the size of nothing but their norm: 3 %.
  expect(Math.abs(moments(logits).std / logitStd - 1)).toBeLessThan(0.03);
  const measured = onTape((tape) => crossEntropy(tape.constant(logits), few.targets).data[0]);
  // 16 different targets' logits of std 0.55, at rows that are alike to a half.
  expect(Math.abs(measured - loss)).toBeLessThan(4.5 * logitStd / Math.sqrt(16));
  const stream = residualRows(small, params, few.inputs),
    expected = predictStream(small, nanoGpt(), few.inputs);
  for (const block of [0, 1, 6, 12]) {
    // A row of 768 columns strays by sqrt(2 / 768) = 5 %; 16 rows that are alike to a half by less.
    expect(Math.abs(Math.log(stream[block].meanSquare / expected[block].meanSquare))).toBeLessThan(
      0.15,
    );
  }
});

Deno.test("predictions refuse models and laws that they cannot follow", () => {
  const dense = mlp({ widths: [4, 3], activation: relu });
  expect(() => predictStream(dense, lecun, examples.inputs)).toThrow("use a gpt");
  expect(() => predictStream(model(), everywhere(identity()), examples.inputs)).toThrow(
    "structured",
  );
  const random = byRole({ gain: normal({ mean: 1, std: 0.1 }) }, lecun);
  expect(() => predictStream(model(), random, examples.inputs)).toThrow("random");
  const regression = { inputs: examples.inputs, targets: tensor([36], Array(36).fill(0)) };
  expect(() => predictGptLoss(model(), lecun, regression)).toThrow("labels");
  expect(() => predictStreamGradient(model(), lecun, regression)).toThrow("labels");
});
