import { expect } from "@std/expect";
import { linearFit } from "../lib/experiments/fit.ts";

Deno.test("linearFit() is least squares with the share of variance explained", () => {
  // numpy.polyfit([0, 1, 2, 4], [1, 2, 2, 5], 1): slope 34/35, intercept 4/5; R^2 = 1 - SSE/SST
  const { slope, intercept, rSquared } = linearFit([0, 1, 2, 4], [1, 2, 2, 5]);
  expect(slope).toBeCloseTo(34 / 35, 12);
  expect(intercept).toBeCloseTo(4 / 5, 12);
  const sse = [0, 1, 2, 4].reduce(
    (sum, x, i) => sum + ([1, 2, 2, 5][i] - intercept - slope * x) ** 2,
    0,
  );
  expect(rSquared).toBeCloseTo(1 - sse / 9, 12);
  expect(linearFit([1, 2], [3, 3])).toEqual({ slope: 0, intercept: 3, rSquared: 1 });
});

Deno.test("linearFit() refuses what has no line", () => {
  expect(() => linearFit([1, 1], [1, 2])).toThrow("two different values");
  expect(() => linearFit([1], [1])).toThrow("two different values");
  expect(() => linearFit([1, 2], [1])).toThrow("2 values of x and 1 of y");
  expect(() => linearFit([1, 2], [1, Infinity])).toThrow("(2, Infinity)");
});
