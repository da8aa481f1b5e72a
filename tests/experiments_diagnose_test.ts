import { expect } from "@std/expect";
import { seeds } from "../lib/experiments/compare.ts";
import { diagnose } from "../lib/experiments/diagnose.ts";
import { propagate } from "../lib/experiments/propagate.ts";
import type { Symptom } from "../lib/experiments/symptom.ts";
import { constant, zeros } from "../lib/initializers/constant.ts";
import { normal } from "../lib/initializers/distributions.ts";
import { identity } from "../lib/initializers/identity.ts";
import { heNormal, lecunNormal } from "../lib/initializers/named.ts";
import { varianceScaling } from "../lib/initializers/varianceScaling.ts";
import { type Activation, gelu, linear, relu, sigmoid, tanh } from "../lib/nn/activations.ts";
import { gpt } from "../lib/nn/gpt.ts";
import { mlp } from "../lib/nn/mlp.ts";
import type { Model, Params } from "../lib/nn/model.ts";
import { adam, type Optimizer, sgd } from "../lib/nn/optimizers.ts";
import { byRole, everywhere, initialize, type Scheme } from "../lib/nn/schemes.ts";
import { type Rng, rng } from "../lib/tensor/rng.ts";
import { type Tensor, tensor } from "../lib/tensor/tensor.ts";
import { initialLoss } from "../lib/theory/initialLoss.ts";

const COUNT = 60;
const network = (activation: Activation, depth = 6) =>
  mlp({ widths: [40, ...Array(depth).fill(64), 10], activation });
const headed = (hidden: Scheme) => byRole({ output: varianceScaling({ scale: 0.01 }) }, hidden);
const he = headed(everywhere(heNormal())), lecun = headed(everywhere(lecunNormal()));
const batchOf = (rng: Rng, classes = 10) => ({
  inputs: rng.child("inputs").normal([COUNT, 40]),
  targets: Uint8Array.from({ length: COUNT }, (_, i) => i % classes),
});
const times = (params: Params, layers: readonly number[], factor: number): Params => ({
  ...params,
  ...Object.fromEntries(layers.map((layer) => {
    const { shape, data } = params[`layer${layer}.weight`];
    return [`layer${layer}.weight`, { shape, data: data.map((weight) => factor * weight) }];
  })),
});
const named = (found: readonly Symptom[]) => found.map(({ kind, layer }) => `${kind} ${layer}`);

/** The first symptom of each of twenty networks, and what is left once its factor is applied. */
function firsts(
  model: Model,
  start: (rng: Rng) => Params,
  batch = batchOf,
  options: { optimizer?: Optimizer } = {},
) {
  return seeds(20).map((rng) => {
    const params = start(rng), [first] = diagnose(model, params, batch(rng), options);
    const { layer, factor = 1 } = first;
    const mended = diagnose(model, times(params, layer ? [layer] : [], factor), batch(rng));
    return { ...first, name: `${first.kind} ${first.layer}`, left: named(mended) };
  });
}
const names = (found: readonly { name: string }[]) => [...new Set(found.map(({ name }) => name))];

Deno.test("diagnose() finds nothing in healthy networks", () => {
  let alarms = 0, networks = 0;
  for (const [f, scheme] of [[relu, he], [gelu, he], [tanh, lecun], [linear, lecun]] as const) {
    for (const depth of [1, 3, 8]) {
      for (const rng of seeds(20)) {
        for (const optimizer of [sgd({ learningRate: 0.1 }), adam({ learningRate: 1e-3 })]) {
          const model = network(f, depth), params = initialize(model, scheme, rng);
          alarms += Number(diagnose(model, params, batchOf(rng), { optimizer }).length > 0);
          networks++;
        }
      }
    }
  }
  expect([alarms, networks]).toEqual([0, 480]);
});

