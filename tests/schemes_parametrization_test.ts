import { expect } from "@std/expect";
import {
  adam,
  bind,
  collect,
  completeP,
  crossEntropy,
  deepNorm,
  deepNormConstants,
  deepNormPair,
  depthMup,
  describeScheme,
  everywhere,
  forward,
  gpt,
  initialize,
  lecunNormal,
  mlp,
  type Model,
  mup,
  nanoGpt,
  normal,
  onTape,
  type Parametrization,
  parametrization,
  type Params,
  relu,
  rng,
  type Scheme,
  sgd,
  singularValues,
  spectral,
  t5,
  type Tensor,
  tensor,
  tFixup,
  train,
  uMup,
  unitScaling,
  withMultipliers,
} from "../lib/mod.ts";
import { small } from "./schemeModels.ts";

const tokens = tensor([2, 5], [1, 7, 7, 30, 2, 76, 0, 5, 5, 9]);
const vectors = JSON.parse(
  Deno.readTextFileSync(new URL("vectors/schemes.json", import.meta.url)),
);

/** The largest distance of two tensors, as a share of the second's largest entry. */
function apart(a: Tensor, b: Tensor): number {
  const size = Math.max(...b.data.map(Math.abs));
  return Math.max(...a.data.map((x, i) => Math.abs(x - b.data[i]))) / size;
}

/** The row of one parameter. */
function rowOf(model: Model, scheme: Scheme, name: string) {
  return describeScheme(model, scheme).find(({ parameter }) => parameter === name)!;
}

/** Params times the multipliers of a scheme. */
function folded(model: Model, scheme: Parametrization, params: Params): Params {
  return Object.fromEntries(model.params.map((spec) => {
    const { shape, data } = params[spec.name], factor = Math.fround(scheme.multiplier(spec, model));
    return [spec.name, { shape, data: data.map((w) => w * factor) }];
  }));
}

Deno.test("withMultipliers() runs the model on multiplied parameters, and multiplies gradients", () => {
  const model = small();
  const scheme = parametrization(nanoGpt(), {
    multiplier: ({ role }) => role === "residual" ? 0.5 : role === "output" ? -4 : 1,
  });
  const params = initialize(model, scheme, rng("multipliers"));
  expect(params).toEqual(initialize(model, nanoGpt(), rng("multipliers")));
  const scaled = withMultipliers(model, scheme);
  expect(forward(scaled, params, tokens)).toEqual(
    forward(model, folded(model, scheme, params), tokens),
  );
  const gradientsOf = (of: Model, at: Params) =>
    onTape((tape) => {
      const variables = bind(of, at, tape);
      const logits = of.apply(variables, tape.constant(tokens));
      tape.backward(crossEntropy(logits, Uint8Array.from(tokens.data)));
      return of.params.map(({ name, shape }) => ({
        shape,
        data: variables[name].gradient.slice(),
      }));
    });
  const inner = gradientsOf(model, folded(model, scheme, params));
  gradientsOf(scaled, params).forEach((gradient, i) => {
    const factor = scheme.multiplier(model.params[i], model);
    const expected = { ...gradient, data: inner[i].data.map((g) => g * factor) };
    expect(gradient.data).toEqual(expected.data); // powers of two: to the last bit
  });
  expect(
    describeScheme(model, nanoGpt()).every(({ multiplier, learningRate }) =>
      multiplier === 1 && learningRate === 1
    ),
  ).toBe(true);
});

Deno.test("mup() is what the mup package does to an mlp, for Adam and SGD", () => {
  // Not an mlp of the library's: 50, w, 2 w, 10, with w 64 in the base and 256 in the model.
  const of = (w: number) => mlp({ widths: [50, w, 2 * w, 10], activation: relu });
  const base = of(64), model = of(256), scheme = everywhere(normal({ std: 0.1 }));
  for (const optimizer of ["adam", "sgd"] as const) {
    for (const row of describeScheme(model, mup({ base, scheme, optimizer }))) {
      const recorded = vectors.mup[row.parameter];
      expect(row.learningRate).toBe(recorded[optimizer]);
      expect(row.multiplier).toBe(recorded.multiplier);
      if (row.role === "bias") continue;
      expect(Math.abs(recorded.std / row.std - 1) * Math.sqrt(2 * recorded.count)).toBeLessThan(
        4.5,
      );
    }
  }
});

