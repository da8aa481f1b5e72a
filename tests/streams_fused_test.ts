import { expect } from "@std/expect";
import { rng } from "../lib/mod.ts";
import { log64, sineAndCosine64 } from "../lib/streams/doubles.ts";
import { fused, fusedPolynomial } from "../lib/streams/fused.ts";

/** A float32 number as an integer times 2^-149. */
function scaled(x: number): bigint {
  const [bits] = new Uint32Array(Float32Array.of(x).buffer);
  const exponent = (bits >>> 23) & 255, fraction = BigInt(bits & 0x7fffff);
  const size = exponent === 0 ? fraction : (fraction | 0x800000n) << BigInt(exponent - 1);
  return bits >>> 31 ? -size : size;
}

/** The float32 number nearest to n 2^-298, n not 0 and the result normal: 24 bits, ties to even. */
function nearest(n: bigint): number {
  const size = n < 0n ? -n : n;
  const drop = BigInt(Math.max(0, size.toString(2).length - 24));
  const half = drop > 0n ? 1n << (drop - 1n) : 0n;
  let kept = (size + half) >> drop;
  if (drop > 0n && (size & ((1n << drop) - 1n)) === half && kept & 1n) kept -= 1n;
  const value = Number(kept) * 2 ** (Number(drop) - 298);
  return n < 0n ? -value : value;
}

const exactly = (a: number, b: number, c: number) =>
  nearest(scaled(a) * scaled(b) + (scaled(c) << 149n));

Deno.test("fused() rounds once, against exact integers", () => {
  const a = rng("a").normal([3000]).data, b = rng("b").normal([3000]).data;
  const c = rng("c").normal([3000]).data;
  for (let i = 0; i < a.length; i++) {
    expect(fused(a[i], b[i], c[i])).toBe(exactly(a[i], b[i], c[i]));
  }
  // Where rounding to float64 first would move a sum onto the middle of two float32 numbers, from either side and sign.
  const up = Math.fround(2 ** -12 * (1 + 2 ** -23)), down = Math.fround(2 ** -12 * (1 - 2 ** -23));
  let twice = 0;
  for (const sign of [1, -1]) {
    for (const [x, y] of [[up, down], [-up, down], [up, up], [down, down]]) {
      for (const z of [1, 1 + 2 ** -23, 1 - 2 ** -23, 2, 2 - 2 ** -22, 1.5]) {
        expect(fused(sign * x, y, sign * z)).toBe(exactly(sign * x, y, sign * z));
        if (Math.fround(sign * x * y + sign * z) !== fused(sign * x, y, sign * z)) twice++;
      }
    }
  }
  expect(twice).toBeGreaterThan(0); // plain float64 fails here
});

Deno.test("fusedPolynomial() takes the highest power first", () => {
  expect(fusedPolynomial([2, -3, 5], 4)).toBe(2 * 16 - 3 * 4 + 5);
});

Deno.test("log64() and sineAndCosine64() are good to a few units of 2^-53", () => {
  const units = rng("doubles").uniform([4000]).data;
  for (let i = 0; i < units.length; i++) {
    const x = units[i] + 2 ** -25, angle = 2 * Math.PI * units[i];
    expect(Math.abs(log64(x) - Math.log(x))).toBeLessThanOrEqual(4 * 2 ** -53 * -Math.log(x));
    const { sine, cosine } = sineAndCosine64(angle);
    expect(Math.abs(sine - Math.sin(angle))).toBeLessThanOrEqual(4 * 2 ** -53);
    expect(Math.abs(cosine - Math.cos(angle))).toBeLessThanOrEqual(4 * 2 ** -53);
  }
  for (let k = 0; k < 1000; k += 37) expect(log64(2 ** -k)).toBeCloseTo(-k * Math.LN2, 12);
  expect(log64(1)).toBe(0);
});