Deno.test("diagnose() lets a head of zeros and a single layer pass", () => {
  for (const rng of seeds(5)) {
    const zeroHead = initialize(network(relu), byRole({ output: zeros() }, he), rng);
    const optimizer = sgd({ learningRate: 0.1 });
    expect(diagnose(network(relu), zeroHead, batchOf(rng), { optimizer })).toEqual([]);
    const single = mlp({ widths: [40, 10], activation: relu });
    const none = initialize(single, everywhere(zeros()), rng);
    expect(diagnose(single, none, batchOf(rng), { optimizer })).toEqual([]);
  }
});

Deno.test("diagnose() names the layer whose weights are too small or too large, and by how much", () => {
  for (const [factor, kind] of [[0.05, "vanishingSignal"], [20, "explodingSignal"]] as const) {
    const found = firsts(
      network(relu),
      (rng) => times(initialize(network(relu), he, rng), [4], factor),
    );
    expect(names(found)).toEqual([`${kind} 4`]);
    for (const { factor: remedy, left } of found) {
      // One layer of 64 ReLUs strays by sqrt(5 / 64) in its mean square, half of that in the std; 3.5 times that.
      expect(Math.abs(Math.log(remedy! * factor))).toBeLessThan(0.5);
      expect(left).toEqual([]);
    }
  }
});

Deno.test("diagnose() finds what twenty layers do together", () => {
  const model = network(relu, 20);
  const found = firsts(model, (rng) => initialize(model, lecun, rng));
  expect(names(found)).toEqual(["vanishingSignal 0"]);
  for (const { factor, says } of found) {
    expect(Math.abs(Math.log(factor! / Math.SQRT2))).toBeLessThan(0.15); // 0.35 in ln of a mean square, over 19 layers, is 0.08
    expect(says).toContain("over 20 layers");
  }
});

Deno.test("diagnose() finds saturated units and divides by their pre-activations' size", () => {
  for (const f of [tanh, sigmoid]) {
    const found = firsts(
      network(f, 2),
      (rng) => times(initialize(network(f, 2), lecun, rng), [1], 8),
    );
    expect(names(found)).toEqual(["saturated 1"]);
    for (const { factor, left, says } of found) {
      expect(Math.abs(Math.log(factor! * 8))).toBeLessThan(0.2); // 64 units: 9 % of a std, twice
      expect(left).toEqual([]);
      expect(says).toContain(`of ${f.name} units are saturated`);
    }
  }
});

Deno.test("diagnose() finds dead units, and the biases that killed them", () => {
  const low = tensor([64], Array(64).fill(-8));
  const found = firsts(network(relu), (rng) => ({
    ...initialize(network(relu), he, rng),
    "layer3.bias": low,
  }));
  expect(names(found)).toEqual(["biases 3"]);
  const params = { ...initialize(network(relu), he, rng("dead")), "layer3.bias": low };
  const all = diagnose(network(relu), params, batchOf(rng("dead")));
  expect(named(all).slice(0, 2)).toEqual(["biases 3", "dead 3"]);
  for (const { remedy } of all.slice(0, 2)) expect(remedy).toBe("set the layer's biases to 0");
  const { measured } = all[0];
  expect(measured).toBeGreaterThan(64 / 68); // the weights add about 2
  expect(measured).toBeLessThan(64 / 65);
});

Deno.test("diagnose() finds equal units", () => {
  for (const init of [zeros(), constant({ value: 5 })]) {
    const found = diagnose(
      network(relu, 2),
      initialize(network(relu, 2), everywhere(init), rng("equal")),
      batchOf(rng("equal")),
    );
    expect(named(found).slice(0, 2)).toEqual(["equalUnits 1", "equalUnits 2"]);
    if (init.spec.name === "zeros") expect(found.length).toBe(2);
    expect(named(found).filter((name) => name.endsWith("Signal 1"))).toEqual([]);
    expect(found[0].says).toContain("1 of 64 units");
    expect(found[0].remedy).toContain("0.22"); // sqrt(2 / 40)
  }
  const params = initialize(network(tanh, 2), lecun, rng("equal"));
  const { shape, data } = params["layer2.weight"];
  const twin = { shape, data: data.map((weight, i) => i % 64 === 5 ? data[i + 1] : weight) };
  const [one] = diagnose(
    network(tanh, 2),
    { ...params, "layer2.weight": twin },
    batchOf(rng("equal")),
  );
  expect([one.kind, one.layer, one.measured]).toEqual(["equalUnits", 2, 63]);
  expect(one.remedy).toContain("0.13"); // 1 / sqrt(64)
  const apart = tensor([64], Array.from({ length: 64 }, (_, i) => i / 100));
  const told = diagnose(
    network(tanh, 2),
    { ...params, "layer2.weight": twin, "layer2.bias": apart },
    batchOf(rng("equal")),
  );
  expect(named(told)).not.toContain("equalUnits 2");
});

