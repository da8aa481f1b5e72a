import { expect } from "@std/expect";
import { singularValues } from "../lib/numerics/singularValues.ts";

/** Column k of the orthonormal (n, n) cosine matrix (DCT-II). */
const cosine = (n: number, i: number, k: number) =>
  Math.sqrt((k === 0 ? 1 : 2) / n) * Math.cos((Math.PI * (i + 0.5) * k) / n);

/** U diag(s) V^T with cosine matrices U and V, row-major (rows, columns). */
function withSpectrum(rows: number, columns: number, s: readonly number[]): Float64Array {
  const matrix = new Float64Array(rows * columns);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) {
      s.forEach((value, k) =>
        matrix[i * columns + j] += value * cosine(rows, i, k) * cosine(columns, j, k)
      );
    }
  }
  return matrix;
}

Deno.test("singularValues() finds a known spectrum in tall, wide and large matrices", () => {
  const spectrum = [9, 4, 4, 1e-3];
  for (const [rows, columns] of [[7, 4], [4, 9], [60, 41]]) {
    for (const scale of [1e-200, 1, 1e200]) {
      const matrix = withSpectrum(rows, columns, spectrum).map((value) => value * scale);
      const found = singularValues(matrix, rows, columns);
      expect(found.length).toBe(Math.min(rows, columns));
      // Backward stable: each errs by a few roundings per entry of the largest, sqrt(60 x 41) x 9 x 2.2e-16 = 1e-13.
      found.forEach((value, k) =>
        expect(Math.abs(value / scale - (spectrum[k] ?? 0))).toBeLessThan(1e-13)
      );
    }
  }
});

Deno.test("singularValues() agrees with the closed form of a bidiagonal matrix", () => {
  // 1 on the diagonal, -1 beside it: 2 cos(k pi / (2n + 1)), k = 1 .. n
  const n = 12;
  const matrix = new Float32Array(n * n);
  for (let i = 0; i < n; i++) {
    matrix[i * n + i] = 1;
    if (i + 1 < n) matrix[i * n + i + 1] = -1;
  }
  singularValues(matrix, n, n).forEach((value, k) =>
    expect(value).toBeCloseTo(2 * Math.cos(((k + 1) * Math.PI) / (2 * n + 1)), 13)
  );
});

Deno.test("singularValues() of zeros, of rank one and of nothing", () => {
  expect([...singularValues(new Float32Array(6), 2, 3)]).toEqual([0, 0]);
  const [first, ...rest] = singularValues(new Float32Array(15).fill(0.5), 5, 3);
  expect(first).toBeCloseTo(0.5 * Math.sqrt(15), 14);
  expect(Math.max(...rest)).toBeLessThan(1e-15);
  expect(singularValues([], 0, 3).length).toBe(0);
});

Deno.test("singularValues() refuses a wrong length and what is not finite", () => {
  expect(() => singularValues([1, 2, 3], 2, 2)).toThrow("4 are needed");
  expect(() => singularValues([1, NaN], 1, 2)).toThrow("entry 1 is NaN");
});
