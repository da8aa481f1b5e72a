/** Against what TensorFlow.js 4.22.0 and seedrandom 3.0.5 drew (tests/vectors/make_tfjs.mjs). */
import { expect } from "@std/expect";
import { fansOf, type SeedrandomName, seedrandomRng, tfjsRng } from "../lib/mod.ts";
import { differing, type RecordedCase } from "./vectors/recorded.ts";
import vectors from "./vectors/tfjs.json" with { type: "json" };

const cases = vectors.cases as unknown as RecordedCase[];

function draw({ call, seed, shape, options }: RecordedCase, rng = tfjsRng): Float32Array {
  switch (call) {
    case "randomUniform":
      return rng(seed as number).uniform(shape!, { low: -0.3, high: 0.7 }).data;
    case "randomNormal":
      return rng(seed as number).normal(shape!, { mean: 0.1, std: 0.7 }).data;
    case "truncatedNormal":
      return rng(seed as number).truncatedNormal(shape!, { mean: 0.1, parentStd: 0.7 }).data;
  }
  if (call === "shuffle") return Float32Array.from(rng(seed as number).permutation(shape![0]));
  if (!("scale" in options)) {
    return seedrandomRng(seed, { generator: call as SeedrandomName }).uniform(shape!).data;
  }
  const { fanIn, fanOut } = fansOf(shape!);
  const fan = options.mode === "fanIn" ? fanIn : (fanIn + fanOut) / 2;
  const variance = options.scale as number / fan, bound = Math.sqrt(3 * variance);
  // TensorFlow.js does not correct the std for what the cut takes away.
  return options.distribution === "uniform"
    ? rng(seed as number).uniform(shape!, { low: -bound, high: bound }).data
    : rng(seed as number).truncatedNormal(shape!, { parentStd: Math.sqrt(variance) }).data;
}

Deno.test("tfjsRng() and seedrandomRng() give TensorFlow.js's and seedrandom's bits", () => {
  expect(cases.length).toBe(90);
  expect(differing(cases, draw)).toEqual([]);
});

Deno.test("the recorded bits refuse a corrected std, another seed and other generators", () => {
  const corrected = cases.filter(({ options }) => options.distribution === "normal");
  expect(
    differing(corrected, ({ seed, shape, options }) => {
      const { fanIn, fanOut } = fansOf(shape!);
      const fan = options.mode === "fanIn" ? fanIn : (fanIn + fanOut) / 2;
      const std = Math.sqrt(options.scale as number / fan);
      return tfjsRng(seed as number).truncatedNormal(shape!, { std }).data;
    }).length,
  ).toBe(corrected.length);
  const seeded = cases.filter(({ options, call }) =>
    "scale" in options || /[UN]|shuffle/.test(call)
  );
  expect(differing(seeded, (one) => draw({ ...one, seed: Number(one.seed) + 1 })).length)
    .toBe(seeded.length);
  const others = cases.filter(({ call }) => call.startsWith("x"));
  expect(differing(others, (one) => draw({ ...one, call: "alea" })).length).toBe(others.length);
  const text = cases.filter(({ call, seed }) => call === "arc4" && seed === 1);
  expect(differing(text, (one) => draw({ ...one, seed: "1" })).length).toBe(1); // 1 is not "1"
});

Deno.test("seedrandomRng() goes on from draw to draw, tfjsRng() starts anew", () => {
  const going = seedrandomRng("a"), all = seedrandomRng("a").uniform([6]).data;
  expect(going.uniform([2]).data).toEqual(all.slice(0, 2));
  expect(going.uniform([4]).data).toEqual(all.slice(2));
  expect(tfjsRng(5).normal([4])).toEqual(tfjsRng(5).normal([4]));
  const anew = tfjsRng(5);
  expect(anew.normal([9]).data.slice(0, 4)).toEqual(anew.normal([4]).data);
  expect([...anew.permutation(50)].sort((a, b) => a - b)).toEqual(
    Array.from({ length: 50 }, (_, i) => i),
  );
  expect(anew.permutation(50)).not.toEqual(tfjsRng(6).permutation(50));
});

Deno.test("tfjsRng() and seedrandomRng() refuse bad input with what was wrong", () => {
  expect(() => tfjsRng(0)).toThrow("it takes a random seed then");
  expect(() => tfjsRng(NaN)).toThrow("seed as it must be a finite number");
  expect(() => seedrandomRng("a", { generator: "mt" as never })).toThrow("choose one of arc4");
  expect(() => seedrandomRng("a").uniform([2], { low: 1, high: 0 })).toThrow("low must be <= high");
  expect(() => seedrandomRng("a").truncatedNormal([2], { parentStd: 1, low: 4, high: 5 }))
    .toThrow("widen the cut");
  expect(seedrandomRng("a").normal([0]).data.length).toBe(0);
});
