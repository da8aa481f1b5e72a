import { expect } from "@std/expect";
import seedrandom from "seedrandom";
import { moments, rng, sizeOf, tensor } from "../lib/mod.ts";
import { philox4x32 } from "../lib/numerics/philox.ts";

Deno.test("rng() encodes its path so that no two paths meet", () => {
  expect(rng("course").path).toBe("1|6:course");
  expect(rng("course").child("w1").path).toBe("2|6:course2:w1");
  expect(rng("course").child(1).path).toBe(rng("course").child("1").path);
  // "é" is two bytes; "a/b" is one label; "w1w1" is not "w1" repeated.
  expect(rng("é").path).toBe("1|2:é");
  const paths = [rng("a/b"), rng("a").child("b"), rng("ab"), rng("w1"), rng("w1w1"), rng("")];
  const draws = paths.map((stream) => [...stream.normal([4]).data].join());
  expect(new Set(draws).size).toBe(paths.length);
  // High bytes count: seedrandom alone would read "Ā" and "\0" as the same key.
  expect(rng("\u0100").normal([4])).not.toEqual(rng("\0").normal([4]));
});

/** Word w of the Philox block of an element, for the key that seedrandom makes of a path. */
function wordOf(path: string, element: number): number {
  const generator = seedrandom(path);
  const key = [generator.int32() >>> 0, generator.int32() >>> 0] as const;
  const counter = 4 * (element >> 4) + (element & 3);
  return philox4x32([counter, 0, 0, 0], key)[(element >> 2) & 3];
}

Deno.test("rng() draws word w of Philox counter 4b + l as element 16b + 4w + l", () => {
  const drawn = rng("course").child("w1").uniform([100]).data;
  for (let e = 0; e < 100; e++) {
    expect(drawn[e]).toBe((wordOf("2|6:course2:w1", e) >>> 8) * 2 ** -24);
  }
});

Deno.test("rng() normals are Box-Muller of the same sixteen words, against float64", () => {
  const words = (e: number) => wordOf("1|1:z", e);
  const drawn = rng("z").normal([64]).data;
  for (let e = 0; e < 64; e++) {
    const odd = (e >> 2) & 1;
    const radius = Math.sqrt(-2 * Math.log(words(odd ? e - 4 : e) * 2 ** -32 + 2 ** -33));
    const turn = words(odd ? e : e + 4) / 2 ** 32 * 2 * Math.PI;
    const exact = radius * (odd ? Math.sin(turn) : Math.cos(turn));
    // The angle is read to 24 bits (a turn of 2^-24 at radius up to 6.7: 2.5e-6) and the float32
    // functions are good to a few units in the last place of the radius.
    expect(Math.abs(drawn[e] - exact)).toBeLessThan(4e-6);
  }
});

Deno.test("rng() gives a prefix for a smaller shape, and the same numbers at each call", () => {
  const stream = rng("prefix");
  for (const draw of ["uniform", "normal", "truncatedNormal"] as const) {
    const long = stream[draw]([1000]).data;
    expect(stream[draw]([37]).data).toEqual(long.slice(0, 37));
    expect(stream[draw]([10, 100]).data).toEqual(long);
  }
});

Deno.test("rng() truncates where it says and keeps the std it is given", () => {
  const n = 200_000;
  for (const cut of [0.5, 1, 2, 3]) {
    const m = moments(rng("cut").truncatedNormal([n], { mean: 1, std: 0.5, cut }));
    // Kurtosis lies in [1.8, 3): the variance's relative error is below sqrt(2 / n).
    expect(Math.abs(m.variance / 0.25 - 1)).toBeLessThan(4.5 * Math.sqrt(2 / n));
    expect(Math.abs(m.mean - 1)).toBeLessThan(4.5 * 0.5 / Math.sqrt(n));
    const parent = moments(rng("cut").truncatedNormal([n], { parentStd: 0.5, cut }));
    expect(parent.max).toBeLessThanOrEqual(0.5 * cut);
    expect(parent.max).toBeGreaterThan(0.5 * cut * 0.99);
  }
});

