/** Whole models: what a scheme draws, and what libraries' checkpoints hold, against what they should. */
import { expect } from "@std/expect";
import {
  againstPreset,
  againstScheme,
  audit,
  auditEach,
  checkpointPresets,
  gpt,
  initialize,
  mlp,
  type Model,
  normal,
  paddedNormal,
  rng,
  schemeFrom,
  schemeNames,
  type SchemeSpec,
  tanh,
  type Tensor,
  type TensorFile,
  truncatedNormal,
  uniform,
  withGates,
} from "../lib/mod.ts";
import recorded from "./vectors/checkpointNames.json" with { type: "json" };

type Recorded = readonly [shape: number[], ...numbers: number[]]; // mean, std, kurtosis, largest abs, row of zeros

/** A tensor like a recorded one, by its moments alone: constant, uniform, cut or normal, with its row of zeros. */
function like([shape, mean, std, kurtosis, most, row]: Recorded, name: string): Tensor {
  const isLarge = shape.reduce((a, b) => a * b, 1) > 1000;
  const init = std === 0
    ? undefined
    : kurtosis < 2.6 && kurtosis > 2.2 && isLarge
    ? truncatedNormal({ parentStd: most / 2 })
    : kurtosis < 2
    ? uniform({ low: -most, high: most })
    : normal({ mean, std });
  const count = shape.reduce((a, b) => a * b, 1);
  const data = init?.(shape, rng("recorded").child(name)).data ??
    new Float32Array(count).fill(mean);
  if (row >= 0) data.fill(0, row * shape[1], (row + 1) * shape[1]);
  return { shape, data };
}

const models = recorded.map(({ checkpoint, tensors }) => ({
  checkpoint,
  weights: Object.fromEntries(
    Object.entries(tensors).map(([name, row]) => [name, like(row as unknown as Recorded, name)]),
  ),
}));

function audited(checkpoint: string, weights: Record<string, Tensor>) {
  const tensors = Object.entries(weights).map(([name, { shape }]) => ({ name, shape }));
  return audit(weights, againstPreset(checkpoint, tensors));
}

/** "name: kind" of each finding. */
function kindsOf(rows: ReturnType<typeof audit>): string[] {
  return rows.flatMap(({ name, findings }) => findings.map(({ kind }) => `${name}: ${kind}`));
}

Deno.test("againstPreset() knows every tensor of new checkpoints, and none is wrong", () => {
  expect(new Set(models.map(({ checkpoint }) => checkpoint))).toEqual(new Set(checkpointPresets));
  let count = 0;
  for (const { checkpoint, weights } of models) {
    const rows = audited(checkpoint, weights);
    expect(rows.filter(({ expected }) => !expected).map(({ name }) => name)).toEqual([]);
    expect([checkpoint, ...kindsOf(rows)]).toEqual([checkpoint]);
    count += rows.length;
  }
  expect(count).toBeGreaterThan(350);
});

Deno.test("againstPreset() finds each tensor of new checkpoints that is twice what it should be", () => {
  // From 36 entries on in 99 of 100 cases, see audit(): these have 96 or more. Zeros become 0.1.
  for (const { checkpoint, weights } of models) {
    const twice = Object.fromEntries(
      Object.entries(weights).map(([name, { shape, data }]) => {
        const isZero = data.every((x) => x === 0);
        return [name, { shape, data: isZero ? data.map(() => 0.1) : data.map((x) => 2 * x) }];
      }),
    );
    for (const { name, stats, findings } of audited(checkpoint, twice)) {
      if (stats.count >= 96) {
        expect([checkpoint, name, findings.length > 0]).toEqual([checkpoint, name, true]);
      }
    }
  }
});

Deno.test("againstPreset() names c_proj that is not scaled by depth (transformers#47458)", () => {
  for (
    const { weights, checkpoint } of models.filter((model) => /:gpt2?$/.test(model.checkpoint))
  ) {
    const spoiled = Object.fromEntries(
      Object.entries(weights).map(([name, { shape, data }]) => [name, {
        shape,
        data: name.endsWith("c_proj.weight") ? data.map((x) => x * Math.sqrt(6)) : data,
      }]),
    );
    const names = Object.keys(weights).filter((name) => name.endsWith("c_proj.weight"));
    expect(names.length).toBe(6);
    const rows = audited(checkpoint, spoiled);
    expect(kindsOf(rows)).toEqual(names.map((name) => `${name}: depthScaleMissing`));
    const { says } = rows.find(({ name }) => name === names[0])!.findings[0];
    expect(says).toMatch(/2\.4\d* times the 0\.008165 of .* sqrt\(2 L\) of L = 3 blocks/);
    // And what only ends of branches have, elsewhere.
    const name = names[0].replace("c_proj", "c_attn"), { shape, data } = weights[name];
    const small = { ...weights, [name]: { shape, data: data.map((x) => x / Math.sqrt(6)) } };
    expect(kindsOf(audited(checkpoint, small))).toEqual([`${name}: depthScaleUnexpected`]);
  }
});

