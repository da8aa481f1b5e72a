import { expect } from "@std/expect";
import {
  type Initializer,
  mimeticQueryKey,
  mimeticValueOutput,
  moments,
  normal,
  rng,
  type Shape,
  singularValues,
  sirenFirst,
  sirenHidden,
} from "../lib/mod.ts";

/** The product of the pair: W_Q W_K^T for one head, or W_V W_O. */
function product(
  pair: Float32Array,
  size: number,
  width: number,
  head: [number, number],
): number[] {
  const [from, rank] = head;
  const second = pair.subarray(size * width);
  return Array.from({ length: size * size }, (_, k) => {
    const i = Math.floor(k / size), j = k % size;
    let sum = 0;
    for (let r = from; r < from + rank; r++) sum += pair[i * width + r] * second[j * width + r];
    return sum;
  });
}

Deno.test("mimeticQueryKey() of one head of full width has the product 0.7 Z + 0.7 I", () => {
  const size = 24, pair = mimeticQueryKey()([2, size, size], rng("mimetic")).data;
  const z = rng("mimetic").child(0).child("noise").normal([size, size]).data;
  // Each factor is rounded to float32: 2^-24 of numbers below 2, times the root of 24 terms.
  product(pair, size, size, [0, size]).forEach((value, k) => {
    const expected = 0.7 * z[k] / Math.sqrt(size) + (k % (size + 1) === 0 ? 0.7 : 0);
    expect(Math.abs(value - expected)).toBeLessThan(2e-6);
  });
  // The trace: mean 0.7, variance 0.49 / d^2.
  let trace = 0;
  for (let i = 0; i < size; i++) {
    trace += product(pair, size, size, [0, size])[i * (size + 1)] / size;
  }
  expect(Math.abs(trace - 0.7)).toBeLessThan(4.5 * 0.7 / size);
});

Deno.test("mimeticQueryKey() gives each head its own best product of its rank", () => {
  const size = 12, width = 8, pair = mimeticQueryKey({ heads: 2 })([2, size, width], rng("m")).data;
  for (const head of [0, 1]) {
    const z = rng("m").child(head).child("noise").normal([size, size]).data;
    const target = Array.from(
      z,
      (x, k) => 0.7 * x / Math.sqrt(size) + (k % (size + 1) === 0 ? 0.7 : 0),
    );
    const got = product(pair, size, width, [4 * head, 4]);
    // Eckart and Young: what is left has the singular values that were left out.
    const rest = singularValues(target.map((value, k) => value - got[k]), size, size);
    const all = singularValues(target, size, size);
    for (let k = 0; k < size; k++) {
      expect(Math.abs(rest[k] - (k + 4 < size ? all[k + 4] : 0))).toBeLessThan(2e-6);
    }
  }
  expect(product(pair, size, width, [0, 4])).not.toEqual(product(pair, size, width, [4, 4]));
});

Deno.test("mimeticValueOutput() has the product 0.4 Z - 0.4 I", () => {
  const size = 20, pair = mimeticValueOutput()([2, size, size], rng("vo")).data;
  const z = rng("vo").child("noise").normal([size, size]).data;
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) {
      let sum = 0;
      for (let k = 0; k < size; k++) sum += pair[i * size + k] * pair[(size + k) * size + j];
      const expected = 0.4 * z[i * size + j] / Math.sqrt(size) - (i === j ? 0.4 : 0);
      expect(Math.abs(sum - expected)).toBeLessThan(2e-6);
    }
  }
});

Deno.test("mimetic factors take either sign, evenly", () => {
  const { data } = mimeticValueOutput({ noise: 0, identity: 0.25 })([2, 400, 400], rng("signs"));
  let positive = 0;
  for (let i = 0; i < 400; i++) {
    if (data[i * 401] > 0) positive++;
    expect(data[i * 401]).toBe(data[160_000 + i * 401]);
  }
  expect(Math.abs(positive - 200) / Math.sqrt(100)).toBeLessThan(4.5);
});

