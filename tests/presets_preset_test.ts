import { expect } from "@std/expect";
import {
  fansOf,
  heUniform,
  type Law,
  type LayerSizes,
  lecunNormal,
  moments,
  normal,
  preset,
  type PresetParam,
  presets,
  rng,
  torchRng,
  truncatedNormal,
  xavierNormal,
  xavierUniform,
} from "../lib/mod.ts";
import { distance, type Measured, measured, RECORDED, withoutClamped } from "./presets_recorded.ts";

const MAX_Z = 4.5;
const parentStd = 0.8796256610342398;

for (const library of Object.keys(presets())) {
  const layers = RECORDED.filter((one) => one.library === library);

  Deno.test(`${library}: every layer draws as the library was measured to`, () => {
    const recorded = new Set(layers.map(({ layer }) => layer));
    expect(Object.keys(presets()[library]).filter((name) => !recorded.has(name))).toEqual([]);
    for (const { layer, sizes, params } of layers) {
      const ours = preset(library, layer, sizes);
      expect(Object.keys(ours).sort()).toEqual(Object.keys(params).sort());
      for (const [name, { shape, law }] of Object.entries(ours)) {
        const what = `${layer} ${name} ${JSON.stringify(sizes)}`;
        expect([what, shape]).toEqual([what, params[name].shape]);
        const z = distance(law, withoutClamped(params[name]));
        if (!(z < MAX_Z)) {
          throw new Error(`${what}: ${z}\n${JSON.stringify([law, params[name]])}`);
        }
      }
    }
  });

  Deno.test(`${library}: bounds and stds are those that it asks its generator for`, () => {
    for (const { layer, sizes, params } of layers) {
      for (const [name, param] of Object.entries(preset(library, layer, sizes))) {
        const wrong = differences(param, params[name]).filter((d) => !(Math.abs(d) < 1e-12));
        expect([layer, name, ...wrong]).toEqual([layer, name]);
      }
    }
  });

  Deno.test(`${library}: zeros stand where the library has them`, () => {
    for (const { layer, sizes, params, seeds } of layers) {
      for (const [name, { law, init, shape }] of Object.entries(preset(library, layer, sizes))) {
        const { zeros, count } = params[name];
        if (init.spec.name === "paddedNormal") {
          expect(zeros).toBe(count / shape[0]);
          expect(count % (seeds * shape[1])).toBe(0);
        } else if (law.distribution === "constant") {
          expect(zeros).toBe(law.mean === 0 ? count : 0);
        } else if (law.distribution !== "structured") {
          expect(zeros).toBeLessThan(5); // a float32 draw is 0 once in 2^24
        }
      }
    }
  });
}

/** Relative differences between a preset's numbers and those that the library asked for. */
function differences({ law, init }: PresetParam, { own = {} }: Measured): number[] {
  const pairs: [number, number][] = [];
  if (law.distribution === "uniform") {
    const [low, high] = own.uniform ?? [];
    if (own.uniform) pairs.push([law.low, low], [law.high, high]);
  } else if (own.normal && init.spec.name === "paddedNormal") {
    pairs.push([Number(init.spec.std), own.normal[1]]);
  } else if (own.normal) {
    pairs.push([law.std, own.normal[1]]);
  }
  if (own.truncated) {
    const [, std, low, high] = own.truncated;
    pairs.push([Number(init.spec.parentStd), std], [law.low, low], [law.high, high]);
  }
  if (own.truncatedInStds) pairs.push([law.high, 2 * own.truncatedInStds[1]]);
  if (law.distribution === "constant") return [];
  return pairs.map(([ours, theirs]) => ours / theirs - 1);
}

Deno.test("what PyTorch, transformers, nanoGPT, timm and Keras ask for was recorded", () => {
  const asked = RECORDED.flatMap(({ library, params }) =>
    Object.values(params).filter(({ own }) => own).map(() => library)
  );
  const counts = Object.groupBy(asked, (library) => library);
  for (
    const library of [
      "torch@2.13",
      "transformers@5.24",
      "nanogpt@3adf61e",
      "timm@1.0",
      "keras@3.15",
    ]
  ) {
    expect(counts[library]?.length ?? 0).toBeGreaterThan(5);
  }
});

Deno.test("a preset's own draw follows its law", () => {
  for (const { library, layer, sizes } of RECORDED) {
    for (
      const [name, { shape, init, fans, law }] of Object.entries(preset(library, layer, sizes))
    ) {
      const { data } = init(shape, rng("presets").child(library).child(layer).child(name), fans);
      const m = moments(data);
      const zeros = data.reduce((sum, x) => sum + (x === 0 ? 1 : 0), 0);
      const drawn = { ...m, shape, zeros };
      // Few entries do not come near the bounds: only that none passes them is asked of these.
      if (m.count < 5000 && law.distribution !== "constant") {
        expect(m.max).toBeLessThanOrEqual(Math.fround(law.high));
      } else {
        expect([library, layer, name, distance(law, drawn) < MAX_Z])
          .toEqual([library, layer, name, true]);
      }
    }
  }
});

