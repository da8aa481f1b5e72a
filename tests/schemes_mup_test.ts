/** What schemes carry over to wider and deeper models. */
import { expect } from "@std/expect";
import {
  adam,
  collect,
  completeP,
  depthMup,
  describeScheme,
  everywhere,
  forward,
  heNormal,
  heUniform,
  initialize,
  type Initializer,
  lecunNormal,
  mlp,
  moments,
  mup,
  nanoGpt,
  normal,
  orthogonal,
  type Parametrization,
  parametrization,
  relu,
  rng,
  type Scheme,
  sgd,
  spectral,
  train,
  uniform,
  withMultipliers,
  xavierNormal,
  xavierUniform,
} from "../lib/mod.ts";
import { rowOf, small } from "./schemeModels.ts";

const vectors = JSON.parse(
  Deno.readTextFileSync(new URL("vectors/schemes.json", import.meta.url)),
);

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
  const deep = small({ blocks: 11 });
  for (const block of ["block3", "block11"]) {
    expect(at(`${block}.key.weight`, deep, single).std).toBeCloseTo(0.02 / 2, 12);
  }
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

Deno.test("mup() of xavier and kaiming schemes is what the mup package's functions of these names draw", () => {
  // 30 and 7 do not grow; widths 16 and 24 of the base become 16 i and 24 o.
  const [i, o] = [4, 9], gain = 1.7;
  const of = (i: number, o: number) => mlp({ widths: [30, 16 * i, 24 * o, 7], activation: relu });
  const base = of(1, 1), model = of(i, o);
  const stds = (scheme: Scheme) =>
    describeScheme(model, mup({ base, scheme })).filter(({ role }) => role !== "bias")
      .map(({ std }) => std);
  // mup/init.py: times sqrt((n + m) / (n0 + m0)) for Xavier; times sqrt(wm) for kaiming where its fan is the one that grows;
  // where both grow over sqrt(n / n0), times sqrt(m / m0) over that for kaiming's fan_out.
  const xavier = [[30, 16 * i, 30, 16], [16 * i, 24 * o, 16, 24], [24 * o, 7, 24, 7]]
    .map(([n, m, n0, m0], layer) =>
      gain * Math.sqrt(2 / (n + m)) * Math.sqrt((n + m) / (n0 + m0)) /
      (layer === 1 ? Math.sqrt(i) : 1)
    );
  const fanIn = [
    Math.sqrt(2 / 30),
    Math.sqrt(2 / (16 * i)),
    Math.sqrt(2 / (24 * o)) * Math.sqrt(o),
  ];
  const fanOut = [
    Math.sqrt(2 / (16 * i)) * Math.sqrt(i),
    Math.sqrt(2 / (24 * o)) * Math.sqrt(o / i),
    Math.sqrt(2 / 7),
  ];
  const cases: [Initializer, number[]][] = [
    [xavierNormal({ gain }), xavier],
    [xavierUniform({ gain }), xavier],
    [heNormal(), fanIn],
    [heUniform(), fanIn],
    [heNormal({ mode: "fanOut" }), fanOut],
    [heUniform({ mode: "fanOut" }), fanOut],
  ];
  for (const [init, expected] of cases) {
    stds(everywhere(init)).forEach((std, layer) => expect(std).toBeCloseTo(expected[layer], 12));
  }
  expect(stds(everywhere(heNormal()))[2]).not.toBeCloseTo(Math.sqrt(2 / (24 * o)), 3);
});

Deno.test("mup() draws uniformly where the base does, constants as they are, all else normal", () => {
  const of = (width: number) => mlp({ widths: [6, width, width, 3], activation: relu });
  const distributions = (init: Initializer) =>
    describeScheme(of(32), mup({ base: of(8), scheme: everywhere(init) }))
      .map(({ distribution }) => distribution);
  expect(distributions(xavierUniform()).slice(0, 2)).toEqual(["uniform", "constant"]);
  expect(distributions(orthogonal())[2]).toBe("normal");
  expect(distributions(heNormal({ truncated: true }))[2]).toBe("normal");
  expect(distributions(uniform({ low: 0, high: 1 }))[2]).toBe("normal"); // a mean would grow with the width
  const scheme = mup({ base: of(8), scheme: everywhere(xavierUniform()) });
  const { min, max } = moments(initialize(of(32), scheme, rng("uniform"))["layer2.weight"]);
  const bound = Math.sqrt(6 / 16) / 2;
  expect(Math.max(max, -min)).toBeLessThanOrEqual(Math.fround(bound));
  expect(Math.max(max, -min)).toBeGreaterThan(0.99 * bound);
});
