import { expect } from "@std/expect";
import { crossEntropy } from "../lib/nn/losses.ts";
import { onTape } from "../lib/nn/tape.ts";
import { gaussianExpectation } from "../lib/numerics/quadrature.ts";
import { rng } from "../lib/tensor/rng.ts";
import { initialLoss } from "../lib/theory/initialLoss.ts";

Deno.test("initialLoss() of zero logits is ln C to the last bit", () => {
  for (const classes of [2, 10, 27, 50257]) expect(initialLoss(classes, 0)).toBe(Math.log(classes));
});

Deno.test("initialLoss() of two classes is a softplus of their difference", () => {
  for (const std of [0.1, 1, 5, 30]) {
    const softplus = (z: number) => Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z)));
    const exact = gaussianExpectation((z) => softplus(std * Math.SQRT2 * z), { kinks: [0] });
    expect(Math.abs(initialLoss(2, std) / exact - 1)).toBeLessThan(1e-11);
  }
});

Deno.test("initialLoss() is ln C + s^2/2 (1 - 1/C) for small s and E max for large s", () => {
  for (const classes of [2, 10, 1000]) {
    // The next term is of order s^4/8.
    const small = Math.log(classes) + 0.05 ** 2 / 2 * (1 - 1 / classes);
    expect(Math.abs(initialLoss(classes, 0.05) - small)).toBeLessThan(0.05 ** 4 / 8);
  }
  // The mean of the largest of ten standard normals is 1.5387527 (Teichroew 1956).
  expect(initialLoss(10, 1e3) / 1e3).toBeCloseTo(1.5387527, 3);
});

Deno.test("initialLoss() tells where ln C + s^2/2 holds", () => {
  const excess = (classes: number, s: number) =>
    Math.log(classes) + s * s / 2 - initialLoss(classes, s);
  expect(excess(10, 0.4)).toBeLessThan(0.01);
  expect(excess(100, 1)).toBeLessThan(0.01);
  expect(excess(10, 1)).toBeGreaterThan(0.05);
  expect(excess(1000, 2)).toBeLessThan(0.03);
});

Deno.test("initialLoss() is the cross-entropy of random logits, where ln C + s^2/2 is not", () => {
  const rows = 20_000;
  const logits = rng("initialLoss").normal([rows, 10], { std: 1.5 });
  const loss = onTape((tape) =>
    crossEntropy(tape.constant(logits), Uint8Array.from({ length: rows }, (_, i) => i % 10)).data[0]
  );
  // The loss of a row has std at most that of its own logit and of the log of the sum: 1.5 + 0.6.
  const bound = 4.5 * 2.1 / Math.sqrt(rows);
  expect(Math.abs(loss - initialLoss(10, 1.5))).toBeLessThan(bound);
  expect(Math.abs(loss - (Math.log(10) + 1.5 ** 2 / 2))).toBeGreaterThan(bound);
});

Deno.test("initialLoss() refuses a count or std that means nothing", () => {
  for (const classes of [1, 2.5, NaN]) expect(() => initialLoss(classes, 1)).toThrow("classes");
  for (const std of [-1, NaN, Infinity]) expect(() => initialLoss(10, std)).toThrow("logitStd");
});
