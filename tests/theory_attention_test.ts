import { expect } from "@std/expect";
import { rng } from "../lib/tensor/rng.ts";
import { attentionLaw, concentrations, predictAttention } from "../lib/theory/attention.ts";

/** Mean entropy and concentration of softmax over rows of N(0, s^2) scores, with standard errors, in plain loops. */
function simulated(keys: number, scoreStd: number, rows: number) {
  const scores = rng("attention").child(keys).normal([rows, keys], { std: scoreStd }).data;
  const sums = [0, 0], squares = [0, 0];
  for (let row = 0; row < rows; row++) {
    const weights = Array.from(scores.subarray(row * keys, (row + 1) * keys), Math.exp);
    const total = weights.reduce((sum, w) => sum + w, 0);
    const entropy = weights.reduce((sum, w) => sum - w / total * Math.log(w / total), 0);
    const concentration = weights.reduce((sum, w) => sum + (w / total) ** 2, 0);
    [entropy, concentration].forEach((value, i) => {
      sums[i] += value / rows;
      squares[i] += value * value / rows;
    });
  }
  return sums.map((mean, i) => ({ mean, error: Math.sqrt((squares[i] - mean ** 2) / rows) }));
}

Deno.test("attentionLaw() agrees with softmax of random scores, ln n - s^2/2 does not", () => {
  const rows = 8000;
  for (const [keys, std] of [[2, 0.7], [16, 0.3], [16, 2], [64, 1], [33, 5]]) {
    const [entropy, concentration] = simulated(keys, std, rows);
    const law = attentionLaw(keys, std);
    // 4.5 standard errors.
    expect(Math.abs(law.entropy - entropy.mean)).toBeLessThan(4.5 * entropy.error);
    expect(Math.abs(law.concentration - concentration.mean))
      .toBeLessThan(4.5 * concentration.error);
    if (std < 1) continue;
    const rule = Math.log(keys) - std * std / 2;
    expect(Math.abs(rule - entropy.mean)).toBeGreaterThan(4.5 * entropy.error);
  }
});

Deno.test("attentionLaw() of equal scores is uniform, of wild ones takes one key", () => {
  for (const keys of [1, 2, 7, 1000]) {
    const { entropy, concentration } = attentionLaw(keys, 0);
    expect(entropy).toBe(Math.log(keys));
    expect(Math.abs(concentration * keys - 1)).toBeLessThan(1e-10);
  }
  // The largest of ten leads the next by s / a few: all but a share of order 1/s of rows are decided.
  const wild = attentionLaw(10, 300);
  expect(wild.concentration).toBeGreaterThan(0.98);
  expect(wild.entropy).toBeLessThan(0.02);
});

Deno.test("attentionLaw() for small s is ln n - s^2/2 (1 - 1/n), and (1 + s^2 (1 - 1/n)) / n", () => {
  for (const keys of [2, 12, 300]) {
    const std = 0.03, rest = std ** 2 * (1 - 1 / keys);
    const { entropy, concentration } = attentionLaw(keys, std);
    // The next terms are of order s^4.
    expect(Math.abs(entropy - Math.log(keys) + rest / 2)).toBeLessThan(std ** 4);
    expect(Math.abs(keys * concentration - 1 - rest)).toBeLessThan(2 * std ** 4);
  }
});

Deno.test("attentionLaw() of two keys is a logistic function of their difference", () => {
  // Weights p and 1 - p with p = 1 / (1 + exp(-sqrt 2 s Z)), by the midpoint rule to 1e-9.
  for (const std of [0.5, 3]) {
    let entropy = 0, concentration = 0;
    for (let z = -9.995; z < 10; z += 0.01) {
      const mass = 0.01 * Math.exp(-z * z / 2) / Math.sqrt(2 * Math.PI);
      const p = 1 / (1 + Math.exp(-Math.SQRT2 * std * z)), q = 1 - p;
      concentration += mass * (p * p + q * q);
      if (q > 0) entropy -= mass * (p * Math.log(p) + q * Math.log(q));
    }
    const law = attentionLaw(2, std);
    expect(Math.abs(law.entropy - entropy)).toBeLessThan(1e-8);
    expect(Math.abs(law.concentration - concentration)).toBeLessThan(1e-8);
  }
});

Deno.test("concentrations() of several keys are those of each", () => {
  const keys = [1, 2, 40];
  concentrations(keys, 0.8).forEach((value, i) =>
    expect(Math.abs(value - attentionLaw(keys[i], 0.8).concentration)).toBeLessThan(1e-10)
  );
});

Deno.test("predictAttention() is the mean over queries that see 1 ... n keys", () => {
  const laws = [1, 2, 3, 4].map((keys) => attentionLaw(keys, 1.3));
  const { entropy, spread, concentration } = predictAttention(4, 1.3);
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  expect(entropy).toBeCloseTo(mean(laws.map((law) => law.entropy)), 8);
  expect(concentration).toBeCloseTo(mean(laws.map((law) => law.concentration)), 8);
  expect(spread).toBeCloseTo(mean([2, 3, 4].map((n) => laws[n - 1].entropy / Math.log(n))), 8);
  expect(() => predictAttention(1, 1)).toThrow("at least 2");
});

Deno.test("attentionLaw() refuses counts and stds that mean nothing", () => {
  for (const keys of [0, 2.5, NaN]) expect(() => attentionLaw(keys, 1)).toThrow("keys");
  for (const std of [-1, NaN, Infinity]) expect(() => attentionLaw(8, std)).toThrow("scoreStd");
});
