import { expect } from "@std/expect";
import { idInit, idInitZero, rng, type Shape, singularValues, zerO } from "../lib/mod.ts";
import { nonzeroPlaces } from "./initializerStructure.ts";

Deno.test("idInit() repeats the identity, a kernel's taps shifting it", () => {
  expect(nonzeroPlaces(idInit(), [2, 5]).map(([i, o]) => i * 5 + o)).toEqual([0, 2, 4, 6, 8]);
  expect(nonzeroPlaces(idInit(), [4, 2])).toEqual([[0, 0, 1], [1, 1, 1]]);
  // Output j reads flat row j of (in, tap): channel floor(j / 3), tap j mod 3.
  const kernel = nonzeroPlaces(idInit(), [3, 2, 7]).sort((a, b) => a[2] - b[2]);
  expect(kernel.map(([tap, input]) => input * 3 + tap)).toEqual([0, 1, 2, 3, 4, 5, 0]);
});

Deno.test("idInitZero() gives each output a difference of two inputs", () => {
  const columnsOf = (shape: Shape) => {
    const all = nonzeroPlaces(idInitZero({ epsilon: 1 }), shape);
    return Array.from(
      { length: shape[1] },
      (_, o) => all.filter(([, out]) => out === o).map(([i, , value]) => value * (i + 1)),
    );
  };
  expect(columnsOf([5, 2])).toEqual([[1, -3], [2, -4]]);
  expect(columnsOf([4, 3])).toEqual([[1, -4], [2, -4], [3, -4]]);
  expect(columnsOf([2, 3])).toEqual([[1, -2], [-1, 2], [1, -2]]);
  expect(columnsOf([1, 3])).toEqual([[1], [-1], [1]]);
  expect(columnsOf([1, 1])).toEqual([[1]]);
});

Deno.test("zerO() is the authors' matrix, orthonormal where out is a power of two", () => {
  // scipy 1.x: W = scipy.linalg.hadamard(16)[:12, :8] / 4, (out, in); numpy.linalg.svd(W)[1]
  const w = zerO()([8, 12], rng("any")).data;
  expect([...singularValues(w, 8, 12)].map((s) => Number(s.toFixed(6)))).toEqual(
    [1, 1, 1, 1, 0.707107, 0.707107, 0.707107, 0.707107],
  );
  for (const s of singularValues(zerO()([5, 32], rng("any")).data, 5, 32)) {
    expect(s).toBeCloseTo(1, 6);
  }
  expect([...w.subarray(12, 17)].map((x) => x * 4)).toEqual([1, -1, 1, -1, 1]);
  expect(nonzeroPlaces(zerO(), [5, 3, 2])).toEqual([[2, 0, 0, 1], [2, 1, 1, 1]]);
  expect(nonzeroPlaces(zerO(), [4, 1, 2]).map(([tap]) => tap)).toEqual([2, 2]);
});