Deno.test("the padding token's row is 0: number 0 in BERT, 1 in OPT, the given one in PyTorch", () => {
  for (
    const [library, layer, sizes, name, row] of [
      [
        "transformers@5.24",
        "bert",
        { positions: 6, feedForward: 8 },
        "embeddings.word_embeddings.weight",
        0,
      ],
      ["transformers@5.24", "opt", { positions: 6, feedForward: 8 }, "embed_tokens.weight", 1],
      ["torch@2.13", "embedding", { padding: 3 }, "weight", 3],
    ] as const
  ) {
    const { init, shape } = preset(library, layer, { ...sizes, vocab: 5, width: 4 })[name];
    const zeros = [...init(shape, rng("padding")).data].map((x) => x === 0);
    expect(zeros).toEqual(zeros.map((_, i) => Math.floor(i / 4) === row));
  }
});

Deno.test("PyTorch's attention is fused only where keys and values both have its width", () => {
  // torch 2.13.0: [n for n, _ in nn.MultiheadAttention(36, 3, kdim=kdim, vdim=vdim).named_parameters()]
  const weights = (sizes: object) =>
    Object.keys(preset("torch@2.13", "multiheadAttention", { width: 36, ...sizes }))
      .filter((name) => /proj_weight/.test(name));
  const apart = ["q_proj_weight", "k_proj_weight", "v_proj_weight"];
  expect(weights({ keyIn: 36, valueIn: 36 })).toEqual(["in_proj_weight"]);
  for (const sizes of [{ keyIn: 36, valueIn: 50 }, { valueIn: 50 }, { keyIn: 50 }]) {
    expect(weights(sizes)).toEqual(apart);
  }
});

Deno.test("laws that are wrong by a known mistake do not fit what was measured", () => {
  const at = (
    init: { law(shape: readonly number[], fans?: object): Law },
    m: Measured,
    fans?: object,
  ) => distance(init.law(m.shape, fans), m);
  const linear = measured("torch@2.13", "linear", "weight");
  const fans = fansOf(linear.shape, { layout: "torch" });
  const tfjs = measured("tfjs@4.22", "dense", "kernel");
  const flax = measured("flax@0.12", "dense", "kernel");
  const depthwise = measured("keras@3.15", "depthwiseConv", "kernel");
  const fused = measured("torch@2.13", "multiheadAttention", "in_proj_weight");
  const bert = measured("transformers@5.24", "bert", "embeddings.position_embeddings.weight");
  const vit = measured("timm@1.0", "vit", "mlp.fc1.weight");
  const haiku = measured("haiku@0.0.17", "linear", "w");
  const embedding = measured("x-transformers@2.31", "embedding", "emb.weight");
  const mistakes: [string, number][] = [
    ["He for PyTorch's linear", at(heUniform(), linear, fans)],
    ["the corrected cut for TensorFlow.js", at(xavierNormal({ truncated: true }), tfjs)],
    ["no cut for TensorFlow.js", at(xavierNormal(), tfjs)],
    [
      "no correction for Flax",
      at(truncatedNormal({ parentStd: 1 / Math.sqrt(flax.shape[0]) }), flax),
    ],
    ["a plain normal for Flax", at(normal({ std: 1.02 / Math.sqrt(flax.shape[0]) }), flax)],
    [
      "true fans for Keras' depthwise",
      at(
        xavierUniform(),
        depthwise,
        fansOf(depthwise.shape, { layout: "keras", layer: "depthwise" }),
      ),
    ],
    ["three parts for PyTorch's attention", at(xavierUniform(), fused, { fanIn: 96, fanOut: 96 })],
    ["the original's cut for BERT", at(truncatedNormal({ parentStd: 0.02 }), bert)],
    ["a cut in stds for timm", at(truncatedNormal({ parentStd: 0.02 }), vit)],
    [
      "He by words for x-transformers' embedding",
      at(normal({ std: Math.sqrt(2 / 500) }), embedding),
    ],
    ["LeCun's std for Haiku", at(lecunNormal({ truncated: true }), haiku)],
    ["no cut for Haiku", at(lecunNormal(), haiku)],
    ["LeCun in our layout for PyTorch's linear", at(lecunNormal(), linear)],
  ];
  for (const [what, z] of mistakes) expect([what, z > 10]).toEqual([what, true]);
});

