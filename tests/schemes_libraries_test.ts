/** Schemes beside what their libraries draw, as recorded, and beside the presets of these. */
import { expect } from "@std/expect";
import {
  describeScheme,
  gpt,
  initialize,
  llama,
  mlp,
  type Model,
  moments,
  nanoGpt,
  preset,
  pytorchDefault,
  relu,
  rng,
  type Scheme,
  smallInit,
  t5,
} from "../lib/mod.ts";
import { MAX_Z } from "./schemeModels.ts";

interface Recorded {
  std: number;
  count: number;
}
type Vectors = Record<"gpt2" | "llama" | "t5", Record<string, Recorded>> & {
  pytorch: {
    linear: { weight: Recorded; bias: Recorded };
    embedding: Recorded;
    multihead: Record<string, Recorded>;
  };
};
const vectors: Vectors = JSON.parse(
  Deno.readTextFileSync(new URL("vectors/schemes.json", import.meta.url)),
);

/** How far, in standard errors, a recorded std is from a law's; one with a kurtosis of 3 at most. */
function recordedDistance({ std, count }: Recorded, law: number): number {
  return law === 0 ? std === 0 ? 0 : Infinity : Math.abs(std / law - 1) * Math.sqrt(2 * count);
}

Deno.test("nanoGpt, llama and t5 have the stds that Hugging Face transformers draws", () => {
  const options = { vocabulary: 300, context: 80, width: 96, heads: 4, blocks: 3 };
  const bare = { bias: false, normKind: "rmsNorm", positions: "rotary" } as const;
  const cases: [keyof typeof vectors & ("gpt2" | "llama" | "t5"), Scheme, Model, Scheme][] = [
    ["gpt2", nanoGpt(), gpt(options), llama()],
    [
      "llama",
      llama(),
      gpt({ ...options, ...bare, feedForward: "swiglu", tiedHead: false }),
      nanoGpt(),
    ],
    ["t5", t5(), gpt({ ...options, ...bare }), smallInit()],
  ];
  for (const [name, scheme, model, wrong] of cases) {
    const farthest = (of: Scheme) =>
      Math.max(
        ...describeScheme(model, of).filter(({ parameter }) => parameter in vectors[name])
          .map(({ parameter, std }) => recordedDistance(vectors[name][parameter], std)),
      );
    expect(Object.keys(vectors[name]).every((key) => model.params.some((p) => p.name === key)))
      .toBe(true);
    expect(farthest(scheme)).toBeLessThan(MAX_Z);
    expect(farthest(wrong)).toBeGreaterThan(MAX_Z);
  }
});

Deno.test("pytorchDefault() has the stds that torch draws, for linear layers and for MultiheadAttention", () => {
  const model = gpt({ vocabulary: 300, context: 80, width: 96, heads: 4, blocks: 3 });
  const rowsOf = (attention: "linear" | "multihead") => {
    const rows = describeScheme(model, pytorchDefault({ attention }));
    return (name: string) => rows.find(({ parameter }) => parameter === name)!;
  };
  const linear = rowsOf("linear"), multihead = rowsOf("multihead");
  const { pytorch } = vectors;
  const pairs: [Recorded, ReturnType<typeof linear>][] = [
    [pytorch.linear.weight, linear("block2.feedForwardIn.weight")],
    [pytorch.linear.bias, linear("block2.feedForwardIn.bias")],
    [pytorch.linear.weight, linear("block2.query.weight")],
    [pytorch.linear.bias, linear("block2.attentionOut.bias")],
    [pytorch.embedding, linear("tokenEmbedding.weight")],
    [pytorch.multihead.query, multihead("block1.value.weight")],
    [pytorch.multihead.queryBias, multihead("block1.key.bias")],
    [pytorch.multihead.attentionOut, multihead("block1.attentionOut.weight")],
    [pytorch.multihead.attentionOutBias, multihead("block1.attentionOut.bias")],
    [pytorch.linear.bias, multihead("block2.feedForwardIn.bias")],
  ];
  for (const [recorded, row] of pairs) {
    // A uniform law's std has standard error std sqrt((1.8 - 1) / 4 n), less than the normal's used here.
    expect(recordedDistance(recorded, row.std)).toBeLessThan(MAX_Z);
  }
  expect(recordedDistance(pytorch.multihead.query, linear("block1.value.weight").std))
    .toBeGreaterThan(MAX_Z);
  expect(linear("block1.attentionNorm.weight")).toMatchObject({ mean: 1, std: 0 });
  expect(linear("block1.attentionNorm.bias")).toMatchObject({ mean: 0, std: 0 });
  const perceptron = mlp({ widths: [400, 300], activation: relu });
  const params = initialize(perceptron, pytorchDefault(), rng("torch"));
  const { min, max } = moments(params["layer1.weight"]);
  expect(Math.max(max, -min)).toBeLessThanOrEqual(Math.fround(1 / 20));
  expect(Math.max(max, -min)).toBeGreaterThan(0.0499);
});

Deno.test("schemes of a library agree with its presets, layer by layer", () => {
  const model = gpt({ vocabulary: 300, context: 80, width: 96, heads: 4, blocks: 3 });
  const rows = (scheme: Scheme, of = model) =>
    new Map(describeScheme(of, scheme).map((row) => [row.parameter, row.std]));
  const sizes = { vocab: 300, positions: 80, width: 96, layers: 3 };
  const nano = preset("nanogpt@3adf61e", "gpt", sizes), nanoRows = rows(nanoGpt());
  const wide = { vocab: 300, width: 96, heads: 4, feedForward: 384 };
  const llamas = preset("transformers@5.24", "llama", wide), llamaRows = rows(llama());
  const five = preset("transformers@5.24", "t5", { ...wide, headSize: 24 }), fiveRows = rows(t5());
  const linear = preset("torch@2.13", "linear", { in: 96, out: 384 });
  const torchRows = rows(pytorchDefault());
  const pairs: [preset: { law: { std: number } }, std: number | undefined][] = [
    [nano["wpe.weight"], nanoRows.get("positionEmbedding.weight")],
    [nano["attn.c_proj.weight"], nanoRows.get("block2.attentionOut.weight")],
    [nano["mlp.c_proj.weight"], nanoRows.get("block3.feedForwardOut.weight")],
    [nano["mlp.c_fc.weight"], nanoRows.get("block1.feedForwardIn.weight")],
    [llamas["self_attn.o_proj.weight"], llamaRows.get("block1.attentionOut.weight")],
    [five["SelfAttention.q.weight"], fiveRows.get("block1.query.weight")],
    [five["SelfAttention.o.weight"], fiveRows.get("block1.attentionOut.weight")],
    [five["DenseReluDense.wo.weight"], fiveRows.get("block1.feedForwardOut.weight")],
    [five["shared.weight"], fiveRows.get("tokenEmbedding.weight")],
    [linear.weight, torchRows.get("block1.feedForwardIn.weight")],
    [linear.bias, torchRows.get("block1.feedForwardIn.bias")],
  ];
  for (const [{ law }, std] of pairs) expect(std! / law.std).toBeCloseTo(1, 12);
});
