import { expect } from "@std/expect";
import { reference } from "../lib/numerics/reference.ts";

const f = Math.fround;

Deno.test("add(), multiplyAdd(), scale() and addBias() round each step to float32", () => {
  const out = Float32Array.of(1, 2 ** 24);
  reference.add(out, Float32Array.of(2, 1));
  expect([...out]).toEqual([3, 2 ** 24]);
  reference.multiplyAdd(out, Float32Array.of(0.1, 4), 0.1);
  expect([...out]).toEqual([f(3 + f(f(0.1) * f(0.1))), 2 ** 24]);
  reference.scale(out, 0.1);
  expect([...out]).toEqual([f(f(0.1) * f(3 + f(f(0.1) * f(0.1)))), f(f(0.1) * 2 ** 24)]);
  const y = new Float32Array(4);
  reference.addBias(y, Float32Array.of(1, 2, 3, 4), Float32Array.of(10, 20));
  expect([...y]).toEqual([11, 22, 13, 24]);
});

Deno.test("sgd() and momentum() follow their formulas", () => {
  const p = Float32Array.of(1, -2), g = Float32Array.of(0.5, 4);
  reference.sgd(p, g, 0.25);
  expect([...p]).toEqual([0.875, -3]);
  const v = Float32Array.of(1, 0);
  reference.momentum(p, v, g, 0.25, 0.5);
  expect([...v]).toEqual([1, 4]);
  expect([...p]).toEqual([0.625, -4]);
});

Deno.test("adam() follows its formula for many steps, against float64", () => {
  const settings = { learningRate: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 };
  const p = Float32Array.of(0.3), m = new Float32Array(1), s = new Float32Array(1);
  let exact = 0.3, mean = 0, square = 0;
  for (let step = 1; step <= 50; step++) {
    const gradient = Math.sin(step);
    reference.adam(p, m, s, Float32Array.of(gradient), step, settings);
    mean = 0.9 * mean + 0.1 * gradient;
    square = 0.999 * square + 0.001 * gradient * gradient;
    const corrected = mean / (1 - 0.9 ** step);
    exact -= 0.01 * corrected / (Math.sqrt(square / (1 - 0.999 ** step)) + 1e-8);
    // Each step moves by at most about 0.01 and rounds a handful of times, as does p itself.
    expect(Math.abs(p[0] - exact)).toBeLessThan(step * (0.01 * 10 + 0.5) * 2 ** -24);
  }
  expect(() => reference.adam(p, m, s, p, 0, settings)).toThrow("step must be an integer >= 1");
});

Deno.test("adam() first moves every parameter by the learning rate", () => {
  const settings = { learningRate: 0.5, beta1: 0.9, beta2: 0.999, epsilon: 0 };
  const p = new Float32Array(2);
  reference.adam(
    p,
    new Float32Array(2),
    new Float32Array(2),
    Float32Array.of(1e-3, -7),
    1,
    settings,
  );
  expect(p[0]).toBeCloseTo(-0.5, 5);
  expect(p[1]).toBeCloseTo(0.5, 5);
});

Deno.test("updates and sums reject other lengths before they write", () => {
  const two = Float32Array.of(7, 7), three = new Float32Array(3);
  const settings = { learningRate: 0.5, beta1: 0.9, beta2: 0.999, epsilon: 0 };
  const calls = [
    () => reference.add(two, three),
    () => reference.multiplyAdd(two, three, 1),
    () => reference.addBias(two, three, three),
    () => reference.addBias(two, two, three),
    () => reference.sgd(two, three, 1),
    () => reference.momentum(two, two, three, 1, 1),
    () => reference.momentum(two, three, two, 1, 1),
    () => reference.adam(two, three, two, two, 1, settings),
    () => reference.adam(two, two, three, two, 1, settings),
    () => reference.adam(two, two, two, three, 1, settings),
  ];
  for (const call of calls) expect(call).toThrow(RangeError);
  expect([...two]).toEqual([7, 7]);
});
