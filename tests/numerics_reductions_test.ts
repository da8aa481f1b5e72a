import { expect } from "@std/expect";
import { reference } from "../lib/numerics/reference.ts";

function draw(length: number, key: number, std = 1): Float32Array {
  const out = new Float32Array(length);
  reference.fillNormal(out, key, 0, 0, std);
  return out;
}

Deno.test("sum() and sumOfSquares() add in float64 by index mod 4", () => {
  // Only the stated order gives these: 2^53 + 1 rounds to 2^53.
  const big = 2 ** 53;
  expect(reference.sum(Float32Array.of(big, 1, 1, -big))).toBe(1); // (2^53 + 1) + (1 - 2^53)
  expect(reference.sum(Float32Array.of(big, 1, 1, 1, -big))).toBe(3); // s0 is 2^53 - 2^53
  expect(reference.sumOfSquares(Float32Array.of(2 ** 27, 1, 1, 1, 1))).toBe(2 ** 54 + 2); // s0 loses its 1
  expect([reference.sum(new Float32Array(0)), reference.sumOfSquares(new Float32Array(0))]).toEqual(
    [0, 0],
  );
  const x = draw(1003, 1);
  expect(reference.sum(x)).toBeCloseTo(x.reduce((s, v) => s + v, 0), 10);
  expect(reference.sumOfSquares(x)).toBeCloseTo(x.reduce((s, v) => s + v * v, 0), 9);
});

Deno.test("addColumnSums() adds rows in order, whole, to what is there", () => {
  const out = Float32Array.of(10, 2 ** 24);
  reference.addColumnSums(out, Float32Array.of(1, 1, 2, 1, 3, 0));
  expect([...out]).toEqual([16, 2 ** 24 + 2]);
  expect(() => reference.addColumnSums(out, new Float32Array(5))).toThrow(
    "Cannot add column sums as 5 elements are no whole number of rows of length 2",
  );
});

Deno.test("softmax() follows its formula on rows", () => {
  const columns = 7, x = draw(3 * columns, 2, 5), out = new Float32Array(x.length);
  reference.softmax(out, x, columns);
  for (let i = 0; i < 3; i++) {
    const row = x.subarray(i * columns, (i + 1) * columns);
    const total = row.reduce((s, v) => s + Math.exp(v), 0);
    row.forEach((v, j) => {
      const truth = Math.exp(v) / total;
      // x - max is rounded to 2^-24 of itself (below 40), then a few roundings follow
      expect(Math.abs(out[i * columns + j] / truth - 1)).toBeLessThan((40 + 8) * 2 ** -24);
    });
  }
});

Deno.test("softmax() of huge, infinite and NaN rows", () => {
  const rows = [[1000, 1000], [-Infinity, 3], [Infinity, 3], [NaN, 3], [-Infinity, -Infinity]];
  const out = new Float32Array(10);
  reference.softmax(out, Float32Array.from(rows.flat()), 2);
  expect([...out]).toEqual([0.5, 0.5, 0, 1, NaN, NaN, NaN, NaN, NaN, NaN]);
});

Deno.test("crossEntropy() gives nats per row and the probabilities", () => {
  const columns = 5, labels = Uint8Array.of(0, 4, 2), logits = draw(15, 3, 3);
  const losses = new Float32Array(3), probabilities = new Float32Array(15);
  reference.crossEntropy(losses, probabilities, logits, labels, columns);
  for (let i = 0; i < 3; i++) {
    const row = [...logits.subarray(i * columns, (i + 1) * columns)];
    const truth = Math.log(row.reduce((s, v) => s + Math.exp(v), 0)) - row[labels[i]];
    expect(Math.abs(losses[i] - truth)).toBeLessThan(8 * 2 ** -24 * 10); // logits below 10
  }
  const alone = new Float32Array(15);
  reference.softmax(alone, logits, columns);
  expect(probabilities).toEqual(alone);
  reference.crossEntropy(losses, probabilities, new Float32Array(15), labels, columns);
  expect(losses[0]).toBe(Math.fround(Math.log(5)));
  reference.crossEntropy(losses, logits, logits, labels, columns); // in place
  expect(logits).toEqual(alone);
});

Deno.test("crossEntropyBackward() is the central difference of the loss", () => {
  const columns = 4, labels = Int32Array.of(1, 3), logits = draw(8, 4), rows = 2;
  const losses = new Float32Array(rows), probabilities = new Float32Array(8);
  reference.crossEntropy(losses, probabilities, logits, labels, columns);
  const gradient = new Float32Array(8).fill(1);
  reference.crossEntropyBackward(gradient, probabilities, labels, columns, 1 / rows);
  const loss = (x: number[]) =>
    [0, 1].reduce((total, i) => {
      const row = x.slice(i * columns, (i + 1) * columns);
      return total + Math.log(row.reduce((s, v) => s + Math.exp(v), 0)) - row[labels[i]];
    }, 0) / rows;
  gradient.forEach((g, at) => {
    const shifted = (h: number) => loss([...logits].map((v, k) => k === at ? v + h : v));
    expect(g - 1).toBeCloseTo((shifted(1e-5) - shifted(-1e-5)) / 2e-5, 6);
  });
});

Deno.test("crossEntropy() rejects labels and lengths before it writes", () => {
  const losses = Float32Array.of(7),
    probabilities = Float32Array.of(7, 7),
    logits = new Float32Array(2);
  const run = (labels: Uint8Array | Int32Array, columns = 2) => () =>
    reference.crossEntropy(losses, probabilities, logits, labels, columns);
  expect(run(Uint8Array.of(2))).toThrow("Cannot use label 2 of row 0 as labels must be 0 to 1");
  expect(run(Int32Array.of(-1))).toThrow(RangeError);
  expect(run(Uint8Array.of(0, 1))).toThrow("labels must have 1 elements: it has 2");
  expect(run(Uint8Array.of(0), 3)).toThrow("no whole number of rows of length 3");
  expect([...losses, ...probabilities]).toEqual([7, 7, 7]);
});
