import { expect } from "@std/expect";
import { rateValleys } from "../lib/mod.ts";

/** Rows of a loss given at 2^-6, 2^-5, ... */
const at = (losses: number[], seed = 1, name = "a") =>
  losses.map((loss, i) => ({ name, seed, learningRate: 2 ** (i - 6), loss }));
const logs = ({ learningRate, low, high }: { learningRate: number; low: number; high: number }) =>
  [low, learningRate, high].map(Math.log2);

Deno.test("rateValleys() finds where the loss rises by a given amount, linearly between rates", () => {
  const [valley] = rateValleys(at([3, 2, 1.1, 1, 1.1, 1.7, 9]), { by: ["name"], within: 0.3 });
  expect(valley.name).toBe("a");
  expect(valley.loss).toBe(1);
  // 1.3 lies 2/9 of the way from 1.1 to 2, and a third of the way from 1.1 to 1.7.
  const [barely] = rateValleys(at([3, 1, 1.31, 1.2, 3]), { by: [], within: 0.3 });
  expect(logs(barely)[2]).toBeCloseTo(-5 + 30 / 31, 12); // 1.31 is outside already
  const [low, middle, high] = logs(valley);
  expect(low).toBeCloseTo(-4 - 2 / 9, 12);
  expect(high).toBeCloseTo(-2 + 1 / 3, 12);
  expect(middle).toBeCloseTo((low + high) / 2, 12);
});

Deno.test("rateValleys() ends a valley at its first rise, takes rates in any order and medians over seeds", () => {
  const twoValleys = [3, 1, 3, 2, 1.1, 3];
  const options = { by: [], within: 0.5 } as const;
  const [valley] = rateValleys(at(twoValleys), options);
  expect(logs(valley)[2]).toBeCloseTo(-5 + 0.25, 12);
  expect(rateValleys(at(twoValleys).reverse(), options)).toEqual([valley]);
  const seeds = [at([3, 1, 3], 1), at([9, 2, 9], 2), at([3, 1, 3], 3)].flat();
  expect(rateValleys(seeds, options)).toEqual(rateValleys(at([3, 1, 3]), options));
  expect(rateValleys(seeds, { by: ["seed"], within: 0.5 }).map(({ loss }) => loss)).toEqual([
    1,
    2,
    1,
  ]);
});

Deno.test("rateValleys() takes a run that diverged for a wall beside the last that did not", () => {
  for (const lost of [Infinity, NaN]) {
    const [valley] = rateValleys(at([3, 1, 1.1, lost]), { by: [], within: 0.5 });
    expect(logs(valley)[2]).toBe(-4);
  }
});

Deno.test("rateValleys() refuses a valley that it does not see whole", () => {
  const find = (losses: number[]) => () => rateValleys(at(losses), { by: ["name"], within: 0.5 });
  expect(find([1, 1.2, 3])).toThrow(
    'valley of {"name":"a"}: it reaches the smallest learning rate',
  );
  expect(find([3, 1.2, 1.3])).toThrow("the largest learning rate, give larger ones too");
  expect(find([Infinity, Infinity])).toThrow(RangeError);
  expect(() => rateValleys(at([3, 1, 3]), { by: [], within: 0 })).toThrow("within");
  expect(() => rateValleys(at([3, 1, 3]), { by: ["width" as never], within: 1 })).toThrow(
    TypeError,
  );
});