Deno.test("mup() in the form of table 3 is table 8's function, and its updates are as large", () => {
  const of = (width: number) => mlp({ widths: [6, width, width, 3], activation: relu });
  const base = of(8), model = of(32), scheme = everywhere(lecunNormal());
  const one = mup({ base, scheme, form: "table3" }), other = mup({ base, scheme });
  const at = (of: Parametrization) => rowOf(model, of, "layer3.weight");
  expect(at(one).std).toBeCloseTo(at(other).std * at(other).multiplier, 12);
  // Adam moves w by the learning rate, whatever the gradient: the function by multiplier times that.
  expect(at(one).learningRate).toBeCloseTo(at(other).multiplier * at(other).learningRate, 12);
  // SGD moves m w by m^2 times the learning rate times the gradient with respect to m w.
  const sgd3 = at(mup({ base, scheme, optimizer: "sgd", form: "table3" }));
  const sgd8 = at(mup({ base, scheme, optimizer: "sgd" }));
  expect(sgd3.learningRate).toBeCloseTo(sgd8.multiplier ** 2 * sgd8.learningRate, 12);
  expect(describeScheme(base, one)).toEqual(describeScheme(base, scheme));
  expect(describeScheme(base, other)).toEqual(describeScheme(base, scheme));
});

Deno.test("mup() scales a gpt: scores by 1/k, tied heads at the norm before them, deeper models by their first block", () => {
  const base = small({ width: 16, heads: 2, feedForwardWidth: 40, blocks: 2 });
  const model = small({ width: 128, heads: 4, feedForwardWidth: 320, blocks: 3 });
  const scheme = mup({ base, scheme: nanoGpt() });
  const at = (name: string, of = model, by = scheme) => rowOf(of, by, name);
  // k grows from 8 to 32: scores 1/k = 1/sqrt(32) times sqrt(8/32), times sqrt(8) of the base.
  expect(at("block1.query.weight").multiplier).toBeCloseTo(0.5, 12);
  expect(at("block1.query.bias").multiplier).toBeCloseTo(0.5, 12);
  expect(at("block1.key.weight").multiplier).toBe(1);
  expect(at("block3.feedForwardOut.weight")).toMatchObject({ learningRate: 1 / 8, multiplier: 1 });
  expect(at("block3.feedForwardOut.weight").std).toBeCloseTo(0.02 / 2 / Math.sqrt(8), 12);
  expect(at("tokenEmbedding.weight")).toMatchObject({ std: 0.02, learningRate: 1, multiplier: 1 });
  expect(at("head.weight")).toMatchObject({ std: 0.02, learningRate: 1, multiplier: 1 / 8 });
  expect(at("finalNorm.weight").multiplier).toBe(1);
  const tied = { base: small({ width: 16, tiedHead: true }), scheme: nanoGpt() };
  const wide = small({ width: 64, tiedHead: true });
  expect(at("finalNorm.weight", wide, mup(tied)).multiplier).toBe(1 / 4);
  expect(at("finalNorm.bias", wide, mup(tied)).multiplier).toBe(1 / 4);
  expect(() => describeScheme(wide, mup({ ...tied, form: "table3" }))).toThrow("tied head");
  const normed = small({ qkNorm: true }), narrow = small({ qkNorm: true, width: 16 });
  const withNorm = mup({ base: narrow, scheme: nanoGpt() });
  expect(at("block2.queryNorm.weight", normed, withNorm).multiplier).toBeCloseTo(0.5, 12);
  for (const name of ["query", "keyNorm", "attentionNorm"]) {
    expect(at(`block2.${name}.weight`, normed, withNorm).multiplier).toBe(1);
  }
  const single = mup({ base: small({ width: 16, blocks: 1 }), scheme: nanoGpt() });
  expect(at("block3.key.weight", small(), single).std).toBeCloseTo(0.02 / 2, 12);
  const other = mlp({ widths: [3, 2], activation: relu });
  expect(() => describeScheme(model, mup({ base: other, scheme: nanoGpt() })))
    .toThrow("Cannot scale tokenEmbedding.weight as the base model has no such parameter");
});

