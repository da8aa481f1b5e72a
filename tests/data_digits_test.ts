import { expect } from "@std/expect";
import { Digits, pixelMean, pixelStd } from "../lib/data/digits.ts";

// Three made-up images: image i is filled with 100 i, but for its last pixel, which is 255 - i.
const pixels = Uint8Array.from(
  { length: 3 * 784 },
  (_, k) => k % 784 === 783 ? 255 - (k - 783) / 784 : 100 * Math.floor(k / 784),
);
const digits = new Digits(pixels, Uint8Array.from([7, 0, 9]));

Deno.test("Digits refuses pixels that do not match its labels", () => {
  expect(() => new Digits(pixels, Uint8Array.from([7, 0]))).toThrow(
    new RangeError("Cannot pair 2 labels with 2352 pixels: they need 1568"),
  );
});

Deno.test("Digits.image() is a copy of one image's bytes", () => {
  const image = digits.image(2);
  expect([image.length, image[0], image[782], image[783]]).toEqual([784, 200, 200, 253]);
  image.fill(0);
  expect(digits.image(2)[0]).toBe(200);
});

Deno.test("Digits.slice() holds the rows from `from` up to and without `to`", () => {
  const { inputs, targets } = digits.slice(1, 3, { scale: "raw" });
  expect(inputs.shape).toEqual([2, 784]);
  expect([...targets]).toEqual([0, 9]);
  expect([inputs.data[0], inputs.data[783], inputs.data[784], inputs.data[1567]])
    .toEqual([100, 254, 200, 253]);
});

Deno.test("Digits.slice() standardizes unless told otherwise", () => {
  const { inputs } = digits.slice(0, 3);
  for (const [at, pixel] of [[0, 0], [783, 255], [784, 100], [2351, 253]]) {
    expect(inputs.data[at]).toBe(Math.fround((pixel / 255 - pixelMean) / pixelStd));
  }
  expect(digits.slice(0, 3, { scale: "standardized" })).toEqual(digits.slice(0, 3));
});

Deno.test("Digits.take() keeps the order of the indices and their repeats", () => {
  const { inputs, targets } = digits.take([2, 0, 2], { scale: "raw" });
  expect([...targets]).toEqual([9, 7, 9]);
  expect([inputs.data[0], inputs.data[784], inputs.data[1568]]).toEqual([200, 0, 200]);
  expect(digits.take(Uint32Array.of(1, 2))).toEqual(digits.slice(1, 3));
});

Deno.test("Digits.take() and slice() hand out memory of their own", () => {
  digits.slice(0, 1).targets.fill(1);
  digits.slice(0, 1).inputs.data.fill(1);
  expect(digits.labels[0]).toBe(7);
  expect(digits.slice(0, 1, { scale: "raw" }).inputs.data[0]).toBe(0);
});

Deno.test("Digits refuses an index outside 0 to count - 1, or not an integer", () => {
  for (const index of [-1, 3, 0.5, NaN, Infinity, -Infinity]) {
    const error = new RangeError(
      `Cannot find a digit as its index must be an integer from 0 to 2: current value is ${index}`,
    );
    expect(() => digits.image(index)).toThrow(error);
    expect(() => digits.take([0, index])).toThrow(error);
    expect(() => digits.image(index)).toThrow(RangeError);
  }
  expect(() => digits.take([])).toThrow(RangeError);
});

Deno.test("Digits.slice() refuses an empty, reversed, fractional or overlong range", () => {
  for (
    const [from, to] of [[1, 1], [2, 1], [-1, 2], [0, 4], [0.5, 2], [0, 1.5], [NaN, 2], [0, NaN]]
  ) {
    expect(() => digits.slice(from, to)).toThrow(RangeError);
    expect(() => digits.slice(from, to)).toThrow(
      new RangeError(
        `Cannot slice 3 digits from ${from} to ${to} as 0 <= from < to <= 3 must hold`,
      ),
    );
  }
});

Deno.test("Digits refuses an unknown scale and a misspelt option", () => {
  // @ts-expect-error: not a scale
  expect(() => digits.slice(0, 1, { scale: "unit" })).toThrow(/choose one of standardized, raw/);
  // @ts-expect-error: not an option
  expect(() => digits.slice(0, 1, { scaling: "raw" })).toThrow(/Cannot pass option "scaling"/);
});
