import { expect } from "@std/expect";
import { normalCdf, normalQuantile } from "../lib/numerics/gaussian.ts";
import { philox4x32 } from "../lib/numerics/philox.ts";
import { reference } from "../lib/numerics/reference.ts";
import { lowerTail } from "../lib/numerics/tails.ts";

const KEY = [0x12345678, 0x9abcdef0] as const;
const N = 200_000;

function filled(fill: (out: Float32Array) => void, length = N): Float32Array {
  const out = new Float32Array(length);
  fill(out);
  return out;
}

const uniform = (low = 0, high = 1, length = N) =>
  filled((out) => reference.fillUniform(out, ...KEY, low, high), length);
const normal = (mean = 0, std = 1, length = N) =>
  filled((out) => reference.fillNormal(out, ...KEY, mean, std), length);
const truncated = (low: number, high: number, length = N) =>
  filled((out) => reference.fillTruncatedNormal(out, ...KEY, 0, 1, low, high), length);

/** Kolmogorov's sqrt(n) sup |F_n - F|: above 2.23 in one of 10^4 samples of the right law. */
function kolmogorov(x: Float32Array, cdf: (z: number) => number): number {
  const sorted = x.slice().sort();
  let largest = 0;
  sorted.forEach((z, i) => {
    const p = cdf(z);
    largest = Math.max(largest, Math.abs(p - i / x.length), Math.abs((i + 1) / x.length - p));
  });
  return Math.sqrt(x.length) * largest;
}

/** Mean of x^power. */
const moment = (x: Float32Array, power: number) => x.reduce((s, v) => s + v ** power, 0) / x.length;

Deno.test("philox4x32() gives the published vectors", () => {
  // Random123, kat_vectors
  const f = 0xffffffff;
  expect(philox4x32([0, 0, 0, 0], [0, 0])).toEqual([
    0x6627e8d5,
    0xe169c58d,
    0xbc57ac4c,
    0x9b00dbd8,
  ]);
  expect(philox4x32([f, f, f, f], [f, f])).toEqual([
    0x408f276d,
    0x41c83b0e,
    0xa20bc7c6,
    0x6d5451fd,
  ]);
  expect(philox4x32([0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344], [0xa4093822, 0x299f31d0]))
    .toEqual([0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1]);
});

Deno.test("fills take element 16b + 4w + l from word w of counter 4b + l", () => {
  const length = 77, bits = new Uint32Array(length);
  reference.fillBits(bits, ...KEY);
  const u = uniform(0, 1, length), z = normal(0, 1, length), t = truncated(-2, 2, length);
  const word = (e: number) => philox4x32([4 * (e >> 4) + (e & 3), 0, 0, 0], KEY)[(e >> 2) & 3];
  const cut = normalCdf(-2);
  for (let e = 0; e < length; e++) {
    expect(bits[e]).toBe(word(e));
    expect(u[e]).toBe((word(e) >>> 8) * 2 ** -24);
    const odd = (e >> 2) & 1;
    const radius = Math.sqrt(-2 * Math.log(word(odd ? e - 4 : e) * 2 ** -32 + 2 ** -33));
    const angle = 2 * Math.PI * word(odd ? e : e + 4) * 2 ** -32;
    // a few roundings of a number below 6.7
    const exact = radius * (odd ? Math.sin(angle) : Math.cos(angle));
    expect(Math.abs(z[e] - exact)).toBeLessThan(6.7 * 8 * 2 ** -24);
    const share = cut + (1 - 2 * cut) * ((word(e) >>> 9) + 0.5) * 2 ** -23;
    // the share is rounded to 2^-24, the density at 2 is 0.054
    expect(Math.abs(t[e] - normalQuantile(share))).toBeLessThan(2 ** -24 / 0.054 + 1e-6);
  }
});

Deno.test("a shorter fill is the beginning of a longer one", () => {
  for (const length of [0, 1, 15, 16, 17, 33]) {
    expect(normal(0, 1, length)).toEqual(normal(0, 1, 100).slice(0, length));
    expect(truncated(-1, 3, length)).toEqual(truncated(-1, 3, 100).slice(0, length));
  }
});