Deno.test("preset() says what there is when a name or a size is wrong", () => {
  expect(() => preset("torch", "linear", { in: 2, out: 3 })).toThrow(
    'Cannot find library "torch": choose one of torch@2.13, flax@0.12',
  );
  expect(() => preset("torch@2.13", "dense", { in: 2, out: 3 })).toThrow(
    'layer of torch@2.13 "dense": choose one of linear, conv1d',
  );
  expect(() => preset("torch@2.13", "toString", {})).toThrow(RangeError);
  expect(() => preset("torch@2.13", "linear", { in: 2 })).toThrow("without out: it takes in, out");
  expect(() => preset("torch@2.13", "linear", { in: 2, out: 3, width: 4 })).toThrow(
    'option "width"',
  );
  expect(() => preset("torch@2.13", "linear", { in: 2, out: 0 })).toThrow("out as it must be");
  expect(() => preset("keras@3.15", "conv", { in: 6, out: 2, kernel: [3], groups: 4 })).toThrow(
    "share in 6 among 4",
  );
  expect(() => preset("torch@2.13", "conv1d", { in: 6, out: 2, kernel: [0] })).toThrow("kernel");
  for (const kernel of [[], [3], [3, 3, 3]]) {
    expect(() => preset("torch@2.13", "conv2d", { in: 6, out: 2, kernel }))
      .toThrow("Cannot use kernel as it must be of length 2");
  }
  for (const kernel of [3, "3", null, {}] as never[]) {
    expect(() => preset("torch@2.13", "conv2d", { in: 6, out: 2, kernel }))
      .toThrow("Cannot use kernel as it must be an array");
  }
  expect(() => preset("torch@2.13", "linear", { in: [2] as never, out: 3 })).toThrow(
    "Cannot use in",
  );
  expect(() => preset("torch@2.13", "embedding", { vocab: 4, width: 2, padding: -1 })).toThrow(
    "padding",
  );
  expect(() => preset("torch@2.13", "embedding", { vocab: 4, width: 2, padding: 4 })).toThrow(
    "row 4 of shape (4, 2)",
  );
  expect(() => preset("keras@3.15", "einsumDense", { equation: "ab", shape: [2] })).toThrow(
    "write input,weight->output",
  );
});

Deno.test("presets() lists each library's layers and their sizes", () => {
  expect(presets()["torch@2.13"].conv2d).toEqual([
    "in",
    "out",
    "kernel",
    "groups (may be left out)",
  ]);
  expect(xavierNormal({ truncated: true }).law([4, 4]).high).toBeCloseTo(1 / parentStd, 12);
});

Deno.test("preset() from torchRng() in order gives the weights of PyTorch's layers", () => {
  // torch 2.13.0: torch.manual_seed(0); m = nn.LSTM(3, 5), then of each v of m.state_dict().values():
  // v.flatten()[0].item(), v.flatten()[-1].item(); so for nn.Linear(7, 5), nn.Conv2d(6, 4, (3, 5), groups=2),
  // nn.ConvTranspose2d(6, 4, 3, groups=2), nn.Bilinear(3, 4, 5), nn.Embedding(10, 4), nn.RNN(3, 5), nn.GRU(3, 5).
  const recorded: [layer: string, sizes: Partial<LayerSizes>, ends: [number, number][]][] = [
    ["linear", { in: 7, out: 5 }, [
      [-0.002829751931130886, -0.2640612721443176],
      [-0.3539867699146271, 0.1831890046596527],
    ]],
    ["conv2d", { in: 6, out: 4, kernel: [3, 5], groups: 2 }, [
      [-0.0011160692665725946, -0.12046372145414352],
      [0.015996074303984642, 0.041612409055233],
    ]],
    ["convTranspose2d", { in: 6, out: 4, kernel: [3, 3], groups: 2 }, [
      [-0.0017646604683250189, -0.18181051313877106],
      [-0.012987101450562477, 0.13986043632030487],
    ]],
    ["bilinear", { in: 3, in2: 4, out: 5 }, [
      [-0.004322517663240433, -0.29824966192245483],
      [0.26123541593551636, 0.31694912910461426],
    ]],
    ["embedding", { vocab: 10, width: 4 }, [[-1.1258398294448853, 1.7066433429718018]]],
    ["rnn", { in: 3, hidden: 5 }, [
      [-0.003348207799717784, -0.18435177206993103],
      [0.016566388309001923, 0.21675215661525726],
      [0.023519661277532578, -0.3231414556503296],
      [-0.23055201768875122, -0.016136534512043],
    ]],
    ["gru", { in: 3, hidden: 5 }, [
      [-0.003348207799717784, -0.3231414556503296],
      [-0.23055201768875122, 0.10606756061315536],
      [0.17549926042556763, 0.32013821601867676],
      [-0.04597366973757744, -0.34270504117012024],
    ]],
    ["lstm", { in: 3, hidden: 5 }, [
      [-0.003348207799717784, -0.23102319240570068],
      [0.20235209167003632, -0.18133287131786346],
      [-0.08614016324281693, -0.36139115691185],
      [0.047988224774599075, -0.009756951592862606],
    ]],
  ];
  for (const [layer, sizes, ends] of recorded) {
    const generator = torchRng(0), params = Object.values(preset("torch@2.13", layer, sizes));
    const drawn = params.map(({ init, shape, fans }) => init(shape, generator, fans).data);
    expect({ layer, ends: drawn.map((data) => [data[0], data[data.length - 1]]) })
      .toEqual({ layer, ends: ends.map((pair) => pair.map(Math.fround)) });
  }
});
