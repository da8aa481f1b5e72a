/** Unit scaling and u-muP. */
import { expect } from "@std/expect";
import {
  describeScheme,
  forward,
  gpt,
  initialize,
  mlp,
  parametrization,
  relu,
  rng,
  type Tensor,
  tensor,
  uMup,
  unitScaling,
  withMultipliers,
} from "../lib/mod.ts";
import { apart, rowOf, small } from "./schemeModels.ts";

const vectors = JSON.parse(
  Deno.readTextFileSync(new URL("vectors/schemes.json", import.meta.url)),
);

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