Deno.test("a step of Adam changes the logits of muP equally at any width; those of a standard network ever more", () => {
  const of = (width: number) => mlp({ widths: [10, width, width, 4], activation: relu });
  const inputs = rng("coordinates").normal([32, 10]);
  const examples = { inputs, targets: Uint8Array.from({ length: 32 }, (_, i) => i % 4) };
  const base = of(32), standard = everywhere(lecunNormal());
  /** Root mean square of the change of logits. */
  const change = (width: number, scheme: Parametrization) => {
    const model = withMultipliers(of(width), scheme);
    const params = initialize(model, scheme, rng("coordinates"));
    const options = { steps: 1, optimizer: adam({ learningRate: 0.003 }), rng: rng("any") };
    const { learningRate } = scheme;
    const { result } = collect(
      train(model, params, examples, {
        ...options,
        learningRates: (spec) => learningRate(spec, of(width)),
      }),
    );
    const before = forward(model, params, inputs).data, after = forward(model, result, inputs).data;
    return Math.sqrt(before.reduce((sum, x, i) => sum + (after[i] - x) ** 2, 0) / before.length);
  };
  const growth = (scheme: Parametrization) => change(1024, scheme) / change(128, scheme);
  // Eight times as wide: the standard network's logits change some eight times as much.
  expect(growth(parametrization(standard, {}))).toBeGreaterThan(4);
  for (const form of ["table3", "table8"] as const) {
    const ratio = growth(mup({ base, scheme: standard, form }));
    expect(ratio).toBeGreaterThan(1 / 1.5);
    expect(ratio).toBeLessThan(1.5);
  }
  expect(growth(spectral())).toBeLessThan(1.5);
});

Deno.test("depthMup() and completeP() multiply branches and learning rates by powers of the deepening", () => {
  const base = small({ blocks: 2, width: 16 }), model = small({ blocks: 8, width: 32 });
  const cases: [Parametrization, branch: number, rate: number][] = [
    [depthMup({ base, scheme: nanoGpt() }), 1 / 2, 1 / 2],
    [completeP({ base, scheme: nanoGpt() }), 1 / 4, 1],
  ];
  for (const [scheme, branch, rate] of cases) {
    const at = (name: string) => rowOf(model, scheme, name);
    expect(at("block5.attentionOut.weight")).toMatchObject({
      multiplier: branch,
      learningRate: rate / 2, // half as much again for twice the width
    });
    expect(at("block8.feedForwardOut.bias")).toMatchObject({
      multiplier: branch,
      learningRate: rate,
    });
    expect(at("block8.feedForwardIn.weight").multiplier).toBe(1);
    expect(at("block2.attentionNorm.weight")).toMatchObject({ multiplier: 1, learningRate: rate });
    expect(at("tokenEmbedding.weight")).toMatchObject({ multiplier: 1, learningRate: 1 });
    expect(at("finalNorm.weight")).toMatchObject({ multiplier: 1, learningRate: 1 });
    expect(at("head.weight")).toMatchObject({ multiplier: 1 / 2, learningRate: 1 });
  }
  const flat = mlp({ widths: [3, 2], activation: relu });
  expect(() => completeP({ base: flat, scheme: nanoGpt() })).toThrow("without blocks");
});