Deno.test("diagnose() finds a gradient that vanishes in sigmoids or explodes in saturated tanhs", () => {
  const vanishing = firsts(network(sigmoid), (rng) => initialize(network(sigmoid), lecun, rng));
  expect(names(vanishing)).toEqual(["vanishingGradient 0"]);
  for (const { remedy, factor } of vanishing) {
    expect(remedy).toContain("0.063"); // 1/16
    expect(factor).toBe(undefined);
  }
  const wild = network(tanh, 30), large = headed(everywhere(varianceScaling({ scale: 4 })));
  const exploding = firsts(wild, (rng) => times(initialize(wild, large, rng), [1], 0.5));
  for (const { name } of exploding) expect(name).toBe("explodingGradient 0");
});

Deno.test("diagnose() finds a head that is too large, and a large bias for what it is", () => {
  const loud = byRole({ output: normal({ std: 2 }) }, lecun);
  const found = firsts(network(tanh, 2), (rng) => initialize(network(tanh, 2), loud, rng));
  expect(names(found)).toEqual(["firstLoss 3"]);
  for (const { left, says, factor, measured } of found) {
    expect(left).toEqual([]);
    expect(measured).toBeGreaterThan(Math.log(10) + 1);
    expect(says).toContain("guessing costs ln 10 = 2.30");
    expect(factor).toBeLessThan(0.05);
  }
  const single = mlp({ widths: [40, 10], activation: relu });
  const params = {
    ...initialize(single, everywhere(zeros()), rng("bias")),
    "layer1.bias": tensor([10], [9, ...Array(9).fill(0)]),
  };
  const [loss, bias] = diagnose(single, params, batchOf(rng("bias")));
  expect([loss.kind, loss.remedy]).toEqual(["firstLoss", "set the layer's biases to 0"]);
  expect(bias.kind).toBe("outputBias");
});

Deno.test("diagnose() compares output biases with the classes, beyond chance", () => {
  const single = mlp({ widths: [40, 3], activation: relu });
  const params = initialize(single, everywhere(zeros()), rng("prior"));
  const targets = Uint8Array.from({ length: 342 }, (_, i) => i < 151 ? 0 : i < 219 ? 1 : 2);
  const birds = { inputs: rng("prior").normal([342, 40]), targets };
  const shares = [151, 68, 123].map((count) => count / 342);
  const entropy = shares.reduce((sum, share) => sum - share * Math.log(share), 0);
  const [found] = diagnose(single, params, birds);
  expect(found.kind).toBe("outputBias");
  expect(found.measured).toBeCloseTo(Math.log(3) - entropy, 12);
  expect(found.remedy).toContain("-0.82, -1.6, -1");
  const prior = tensor([3], shares.map((share) => 7 + Math.log(share)));
  expect(diagnose(single, { ...params, "layer1.bias": prior }, birds)).toEqual([]);
  expect(diagnose(mlp({ widths: [40, 3], activation: relu, bias: false }), {
    "layer1.weight": params["layer1.weight"],
  }, birds)).toEqual([]);
  // Labels from equal shares: 2 n KL exceeds mean + 5 std of chi squared (2) with probability exp(-6) = 0.25 %.
  let alarms = 0;
  for (const rng of seeds(200)) {
    const draws = rng.child("labels").uniform([COUNT]).data;
    const targets = Uint8Array.from(draws, (draw) => Math.floor(3 * draw));
    alarms += diagnose(single, params, { ...batchOf(rng), targets }).length;
  }
  expect(alarms).toBeLessThan(4);
});

