import { expect } from "@std/expect";
import { circles } from "../lib/data/circles.ts";
import { moments } from "../lib/tensor/moments.ts";
import { rng } from "../lib/tensor/rng.ts";

const COUNT = 20_000;

/** Distance of every point from the origin in float64, and its angle in turns from 0 to 1. */
function polar(data: Float32Array) {
  return Array.from({ length: data.length / 2 }, (_, i) => {
    const x = data[2 * i], y = data[2 * i + 1];
    return { radius: Math.hypot(x, y), turns: (Math.atan2(y, x) / (2 * Math.PI) + 1) % 1 };
  });
}

/** Kolmogorov-Smirnov distance of values from the uniform law on [0, 1). */
function distanceFromUniform(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b), n = sorted.length;
  return Math.max(...sorted.map((v, i) => Math.max(v - i / n, (i + 1) / n - v)));
}

Deno.test("circles() places class 0 on radius 1 and class 1 on radius 0.5, half the points each", () => {
  const { inputs, targets } = circles({ count: COUNT, noise: 0, rng: rng("circles") });
  expect(inputs.shape).toEqual([COUNT, 2]);
  expect(targets.filter((target) => target === 1).length).toBe(COUNT / 2);
  // Sine and cosine are good to 1.2e-7 each, products and differences round by 6e-8 or less.
  polar(inputs.data).forEach(({ radius }, i) => {
    expect(Math.abs(radius - (targets[i] === 0 ? 1 : 0.5))).toBeLessThan(3e-7);
  });
});

Deno.test("circles() draws each ring's angles uniformly", () => {
  const { inputs, targets } = circles({ count: COUNT, noise: 0, rng: rng("circles") });
  const turns = polar(inputs.data).map(({ turns }) => turns);
  for (const ring of [0, 1]) {
    // P(sqrt(n) D > 2) = 7e-4 for n = 10,000 points a ring (Kolmogorov).
    const own = turns.filter((_, i) => targets[i] === ring);
    expect(distanceFromUniform(own) * Math.sqrt(own.length)).toBeLessThan(2);
    // Negative control: the same angles squeezed by 3 % are caught.
    expect(distanceFromUniform(own.map((t) => 0.97 * t)) * Math.sqrt(own.length))
      .toBeGreaterThan(2);
  }
});

Deno.test("circles() adds normal noise of the stated std to each coordinate", () => {
  const noise = 0.05, noisy = circles({ count: COUNT, noise, rng: rng("circles") }).inputs.data;
  const clean = circles({ count: COUNT, noise: 0, rng: rng("circles") }).inputs.data;
  for (const axis of [0, 1]) {
    const added = Float32Array.from(noisy, (x, k) => x - clean[k]).filter((_, k) => k % 2 === axis);
    const { mean, std, kurtosis } = moments(added);
    // Standard errors over n points: noise / sqrt(n), 1 / sqrt(2n), sqrt(24 / n); 4.5 of each.
    expect(Math.abs(mean)).toBeLessThan(4.5 * noise / Math.sqrt(COUNT));
    expect(Math.abs(std / noise - 1)).toBeLessThan(4.5 / Math.sqrt(2 * COUNT));
    expect(Math.abs(kurtosis - 3)).toBeLessThan(4.5 * Math.sqrt(24 / COUNT));
    // Negative control: 5 % more noise is caught.
    expect(Math.abs(std / (1.05 * noise) - 1)).toBeGreaterThan(4.5 / Math.sqrt(2 * COUNT));
  }
});

Deno.test("circles() gives the same points to the same stream, others to another", () => {
  const draw = (name: string, count = 60) =>
    circles({ count, noise: 0.1, rng: rng(name) }).inputs.data;
  expect(draw("a")).toEqual(draw("a"));
  const a = draw("a"), b = draw("b");
  expect(a.filter((x, k) => x === b[k]).length).toBe(0);
});

Deno.test("circles() neither uses up nor depends on what else its stream draws", () => {
  const stream = rng("shared"), before = stream.normal([5]);
  const first = circles({ count: 40, noise: 0.1, rng: stream });
  expect(stream.normal([5])).toEqual(before);
  expect(circles({ count: 40, noise: 0.1, rng: stream })).toEqual(first);
});

Deno.test("circles() keeps its places when the noise changes, and its first points when the count does", () => {
  const draw = (count: number, noise: number) =>
    circles({ count, noise, rng: rng("c") }).inputs.data;
  expect(draw(200, 0.1).subarray(0, 60)).toEqual(draw(30, 0.1));
  const quiet = draw(30, 0), noisy = draw(30, 1e-6);
  noisy.forEach((x, k) => expect(Math.abs(x - quiet[k])).toBeLessThan(1e-5));
});

Deno.test("circles() takes places and noise from two children of the stream", () => {
  const points = circles({ count: 100, noise: 0.1, rng: rng("golden") }).inputs.data;
  const u = rng("golden").child("place").uniform([100]).data;
  const z = rng("golden").child("noise").normal([100, 2]).data;
  u.forEach((turns, i) => {
    const radius = i % 2 === 0 ? 1 : 0.5, angle = 2 * Math.PI * turns;
    // 1.2e-7 from sine and cosine, 0.1 z below 0.7 and the sum below 2 rounded: 3 ulp of 1.2e-7 at most.
    expect(Math.abs(points[2 * i] - radius * Math.cos(angle) - 0.1 * z[2 * i])).toBeLessThan(5e-7);
    expect(Math.abs(points[2 * i + 1] - radius * Math.sin(angle) - 0.1 * z[2 * i + 1]))
      .toBeLessThan(5e-7);
  });
});

Deno.test("circles() keeps its bits", () => {
  // Printed by circles({ count: 2, noise: 0.1, rng: rng("golden") }); the test above holds them to float64.
  expect([...circles({ count: 2, noise: 0.1, rng: rng("golden") }).inputs.data]).toEqual([
    0.767615556716919,
    0.5627458691596985,
    -0.2548218369483948,
    0.17948022484779358,
  ]);
});

Deno.test("circles() refuses bad options by name", () => {
  const options = { count: 10, noise: 0.1, rng: rng("bad") };
  for (const count of [0, -2, 2.5, NaN, Infinity, 11]) {
    expect(() => circles({ ...options, count })).toThrow(RangeError);
    expect(() => circles({ ...options, count })).toThrow(/count/);
  }
  for (const noise of [-0.1, NaN, Infinity, undefined as unknown as number]) {
    expect(() => circles({ ...options, noise })).toThrow(RangeError);
    expect(() => circles({ ...options, noise })).toThrow(/noise/);
  }
  for (const stream of [undefined, 3, "a name"]) {
    expect(() => circles({ ...options, rng: stream as never })).toThrow(
      new TypeError('Cannot draw points without a random stream: pass { rng: rng("a name") }'),
    );
  }
  // @ts-expect-error: circles has two classes, always
  expect(() => circles({ ...options, classes: 3 })).toThrow(/Cannot pass option "classes"/);
});
