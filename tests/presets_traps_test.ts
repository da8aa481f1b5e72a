/** Where one name means several things, or a library does not do what its name says: each trap, and how to tell. */
import { expect } from "@std/expect";
import {
  fansOf,
  fusedFans,
  heUniform,
  lecunUniform,
  moments,
  preset,
  rng,
  tfjsFans,
  torchFans,
  truncatedMoments,
  truncatedNormal,
  xavierNormal,
  xavierUniform,
} from "../lib/mod.ts";
import { distance, measured, withoutClamped } from "./presets_recorded.ts";

const CORRECTION = 0.8796256610342398; // the std of a normal law cut at two stds

Deno.test('trap 1: "Xavier" has four meanings, told apart by their variance', () => {
  const paper = xavierNormal().law([300, 100]);
  expect(paper.std ** 2).toBeCloseTo(2 / 400, 12);
  const articles = xavierNormal({ mode: "fanIn" }).law([300, 100]);
  expect(articles.std ** 2).toBeCloseTo(1 / 300, 12);
  const jax = xavierNormal({ truncated: true }).law([300, 100]);
  expect([jax.std, jax.high]).toEqual([paper.std, 2 * paper.std / CORRECTION]);
  // tinygrad's convolution: fanOut without the kernel.
  const tinygrad = xavierNormal().law([3, 3, 16, 32], { fanIn: 144, fanOut: 32 });
  expect(tinygrad.std ** 2).toBeCloseTo(2 / 176, 12);
  expect(xavierNormal().law([3, 3, 16, 32]).std ** 2).toBeCloseTo(2 / 432, 12);
});

Deno.test("trap 2: TensorFlow.js cuts its normals and does not correct them", () => {
  const { kernel } = preset("tfjs@4.22", "dense", { in: 300, out: 400 });
  const promised = Math.sqrt(2 / 700);
  expect(kernel.law.std / promised).toBeCloseTo(CORRECTION, 12);
  expect((kernel.law.std / promised) ** 2).toBeCloseTo(0.773741, 6);
  const drawn = measured("tfjs@4.22", "dense", "kernel");
  expect(distance(kernel.law, drawn)).toBeLessThan(4.5);
  expect(distance(xavierNormal({ truncated: true }).law([300, 400]), drawn)).toBeGreaterThan(50);
  const keras = preset("keras@3.15", "dense", { in: 300, out: 400 }).kernel.law;
  expect([keras.distribution, keras.std]).toEqual(["uniform", xavierUniform().law([300, 400]).std]);
  expect(truncatedMoments(-3, 3).std).toBeCloseTo(1 - 0.0134, 4); // a cut at three costs 1.34 %
});

Deno.test("trap 3: PyTorch's a and b are absolute: std 0.02 is not cut at all", () => {
  const absolute = truncatedNormal({ parentStd: 0.02, low: -2, high: 2 });
  expect(absolute.law([9]).std).toBe(0.02);
  expect(absolute.law([9]).high).toBe(2);
  const inStds = truncatedNormal({ parentStd: 0.02 });
  expect(inStds.law([9]).std).toBeCloseTo(0.02 * CORRECTION, 12);
  const drawn = measured("timm@1.0", "vit", "attn.proj.weight");
  expect(drawn.max).toBeGreaterThan(2 * 0.02); // beyond two stds
  expect(distance(absolute.law([9]), drawn)).toBeLessThan(4.5);
  expect(distance(inStds.law([9]), drawn)).toBe(Infinity);
});

Deno.test("truncatedNormal() with ends draws its law, one-sided and off-center too, and refuses nonsense", () => {
  const n = 200_000;
  for (
    const options of [
      { parentStd: 1, low: -2, high: 2 },
      { mean: 0.5, parentStd: 2, low: -1, high: 4 },
      { mean: -1, parentStd: 0.5, low: 0, high: 3 },
      { parentStd: 5, low: 0.1, high: 0.3 },
    ]
  ) {
    const init = truncatedNormal(options), law = init.law([n]);
    const m = moments(init([n], rng("ends")));
    expect(m.min).toBeGreaterThanOrEqual(Math.fround(options.low));
    expect(m.max).toBeLessThanOrEqual(Math.fround(options.high));
    expect(Math.abs(m.mean - law.mean)).toBeLessThan(4.5 * law.std / Math.sqrt(n));
    // The sample's own kurtosis gives the standard error of its variance.
    const error = Math.sqrt((m.kurtosis - 1) / n);
    expect(Math.abs(m.variance / law.std ** 2 - 1)).toBeLessThan(4.5 * error);
  }
  // 0.3 / 30 times 30 rounds to less than 0.3: the draw must not.
  const stepped = moments(
    truncatedNormal({ parentStd: 30, low: 0.3, high: 0.300003 })([n], rng("ends")),
  );
  expect(stepped.min).toBeGreaterThanOrEqual(Math.fround(0.3));
  expect(stepped.max).toBeLessThanOrEqual(Math.fround(0.300003));
  // Half normal: mean sqrt(2 / pi), variance 1 - 2 / pi. Narrow: uniform in the limit. Far tail: 1 / a.
  expect(truncatedMoments(0, 40).std ** 2).toBeCloseTo(1 - 2 / Math.PI, 12);
  expect(truncatedMoments(1, 1 + 1e-6).std * 1e6).toBeCloseTo(1 / Math.sqrt(12), 9);
  expect(truncatedMoments(100, 1000).std * 100).toBeCloseTo(1, 3);
  expect(truncatedMoments(-1, 3).mean).toBeCloseTo(-truncatedMoments(-3, 1).mean, 14);
  expect(truncatedMoments(-2, 2 + 1e-9).std).toBeCloseTo(CORRECTION, 8);
  const bad = (options: object) => () => truncatedNormal(options as never);
  expect(bad({ parentStd: 1, low: 2, high: 1 })).toThrow("low must be < high");
  expect(bad({ std: 1, low: -1, high: 1 })).toThrow("give parentStd");
  expect(bad({ parentStd: 1, cut: 2, low: -1, high: 1 })).toThrow("give parentStd");
  expect(bad({ parentStd: 1, low: -1 })).toThrow("high");
  expect(bad({ parentStd: 0, low: -1, high: 1 })).toThrow("parentStd");
});

