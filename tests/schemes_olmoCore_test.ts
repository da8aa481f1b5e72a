/** OLMo-core's four schemes, Magneto's and GPT-NeoX's, against the stds that their code has. */
import { expect } from "@std/expect";
import {
  describeScheme,
  fullMegatron,
  llama,
  megatron,
  mitchell,
  mlp,
  type Model,
  ngpt,
  normal,
  olmo,
  olmoFanIn,
  olmoLlama,
  olmoLlamaDepth,
  relu,
  type Scheme,
  subLn,
  subLnPair,
  truncatedStd,
} from "../lib/mod.ts";
import { D, difference, drawnDistance, FF, L, MAX_Z, small, type Stds } from "./schemeModels.ts";

const CUT3 = truncatedStd(3), gated = small({ feedForward: "swiglu" });
const GAMMA = Math.sqrt(Math.log(6)); // sqrt(ln(2 L)), L = 3

/** OLMo-core's llama and llama_depth: w1 is the gate, w3 feedForwardIn, w2 feedForwardOut. */
function llamaStds(std: number, depth: (b: number) => number, inner: "w1" | "w3"): Stds {
  const small = (b: number) => CUT3 * std / Math.sqrt(2 * depth(b));
  return {
    tokenEmbedding: 1,
    positionEmbedding: 1,
    ...{ query: CUT3 * std, key: CUT3 * std, value: CUT3 * std },
    ...{ attentionOut: small, feedForwardOut: small, feedForwardGate: CUT3 * std },
    feedForwardIn: inner === "w3" ? small : CUT3 * std,
    head: CUT3 / Math.sqrt(D),
  };
}

const INNER = 1 / Math.sqrt(D);
const inner = (std: number): Stds =>
  Object.fromEntries(
    ["query", "key", "value", "feedForwardIn", "feedForwardGate"].map((kind) => [kind, std]),
  );
const outer = (std: number): Stds => ({ tokenEmbedding: std, positionEmbedding: std });

const TABLES: [name: string, scheme: Scheme, stds: Stds, model: Model][] = [
  ["olmoLlama", olmoLlama(), llamaStds(0.02, () => L, "w3"), gated],
  ["olmoLlama, ungated", olmoLlama({ std: 0.1 }), llamaStds(0.1, () => L, "w1"), small()],
  ["olmoLlamaDepth", olmoLlamaDepth(), llamaStds(0.02, (b) => b, "w3"), gated],
  ["olmoLlamaDepth, ungated", olmoLlamaDepth({ std: 3 }), llamaStds(3, (b) => b, "w1"), small()],
  [
    "ngpt",
    ngpt(),
    {
      ...outer(INNER),
      ...inner(CUT3 * INNER),
      attentionOut: CUT3 * INNER / Math.sqrt(6),
      feedForwardOut: CUT3 * INNER / Math.sqrt(6), // from d, not from the feed-forward's width
      head: CUT3 * INNER,
    },
    gated,
  ],
  [
    "olmoFanIn",
    olmoFanIn(),
    {
      ...outer(1),
      ...inner(CUT3 * INNER),
      attentionOut: CUT3 * INNER,
      feedForwardOut: CUT3 / Math.sqrt(FF),
      head: CUT3 * INNER,
    },
    gated,
  ],
  [
    "subLn",
    subLn(),
    {
      ...outer(INNER),
      ...{ query: INNER, key: INNER, value: GAMMA * INNER, attentionOut: GAMMA * INNER },
      feedForwardIn: GAMMA * Math.sqrt(2 / (D + FF)),
      feedForwardOut: GAMMA * Math.sqrt(2 / (D + FF)),
      head: INNER,
    },
    small(),
  ],
  [
    "single_residual_scaled_normal",
    megatron({ std: 0.05, branches: 1 }),
    {
      ...outer(0.05),
      ...inner(0.05),
      ...{ attentionOut: 0.05 / Math.sqrt(L), feedForwardOut: 0.05 / Math.sqrt(L), head: 0.05 },
    },
    small(),
  ],
];

for (const [name, scheme, stds, model] of TABLES) {
  Deno.test(`${name} has the stds of its library's code, in law and in what it draws`, () => {
    expect(difference(model, scheme, stds)).toBe(undefined);
    expect(drawnDistance(model, scheme, stds)).toBeLessThan(MAX_Z);
  });
}

Deno.test("the tests of OLMo-core's stds refuse neighboring schemes and known mistakes", () => {
  const wrong: [string, Scheme][] = [
    ["olmoLlama", fullMegatron()], // w3 not scaled, embeddings small
    ["olmoLlama", olmoLlamaDepth()],
    ["olmoLlamaDepth", olmoLlama()],
    ["ngpt", mitchell()],
    ["ngpt", olmoFanIn()],
    ["olmoFanIn", olmo()],
    ["single_residual_scaled_normal", megatron({ std: 0.05 })],
    ["single_residual_scaled_normal", llama({ std: 0.05 })],
    [
      "subLn",
      (spec, model) =>
        spec.kind === "query" ? normal({ std: GAMMA * INNER }) : subLn()(spec, model),
    ],
  ];
  for (const [name, scheme] of wrong) {
    const [, , stds, model] = TABLES.find(([other]) => other === name)!;
    expect(difference(model, scheme, stds)).toBeDefined();
    expect(drawnDistance(model, scheme, stds)).toBeGreaterThan(MAX_Z);
  }
});

Deno.test("olmoLlama() and its kin cut their weights at three parents' stds, embeddings not at all", () => {
  for (const scheme of [olmoLlama(), olmoLlamaDepth(), ngpt(), olmoFanIn()]) {
    const laws = gated.params.map((spec) => ({
      role: spec.role,
      law: scheme(spec, gated).law(spec.shape, spec.fans),
    }));
    for (const { role, law } of laws) {
      if (role === "bias" || role === "gain") continue;
      if (role === "embedding") expect(law.high).toBe(Infinity);
      else expect(law.high / law.std).toBeCloseTo(3 / CUT3, 10);
    }
  }
});

Deno.test("subLnPair() has torchscale's gains of an encoder with a decoder", () => {
  const { encoder, decoder } = subLnPair({ encoder: 12, decoder: 6 });
  expect(decoder).toBeCloseTo(Math.sqrt(Math.log(18)), 14);
  expect(encoder).toBeCloseTo(Math.sqrt(Math.log(18) * Math.log(24) / 3), 14);
  expect(() => subLnPair({ encoder: 0, decoder: 1 })).toThrow("encoder as it must be an integer");
});

Deno.test("OLMo-core's schemes and subLn() say what a model lacks", () => {
  const flat = mlp({ widths: [4, 3], activation: relu });
  for (const scheme of [olmoLlama(), olmoLlamaDepth(), ngpt(), subLn()]) {
    expect(() => describeScheme(flat, scheme)).toThrow("with an mlp: it is made for a transformer");
  }
  expect(() => describeScheme(small({ norm: "post" }), subLn())).toThrow(
    'make the gpt with norm: "pre"',
  );
  expect(() => olmoLlama({ std: -1 })).toThrow("std as it must be >= 0");
  expect(() => olmoLlamaDepth({ std: NaN })).toThrow(RangeError);
});
