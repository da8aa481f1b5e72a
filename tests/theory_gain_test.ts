import { expect } from "@std/expect";
import * as activations from "../lib/nn/activations.ts";
import type { Activation } from "../lib/nn/activations.ts";
import { activationMoments, gain } from "../lib/theory/gain.ts";

const { leakyRelu, linear, prelu, relu, tanh } = activations;

/** 1/sqrt(E f^2), 1/sqrt(Var f), E f'^2 as published or computed elsewhere, to the digits given. */
const TABLE: [Activation, number, number, number][] = [
  [linear, 1, 1, 1],
  [relu, 1.4142135624, 1.7128585504, 0.5],
  [leakyRelu(0.01), 1.414142857, 1.7048316272, 0.50005],
  [leakyRelu(0.2), 1.3867504906, 1.5464600604, 0.52],
  [tanh, 1.5925374197, 1.5925374197, 0.4644029024],
  [activations.sigmoid, 1.8462285453, 4.801313372, 0.0448362414],
  [activations.selu, 1, 1, 1.0715749925],
  [activations.elu, 1.2451983007, 1.2708434179, 0.668102],
  [activations.softsign, 2.3375333631, 2.3375333631, 0.2276713],
  [activations.softplus, 1.0418668355, 1.9191259801, 0.293379],
  [activations.gelu, 1.5335304412, 1.7009262434, 0.4558509],
  [activations.silu, 1.6765324703, 1.7871872221, 0.37948235],
  [activations.erfActivation, 1.4671669505, 1.4671669505, 4 / Math.PI / Math.sqrt(5)],
  [activations.mish, 1.4868475813, 1.5920253811, 0.4790838],
];

Deno.test("gain() and activationMoments() agree with the table to its last digit", () => {
  for (const [f, byMeanSquare, byVariance, slopes] of TABLE) {
    const { variance, meanSquare, derivativeMeanSquare } = activationMoments(f);
    expect(gain(f)).toBeCloseTo(byMeanSquare, 9);
    expect(1 / Math.sqrt(meanSquare)).toBeCloseTo(byMeanSquare, 9);
    expect(1 / Math.sqrt(variance)).toBeCloseTo(byVariance, 9);
    expect(derivativeMeanSquare).toBeCloseTo(slopes, 7);
  }
});

Deno.test("gain() is sqrt(2 / (1 + slope^2)) for leaky ReLU of any slope", () => {
  for (const slope of [-1, 0, 0.01, 0.25, 1, 10]) {
    expect(gain(leakyRelu(slope))).toBeCloseTo(Math.sqrt(2 / (1 + slope ** 2)), 12);
  }
  expect(gain(prelu(0.25))).toBeCloseTo(1.3719886811, 10);
});

Deno.test("gain() of tanh is not PyTorch's 5/3", () => {
  expect(Math.abs(gain(tanh) - 5 / 3)).toBeGreaterThan(0.07);
});

Deno.test("activationMoments() gives the half-normal law for ReLU at any scale", () => {
  for (const q of [1e-60, 0.3, 1, 1e30]) {
    const { mean, variance, meanSquare, derivativeMeanSquare } = activationMoments(relu, q);
    expect(mean / Math.sqrt(q)).toBeCloseTo(1 / Math.sqrt(2 * Math.PI), 12);
    expect(variance / q).toBeCloseTo(0.5 - 1 / (2 * Math.PI), 12);
    expect(meanSquare / q).toBeCloseTo(0.5, 12);
    expect(derivativeMeanSquare).toBeCloseTo(0.5, 12);
  }
});

Deno.test("activationMoments() takes tanh from its linear to its sign-like end", () => {
  // Small q: q - 2 q^2 + 17/3 q^3, then 62/3 q^4 = 2e-15. Large q: 1 - 2 phi(0) / sqrt(q), then O(q^-3/2).
  const small = activationMoments(tanh, 1e-4).meanSquare;
  expect(Math.abs(small - (1e-4 - 2e-8 + 17 / 3 * 1e-12))).toBeLessThan(3e-15);
  for (const std of [1e3, 1e6, 1e15]) {
    const large = activationMoments(tanh, std ** 2);
    expect(Math.abs(large.meanSquare - (1 - 2 * 0.3989422804 / std))).toBeLessThan(
      std ** -3 + 1e-12,
    );
    // The integral of sech^4 is 4/3.
    expect(large.derivativeMeanSquare * std).toBeCloseTo(4 / 3 * 0.3989422804, 6);
  }
});

Deno.test("activationMoments() at mean square 0 is f(0), and refuses what is not a mean square", () => {
  expect(activationMoments(activations.sigmoid, 0)).toEqual({
    mean: 0.5,
    variance: 0,
    meanSquare: 0.25,
    derivativeMeanSquare: 0.0625,
  });
  for (const q of [-1, NaN, Infinity]) expect(() => activationMoments(relu, q)).toThrow(RangeError);
});