Deno.test("trap 4: kaiming_uniform(a = sqrt 5) is not He", () => {
  const { weight, bias } = preset("torch@2.13", "linear", { in: 300, out: 400 });
  expect(weight.law.high).toBeCloseTo(1 / Math.sqrt(300), 14);
  expect(weight.law.std ** 2).toBeCloseTo(1 / 900, 14);
  expect(bias.law).toEqual(weight.law);
  const sqrt5 = heUniform({ negativeSlope: Math.sqrt(5) }).law(weight.shape, weight.fans);
  expect(sqrt5.std).toBeCloseTo(weight.law.std, 14);
  const he = heUniform().law(weight.shape, weight.fans);
  expect(he.std ** 2 / weight.law.std ** 2).toBeCloseTo(6, 12);
  expect(distance(he, measured("torch@2.13", "linear", "weight"))).toBe(Infinity);
});

Deno.test("trap 5: words for distributions: Flax's lecun_normal is cut, its embedding's normal is not", () => {
  const flax = (layer: string, sizes: object) => preset("flax@0.12", layer, sizes);
  const { kernel } = flax("dense", { in: 300, out: 400 });
  expect(kernel.law.distribution).toBe("truncatedNormal");
  expect(kernel.law.std).toBeCloseTo(lecunUniform().law([300, 400]).std, 14);
  const { embedding } = flax("embed", { vocab: 500, width: 96 });
  expect(embedding.law.distribution).toBe("normal");
  expect(measured("flax@0.12", "embed", "embedding").max).toBeGreaterThan(3 * embedding.law.std);
});

Deno.test("trap 10: a cut by inverting the distribution of a float32 lets -2.0 through, a hundred stds out", () => {
  const drawn = measured("timm@1.0", "vit", "mlp.fc1.weight");
  expect([drawn.min, drawn.max < 0.12]).toEqual([-2, true]);
  const { law, init } = preset("timm@1.0", "vit", {
    width: 96,
    patch: 8,
    channels: 3,
    positions: 16,
    classes: 40,
  })["mlp.fc1.weight"];
  expect(distance(law, drawn)).toBeGreaterThan(4.5); // one entry in 14 million shows in the variance
  expect(distance(law, withoutClamped(drawn))).toBeLessThan(4.5);
  expect(moments(init([1_000_000], rng("no outliers"))).min).toBeGreaterThan(-0.12);
});

Deno.test("trap 12: libraries take other fans for a transposed convolution; only one is what an output sums", () => {
  const sizes = { in: 24, out: 60, kernel: [7] };
  const torch = preset("torch@2.13", "convTranspose1d", sizes).weight;
  expect(torch.fans).toEqual({ fanIn: 60 * 7, fanOut: 24 * 7 }); // really the fanOut
  const flax = preset("flax@0.12", "convTranspose", sizes).kernel;
  expect(flax.fans).toEqual({ fanIn: 24 * 7, fanOut: 60 * 7 });
  const keras = preset("keras@3.15", "convTranspose", sizes).kernel;
  expect(keras.fans).toEqual({ fanIn: 60 * 7, fanOut: 24 * 7 });
  const truth = fansOf(torch.shape, { layout: "torch", layer: "transposed" });
  expect(truth).toEqual(flax.fans);
  expect(fansOf(keras.shape, { layout: "keras", layer: "transposed" })).toEqual(truth);
  const strided = fansOf(torch.shape, { layout: "torch", layer: "transposed", stride: 2 });
  expect(strided.fanIn).toBe(truth.fanIn / 2); // half of the taps meet a zero: not even Flax counts that
});

Deno.test("fused query, key and value are drawn with a fanOut of three", () => {
  const { in_proj_weight } = preset("torch@2.13", "multiheadAttention", { width: 768 });
  expect(in_proj_weight.fans).toEqual(torchFans([2304, 768]));
  expect(in_proj_weight.law.high).toBeCloseTo(0.0441942, 7);
  const [query] = fusedFans(in_proj_weight.shape, 3, { layout: "torch" });
  expect(xavierUniform().law([768, 768], query).high).toBeCloseTo(0.0625, 12);
});

Deno.test("batches of experts count as inputs in Flax and as outputs in Keras", () => {
  const flax = preset("flax@0.12", "denseGeneral", { inputs: [60], outputs: [50], batch: [7] });
  expect(flax.kernel.fans).toEqual({ fanIn: 420, fanOut: 50 });
  const keras = preset("keras@3.15", "einsumDense", {
    equation: "abc,bcd->abd",
    shape: [7, 60, 50],
  });
  expect(keras.kernel.fans).toEqual({ fanIn: 60, fanOut: 350 });
});

Deno.test("a vector has no fans but those that are said: libraries answer n, sqrt n, or refuse", () => {
  expect(() => fansOf([64])).toThrow(RangeError);
  expect(() => torchFans([64])).toThrow(RangeError);
  expect(tfjsFans([64]).fanIn).toBe(8);
});