Deno.test("spectral() gives weights of norm sqrt(m / n), exactly where orthogonal", () => {
  for (const shape of [[30, 120], [120, 30], [200, 3]]) {
    const [n, m] = shape, model = mlp({ widths: [n, m], activation: relu, bias: false });
    const norm = (scheme: Scheme) => {
      const params = initialize(model, scheme, rng("spectral"));
      return singularValues(params["layer1.weight"].data, n, m)[0] / Math.sqrt(m / n);
    };
    expect(norm(spectral({ distribution: "orthogonal" }))).toBeCloseTo(1, 5);
    const normalNorm = norm(spectral());
    // 1 + sqrt(short / long) in the limit, with fluctuations of order short^(-2/3).
    const limit = 1 + Math.sqrt(Math.min(n, m) / Math.max(n, m));
    expect(Math.abs(normalNorm / limit - 1)).toBeLessThan(0.15);
    expect(rowOf(model, spectral({ optimizer: "sgd" }), "layer1.weight").learningRate).toBe(m / n);
    expect(rowOf(model, spectral(), "layer1.weight").learningRate).toBe(1 / n);
  }
  const at = (optimizer: "sgd" | "adam") => (name: string) =>
    rowOf(small(), spectral({ optimizer }), name);
  expect(at("adam")("tokenEmbedding.weight")).toMatchObject({ std: 1, learningRate: 1 });
  expect(at("sgd")("tokenEmbedding.weight").learningRate).toBe(64);
  expect(at("sgd")("block1.feedForwardIn.bias")).toMatchObject({ std: 0, learningRate: 160 });
  expect(at("adam")("block1.feedForwardNorm.weight").learningRate).toBe(1);
  expect(at("sgd")("finalNorm.weight").learningRate).toBe(64);
  expect(() => spectral({ optimizer: "muon" as never })).toThrow('optimizer "muon"');
});

/** As pattern() in make_schemes.py. */
function pattern(shape: readonly number[], offset: number): Tensor {
  const size = shape.reduce((a, b) => a * b);
  const entry = (i: number) => Math.sqrt(12) * (((7919 * i + offset) % 2003 + 0.5) / 2003 - 0.5);
  return tensor(shape, Float64Array.from({ length: size }, (_, i) => entry(i)));
}

Deno.test("uMup() is unit-scaling's TransformerDecoder: the same logits and learning rates", () => {
  const { settings, names, ids, rates, logits } = vectors.uMup;
  const model = gpt({
    ...settings,
    ...{ feedForward: "swiglu", normKind: "rmsNorm", bias: false, tiedHead: false },
  });
  const params: Record<string, Tensor> = {};
  for (const { name, shape, role } of model.params) {
    const at = names.indexOf(name),
      part = ["query", "key", "value"].findIndex((p) => name.includes(`.${p}.`));
    if (at >= 0) params[name] = pattern(shape, 100 * at);
    else if (part >= 0) {
      params[name] = pattern(shape, 5000 + 300 * (Number(name[5]) - 1) + 100 * part);
    } else {
      const data = new Float32Array(shape.reduce((a, b) => a * b)).fill(role === "gain" ? 1 : 0);
      params[name] = { shape, data }; // the decoder has no positions
    }
  }
  const scheme = uMup({ positions: settings.context });
  const out = forward(withMultipliers(model, scheme), params, tensor([2, 6], ids.flat()));
  const recorded = tensor(out.shape, logits);
  // Both run in float32, over three blocks; a norm's epsilon, 1e-5, weighs differently in a stream that is not rescaled.
  expect(apart(out, recorded)).toBeLessThan(1e-4);
  const wrong = parametrization(scheme, {
    multiplier: (spec, of) =>
      scheme.multiplier(spec, of) * (spec.kind === "feedForwardOut" ? 1.7668 / 1.6818 : 1),
  });
  expect(
    apart(forward(withMultipliers(model, wrong), params, tensor([2, 6], ids.flat())), recorded),
  )
    .toBeGreaterThan(1e-2);
  for (const [name, rate] of Object.entries<number>(rates)) {
    expect(rowOf(model, scheme, name).learningRate).toBeCloseTo(rate, 12);
  }
  expect(rowOf(model, scheme, "block2.attentionNorm.weight").learningRate).toBeCloseTo(3 ** -0.5);
  expect(rowOf(model, scheme, "finalNorm.weight").learningRate).toBe(1);
});

