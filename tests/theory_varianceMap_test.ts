import { expect } from "@std/expect";
import { gelu, linear, prelu, relu, selu, sigmoid, tanh } from "../lib/nn/activations.ts";
import { gain } from "../lib/theory/gain.ts";
import { tanhDecay } from "../lib/theory/tanhDecay.ts";
import { fixedPoint, gradientFactor, iterate, varianceMap } from "../lib/theory/varianceMap.ts";

Deno.test("varianceMap() of 30 ReLU layers: He keeps, LeCun halves, PyTorch's default divides by six", () => {
  // n Var(w) is 2, 1 and n/(3n); activations hold half the mean square of pre-activations.
  for (const [weightVariance, factor] of [[2, 1], [1, 1 / 2], [1 / 3, 1 / 6]]) {
    const map = varianceMap(relu, { weightVariance });
    const last = iterate(map, { start: weightVariance, layers: 30 })[29];
    expect(last.layer).toBe(30);
    expect(last.meanSquare / 2 / factor ** 30).toBeCloseTo(1, 10);
  }
});

Deno.test("varianceMap() is critical for ReLU exactly at (2, 0), for PReLU at 2 / (1 + a^2)", () => {
  for (const q of [1e-20, 1, 1e20]) {
    expect(varianceMap(relu, { weightVariance: 2 })(q) / q).toBeCloseTo(1, 12);
    expect(varianceMap(relu, { weightVariance: 1.7 })(q) / q).toBeCloseTo(0.85, 12);
    expect(varianceMap(prelu(0.25), { weightVariance: 1.3719886811 ** 2 })(q) / q)
      .toBeCloseTo(1, 9);
  }
  expect(gradientFactor(relu, { weightVariance: 1.7, meanSquare: 5 })).toBeCloseTo(0.85, 12);
});

Deno.test("varianceMap() adds the bias variance once a layer", () => {
  const map = varianceMap(linear, { weightVariance: 0.5, biasVariance: 3 });
  expect(map(4)).toBeCloseTo(5, 12);
  expect(fixedPoint(map)).toBeCloseTo(6, 9);
});

Deno.test("iterate() shows tanh at sigma_w^2 = 1 falling like 1/(2l), not resting at 0.25", () => {
  // The mean squares of activations that the mean-field recursion gives, three decimals.
  const rows = iterate(varianceMap(tanh, { weightVariance: 1 }), { start: 1, layers: 2001 });
  const published: [number, number][] = [
    [1, 0.394],
    [2, 0.237],
    [5, 0.103],
    [10, 0.052],
    [20, 0.026],
    [50, 0.01],
    [100, 0.005],
  ];
  for (const [layer, q] of published) {
    expect(Math.abs(rows[layer].meanSquare - q)).toBeLessThan(0.00061);
  }
  // 1/q grows by 2 a layer and a slowly varying rest, 2/3 of its logarithm: at l = 2000 below 0.5 %.
  expect(Math.abs(rows[2000].meanSquare / tanhDecay(2000) - 1)).toBeLessThan(0.005);
  expect(Math.abs(rows[2000].meanSquare / 0.25 - 1)).toBeGreaterThan(0.9);
});

Deno.test("gradientFactor() is the slope bound 1/4 squared for small sigmoid signals", () => {
  expect(gradientFactor(sigmoid, { weightVariance: 1, meanSquare: 0 })).toBe(1 / 16);
  expect(gradientFactor(sigmoid, { weightVariance: 3, meanSquare: 1 }))
    .toBeCloseTo(3 * 0.0448362414, 8);
});

Deno.test("gradientFactor() is the derivative of the variance map for homogeneous f, not for tanh", () => {
  for (const f of [relu, prelu(0.25), linear]) {
    expect(gradientFactor(f, { weightVariance: 1.3, meanSquare: 2 }))
      .toBeCloseTo(varianceMap(f, { weightVariance: 1.3 })(2) / 2, 10);
  }
  expect(
    gradientFactor(tanh, { weightVariance: 1.3, meanSquare: 2 }) -
      varianceMap(tanh, { weightVariance: 1.3 })(2) / 2,
  ).toBeGreaterThan(0.01);
});

Deno.test("fixedPoint() finds where layers end, from either side", () => {
  const fiveThirds = varianceMap(tanh, { weightVariance: 25 / 9 });
  for (const start of [1e-3, 1, 50]) expect(fixedPoint(fiveThirds, start)).toBeCloseTo(1.178, 3);
  const rows = iterate(fiveThirds, { start: 1, layers: 60 });
  expect(rows[59].meanSquare).toBeCloseTo(fixedPoint(fiveThirds), 9);
  expect(fixedPoint(varianceMap(relu, { weightVariance: 1.9 }))).toBe(0);
  expect(fixedPoint(varianceMap(relu, { weightVariance: 2.1 }))).toBe(Infinity);
  expect(fixedPoint(varianceMap(relu, { weightVariance: 2 }), 7)).toBe(7);
  expect(fixedPoint(varianceMap(tanh, { weightVariance: 1 }))).toBeLessThan(1e-11);
  expect(fixedPoint(varianceMap(selu, { weightVariance: 1 }), 20)).toBeCloseTo(1, 6);
  // The mean square 1 that GELU's gain keeps is a ridge: a hair above it layers explode.
  const gelus = varianceMap(gelu, { weightVariance: gain(gelu) ** 2 });
  expect([fixedPoint(gelus, 0.99), fixedPoint(gelus, 1), fixedPoint(gelus, 1.01)])
    .toEqual([0, 1, Infinity]);
});

Deno.test("varianceMap() and its kin refuse numbers that mean nothing", () => {
  expect(() => varianceMap(relu, { weightVariance: -1 })).toThrow("weightVariance");
  expect(() => varianceMap(relu, { weightVariance: 1, biasVariance: NaN })).toThrow("biasVariance");
  expect(() => varianceMap(relu, { weightVariance: 1 })(-1)).toThrow("meanSquare");
  expect(() => iterate((q) => q, { start: 1, layers: 0 })).toThrow("layers");
  expect(() => iterate((q) => q, { start: NaN, layers: 3 })).toThrow("start");
  expect(() => fixedPoint((q) => q, 0)).toThrow("start must be a finite number > 0");
  expect(() => tanhDecay(0)).toThrow("layer");
});
