import { expect } from "@std/expect";
import { singularValues } from "../lib/numerics/singularValues.ts";
import { moments } from "../lib/tensor/moments.ts";
import { rng } from "../lib/tensor/rng.ts";
import { matrixProduct, singularValueBounds } from "../lib/theory/matrixProduct.ts";

const GAMMA = 0.5772156649015329;

Deno.test("matrixProduct() is a digamma and a trigamma function", () => {
  // psi(1/2) = -gamma - 2 ln 2, psi(2) = 1 - gamma, psi'(1/2) = pi^2/2, psi'(2) = pi^2/6 - 1
  const narrow = matrixProduct({ width: 1, std: 1, count: 1 });
  expect(narrow.mean).toBeCloseTo(Math.log(2) - GAMMA - 2 * Math.log(2), 12);
  expect(narrow.std ** 2).toBeCloseTo(Math.PI ** 2 / 2, 12);
  const four = matrixProduct({ width: 4, std: 0.5, count: 100 });
  expect(four.mean).toBeCloseTo(100 * (Math.log(0.5) + 1 - GAMMA), 9);
  expect(four.std ** 2).toBeCloseTo(100 * (Math.PI ** 2 / 6 - 1), 9);
  // Wide: ln(n std^2) - 1/n, std sqrt(2/n)
  const wide = matrixProduct({ width: 1000, std: 1, count: 1 });
  expect(wide.mean).toBeCloseTo(Math.log(1000) - 1 / 1000, 6);
  expect(wide.std).toBeCloseTo(Math.sqrt(2 / 1000), 4);
});

Deno.test("matrixProduct() agrees with products of real matrices", () => {
  const width = 4, count = 100, runs = 200;
  const stream = rng("matrixProduct");
  const logs = Float32Array.from({ length: runs }, (_, run) => {
    const entries = stream.child(run).normal([count, width, width]).data;
    let x = Float64Array.of(1, 0, 0, 0);
    for (let k = 0; k < count; k++) {
      x = x.map((_, j) =>
        x.reduce((sum, xi, i) => sum + xi * entries[(k * width + i) * width + j], 0)
      );
    }
    return Math.log(x.reduce((sum, value) => sum + value * value, 0));
  });
  const { mean, std } = matrixProduct({ width, std: 1, count });
  const measured = moments(logs);
  expect(Math.abs(measured.mean - mean)).toBeLessThan(4.5 * std / Math.sqrt(runs));
  expect(Math.abs(measured.std - std)).toBeLessThan(4.5 * std / Math.sqrt(2 * runs));
  // Negative control: growth of the mean, ln(n) a matrix, is not what a run sees.
  expect(Math.abs(measured.mean - count * Math.log(width))).toBeGreaterThan(
    4.5 * std / Math.sqrt(runs),
  );
});

Deno.test("singularValueBounds() hold a random matrix: N(0, 1/p), q/p = 1/4 in [0.5, 1.5]", () => {
  const rows = 400, columns = 100;
  const bounds = singularValueBounds({ rows, columns, std: 1 / Math.sqrt(rows) });
  expect(bounds).toEqual({ low: 0.5, high: 1.5 });
  const weight = rng("bounds").normal([rows, columns], { std: 1 / Math.sqrt(rows) });
  const values = singularValues(weight.data, rows, columns);
  // The edges fluctuate by about n^(-2/3): Tracy and Widom.
  expect(values[0]).toBeLessThan(1.5 + columns ** (-2 / 3));
  expect(values[0]).toBeGreaterThan(1.5 - 2 * columns ** (-2 / 3));
  expect(values[columns - 1]).toBeGreaterThan(0.5 - columns ** (-2 / 3));
  expect(singularValueBounds({ rows: 9, columns: 9, std: 2 })).toEqual({ low: 0, high: 12 });
});

Deno.test("matrixProduct() and singularValueBounds() refuse sizes and stds that mean nothing", () => {
  expect(() => matrixProduct({ width: 0, std: 1, count: 1 })).toThrow("width");
  expect(() => matrixProduct({ width: 1, std: 0, count: 1 })).toThrow("std");
  expect(() => matrixProduct({ width: 1, std: 1, count: 0.5 })).toThrow("count");
  expect(() => singularValueBounds({ rows: 0, columns: 1, std: 1 })).toThrow("rows");
});