Deno.test("againstPreset() knows T5's embedding by the names of its copies, and its untied head", () => {
  const { weights } = models.find(({ checkpoint }) => checkpoint === "transformers@5.24:t5")!;
  const tensors = Object.entries(weights).map(([name, { shape }]) => ({ name, shape }));
  const { against } = againstPreset("transformers@5.24:t5", tensors);
  for (const name of ["encoder.embed_tokens", "decoder.embed_tokens", "lm_head"]) {
    expect(against(`${name}.weight`)).toBe(against("shared.weight"));
  }
  expect(against("shared.weight")).toBeDefined();
  expect(against("head.weight")).toBe(undefined);
});

Deno.test("againstPreset() knows names that compile() begins, and heads for a task", () => {
  const stdOf = (checkpoint: string, table: string, name: string) => {
    const { against } = againstPreset(checkpoint, [{ name: table, shape: [500, 96] }]);
    const init = against(name);
    return typeof init === "function" ? init.law([96, 96]).std : undefined;
  };
  const [table, weight] = ["wte", "h.0.attn.c_attn"]
    .map((name) => `_orig_mod.transformer.${name}.weight`);
  expect(stdOf("nanogpt@3adf61e:gpt", table, weight)).toBe(0.02);
  for (const head of ["classifier.weight", "qa_outputs.weight"]) {
    const words = "bert.embeddings.word_embeddings.weight";
    expect(stdOf("transformers@5.24:bert", words, head)).toBe(0.02);
  }
});

Deno.test("againstPreset() reads the number of layers, and refuses what it does not know", () => {
  const shapes = (...names: string[]) => names.map((name) => ({ name, shape: [500, 96] }));
  const std = (blocks: number) => {
    const names = Array.from({ length: blocks }, (_, i) => `h.${i}.attn.c_proj.weight`);
    const given = againstPreset("transformers@5.24:gpt2", shapes("wte.weight", ...names));
    const init = given.against(names[0]);
    return typeof init === "function" ? init.law([96, 96]).std : undefined;
  };
  expect([1, 12, 48].map(std)).toEqual([1, 12, 48].map((l) => 0.02 / Math.sqrt(2 * l)));
  const { against, layout } = againstPreset("transformers@5.24:gpt2", shapes("wte.weight"));
  expect([against("h.0.attn.rotary.weight"), layout]).toEqual([undefined, "keras"]);
  expect(() => againstPreset("transformers@4:gpt2", [])).toThrow(
    'Cannot find the checkpoint "transformers@4:gpt2": choose one of transformers@5.24:gpt2, ',
  );
  expect(() => againstPreset("transformers@5.24:t5", shapes("shared.weight", "b"))).toThrow(
    "as no tensor is its SelfAttention.q.weight: there are 2, such as shared.weight, b",
  );
});

Deno.test("againstPreset() finds a head of its own that is wrong, and lets one be the embedding again", () => {
  for (const checkpoint of ["transformers@5.24:gpt2", "nanogpt@3adf61e:gpt"]) {
    const draw = (std: number, name: string) => normal({ std })([500, 64], rng("head").child(name));
    const wte = draw(0.02, "wte");
    const found = (head: Tensor) =>
      audited(checkpoint, { "transformer.wte.weight": wte, "lm_head.weight": head })
        .flatMap(({ name, findings }) =>
          findings.map(({ kind, severity }) => `${name}: ${kind}, ${severity}`)
        );
    expect(found(draw(0.02, "head"))).toEqual([]);
    expect(found(draw(0.1, "head"))).toEqual(["lm_head.weight: wrongScale, warning"]);
    expect(found(wte)).toEqual(["lm_head.weight: duplicate, note"]);
  }
  // Two others that are equal are still a seed used twice.
  const w = normal({ std: 0.02 })([500, 64], rng("twice"));
  const rows = audited("transformers@5.24:gpt2", { "wte.weight": w, "wpe.weight": w });
  expect(rows.flatMap(({ findings }) => findings.map(({ severity }) => severity))).toEqual([
    "error",
  ]);
});

