import { expect } from "@std/expect";
import {
  activationMoments,
  autoInit,
  cnn,
  describeScheme,
  everywhere,
  forward,
  gelu,
  gpt,
  type GptOptions,
  heNormal,
  initialize,
  lecunNormal,
  mlp,
  type Model,
  moments,
  predict,
  predictAttention,
  predictStream,
  relu,
  rng,
  type Scheme,
  silu,
  tanh,
  type Tensor,
  tensor,
} from "../lib/mod.ts";
import { weightOutputs } from "../lib/schemes/weightOutputs.ts";
import { D, drawnDistance, FF, MAX_Z, small } from "./schemeModels.ts";

/** 40 tokens of 77, no two alike; and 3 sequences of 20 tokens from 5, which recur. */
const different = tensor([1, 40], Float32Array.from(rng("tokens").permutation(77).slice(0, 40)));
const recurring = tensor([3, 20], Float32Array.from({ length: 60 }, (_, i) => i * i % 7));

Deno.test("autoInit() keeps every layer's variance at 1 by theory and on real draws, for any activation", () => {
  const inputs = rng("auto").normal([100, 300], { mean: 1.5, std: 2 });
  const inputMeanSquare = moments(inputs).meanSquare;
  for (const activation of [relu, tanh]) {
    const model = mlp({ widths: [300, 400, 500, 400, 10], activation });
    const scheme = autoInit({ inputMeanSquare });
    for (const { meanSquare } of predict(model, scheme, { inputMeanSquare })) {
      expect(meanSquare).toBeCloseTo(1, 9);
    }
    expect(describeScheme(model, scheme)[0].distribution).toBe("truncatedNormal");
    const params = initialize(model, scheme, rng("auto"));
    const measured = weightOutputs(model, params, inputs, ({ output }) => moments(output.data));
    // 300 units and more: the mean square of alike inputs strays by sqrt(2 / 300) = 8 % a layer.
    for (const { variance } of measured.slice(0, 3)) {
      expect(Math.abs(variance - 1)).toBeLessThan(0.4);
    }
    const unaware = predict(model, everywhere(lecunNormal()), { inputMeanSquare });
    expect(unaware.some(({ meanSquare }) => Math.abs(meanSquare - 1) > 0.4)).toBe(true);
  }
  const { data } = forward(
    mlp({ widths: [300, 10], activation: relu }),
    initialize(mlp({ widths: [300, 10], activation: relu }), autoInit(), rng("one")),
    inputs,
  );
  expect(moments(data).meanSquare).toBeGreaterThan(2); // told nothing, it takes the inputs for unit ones
});

Deno.test("autoInit() counts the zeros around a cnn's images, and keeps every layer's mean square at 1", () => {
  const shape = {
    image: [7, 6, 3],
    channels: [40, 32, 48],
    strides: [1, 2, 1],
    outputs: 9,
  } as const;
  for (const activation of [relu, tanh]) {
    const model = cnn({ ...shape, activation }), inputMeanSquare = 1.5;
    const layers = (scheme: Scheme) => predict(model, scheme, { inputMeanSquare });
    for (const { meanSquare } of layers(autoInit({ inputMeanSquare }))) {
      expect(meanSquare).toBeCloseTo(1, 9);
    }
    // 7 x 6 places see (7 * 3 - 2) (6 * 3 - 2) of 9 * 42 taps.
    const [{ std }] = describeScheme(model, autoInit({ inputMeanSquare }));
    expect(std ** 2 * 27 * 1.5 * 19 * 16 / (9 * 42)).toBeCloseTo(1, 12);
  }
  // He's weights, right but for the zeros: 2 / fanIn of inputs with mean square 1/2.
  const rectified = cnn({ ...shape, activation: relu });
  const he = predict(rectified, everywhere(heNormal()), { inputMeanSquare: 0.5 });
  expect(he.at(-1)!.meanSquare).toBeLessThan(0.8);
});

Deno.test("autoInit() has the closed forms of a gpt's first block, of its embeddings and its head", () => {
  const dense = 1 / Math.sqrt(D);
  // Keys that do not depend on each other, scores of std 1: sum over j of E a_tj^2 is the concentration, mean over t.
  const { concentration } = predictAttention(40, 1);
  const stds = (f: number, first = dense) => ({
    ...{ tokenEmbedding: 1, positionEmbedding: 1, head: dense },
    ...{ query: first, key: first, value: first },
    ...{ feedForwardIn: dense, feedForwardGate: dense, feedForwardOut: 1 / Math.sqrt(FF * f) },
    attentionOut: 1 / Math.sqrt(D * concentration),
  });
  const cases: [Partial<GptOptions>, ReturnType<typeof stds>][] = [
    [{}, stds(activationMoments(gelu).meanSquare)],
    [{ activation: relu, normKind: "rmsNorm" }, stds(0.5)],
    [{ feedForward: "swiglu" }, stds(activationMoments(silu).meanSquare)],
    [{ norm: "post" }, stds(activationMoments(gelu).meanSquare, 1 / Math.sqrt(2 * D))],
  ];
  for (const [options, expected] of cases) {
    const model = small({ blocks: 1, ...options });
    for (const { kind, role, std, mean, distribution } of describeScheme(model, autoInit())) {
      if (role === "bias" || role === "gain") {
        expect([kind, std, mean]).toEqual([kind, 0, role === "gain" ? 1 : 0]);
        continue;
      }
      expect([kind, distribution, mean]).toEqual([kind, "truncatedNormal", 0]);
      // A norm's epsilon of 1e-5 takes half of it at most from the std; attention's quadrature is good to 1e-9.
      expect([kind, Math.abs(std / expected[kind as keyof typeof expected] - 1) < 1e-5])
        .toEqual([kind, true]);
    }
    expect(drawnDistance(model, autoInit(), expected)).toBeLessThan(MAX_Z);
  }
  // Fans swapped in the feed-forward's last weight would be seen.
  const swapped = { ...stds(activationMoments(gelu).meanSquare), feedForwardOut: dense };
  expect(drawnDistance(small({ blocks: 1 }), autoInit(), swapped)).toBeGreaterThan(MAX_Z);
  // One token at all positions, which rotary ones leave alike: attention averages nothing away.
  const alike = small({ blocks: 1, positions: "rotary", activation: relu });
  const same = autoInit({ tokens: tensor([2, 9], Array(18).fill(3)) });
  const out = describeScheme(alike, same).find((row) =>
    row.parameter.endsWith("attentionOut.weight")
  );
  expect(out!.std / dense).toBeCloseTo(1, 5);
});

