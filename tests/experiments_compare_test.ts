import { expect } from "@std/expect";
import { compare, repeat, seeds, vary } from "../lib/experiments/compare.ts";
import { rng } from "../lib/tensor/rng.ts";

Deno.test("compare(), vary() and repeat() stack rows in order and add their columns", () => {
  const rows = compare(
    { a: 1, b: 2 },
    (factor, name) =>
      vary(
        "depth",
        [3, 5],
        (depth) =>
          repeat(seeds(2), (rng) => [{ path: rng.path, product: factor * depth, of: name }]),
      ),
  );
  expect(rows.map(({ name, depth, seed, product, of }) => [name, depth, seed, product, of]))
    .toEqual([
      ["a", 3, 1, 3, "a"],
      ["a", 3, 2, 3, "a"],
      ["a", 5, 1, 5, "a"],
      ["a", 5, 2, 5, "a"],
      ["b", 3, 1, 6, "b"],
      ["b", 3, 2, 6, "b"],
      ["b", 5, 1, 10, "b"],
      ["b", 5, 2, 10, "b"],
    ]);
  // Each variant meets the same seeds.
  expect(rows[0].path).toBe(rows[6].path);
  expect(rows[0].path).not.toBe(rows[1].path);
});

Deno.test("compare() takes another column name, so that comparisons nest", () => {
  const rows = compare({ relu: 1 }, () => compare({ He: 2 }, (x) => [{ x }]), "activation");
  expect(rows).toEqual([{ activation: "relu", name: "He", x: 2 }]);
});

Deno.test("compare() and its kin refuse a second column of one name and what is no array", () => {
  expect(() => compare({ a: 1 }, () => compare({ b: 1 }, () => [{ x: 1 }])))
    .toThrow('Cannot add column "name"');
  expect(() => repeat(seeds(1), () => [{ seed: 4 }])).toThrow('Cannot add column "seed"');
  // @ts-expect-error a row alone is no array of rows
  expect(() => vary("x", [1], () => ({ y: 2 }))).toThrow("return an array of rows");
});

Deno.test("seeds() are the first streams of one course, whatever their number", () => {
  expect(seeds(3).map(({ path }) => path)).toEqual(seeds(20).slice(0, 3).map(({ path }) => path));
  expect(seeds(2)[1].path).toBe(rng("course").child("seed").child(2).path);
  expect(seeds(1, "tuning")[0].path).not.toBe(seeds(1)[0].path);
  for (const n of [0, -1, 1.5]) expect(() => seeds(n)).toThrow("n");
});