Deno.test("diagnose() takes one logit for two classes", () => {
  const single = mlp({ widths: [40, 1], activation: relu });
  const params = initialize(single, everywhere(zeros()), rng("one"));
  const targets = Uint8Array.from({ length: COUNT }, (_, i) => Number(i % 10 === 0));
  const [found] = diagnose(single, params, { ...batchOf(rng("one")), targets });
  expect(found.kind).toBe("outputBias");
  expect(found.measured).toBeCloseTo(Math.LN2 + 0.1 * Math.log(0.1) + 0.9 * Math.log(0.9), 12);
  expect(found.remedy).toContain("-2.2"); // ln(1/9)
  const loud = initialize(single, everywhere(normal({ std: 1 })), rng("one"));
  const batch = { ...batchOf(rng("one"), 2) };
  const [first] = diagnose(single, loud, batch);
  const [{ std }] = propagate(single, loud, batch.inputs);
  expect(first.kind).toBe("firstLoss");
  expect(first.says).toContain(initialLoss(2, std / Math.SQRT2).toPrecision(2));
});

Deno.test("diagnose() finds learning rates that are far off", () => {
  for (const learningRate of [1e-6, 3]) {
    const scheme = everywhere(lecunNormal()), model = network(tanh, 3);
    const optimizer = adam({ learningRate: learningRate / 10 });
    const found = firsts(model, (rng) => initialize(model, scheme, rng), batchOf, { optimizer });
    expect(names(found)).toEqual(["update 0"]);
    // Adam's first step is its rate in every entry, 1/8 of which is a weight's size.
    for (const { factor } of found) {
      expect(Math.abs(Math.log(factor! * learningRate / 10 * 8 / 1e-3))).toBeLessThan(0.3);
    }
  }
});

/** Weights that are multiples of the identity, so that every factor is exact. */
function chain(f: Activation, factors: readonly number[], outputs = 32) {
  const model = mlp({ widths: [32, ...factors.map(() => 32), outputs], activation: f });
  const params = initialize(model, byRole({ output: zeros() }, everywhere(identity())), rng("no"));
  return {
    model,
    params: factors.reduce((all, factor, i) => times(all, [i + 1], factor), params),
  };
}