Deno.test("autoInit() makes each branch add mean square 1 to a gpt's stream, at every block", () => {
  const options: Partial<GptOptions>[] = [
    ...[{}, { bias: false, residualScale: 0.5 }, { norm: "post" as const, causal: false }],
    { positions: "rotary", qkNorm: true, feedForward: "swiglu", normKind: "rmsNorm" },
  ];
  for (const option of options) {
    for (const tokens of [different, recurring]) {
      const rows = predictStream(small(option), autoInit({ tokens }), tokens);
      const square = (option.residualScale ?? 1) ** 2;
      const embedded = option.positions === "rotary" ? 1 : 2;
      for (const { block, meanSquare, attentionMeanSquare, feedForwardMeanSquare } of rows) {
        if (block > 0) {
          expect(attentionMeanSquare).toBeCloseTo(square, 9);
          expect(feedForwardMeanSquare).toBeCloseTo(square, 9);
        }
        if (option.norm !== "post") {
          expect(meanSquare).toBeCloseTo(embedded + 2 * block * square, 9);
        }
      }
    }
  }
  const plain = predictStream(small(), everywhere(lecunNormal()), different);
  expect(plain[1].attentionMeanSquare).toBeLessThan(0.5);
});

const SEEDS = 32, WIDTH = 128;
/**
 * What is said of a weight's outputs on one draw has a variance of 2 / units at most, from its own entries and from those
 * of each weight since the last norm: 4 of them at most, queries and keys counted. 4.5 standard errors of the mean over seeds.
 */
const NEAR = 4.5 * Math.sqrt(4 * 2 / WIDTH / SEEDS);

/** Variance of what each weight puts out, over tokens and units, mean over seeds. */
function variances(model: Model, scheme: Scheme, tokens: Tensor): Map<string, number> {
  const sums = new Map<string, number>();
  for (let seed = 0; seed < SEEDS; seed++) {
    const params = initialize(model, scheme, rng("auto").child(seed));
    weightOutputs(model, params, tokens, ({ spec: { name }, output }) => {
      sums.set(name, (sums.get(name) ?? 0) + moments(output.data).variance / SEEDS);
    });
  }
  return sums;
}

Deno.test("autoInit() gives what each weight of a gpt puts out variance 1, on real draws", () => {
  expect(NEAR).toBeLessThan(0.2);
  const cases: [Partial<GptOptions>, Tensor][] = [
    [{}, different],
    [{}, recurring],
    [{ norm: "post", activation: relu }, different],
    [
      { feedForward: "swiglu", positions: "rotary", qkNorm: true, residualScale: 0.5 },
      recurring,
    ],
  ];
  for (const [options, tokens] of cases) {
    const model = gpt({
      ...{ vocabulary: 77, context: 40, width: WIDTH, heads: 4, blocks: 2, feedForwardWidth: 160 },
      ...{ tiedHead: false, ...options },
    });
    const far = (scheme: Scheme) =>
      [...variances(model, scheme, tokens)].filter(([, v]) => Math.abs(v - 1) > NEAR)
        .map(([name]) => name);
    expect(far(autoInit({ tokens }))).toEqual([]);
    // LeCun's weights take attention and feed-forward for layers that lose nothing.
    expect(far(everywhere(lecunNormal()))).toEqual(expect.arrayContaining(
      [1, 2].flatMap((b) => [`block${b}.attentionOut.weight`, `block${b}.feedForwardOut.weight`]),
    ));
    // Told nothing, autoInit() takes tokens that recur for different ones.
    if (tokens === recurring) expect(far(autoInit())).toContain("block1.attentionOut.weight");
  }
});

Deno.test("autoInit() refuses what it does not suit", () => {
  const model = mlp({ widths: [3, 4, 2], activation: relu });
  expect(() => describeScheme(small({ tiedHead: true }), autoInit())).toThrow("tiedHead: false");
  expect(() => describeScheme(model, autoInit({ tokens: recurring }))).toThrow(
    "Cannot use autoInit's tokens with this mlp: leave it out",
  );
  expect(() => describeScheme(small(), autoInit({ inputMeanSquare: 1 }))).toThrow(
    "autoInit's inputMeanSquare with this gpt",
  );
  expect(() => autoInit({ inputMeanSquare: 0 })).toThrow("inputMeanSquare as it must be > 0");
  expect(() => autoInit({ tokens: tensor([4], [1, 2, 3, 4]) })).toThrow(
    "of shape (sequences, positions)",
  );
  expect(() => autoInit({ tokens: [1, 2] as unknown as Tensor })).toThrow(TypeError);
});
