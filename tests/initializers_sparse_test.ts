import { expect } from "@std/expect";
import { moments, normal, rng, sparse, torchRng } from "../lib/mod.ts";
import { farthest, MAX_Z, spreadOf } from "./lawDistance.ts";

const normalOf = (std: number) => spreadOf(normal({ std }).law([1]));

Deno.test("sparse() has ceil(sparsity in) zeros in each column, normal entries, and its law", () => {
  for (const [rows, columns] of [[400, 300], [97, 1201], [1100, 104], [30, 3000], [5, 4000]]) {
    const init = sparse({ sparsity: 0.1, std: 2 }), w = init([rows, columns], rng("sparse")).data;
    const zeros = Math.ceil(0.1 * rows), perRow = new Array(rows).fill(0);
    for (let j = 0; j < columns; j++) {
      let found = 0;
      for (let i = 0; i < rows; i++) {
        if (w[i * columns + j] !== 0) continue;
        found++;
        perRow[i]++;
      }
      expect(found).toBe(zeros);
    }
    // Which rows: each is hit by a column with probability p; chi square of hits, d.f. rows - 1.
    const p = zeros / rows;
    const chi = perRow.reduce((sum, hits) => sum + (hits - columns * p) ** 2, 0) /
      (columns * p * (1 - p)) * (rows - 1) / rows;
    expect(Math.abs(chi - (rows - 1)) / Math.sqrt(2 * (rows - 1))).toBeLessThan(MAX_Z);
    const kept = w.filter((value) => value !== 0);
    expect(farthest(kept, normalOf(2))).toBeLessThan(MAX_Z);
    const law = init.law([rows, columns]), m = moments(w);
    expect(law.std).toBeCloseTo(2 * Math.sqrt(1 - p), 12);
    // A zero in a share p multiplies the kurtosis 3 by 1 / (1 - p).
    const error = Math.sqrt((3 / (1 - p) - 1) / w.length);
    expect(Math.abs(m.variance / law.std ** 2 - 1) / error).toBeLessThan(MAX_Z);
    expect(Math.abs(m.kurtosis * (1 - p) / 3 - 1)).toBeLessThan(
      MAX_Z * Math.sqrt(96 / 9 / kept.length) * 2,
    );
    // Controls: std squared twice, and the zeros not counted.
    expect(farthest(kept, normalOf(Math.SQRT2))).toBeGreaterThan(MAX_Z);
    expect(Math.abs(m.variance / 4 - 1) / error).toBeGreaterThan(MAX_Z);
  }
  expect(sparse({ sparsity: 1 })([3, 2], rng("a")).data.every((x) => x === 0)).toBe(true);
});

Deno.test("sparse() has PyTorch's zeros and numbers when it draws from PyTorch's stream", () => {
  // torch 2.13: torch.manual_seed(0); w = torch.empty(20, 3); torch.nn.init.sparse_(w, 0.4, std=1)
  const { data } = sparse({ sparsity: 0.4, std: 1 })([20, 3], torchRng(0));
  expect([...data].flatMap((value, k) => value === 0 ? [k] : [])).toEqual(
    [0, 1, 3, 6, 9, 14, 15, 23, 26, 28, 29, 31, 34, 35, 37, 38, 42, 44, 49, 53, 54, 55, 57, 58],
  );
  expect([data[2], data[4], data[59]].map((x) => x.toFixed(4))).toEqual([
    "-0.2506",
    "0.8487",
    "-0.4997",
  ]);
});
