import { expect } from "@std/expect";
import { chrono, focalPrior, forgetGate, moments, rng } from "../lib/mod.ts";
import { farthest, logUniform, MAX_Z } from "./lawDistance.ts";

Deno.test("focalPrior() makes a sigmoid say its prior", () => {
  for (const prior of [0.01, 0.001, 0.5, 0.9, 1e-6]) {
    const [bias] = focalPrior({ prior })([3], rng("any")).data;
    // Float32 rounding of the bias, and of (1 - prior) / prior.
    expect(Math.abs(1 / (1 + Math.exp(-bias)) / prior - 1)).toBeLessThan(2e-6);
  }
  expect(focalPrior()([1], rng("any")).data[0]).toBeCloseTo(-4.59511985, 6);
});

Deno.test("chrono() draws ln U(1, T - 1) for the forget gate and its opposite for the input gate", () => {
  for (
    const [longest, hidden] of [[10, 40_000], [784, 50_001], [3, 30_003], [1e6, 20_000], [
      2.0001,
      9_000,
    ]]
  ) {
    const init = chrono({ longest, gates: "gfoi" });
    const { data } = init([4 * hidden], rng("chrono")), law = init.law([4 * hidden]);
    const gate = (k: number) => data.subarray(k * hidden, (k + 1) * hidden);
    expect(gate(0).every((b) => b === 0) && gate(2).every((b) => b === 0)).toBe(true);
    expect(gate(3).every((b, k) => b === Math.fround(-gate(1)[k]))).toBe(true);
    const high = Math.fround(longest - 1), spread = logUniform(high);
    // At longest 2.0001 float32 has few steps between 1 and high: the whole distribution is then a coarse one.
    if (longest > 2.5) {
      expect(farthest(gate(1), spread)).toBeLessThan(MAX_Z);
      const uniform = { ...spread, cdf: (b: number) => b / Math.log(high) };
      expect(farthest(gate(1), uniform)).toBeGreaterThan(MAX_Z);
    }
    const meanSquare = (spread.variance + spread.mean ** 2) / 2; // half of the entries are 0
    expect(Math.abs(law.std ** 2 / meanSquare - 1)).toBeLessThan(1e-3);
    const m = moments(data);
    expect(m.mean).toBeCloseTo(0, 12);
    expect(m.max).toBeLessThanOrEqual(Math.fround(law.high));
    expect(m.min).toBeGreaterThanOrEqual(Math.fround(law.low));
  }
});

Deno.test("chrono() knows its std where the longest is hardly above 2", () => {
  for (const width of [2 ** -6, 2 ** -11, 2 ** -20]) {
    // u = 1 + w t: E ln^2 u = w^2 / 3 - w^3 / 4 + 11 w^4 / 60 - 5 w^5 / 36 + ..., of half the entries.
    const meanSquare = width ** 2 *
      (1 / 3 - width / 4 + 11 * width ** 2 / 60 - 5 * width ** 3 / 36);
    const { std } = chrono({ longest: 2 + width }).law([8]);
    // The series' next term, and what the longest's own formula loses by differences above 1e-3.
    expect(Math.abs(std ** 2 / (meanSquare / 2) - 1)).toBeLessThan(1e-6);
  }
});

Deno.test("biases of gates need a first axis of four parts, not just a number that four divides", () => {
  for (const init of [forgetGate(), chrono({ longest: 9 })]) {
    expect(init.law([8, 3]).std).toBeGreaterThan(0);
    for (const shape of [[2, 6], [3, 4], [7], []]) {
      expect(() => init.law(shape)).toThrow("among four gates");
      expect(() => init(shape, rng("any"))).toThrow("among four gates");
    }
  }
});
