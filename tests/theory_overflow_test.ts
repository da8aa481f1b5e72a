import { expect } from "@std/expect";
import { largestFloat16, largestFloat32, overflowLayer } from "../lib/theory/overflow.ts";

Deno.test("overflowLayer() counts layers until one std is out of range", () => {
  for (const largest of [largestFloat16, largestFloat32]) {
    for (const [factor, inputMeanSquare] of [[512, 1], [256, 3], [1.01, 0.2], [5.12e6, 1]]) {
      let layer = 0;
      for (let q = inputMeanSquare; layer === 0 || Math.sqrt(q) <= largest; layer++) q *= factor;
      expect(overflowLayer({ factor, inputMeanSquare, largest })).toBe(layer);
    }
  }
  expect(overflowLayer({ factor: 512 })).toBe(29);
  expect(overflowLayer({ factor: 512, largest: largestFloat16 })).toBe(4);
  expect(overflowLayer({ factor: 1 })).toBe(Infinity);
  expect(overflowLayer({ factor: 2, inputMeanSquare: 1e300 })).toBe(1);
});

Deno.test("largestFloat32 and largestFloat16 are the last finite numbers of their format", () => {
  expect(Math.fround(largestFloat32)).toBe(largestFloat32);
  expect(Math.fround(largestFloat32 * (1 + 2 ** -24))).toBe(Infinity);
  expect(largestFloat16).toBe((2 - 2 ** -10) * 2 ** 15);
});

Deno.test("overflowLayer() refuses factors that mean nothing", () => {
  for (const factor of [0, -1, NaN]) expect(() => overflowLayer({ factor })).toThrow("factor");
});