Deno.test("uMup()'s branches are those of its tau, whatever the shares of attention and feed-forward", () => {
  // x = (x + tau f) / sqrt(1 + tau^2), tau from the library's rule; unrolled, branch i weighs tau_i times the product of the
  // sqrt(1 + tau^2) before it, beside a stream that is not rescaled.
  const blocks = 4, residual = 0.7, attentionRatio = 2;
  const feedForward = residual * Math.sqrt(2 / (1 + attentionRatio ** 2));
  const attention = attentionRatio * feedForward;
  const model = small({ blocks });
  const scheme = uMup({ positions: 40, residual, attentionRatio });
  const plain = uMup({ positions: 40 });
  let product = 1;
  for (let i = 0; i < 2 * blocks; i++) {
    const own = i % 2 === 0 ? attention : feedForward;
    const before = Math.floor((i + 1) / 2) * attention ** 2 + Math.floor(i / 2) * feedForward ** 2;
    const tau = own / Math.sqrt(blocks + before);
    const name = `block${Math.floor(i / 2) + 1}.${i % 2 === 0 ? "attentionOut" : "feedForwardOut"}`;
    const weight = rowOf(model, scheme, `${name}.weight`).multiplier;
    const unit = rowOf(model, plain, `${name}.weight`).multiplier * Math.sqrt(blocks);
    expect(weight / unit).toBeCloseTo(tau * product, 12);
    expect(rowOf(model, scheme, `${name}.bias`).multiplier).toBeCloseTo(tau * product, 12);
    product *= Math.sqrt(1 + tau ** 2);
  }
  expect(rowOf(model, plain, "block1.feedForwardOut.weight").multiplier)
    .toBeCloseTo(1.766783 / Math.sqrt(160 * 4), 6);
  expect(rowOf(model, plain, "block1.query.bias").multiplier).toBe(1 / 4);
  expect(rowOf(model, plain, "head.weight")).toMatchObject({ std: 1, multiplier: 1 / 64 });
  // An encoder's positions see all T: sqrt(1 / T) in place of sqrt(ln T / T), to the power 4 k / (1 + 4 k).
  const seen = (causal: boolean) =>
    rowOf(small({ causal }), plain, "block1.attentionOut.weight").multiplier;
  expect(seen(false) / seen(true)).toBeCloseTo(Math.log(40) ** (0.5 * 64 / 65), 12);
  expect(() => describeScheme(small({ norm: "post" }), plain)).toThrow('norm: "pre"');
  expect(() => describeScheme(small({ tiedHead: true }), plain)).toThrow("tied head");
  expect(() => describeScheme(small({ activation: relu }), plain)).toThrow('uMup "relu"');
  expect(() => uMup({ positions: 1 })).toThrow("over 1 position");
});

Deno.test("unitScaling() gives each pre-activation of a linear network unit variance", () => {
  const linear = mlp({ widths: [400, 300, 200], activation: relu, bias: false });
  const params = initialize(linear, unitScaling(), rng("unit"));
  const inputs = rng("unit").normal([100, 400]);
  const first = mlp({ widths: [400, 300], activation: relu, bias: false });
  const { data } = forward(
    withMultipliers(first, unitScaling()),
    { "layer1.weight": params["layer1.weight"] },
    inputs,
  );
  const meanSquare = data.reduce((sum, x) => sum + x * x, 0) / data.length;
  // 30,000 values of 100 inputs and 300 units: std of the mean square about sqrt(2/400 + 2/300 ...) / 10.
  expect(Math.abs(meanSquare - 1)).toBeLessThan(0.05);
  expect(describeScheme(linear, unitScaling()).map(({ multiplier }) => multiplier))
    .toEqual([1 / 20, 1 / Math.sqrt(300)]);
  expect(rowOf(small(), unitScaling(), "tokenEmbedding.weight").multiplier).toBe(1);
  expect(rowOf(small(), unitScaling(), "block1.query.bias")).toMatchObject({
    std: 0,
    multiplier: 1,
  });
});

