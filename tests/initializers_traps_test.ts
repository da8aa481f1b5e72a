/** Where structured initializers of the same name differ between libraries, or are not what they promise; more in presets_traps_test.ts. */
import { expect } from "@std/expect";
import {
  complexVarianceScaling,
  deltaOrthogonal,
  dirac,
  jaxInit,
  jaxRng,
  moments,
  orthogonal,
  rng,
  seeds,
  singularValues,
  tensor,
  zerO,
} from "../lib/mod.ts";

Deno.test("trap 6: QR alone is not uniform over rotations: its first entry is negative on average", () => {
  const draws = 400, streams = seeds(draws, "trap 6");
  const first = moments(tensor([draws], streams.map((one) => orthogonal()([2, 2], one).data[0])));
  // cos of a uniform angle has variance 1/2; Householder's QR, not corrected, has mean -2/pi.
  const standardError = Math.SQRT1_2 / Math.sqrt(draws);
  expect(Math.abs(first.mean)).toBeLessThan(4.5 * standardError);
  expect(2 / Math.PI).toBeGreaterThan(4.5 * standardError);
  const determinants = streams.map((one) => {
    const [a, b, c, d] = orthogonal()([2, 2], one).data;
    return Math.sign(a * d - b * c);
  });
  expect(new Set(determinants)).toEqual(new Set([1, -1]));
});

Deno.test("trap 6: which axis of a flattened kernel has the orthogonal columns is a choice", () => {
  const shape = [3, 5, 7];
  const gram = (columns: "in" | "out") => {
    const { data } = orthogonal({ columns })(shape, rng("trap 6"));
    // Columns of outputs, (kernel in, out), have length 1 where "out" has the orthogonal columns.
    return Array.from(
      { length: 7 },
      (_, j) => Array.from({ length: 15 }, (_, i) => data[7 * i + j] ** 2).reduce((a, b) => a + b),
    );
  };
  for (const square of gram("out")) expect(square).toBeCloseTo(1, 5);
  expect(gram("in").every((square) => Math.abs(square - 1) < 1e-5)).toBe(false);
});

/** The taps of a kernel (taps, in, out) that are not all 0. */
function taps({ shape: [count], data }: { shape: readonly number[]; data: Float32Array }) {
  const size = data.length / count;
  return Array.from({ length: count }, (_, k) => k)
    .filter((k) => data.subarray(k * size, (k + 1) * size).some((w) => w !== 0));
}

Deno.test("trap 7: an even kernel has two middles: delta-orthogonal takes the left, dirac the right", () => {
  expect(taps(deltaOrthogonal()([4, 8, 8], rng("trap 7")))).toEqual([1]);
  expect(taps(dirac()([4, 8, 8], rng("trap 7")))).toEqual([2]);
  for (const init of [deltaOrthogonal(), dirac()]) {
    expect(taps(init([5, 8, 8], rng("trap 7")))).toEqual([2]);
  }
});

/** The mean of |z|^2 over pairs. */
const power = ({ data }: { data: Float32Array }) =>
  data.reduce((sum, part) => sum + part * part, 0) / (data.length / 2);

Deno.test("trap 8: JAX's complex truncated normal divides by 0.9531, not 0.9620: 1.87 % too much variance", () => {
  // |z|^2 = t has density e^-t / (1 - e^-4) up to 4; JAX's constant is the root of the integral without the divisor.
  const kept = 1 - Math.exp(-4), integral = 1 - 5 * Math.exp(-4);
  expect(integral / kept).toBeCloseTo(0.9253706, 7);
  expect(Math.sqrt(integral / kept)).toBeCloseTo(0.9619618, 7);
  expect(0.95311164380491208 ** 2).toBeCloseTo(integral, 12);
  const shape = [400, 500, 2], fanIn = 400, pairs = 400 * 500;
  // Var t = E t^2 - (E t)^2 with E t^2 = (2 - 26 e^-4) / (1 - e^-4).
  const spread = Math.sqrt((2 - 26 * Math.exp(-4)) / kept / (integral / kept) ** 2 - 1);
  const allowed = 4.5 * spread / Math.sqrt(pairs);
  expect(allowed).toBeLessThan(1 / kept - 1);
  const options = { scale: 2, distribution: "truncatedNormal" } as const;
  const ours = power(complexVarianceScaling(options)(shape, rng("trap 8"))) * fanIn / 2;
  expect(Math.abs(ours - 1)).toBeLessThan(allowed);
  const jax = power(jaxInit.complexVarianceScaling(shape, jaxRng(8), {
    scale: 2,
    mode: "fan_in",
    distribution: "truncated_normal",
  })) * fanIn / 2;
  expect(Math.abs(jax - 1 / kept)).toBeLessThan(allowed);
  expect(Math.abs(jax - 1)).toBeGreaterThan(allowed);
});

Deno.test("trap 9: the numbers in JAX's documentation are those of its former random bits", () => {
  const drawn = (
    partitionable: boolean,
  ) => [...jaxInit.glorotUniform([2, 3], jaxRng(42, { partitionable })).data];
  // As the documentation prints them, and as jax 0.10 draws them today.
  [0.503508, 0.808863, 0.815669, -0.639333, -0.686572, 0.110039]
    .forEach((printed, i) => expect(drawn(false)[i]).toBeCloseTo(printed, 6));
  [-0.024736, 0.393916, 0.254738, 0.13368, -0.108132, 0.188123]
    .forEach((today, i) => expect(drawn(true)[i]).toBeCloseTo(today, 6));
});

Deno.test("trap 11: ZerO is orthonormal only where the number of outputs is a power of two", () => {
  const spectrum = (
    rows: number,
    columns: number,
  ) => [...singularValues(zerO()([rows, columns], rng("trap 11")).data, rows, columns)];
  for (const value of spectrum(5, 8)) expect(value).toBeCloseTo(1, 6);
  const twelve = spectrum(8, 12);
  twelve.slice(0, 4).forEach((value) => expect(value).toBeCloseTo(1, 6));
  twelve.slice(4).forEach((value) => expect(value).toBeCloseTo(Math.SQRT1_2, 6));
});
