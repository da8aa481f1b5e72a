import { expect } from "@std/expect";
import { mnist, pixelMean, pixelStd } from "../lib/data/mod.ts";
import { moments } from "../lib/tensor/moments.ts";

const { train, test } = await mnist();

function histogram(labels: Uint8Array): number[] {
  const counts = new Array(10).fill(0);
  for (const label of labels) counts[label]++;
  return counts;
}

Deno.test("mnist() holds 60,000 and 10,000 digits, as many of each as published", () => {
  expect([train.count, test.count]).toEqual([60_000, 10_000]);
  // The counts per digit as other loaders of the same files report them (numpy.bincount of keras.datasets.mnist).
  expect(histogram(train.labels))
    .toEqual([5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949]);
  expect(histogram(test.labels)).toEqual([980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]);
});

Deno.test("mnist() begins with the digits everybody's MNIST begins with", () => {
  expect([...train.labels.subarray(0, 10)]).toEqual([5, 0, 4, 1, 9, 2, 1, 3, 1, 4]);
  expect([...test.labels.subarray(0, 10)]).toEqual([7, 2, 1, 0, 4, 1, 4, 9, 5, 9]);
});

Deno.test("mnist() keeps images upright: the first 5 opens with the strokes of its top bar", () => {
  // Row 5 of the first training image, columns 12 to 23: the first row that has ink.
  const row = train.image(0).subarray(5 * 28 + 12, 5 * 28 + 24);
  expect([...row]).toEqual([3, 18, 18, 18, 126, 136, 175, 26, 166, 255, 247, 127]);
  expect(train.image(0).subarray(0, 5 * 28 + 12).every((pixel) => pixel === 0)).toBe(true);
});

Deno.test("mnist() standardizes by the mean and std of the training pixels", () => {
  // Sums of whole numbers below 2^53 are exact in float64; n sum(p^2) - (sum p)^2 needs BigInt.
  let sum = 0, squares = 0;
  for (let i = 0; i < train.count; i++) {
    for (const pixel of train.image(i)) {
      sum += pixel;
      squares += pixel * pixel;
    }
  }
  const n = train.count * 784;
  const spread = BigInt(n) * BigInt(squares) - BigInt(sum) ** 2n;
  expect(pixelMean).toBe(sum / n / 255);
  expect(Math.abs(pixelStd / (Math.sqrt(Number(spread)) / n / 255) - 1)).toBeLessThan(1e-15);
});

Deno.test("mnist() has standardized training inputs of mean 0 and mean square 1", () => {
  // A standardized value is below 3 and rounded once to float32: each is off by at most 2^-23, so is the mean.
  const { mean, meanSquare } = moments(train.slice(0, 60_000).inputs);
  expect(Math.abs(mean)).toBeLessThan(2 ** -23);
  expect(Math.abs(meanSquare - 1)).toBeLessThan(2 * 3 * 2 ** -23);
});

Deno.test("mnist() reads once: the second call gives the same object", async () => {
  expect((await mnist()).train).toBe(train);
  expect(mnist()).toBe(mnist());
});