Deno.test("audit() looks at a padded embedding's other rows, and at its padding", () => {
  const against = { w: paddedNormal({ std: 0.02, row: 2 }) };
  for (const row of [0, 2, 9]) {
    const w = paddedNormal({ std: 0.02, row })([10, 1000], rng("padded"));
    const found = kindsOf(audit({ w }, { against }));
    expect(found).toEqual(row === 2 ? [] : ["w: notConstant", "w: constantRows"]);
  }
  const large = normal({ std: 0.02 })([500, 300], rng("large")); // two blocks and more
  large.data.fill(0, 600, 900);
  const [fine] = audit({ w: large }, { against });
  expect([fine.findings, fine.shape, fine.stats.count]).toEqual([[], [500, 300], 149_700]);
  for (const place of [600, 899]) {
    large.data[place] = 0.01;
    expect(kindsOf(audit({ w: large }, { against }))).toEqual(["w: notConstant"]);
    large.data[place] = 0;
  }
  // The padding may be in any block, or in several: what follows it is read as it is.
  for (
    const { row, blocks } of [{ row: 2, blocks: 7 }, { row: 400, blocks: 65_536 }, {
      row: 499,
      blocks: 1000,
    }]
  ) {
    const w = normal({ std: 0.02 })([500, 300], rng("blocks"));
    w.data.fill(0, row * 300, (row + 1) * 300);
    const file: TensorFile = {
      tensors: [{ name: "w", shape: w.shape }],
      read: () => w,
      *blocks() {
        for (let i = 0; i < w.data.length; i += blocks) yield w.data.slice(i, i + blocks);
      },
    };
    const rest = [...w.data.subarray(0, row * 300), ...w.data.subarray((row + 1) * 300)];
    const plain = { shape: [499, 300], data: Float32Array.from(rest) };
    const padded = () => audit(file, { against: { w: paddedNormal({ std: 0.02, row }) } })[0];
    const [wanted] = audit({ w: plain }, { against: { w: normal({ std: 0.02 }) } });
    const { stats, spectrum, findings } = padded();
    expect(findings).toEqual([]);
    expect(stats.mean).toBeCloseTo(wanted.stats.mean, 12);
    expect(stats.zeros).toBe(0);
    expect(spectrum!.top).toBeCloseTo(wanted.spectrum!.top, 9);
    expect(spectrum!.effectiveRank).toBeCloseTo(wanted.spectrum!.effectiveRank, 6);
    w.data[row * 300 + 299] = 0.01;
    expect(padded().findings.map(({ kind }) => kind)).toEqual(["notConstant"]);
  }
  const half = { shape: large.shape, data: large.data.map((x) => x / 2) };
  expect(kindsOf(audit({ w: half }, { against }))).toEqual(["w: wrongScale"]);
  expect(() => audit({ w: normal({ std: 1 })([2, 3], rng("few")) }, { against })).toThrow(
    "Cannot set row 2 of shape (2, 3) to 0",
  );
});

const settings = { vocabulary: 77, context: 40, width: 48, heads: 4, blocks: 2, tiedHead: false };

const base = gpt({ ...settings, width: 24 }).spec;
const OPTIONS: Readonly<Record<string, object>> = {
  uMup: { positions: 40 },
  mimetic: { seed: "pairs" },
  mup: { base, scheme: { name: "gpt2" } },
  depthMup: { base, scheme: { name: "gpt2" } },
  completeP: { base, scheme: { name: "gpt2" } },
};

/** The model that a scheme is for: gated, normalized after each branch, or none of it. */
function modelFor(name: string): Model {
  if (name === "edgeOfChaos") return mlp({ widths: [77, 64, 40], activation: tanh });
  const model = gpt({ ...settings, norm: name === "deepNorm" ? "post" : "pre" });
  return ["skipInit", "reZero", "layerScale"].includes(name) ? withGates(model) : model;
}

Deno.test("what any scheme draws is clean against it, and twice that is not", () => {
  for (const name of schemeNames) {
    const model = modelFor(name), scheme = schemeFrom({ name, ...OPTIONS[name] } as SchemeSpec);
    const params = initialize(model, scheme, rng("schemes").child(name));
    const against = againstScheme(model, scheme);
    expect([name, ...kindsOf(audit(params, { against }))]).toEqual([name]);
    // Each tensor of 36 entries or more that is twice as large, or 0.1 instead of 0, is found.
    const wrong = Object.fromEntries(
      Object.entries(params).map(([key, { shape, data }]) => [key, {
        shape,
        data: data.map((x) => 2 * x + (x === 0 ? 0.1 : 0)),
      }]),
    );
    for (const { name: key, stats, expected, findings } of auditEach(wrong, { against })) {
      if (stats.count < 36 || expected!.law.distribution === "structured") continue; // a pattern, of which only bounds are known
      expect([name, key, findings.length > 0]).toEqual([name, key, true]);
    }
  }
});

Deno.test("a model that another scheme drew is found out", () => {
  const model = gpt(settings);
  const laws = (name: string) => againstScheme(model, schemeFrom({ name }));
  const pairs = [["gpt2", "nanoGpt"], ["mitchell", "gpt2"], ["llama", "t5"], ["wang", "smallInit"]];
  for (const [made, meant] of pairs) {
    const params = initialize(model, schemeFrom({ name: made }), rng("other"));
    expect(kindsOf(audit(params, { against: laws(meant) })).length).toBeGreaterThan(0);
    expect(kindsOf(audit(params, { against: laws(made) }))).toEqual([]);
  }
});