Deno.test("DeepNorm's constants are those of the paper's table", () => {
  const rounded = ({ alpha, beta }: { alpha: number; beta: number }) =>
    [alpha, beta].map((x) => Number(x.toFixed(4)));
  expect([6, 12, 100, 1000].map((blocks) => rounded(deepNormConstants({ blocks })))).toEqual([
    [1.8612, 0.3799],
    [2.2134, 0.3195],
    [3.7606, 0.188],
    [6.6874, 0.1057],
  ]);
  const { encoder, decoder } = deepNormPair({ encoder: 6, decoder: 6 });
  expect([rounded(encoder), rounded(decoder)]).toEqual([[1.4179, 0.497], [2.0598, 0.3433]]);
  // N^4 M, not N M^4
  expect(deepNormPair({ encoder: 2, decoder: 9 }).encoder.alpha).toBeCloseTo(
    0.81 * 144 ** (1 / 16),
    12,
  );
  expect(() => deepNormConstants({ blocks: 0 })).toThrow("blocks as it must be an integer >= 1");
});

Deno.test("deepNorm() multiplies branches by 1 / alpha, as the model's residualScale would", () => {
  const options = { norm: "post", width: 32, tiedHead: false } as const;
  const model = small(options), { alpha } = deepNormConstants({ blocks: 3 });
  const params = initialize(model, deepNorm(), rng("deepNorm"));
  const tokensAlone = parametrization(deepNorm(), {
    multiplier: ({ kind }) => kind === "tokenEmbedding" ? Math.sqrt(32) : 1,
  });
  const scaled = withMultipliers(small({ ...options, residualScale: 1 / alpha }), tokensAlone);
  const out = forward(withMultipliers(model, deepNorm()), params, tokens);
  expect(apart(out, forward(scaled, params, tokens))).toBeLessThan(1e-5); // the order of products
});

Deno.test("a tied head gives the logits of an equal head of its own, under multipliers of tokens", () => {
  for (const [scheme, norm] of [[deepNorm(), "post"], [tFixup(), "pre"]] as const) {
    const tied = small({ norm, tiedHead: true }), own = small({ norm });
    const params = initialize(tied, scheme, rng("tied"));
    const table = params["tokenEmbedding.weight"];
    const [rows, columns] = table.shape;
    const head = tensor(
      [columns, rows],
      table.data.map((_, i) => {
        return table.data[(i % rows) * columns + Math.floor(i / rows)];
      }),
    );
    const out = forward(withMultipliers(tied, scheme), params, tokens);
    const expected = forward(
      withMultipliers(own, scheme),
      { ...params, "head.weight": head },
      tokens,
    );
    expect(apart(out, expected)).toBeLessThan(1e-5);
  }
  const rows = describeScheme(small({ tiedHead: true }), t5());
  expect(rows.find(({ parameter }) => parameter === "finalNorm.weight")!.multiplier).toBe(1 / 8);
  expect(rowOf(small(), t5(), "block1.query.weight").multiplier).toBe(4);
  expect(rowOf(small(), t5(), "head.weight").multiplier).toBe(1);
});

Deno.test("multipliers and shares of other optimizers do not change what SGD does at the base", () => {
  const base = mlp({ widths: [4, 6, 2], activation: relu });
  const scheme = mup({ base, scheme: everywhere(lecunNormal()), optimizer: "sgd" });
  const params = initialize(base, scheme, rng("base"));
  const examples = { inputs: rng("inputs").normal([8, 4]), targets: new Uint8Array(8) };
  const options = { steps: 2, optimizer: sgd({ learningRate: 0.1 }), rng: rng("order") };
  const { learningRate } = scheme;
  expect(
    collect(
      train(withMultipliers(base, scheme), params, examples, {
        ...options,
        learningRates: (spec) => learningRate(spec, base),
      }),
    ),
  )
    .toEqual(collect(train(base, params, examples, options)));
});