Deno.test("permutation() holds each number once, and each place is uniform", () => {
  for (const n of [0, 1, 2, 17]) {
    expect([...rng("p").permutation(n).slice().sort()]).toEqual(
      Array.from({ length: n }, (_, i) => i),
    );
  }
  const runs = 6000, counts = new Array(24).fill(0);
  for (let i = 0; i < runs; i++) {
    const [a, b, c] = rng("p").child(i).permutation(4);
    counts[
      a * 6 + (b - (b > a ? 1 : 0)) * 2 +
      (c > Math.min(...[0, 1, 2, 3].filter((v) => v !== a && v !== b)) ? 1 : 0)
    ]++;
  }
  const chi2 = counts.reduce((sum, c) => sum + (c - runs / 24) ** 2 / (runs / 24), 0);
  // 23 degrees of freedom: mean 23, std sqrt(46); 4.5 of them above.
  expect(chi2).toBeLessThan(23 + 4.5 * Math.sqrt(46));
});

Deno.test("uniform() holds low and never high, even where rounding reaches it", () => {
  const { data } = rng("u").uniform([100_000], { low: 1, high: 1 + 2 ** -22 });
  const m = moments(data);
  expect(m.min).toBe(1);
  expect(m.max).toBeLessThan(1 + 2 ** -22);
  expect([...rng("u").uniform([3], { low: 2, high: 2 }).data]).toEqual([2, 2, 2]);
});

Deno.test("rng() refuses bad input with what was wrong", () => {
  const r = rng("bad");
  expect(() => rng(NaN)).toThrow("Cannot name a random stream NaN");
  expect(() => rng(undefined as never)).toThrow(TypeError);
  expect(() => r.normal([2], { std: -1 })).toThrow("std as it must be >= 0: current value is -1");
  expect(() => r.normal([2], { std: NaN })).toThrow(RangeError);
  expect(() => r.uniform([2], { low: 2, high: 1 })).toThrow("low must be <= high");
  expect(() => r.truncatedNormal([2], { std: 1, parentStd: 1 })).toThrow("give one of them");
  expect(() => r.truncatedNormal([2], { cut: 0 })).toThrow("cut as it must be > 0");
  expect(() => r.normal([-1])).toThrow("integer >= 0: current value is -1");
  expect(() => r.normal([2 ** 16, 2 ** 16])).toThrow("at most 2^30 fit");
  expect(r.normal([0, 3]).data.length).toBe(0);
  expect(r.normal([]).data.length).toBe(1);
});

Deno.test("tensor() copies, and checks the number of values", () => {
  const values = Float32Array.of(1, 2, 3);
  const t = tensor([3], values);
  values[0] = 9;
  expect([...t.data]).toEqual([1, 2, 3]);
  expect(() => tensor([2, 2], [1, 2, 3])).toThrow(
    "Cannot fill shape (2, 2) with 3 values: it takes 4",
  );
  expect(() => sizeOf(3 as never)).toThrow(TypeError);
  expect(() => sizeOf([1.5])).toThrow(RangeError);
});

Deno.test("moments() are those of the definition, and NaN and infinities show", () => {
  const m = moments(Float32Array.of(1, 2, 3, 6));
  expect([m.count, m.mean, m.variance, m.meanSquare, m.min, m.max]).toEqual([
    4,
    3,
    3.5,
    12.5,
    1,
    6,
  ]);
  expect(m.kurtosis).toBeCloseTo((16 + 1 + 0 + 81) / 4 / 3.5 ** 2, 12);
  expect(moments(Float32Array.of(1, NaN)).max).toBeNaN();
  expect(moments(Float32Array.of(-Infinity, 1)).min).toBe(-Infinity);
  expect(() => moments(new Float32Array(0))).toThrow("empty");
});
