import { expect } from "@std/expect";
import {
  fromBfloat16,
  fromFloat16,
  oddFloat32,
  toBfloat16,
  toFloat16,
} from "../lib/checkpoints/halfPrecision.ts";
import { rng } from "../lib/mod.ts";

const word = new Uint32Array(1), float = new Float32Array(word.buffer);

function floatOf(bits: number): number {
  word[0] = bits;
  return float[0];
}

function bitsOf(x: number): number {
  float[0] = x;
  return word[0];
}

/** A binary format of 16 bits, by its definition in float64. */
function valueOf(half: number, fractionBits: number): number {
  const exponentBits = 15 - fractionBits, bias = 2 ** (exponentBits - 1) - 1;
  const sign = half >= 2 ** 15 ? -1 : 1, size = half % 2 ** 15;
  const exponent = Math.floor(size / 2 ** fractionBits), fraction = size % 2 ** fractionBits;
  if (exponent === 2 ** exponentBits - 1) return fraction === 0 ? sign * Infinity : NaN;
  if (exponent === 0) return sign * fraction * 2 ** (1 - bias - fractionBits);
  return sign * (1 + fraction / 2 ** fractionBits) * 2 ** (exponent - bias);
}

const formats = [
  { name: "Float16", fractionBits: 10, infinite: 0x7c00, from: fromFloat16, to: toFloat16 },
  { name: "Bfloat16", fractionBits: 7, infinite: 0x7f80, from: fromBfloat16, to: toBfloat16 },
];

for (const { name, fractionBits, infinite, from, to } of formats) {
  Deno.test(`from${name}() gives each of the 65,536 values, and to${name}() gives it back`, () => {
    const wrong = Array.from({ length: 65_536 }, (_, half) => half).filter((half) =>
      !Object.is(floatOf(from(half)), valueOf(half, fractionBits)) ||
      // A signaling NaN becomes a quiet one; every other number keeps its bits.
      to(from(half)) !== half && to(from(half)) !== (half | 1 << fractionBits - 1)
    );
    expect(wrong).toEqual([]);
    const changed = Array.from({ length: infinite + 1 }, (_, half) => half)
      .filter((half) => to(from(half)) !== half);
    expect(changed).toEqual([]);
  });

  Deno.test(`to${name}() rounds to nearest, ties to even, between any two neighbors`, () => {
    const wrong: number[] = [];
    for (let half = 0; half < infinite; half++) {
      const low = valueOf(half, fractionBits);
      // The neighbor of the largest is where the next binade would begin.
      const high = half + 1 < infinite
        ? valueOf(half + 1, fractionBits)
        : 2 * low - valueOf(half - 1, fractionBits);
      const middle = (low + high) / 2; // exact in float64
      const even = half % 2 === 0 ? half : half + 1;
      // Numbers just beside the middle: no float32 rounds them, and no double rounding may.
      for (
        const [x, expected] of [[middle * (1 - 2 ** -50), half], [middle, even], [
          middle * (1 + 2 ** -50),
          half + 1,
        ]]
      ) {
        if (to(oddFloat32(x)) !== expected) wrong.push(x);
        if (to(oddFloat32(-x)) !== (expected | 0x8000)) wrong.push(-x);
      }
      if (bitsOf(middle) !== 0 && floatOf(bitsOf(middle)) === middle) {
        if (to(bitsOf(middle)) !== even) wrong.push(middle);
        if (to(bitsOf(middle) - 1) !== half) wrong.push(middle);
        if (to(bitsOf(middle) + 1) !== half + 1) wrong.push(middle);
      }
    }
    expect(wrong).toEqual([]);
  });
}

Deno.test("a NaN whose digits would be cut off stays a NaN", () => {
  for (const bits of [0x7f800001, 0xff800001, 0x7fffffff]) {
    expect(floatOf(fromFloat16(toFloat16(bits)))).toBe(NaN);
    expect(floatOf(fromBfloat16(toBfloat16(bits)))).toBe(NaN);
  }
});

Deno.test("toFloat16() becomes infinite from 65520 on, toBfloat16() from 2^128 - 2^119 on", () => {
  expect(toFloat16(bitsOf(65519.996))).toBe(0x7bff);
  expect(toFloat16(bitsOf(65520))).toBe(0x7c00);
  expect(toBfloat16(0x7f7f7fff)).toBe(0x7f7f);
  expect(toBfloat16(0x7f7f8000)).toBe(0x7f80);
});

Deno.test("toFloat16() rounds 100,000 random doubles as the platform does", {
  ignore: !("f16round" in Math),
}, () => {
  const round = (Math as unknown as { f16round(x: number): number }).f16round;
  const { data } = rng("halves").normal([100_000, 2]);
  const wrong = Array.from({ length: 100_000 }, (_, i) => {
    const x = data[2 * i] * 2 ** Math.floor(8 * data[2 * i + 1]) * (1 + data[i] * 2 ** -30);
    return { x, ours: floatOf(fromFloat16(toFloat16(oddFloat32(x)))), theirs: round(x) };
  }).filter(({ ours, theirs }) => !Object.is(ours, theirs));
  expect(wrong).toEqual([]);
});
