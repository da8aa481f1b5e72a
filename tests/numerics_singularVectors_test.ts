import { expect } from "@std/expect";
import { singularVectors } from "../lib/numerics/singularVectors.ts";
import { singularValues } from "../lib/numerics/singularValues.ts";
import { rng } from "../lib/tensor/rng.ts";

function rebuilt(matrix: ArrayLike<number>, size: number): number[] {
  const { values, left, right } = singularVectors(matrix, size);
  return Array.from({ length: size * size }, (_, k) => {
    const i = Math.floor(k / size), j = k % size;
    return values.reduce((sum, value, v) => sum + value * left[v][i] * right[v][j], 0);
  });
}

Deno.test("singularVectors() takes a matrix apart into orthonormal vectors", () => {
  for (const size of [1, 2, 7, 40]) {
    const { data } = rng("vectors").child(size).normal([size, size]);
    const { values, left, right } = singularVectors(data, size);
    rebuilt(data, size).forEach((value, k) => expect(value).toBeCloseTo(data[k], 12));
    singularValues(data, size, size).forEach((value, k) =>
      expect(values[k]).toBeCloseTo(value, 12)
    );
    for (const vectors of [left, right]) {
      for (let i = 0; i < size; i++) {
        for (let j = 0; j <= i; j++) {
          const dot = vectors[i].reduce((sum, x, k) => sum + x * vectors[j][k], 0);
          expect(dot).toBeCloseTo(i === j ? 1 : 0, 12);
        }
      }
    }
  }
});

Deno.test("singularVectors() answers for matrices of low rank, negative and zero ones", () => {
  for (
    const matrix of [[1, 2, 2, 4], [0, 0, 0, 0], [-3, 0, 0, -5], [0, 1, 0, 0], [1e-300, 0, 0, 1]]
  ) {
    rebuilt(matrix, 2).forEach((value, k) => expect(value).toBeCloseTo(matrix[k], 12));
  }
  expect([...singularVectors([-3, 0, 0, -5], 2).values]).toEqual([5, 3]);
  expect(() => singularVectors([1, 2], 2)).toThrow("4 are needed");
});