Deno.test("fillUniform() is uniform on [low, high) and never reaches high", () => {
  const x = uniform(-3, 5);
  expect(kolmogorov(x, (z) => (z + 3) / 8)).toBeLessThan(2.23);
  expect(kolmogorov(x, (z) => (z + 3.1) / 8)).toBeGreaterThan(2.23);
  // 1 + (1 - 2^-24) rounds to 2 in float32
  const near = uniform(1, 1 + 2 ** -23);
  expect([...new Set(near)]).toEqual([1]);
  expect(Math.max(...uniform(-1, 0, 5000))).toBeLessThan(0);
  expect(() => uniform(1, 1)).toThrow(
    "Cannot draw from [1, 1) as low must be < high with a finite difference in float32",
  );
  expect(() => uniform(-3e38, 3e38)).toThrow(RangeError);
  expect(() => uniform(NaN, 1)).toThrow(RangeError);
});

Deno.test("fillNormal() is normal in shape, moments and independence", () => {
  const x = normal();
  expect(kolmogorov(x, normalCdf)).toBeLessThan(2.23);
  expect(kolmogorov(x, (z) => normalCdf(z / 1.02))).toBeGreaterThan(2.23);
  // standard errors: of the mean 1/sqrt N, of the second moment sqrt(2/N), of the fourth sqrt(96/N)
  expect(Math.abs(moment(x, 1)) * Math.sqrt(N)).toBeLessThan(4.5);
  expect(Math.abs(moment(x, 2) - 1) * Math.sqrt(N / 2)).toBeLessThan(4.5);
  expect(Math.abs(moment(x, 4) - 3) * Math.sqrt(N / 96)).toBeLessThan(4.5);
  for (const lag of [1, 4, 8, 16]) { // 4 apart: cosine and sine of one angle
    const products = x.subarray(lag).map((v, i) => v * x[i]);
    expect(Math.abs(moment(products, 1)) * Math.sqrt(products.length)).toBeLessThan(4.5);
  }
});

Deno.test("fillNormal() is mean + std z", () => {
  const f = Math.fround;
  const expected = normal(0, 1, 50).map((z) => f(f(0.3) + f(f(0.1) * z)));
  expect(normal(0.3, 0.1, 50)).toEqual(expected);
});

const cuts = [[-2, 2], [-1, 3], [-Infinity, Infinity], [3, Infinity], [-9, -8], [8, 9]];
for (const [low, high] of [...cuts, [-1e-6, 1e-6]]) {
  Deno.test(`fillTruncatedNormal() has the law of a normal cut to [${low}, ${high}]`, () => {
    const x = truncated(low, high);
    const mass = low > 0 ? normalCdf(-low) - normalCdf(-high) : normalCdf(high) - normalCdf(low);
    const share = (z: number) =>
      (low > 0 ? normalCdf(-low) - normalCdf(-z) : normalCdf(z) - normalCdf(low)) / mass;
    expect(Math.min(...x.subarray(0, 1e5))).toBeGreaterThanOrEqual(Math.fround(low));
    expect(Math.max(...x.subarray(0, 1e5))).toBeLessThanOrEqual(Math.fround(high));
    // float64 cannot resolve the mass of the last, tiny interval by differences: it is uniform
    const cdf = high - low < 1e-3 ? (z: number) => (z - low) / (high - low) : share;
    expect(kolmogorov(x, cdf)).toBeLessThan(2.23);
    expect(kolmogorov(x, (z) => cdf(z) * 0.99)).toBeGreaterThan(2.23);
  });
}

Deno.test("fillTruncatedNormal() stays within bounds finer than its steps", () => {
  for (const low of [-3, -2, 2]) {
    const high = Math.fround(low + 1e-5), x = truncated(low, high, 5000);
    expect(Math.min(...x)).toBeGreaterThanOrEqual(low);
    expect(Math.max(...x)).toBeLessThanOrEqual(high);
  }
});

Deno.test("fillTruncatedNormal() refuses cuts that float32 cannot resolve", () => {
  for (const [low, high] of [[10, 11], [-12, -10], [1, 1], [2, -2], [NaN, 1]]) {
    expect(() => truncated(low, high, 10)).toThrow(RangeError);
  }
});

Deno.test("lowerTail() is the float64 normal law from + - * / alone", () => {
  for (let z = -30; z <= 10; z += 0.037) {
    expect(Math.abs(lowerTail(z) / normalCdf(z) - 1)).toBeLessThan(1e-12);
  }
  expect([lowerTail(-Infinity), lowerTail(Infinity), lowerTail(0)]).toEqual([0, 1, 0.5]);
});