Deno.test("diagnose() draws its lines where it says", () => {
  const x = rng("lines").normal([64, 32]);
  const ask = ({ model, params }: ReturnType<typeof chain>, inputs: Tensor = x) =>
    named(diagnose(model, params, { inputs }));
  const root = Math.sqrt;
  expect(ask(chain(linear, [1, root(9.9)]))).toEqual([]);
  expect(ask(chain(linear, [1, root(10.1)]))).toEqual(["explodingSignal 2"]);
  expect(ask(chain(linear, [1, root(1 / 9.9)]))).toEqual([]);
  expect(ask(chain(linear, [1, root(1 / 10.1)]))).toEqual(["vanishingSignal 2"]);
  expect(ask(chain(linear, [root(9.9), root(9.9)]))).toEqual([]);
  expect(ask(chain(linear, [root(9.99), root(9.99), root(1.1)]))).toEqual(["explodingSignal 0"]);
  expect(ask(chain(linear, [root(1 / 9.99), root(1 / 9.99), root(0.9)])))
    .toEqual(["vanishingSignal 0"]);
  // A saturated share of exactly a quarter, and of one more of 64 x 32 values.
  const share = (count: number) =>
    tensor([64, 32], Array.from({ length: 2048 }, (_, i) => i < count ? 3 : 0.5));
  expect(ask(chain(tanh, [1]), share(512))).toEqual([]);
  expect(ask(chain(tanh, [1]), share(513))).toEqual(["saturated 1"]);
  // 21 and 22 of 32 units dead; the line is 1/2 + 1/sqrt(32) = 0.677. The rest keep the mean square of the layer.
  const off = (count: number) =>
    tensor([64, 32], Array.from({ length: 2048 }, (_, i) => i % 32 < count ? -1 : 1));
  expect(ask(chain(relu, [1]), off(21))).toEqual([]);
  expect(ask(chain(relu, [1]), off(22))).toEqual(["dead 1"]);
  // Biases b beside inputs that are alternately -1 and 1: their share is b^2 / (1 + b^2), a half at 1.
  const signs = tensor(
    [64, 32],
    Array.from({ length: 2048 }, (_, i) => Math.floor(i / 32) % 2 * 2 - 1),
  );
  const biased = (square: number) => {
    const { model, params } = chain(linear, [1]);
    const bias = tensor([32], Array(32).fill(Math.sqrt(square)));
    return named(diagnose(model, { ...params, "layer1.bias": bias }, { inputs: signs }));
  };
  expect(biased(0.99)).toEqual([]);
  expect(biased(1.01)).toEqual(["biases 1"]);
  const sized = (meanSquare: number) => tensor([64, 32], Array(2048).fill(Math.sqrt(meanSquare)));
  expect(ask(chain(linear, [1]), sized(99))).toEqual([]);
  expect(ask(chain(linear, [1]), sized(101))).toEqual(["inputs 0"]);
  expect(ask(chain(linear, [1]), sized(1 / 99))).toEqual([]);
  expect(ask(chain(linear, [1]), sized(1 / 101))).toEqual(["inputs 0"]);
});

Deno.test("diagnose() draws the gradient's and the loss's line where it says", () => {
  const targets = Uint8Array.from({ length: 64 }, (_, i) => i % 32);
  const inputs = rng("lines").normal([64, 32]);
  const gradient = (square: number) => {
    const { model, params } = chain(linear, [1, Math.sqrt(square), Math.sqrt(square)]);
    const head = identity()([32, 32], rng("no"));
    const found = diagnose(model, { ...params, "layer4.weight": head }, { inputs, targets });
    return found.filter(({ kind }) => kind.endsWith("Gradient"));
  };
  expect(gradient(9.9)).toEqual([]);
  expect(gradient(10.1)[0].kind).toBe("explodingGradient");
  expect(gradient(1 / 9.9)).toEqual([]);
  const [low] = gradient(1 / 10.1);
  expect(low.kind).toBe("vanishingGradient");
  expect(low.factor).toBeCloseTo(Math.sqrt(10.1), 5);
  // Two classes, logits (-a, a), every label 0: the loss is ln(1 + exp(2 a)), and ln 2 + 1 at 2 a = ln(2 e - 1).
  const single = mlp({ widths: [32, 2], activation: relu, bias: false });
  const loss = (twice: number) => {
    const data = Array.from(
      { length: 64 },
      (_, i) => i === 0 ? -twice / 2 : i === 1 ? twice / 2 : 0,
    );
    const ones = tensor([64, 32], Array(2048).fill(1)), zeros = new Uint8Array(64);
    return named(
      diagnose(single, { "layer1.weight": tensor([32, 2], data) }, {
        inputs: ones,
        targets: zeros,
      }),
    );
  };
  expect(loss(Math.log(2 * Math.E - 1) - 0.01)).toEqual([]);
  expect(loss(Math.log(2 * Math.E - 1) + 0.01)).toEqual(["firstLoss 1"]);
});

