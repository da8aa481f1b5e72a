import { expect } from "@std/expect";
import { reference } from "../lib/numerics/reference.ts";

function normal(length: number): Float32Array {
  const out = new Float32Array(length);
  reference.fillNormal(out, 5, 6, 0, 1);
  return out;
}

/** Rows of Q and positive diagonal of R by Gram-Schmidt in float64, twice. */
function gramSchmidt(x: Float32Array, rows: number, columns: number): number[][] {
  const q: number[][] = [];
  for (let i = 0; i < rows; i++) {
    const row = [...x.subarray(i * columns, (i + 1) * columns)];
    for (let pass = 0; pass < 2; pass++) {
      for (const earlier of q) {
        const overlap = earlier.reduce((s, v, k) => s + v * row[k], 0);
        earlier.forEach((v, k) => row[k] -= overlap * v);
      }
    }
    const norm = Math.sqrt(row.reduce((s, v) => s + v * v, 0));
    q.push(row.map((v) => v / norm));
  }
  return q;
}

for (const [rows, columns] of [[1, 1], [1, 7], [31, 40], [33, 33], [70, 101], [100, 100]]) {
  Deno.test(`orthogonalRows() of (${rows}, ${columns}) is Gram-Schmidt's Q`, () => {
    const x = normal(rows * columns), q = x.slice();
    reference.orthogonalRows(q, rows, columns);
    let worst = 0;
    for (let i = 0; i < rows; i++) {
      for (let j = 0; j <= i; j++) {
        let dot = 0;
        for (let k = 0; k < columns; k++) dot += q[i * columns + k] * q[j * columns + k];
        worst = Math.max(worst, Math.abs(dot - (i === j ? 1 : 0)));
      }
    }
    // Two projections leave overlaps of a few roundings of numbers below 1.
    expect(worst).toBeLessThan(2e-6);
    // Q itself moves by the roundings times the condition number of x, about 100 for the square ones.
    const exact = gramSchmidt(x, rows, columns);
    exact.forEach((row, i) =>
      row.forEach((v, k) => expect(Math.abs(q[i * columns + k] - v)).toBeLessThan(2e-5))
    );
  });
}

Deno.test("orthogonalRows() refuses more rows than columns, wrong lengths and rows it cannot use", () => {
  const run = (data: number[], rows: number, columns: number) => () =>
    reference.orthogonalRows(Float32Array.from(data), rows, columns);
  expect(run([1, 2], 2, 1)).toThrow("more rows than columns: transpose the matrix");
  expect(run([1, 2], 1, 3)).toThrow(
    "Cannot orthogonalize as a (1, 3) matrix must have 3 elements: it has 2",
  );
  expect(run([1, 0, 0, 0], 2, 2)).toThrow("Cannot make row 1 orthogonal to the rows before it");
  expect(run([NaN, 0], 1, 2)).toThrow("row 0");
  expect(run([Infinity, 0], 1, 2)).toThrow("row 0");
});