Deno.test("the mimetic pairs have their law's mean and std", () => {
  const cases: [Initializer, Shape][] = [
    [mimeticQueryKey(), [2, 32, 32]],
    [mimeticQueryKey({ heads: 4 }), [2, 32, 24]],
    [mimeticQueryKey({ noise: 1, identity: 0 }), [2, 40, 10]],
    [mimeticValueOutput(), [2, 32, 32]],
    [mimeticValueOutput({ noise: 0, identity: 0.25 }), [2, 16, 16]],
  ];
  for (const [init, shape] of cases) {
    const law = init.law(shape), draws = 8;
    let mean = 0, meanSquare = 0;
    for (let k = 0; k < draws; k++) {
      const m = moments(init(shape, rng("law").child(k)));
      mean += m.mean / draws;
      meanSquare += m.meanSquare / draws;
    }
    const entries = shape[0] * shape[1] * shape[2] * draws;
    // Signs are drawn for each column of both factors, so that sums within a column go together.
    expect(Math.abs(mean)).toBeLessThan(
      4.5 * law.std * Math.sqrt(2 * shape[1]) / Math.sqrt(entries),
    );
    // The limit of large d, approached from below with an error that falls as 1 / d.
    expect(Math.abs(Math.sqrt(meanSquare) / law.std - 1)).toBeLessThan(1 / shape[1]);
  }
  // Closed forms: the mean singular value of Z is 8 / (3 pi), of b I it is b, of Z + I it is 5 / 4.
  const meanOf = (noise: number, identity: number) =>
    mimeticValueOutput({ noise, identity }).law([2, 100, 100]).std ** 2 * 100;
  expect(meanOf(1, 0)).toBeCloseTo(8 / (3 * Math.PI), 5);
  expect(meanOf(0, -3)).toBeCloseTo(3, 12);
  expect(meanOf(1, 1)).toBeCloseTo(1.25, 5);
  // Control: a law that forgot the identity.
  expect(Math.abs(Math.sqrt(meanOf(0.7, 0) / meanOf(0.7, 0.7)) - 1)).toBeGreaterThan(0.15);
});

Deno.test("sirenFirst() and sirenHidden() keep the sines' arguments near N(0, 1)", () => {
  const width = 256, omega = 30;
  /** Std of omega z and of sin(omega z) at the last of four hidden layers, for 64 inputs in (-1, 1). */
  const run = (hidden: Initializer) => {
    let x = rng("x").uniform([64, 2], { low: -1, high: 1 }).data as Float32Array,
      inner: number[] = [];
    for (let layer = 0; layer < 5; layer++) {
      const fanIn = layer === 0 ? 2 : width;
      const w =
        (layer === 0 ? sirenFirst() : hidden)([fanIn, width], rng("siren").child(layer)).data;
      inner = Array.from({ length: 64 * width }, (_, k) => {
        let sum = 0;
        for (let i = 0; i < fanIn; i++) {
          sum += x[Math.floor(k / width) * fanIn + i] * w[i * width + k % width];
        }
        return omega * sum;
      });
      x = Float32Array.from(inner, Math.sin);
    }
    return [moments(Float32Array.from(inner)).std, moments(x).std];
  };
  // In the limit 1 and 0.7071; finite nets fall a little short of both (0.94 to 0.89, and 0.63).
  const [inner, outer] = run(sirenHidden());
  expect(inner).toBeGreaterThan(0.82);
  expect(inner).toBeLessThan(1.05);
  expect(outer).toBeGreaterThan(0.55);
  expect(outer).toBeLessThan(0.71);
  // Controls: omega forgotten, and a bound of 1 / fanIn at every layer.
  expect(run(sirenHidden({ omega: 1 }))[0]).toBeGreaterThan(5);
  expect(run(sirenFirst())[0]).toBeLessThan(0.82);
  expect(run(normal({ std: 0.02 }))[0]).toBeGreaterThan(1.05);
});