Deno.test("diagnose() asks less of the first layer, and shares a gradient's fall among all", () => {
  const x = rng("shares").normal([64, 32]);
  // The inputs have passed through no ReLU: 1 is enough for the first layer, where the second needs 2.
  const ask = (factors: readonly number[]) => {
    const { model, params } = chain(relu, factors.map(Math.sqrt));
    return named(diagnose(model, params, { inputs: x }));
  };
  expect(ask([1 / 9])).toEqual([]);
  expect(ask([1 / 11])).toEqual(["vanishingSignal 1"]);
  const { model, params } = chain(linear, [1, 0.2, 0.2, 0.2].map(Math.sqrt));
  const head = identity()([32, 32], rng("no"));
  const targets = Uint8Array.from({ length: 64 }, (_, i) => i % 32);
  const all = diagnose(model, { ...params, "layer5.weight": head }, { inputs: x, targets });
  const gradient = all.find(({ kind }) => kind === "vanishingGradient")!;
  expect(gradient.layer).toBe(0);
  expect(gradient.measured).toBeCloseTo(0.008, 6);
  expect(gradient.factor).toBeCloseTo(Math.sqrt(5), 4);
  const deep = network(relu, 20);
  const quiet = diagnose(deep, initialize(deep, lecun, rng("quiet")), batchOf(rng("quiet")));
  expect(quiet.find(({ kind }) => kind === "vanishingGradient")!.remedy).toMatch(/^multiply/);
});

Deno.test("diagnose() knows that fanIn rules keep a gradient's norm, not its mean square", () => {
  const funnel = mlp({ widths: [40, 640, 4, 4, 10], activation: linear });
  for (const rng of seeds(20)) {
    const found = diagnose(funnel, initialize(funnel, lecun, rng), batchOf(rng));
    expect(found.filter(({ kind }) => kind.endsWith("Gradient"))).toEqual([]);
  }
});

Deno.test("diagnose() draws the line of biases at chance, and at what is worth a word", () => {
  const ask = (ones: number, count: number) => {
    const single = mlp({ widths: [2, 2], activation: relu });
    const params = initialize(single, everywhere(zeros()), rng("chance"));
    const targets = Uint8Array.from({ length: count }, (_, i) => Number(i < ones));
    return named(diagnose(single, params, { inputs: rng("chance").normal([count, 2]), targets }));
  };
  // (1 + 5 sqrt 2) / 200 = 0.0404; ln 2 - H(0.65) = 0.0457, ln 2 - H(0.64) = 0.0397.
  expect(ask(65, 100)).toEqual(["outputBias 1"]);
  expect(ask(64, 100)).toEqual([]);
  // Certain, 100 times 8e-4 nats beyond chance, and not worth it.
  expect(ask(5200, 10_000)).toEqual([]);
});

/** Weights of one size and random signs: Adam's first step changes them by its rate over that size. */
function signed(sizes: readonly number[]) {
  const model = mlp({ widths: [32, ...sizes.map(() => 32), 10], activation: linear });
  const params = initialize(model, lecun, rng("signs"));
  const at = (layer: number, size: number) => {
    const { shape, data } = params[`layer${layer}.weight`];
    return tensor(shape, Array.from(data, (weight) => size * Math.sign(weight)));
  };
  const weights = sizes.map((size, i) => [`layer${i + 1}.weight`, at(i + 1, size)]);
  return { model, params: { ...params, ...Object.fromEntries(weights) } };
}

Deno.test("diagnose() draws the line of updates where it says, and names one layer", () => {
  const ask = (sizes: readonly number[], learningRate: number) => {
    const { model, params } = signed(sizes), optimizer = adam({ learningRate });
    const batch = { ...batchOf(rng("signs")), inputs: rng("signs").normal([COUNT, 32]) };
    return diagnose(model, params, batch, { optimizer }).filter(({ kind }) => kind === "update");
  };
  expect(ask([0.2, 0.2], 0.2 * 0.098)).toEqual([]);
  expect(named(ask([0.2, 0.2], 0.2 * 0.102))).toEqual(["update 0"]);
  expect(ask([0.2, 0.2], 0.2 * 1.05e-5)).toEqual([]);
  expect(named(ask([0.2, 0.2], 0.2 * 0.95e-5))).toEqual(["update 0"]);
  const [one, ...rest] = ask([0.2, 0.2, 40], 2e-4);
  expect([one.kind, one.layer, rest.length]).toEqual(["update", 3, 0]);
  expect(Math.abs(one.factor! / 200 - 1)).toBeLessThan(0.02);
});

