/** Schemes that are a table of stds: each library's and paper's, by name and shape. */
import { expect } from "@std/expect";
import {
  bert,
  deepNorm,
  describeScheme,
  fixup,
  fullMegatron,
  gpt,
  gpt2,
  initialize,
  llama,
  megatron,
  mitchell,
  mlp,
  type Model,
  nanoGpt,
  normal,
  olmo,
  pytorchDefault,
  relu,
  rng,
  type Scheme,
  smallInit,
  t5,
  tFixup,
  truncatedStd,
  wang,
} from "../lib/mod.ts";
import { D, difference, drawnDistance, FF, K, L, MAX_Z, small, type Stds } from "./schemeModels.ts";

const CUT = truncatedStd(2), CUT3 = truncatedStd(3), XAVIER = Math.sqrt(2 / (D + D));
const XAVIER_FF = Math.sqrt(2 / (D + FF));
const BETA = (8 * L) ** -0.25, ENCODER = 0.67 * L ** -0.25, NINE = (9 * L) ** -0.25;

/** All weights alike but for those named. */
const all = (std: number, others: Stds = {}): Stds => ({
  ...Object.fromEntries(
    [
      "tokenEmbedding",
      "positionEmbedding",
      "query",
      "key",
      "value",
      "attentionOut",
      "feedForwardIn",
    ]
      .concat("feedForwardGate", "feedForwardOut", "head").map((kind) => [kind, std]),
  ),
  ...others,
});
const ends = (std: number) => ({ attentionOut: std, feedForwardOut: std });

const TABLES: [name: string, scheme: Scheme, stds: Stds, model?: Model][] = [
  ["gpt2", gpt2(), all(0.02, { positionEmbedding: 0.01, ...ends(0.02 / Math.sqrt(6)) })],
  ["nanoGpt", nanoGpt(), all(0.02, ends(0.02 / Math.sqrt(6)))],
  ["megatron", megatron({ std: 0.006 }), all(0.006, ends(0.006 / Math.sqrt(6)))],
  ["megatron, one branch", megatron({ branches: 1 }), all(0.02, ends(0.02 / Math.sqrt(3)))],
  ["llama", llama(), all(0.02)],
  ["llama, swiglu", llama({ std: 0.1 }), all(0.1), small({ feedForward: "swiglu" })],
  ["bert", bert(), all(0.02 * CUT)],
  ["smallInit", smallInit(), all(Math.sqrt(2 / (5 * D)))],
  ["wang", wang(), all(Math.sqrt(2 / (5 * D)), ends(2 / L / Math.sqrt(D)))],
  ["olmo", olmo(), all(0.02 * CUT3)],
  [
    "mitchell",
    mitchell(),
    all(CUT3 / Math.sqrt(D), {
      attentionOut: (b) => CUT3 / Math.sqrt(2 * D * b),
      feedForwardOut: (b) => CUT3 / Math.sqrt(2 * FF * b),
    }),
  ],
  [
    "fullMegatron",
    fullMegatron(),
    all(0.02 * CUT3, { ...ends(0.02 * CUT3 / Math.sqrt(6)), head: CUT3 / Math.sqrt(D) }),
  ],
  [
    "t5",
    t5(),
    all(1 / Math.sqrt(D), {
      tokenEmbedding: 1,
      positionEmbedding: 1,
      head: 1,
      query: 1 / Math.sqrt(D * K),
      feedForwardOut: 1 / Math.sqrt(FF),
    }),
  ],
  [
    "deepNorm",
    deepNorm(),
    all(1 / Math.sqrt(D), {
      query: XAVIER,
      key: XAVIER,
      value: BETA * XAVIER,
      attentionOut: BETA * XAVIER,
      feedForwardIn: BETA * XAVIER_FF,
      feedForwardOut: BETA * XAVIER_FF,
    }),
    small({ norm: "post" }),
  ],
  ...(["encoder", "decoder"] as const).map((stack): [string, Scheme, Stds] => {
    const factor = stack === "encoder" ? ENCODER : NINE;
    return [
      `tFixup, ${stack}`,
      tFixup({ stack }),
      all(NINE / Math.sqrt(D), {
        head: 1 / Math.sqrt(D),
        query: XAVIER,
        key: XAVIER,
        value: factor * XAVIER,
        attentionOut: factor * XAVIER,
        feedForwardIn: factor * XAVIER_FF,
        feedForwardOut: factor * XAVIER_FF,
      }),
    ];
  }),
  [
    "fixup",
    fixup(),
    all(Math.sqrt(2 / D) * 6 ** (-1 / 6), {
      tokenEmbedding: 1 / Math.sqrt(D),
      positionEmbedding: 1 / Math.sqrt(D),
      feedForwardIn: Math.sqrt(2 / FF) * 6 ** -0.5,
      ...ends(0),
      head: 0,
    }),
  ],
  [
    "fixup, gated",
    fixup(),
    all(Math.sqrt(2 / D) * 6 ** (-1 / 6), {
      tokenEmbedding: 1 / Math.sqrt(D),
      positionEmbedding: 1 / Math.sqrt(D),
      feedForwardIn: Math.sqrt(2 / FF) * 6 ** -0.25,
      feedForwardGate: Math.sqrt(2 / FF) * 6 ** -0.25,
      ...ends(0),
      head: 0,
    }),
    small({ feedForward: "swiglu" }),
  ],
];