Deno.test("diagnose() names a layer's weights in the way of the gradient", () => {
  const { model, params } = chain(linear, [1, 1, 0.02, 1]);
  const head = identity()([32, 32], rng("no"));
  const targets = Uint8Array.from({ length: 64 }, (_, i) => i % 32);
  const found = diagnose(model, { ...params, "layer5.weight": head }, {
    inputs: rng("way").normal([64, 32]),
    targets,
  });
  expect(named(found)).toEqual(["vanishingSignal 3", "vanishingGradient 3"]);
  for (const { factor } of found) expect(factor).toBeCloseTo(50, 3);
});

Deno.test("diagnose() says which numbers are not finite, and where float32 ends", () => {
  const params = initialize(network(relu), he, rng("nan"));
  const broken = { shape: [64], data: new Float32Array(64) };
  broken.data[3] = NaN;
  broken.data[4] = Infinity;
  const [found, ...rest] = diagnose(
    network(relu),
    { ...params, "layer2.bias": broken },
    batchOf(rng("nan")),
  );
  expect([found.kind, found.layer, found.measured, rest.length]).toEqual(["nonFinite", 2, 2, 0]);
  const inputs = tensor([COUNT, 40], Array(COUNT * 40).fill(NaN));
  expect(named(diagnose(network(relu), params, { inputs }))).toEqual(["nonFinite 0"]);
  const deep = network(linear, 50);
  const burst = named(
    diagnose(deep, initialize(deep, everywhere(normal({ std: 1 })), rng("burst")), {
      ...batchOf(rng("burst")),
    }, { optimizer: sgd({ learningRate: 0.1 }) }),
  );
  expect(burst[0]).toMatch(/^nonFinite 4\d$/); // 8^43 is the largest power of 8 below float32's end
  expect(burst[1]).toBe("explodingSignal 1");
});

Deno.test("diagnose() refuses what it cannot judge", () => {
  const model = network(relu), params = initialize(model, he, rng("input"));
  const batch = batchOf(rng("input")), optimizer = sgd({ learningRate: 0.1 });
  const few = rng("input").normal([31, 40]);
  expect(() => diagnose(model, params, { inputs: few })).toThrow("at least 32");
  expect(() => diagnose(model, params, { inputs: tensor([64], Array(64).fill(0)) })).toThrow(
    RangeError,
  );
  expect(() => diagnose(model, params, { inputs: rng("input").normal([COUNT, 39]) })).toThrow(
    RangeError,
  );
  expect(() => diagnose(model, params, { inputs: batch.inputs }, { optimizer })).toThrow("targets");
  const targets = rng("input").normal([COUNT, 10]);
  expect(() => diagnose(model, params, { ...batch, targets })).toThrow(TypeError);
  expect(() => diagnose(model, params, { ...batch, targets: new Uint8Array(3) })).toThrow(
    RangeError,
  );
  const eleven = new Uint8Array(COUNT).fill(10);
  expect(() => diagnose(model, params, { ...batch, targets: eleven })).toThrow(
    "labels must be < 10",
  );
  const { "layer1.bias": _, ...rest } = params;
  expect(() => diagnose(model, rest, batch)).toThrow("layer1.bias");
  expect(() =>
    diagnose(gpt({ vocabulary: 5, context: 4, width: 8, heads: 2, blocks: 1 }), {}, batch)
  )
    .toThrow("use an mlp");
  for (const junk of [undefined, null, 3, batch.inputs, {}]) {
    // deno-lint-ignore no-explicit-any
    expect(() => diagnose(model, params, junk as any)).toThrow(/^Cannot use (batch|inputs)/);
  }
  // deno-lint-ignore no-explicit-any
  expect(() => diagnose(model, params, batch, { learningRate: 1 } as any)).toThrow("learningRate");
});