Deno.test("fixup() takes weights outside of branches for He's, by fanOut", () => {
  const bare = small(), fans = { fanIn: 8, fanOut: 32 };
  const stem = {
    name: "stem.weight",
    shape: [8, 32],
    fans,
    role: "hidden",
    kind: "dense",
  } as const;
  const rows = describeScheme({ ...bare, params: [stem, ...bare.params] }, fixup());
  expect(rows[0].std).toBeCloseTo(1 / 4, 12);
});

for (const [name, scheme, stds, model = small()] of TABLES) {
  Deno.test(`${name} has the stds of its paper or library, in law and in what it draws`, () => {
    expect(difference(model, scheme, stds)).toBe(undefined);
    expect(drawnDistance(model, scheme, stds)).toBeLessThan(MAX_Z);
  });
}

Deno.test("the tests of stds refuse schemes that are wrong by a known mistake", () => {
  const at = (change: Scheme) => change;
  const wrong: [string, Scheme, string, Model?][] = [
    ["depth factor dropped", llama(), "gpt2"],
    ["depth factor dropped", smallInit(), "wang"],
    ["sqrt(L) for sqrt(2 L)", megatron({ branches: 1 }), "nanoGpt"],
    ["positions as tokens", nanoGpt(), "gpt2"],
    [
      "blocks counted from 0",
      at((spec, model) => {
        const { block } = spec;
        const earlier = block && { ...block, index: Math.max(0, block.index - 1) };
        return mitchell()({ ...spec, block: earlier }, model);
      }),
      "mitchell",
    ],
    [
      "embeddings scaled too",
      at((spec, model) =>
        spec.role === "embedding" ? normal({ std: BETA / Math.sqrt(D) }) : deepNorm()(spec, model)
      ),
      "deepNorm",
    ],
    ["decoder's factor for an encoder", tFixup({ stack: "decoder" }), "tFixup, encoder"],
    ["parent's std for the std", bert(), "llama"],
    [
      "scores divided twice by too little",
      at((spec, model) =>
        spec.kind === "query" ? normal({ std: 1 / Math.sqrt(D) }) : t5()(spec, model)
      ),
      "t5",
    ],
  ];
  for (const [, scheme, name] of wrong) {
    const [, , stds, model = small()] = TABLES.find(([other]) => other === name)!;
    expect(difference(model, scheme, stds)).toBeDefined();
    expect(drawnDistance(model, scheme, stds)).toBeGreaterThan(MAX_Z);
  }
});

Deno.test("GPT-2 124M, small init, Wang, mitchell and T5 have the numbers that are known of them", () => {
  const model = gpt({ vocabulary: 50257, context: 1024, width: 768, heads: 12, blocks: 12 });
  const std = (scheme: Scheme, name: string) =>
    describeScheme(model, scheme).find(({ parameter }) => parameter === name)!.std;
  expect(std(gpt2(), "block7.feedForwardOut.weight")).toBeCloseTo(0.00408248, 8);
  expect(std(smallInit(), "block1.query.weight")).toBeCloseTo(0.02282177, 8);
  expect(std(wang(), "block1.attentionOut.weight")).toBeCloseTo(0.00601407, 8);
  expect(std(mitchell(), "block1.attentionOut.weight") / CUT3).toBeCloseTo(0.02551552, 8);
  expect(std(mitchell(), "block12.attentionOut.weight") / CUT3).toBeCloseTo(0.0073657, 8);
  expect(std(t5(), "block3.query.weight")).toBeCloseTo(0.00451055, 8);
  expect(std(t5(), "block3.key.weight")).toBeCloseTo(0.03608439, 8);
  const tFixed = (blocks: number, stack: "encoder" | "decoder") => {
    const of = gpt({ vocabulary: 9, context: 9, width: 128, heads: 2, blocks });
    const rows = describeScheme(of, tFixup({ stack }));
    return rows.find(({ kind }) => kind === "value")!.std / Math.sqrt(2 / 256);
  };
  expect([tFixed(6, "encoder"), tFixed(12, "encoder")].map((x) => x.toFixed(5)))
    .toEqual(["0.42809", "0.35998"]);
  expect([tFixed(6, "decoder"), tFixed(12, "decoder")].map((x) => x.toFixed(5)))
    .toEqual(["0.36889", "0.31020"]);
});

Deno.test("schemes for transformers say what a model lacks", () => {
  const flat = mlp({ widths: [4, 3], activation: relu });
  const apply = (scheme: Scheme, model: Model) => () => describeScheme(model, scheme);
  expect(apply(fixup(), flat)).toThrow("model without blocks (mlp)");
  for (const scheme of [smallInit(), wang(), mitchell(), fullMegatron(), tFixup(), deepNorm()]) {
    expect(apply(scheme, flat)).toThrow("with an mlp: it is made for a transformer, see gpt");
  }
  expect(apply(deepNorm(), small())).toThrow('norm "pre": make the gpt with norm: "post"');
  expect(() => initialize(small(), deepNorm(), rng("any"))).toThrow('norm: "post"');
  expect(apply(fixup(), small({ tiedHead: true }))).toThrow("Cannot use fixup with a tied head");
  expect(apply(gpt2(), flat)).not.toThrow(); // no branch, no depth
  expect(() => megatron({ std: -1 })).toThrow("std as it must be >= 0");
  expect(() => megatron({ branches: 0 })).toThrow("branches as it must be > 0");
  expect(() => tFixup({ stack: "both" as never })).toThrow('stack "both"');
  expect(() => pytorchDefault({ attention: "x" as never })).toThrow('attention "x"');
});
