/** Against what JAX 0.10.2 drew on an x86 CPU with fused multiply-adds (tests/vectors/make_jax.py). */
import { expect } from "@std/expect";
import {
  jaxInit,
  type JaxRng,
  jaxRng,
  lecunNormal,
  type Shape,
  singularValues,
  type Tensor,
} from "../lib/mod.ts";
import { threefry2x32 } from "../lib/streams/threefry.ts";
import { erf, erfInverse } from "../lib/streams/xlaErf.ts";
import { erf as erf64 } from "../lib/numerics/gaussian.ts";
import { differing, type Numbers, type RecordedCase, ulps, valuesOf } from "./vectors/recorded.ts";
import vectors from "./vectors/jax.json" with { type: "json" };

interface JaxCase extends RecordedCase {
  partitionable: boolean;
}

const cases = vectors.cases as unknown as JaxCase[];
const exact = cases.filter(({ sha256 }) => sha256), whole = cases.filter(({ data }) => data);

// deno-lint-ignore no-explicit-any -- options as JAX names them
type Options = any;

const words = (keys: readonly JaxRng[]) => Uint32Array.from(keys.flatMap(({ key }) => [...key]));

const CALLS: Record<string, (key: JaxRng, shape: Shape, options: Options) => Numbers> = {
  bits: (key, [n]) => key.bits(n),
  split: (key, [n]) => words(key.split(n)),
  fold_in: (key, [n]) => words([key.foldIn(n)]),
  permutation: (key, [n]) => key.permutation(n),
  uniform: (key, shape, { minval, maxval }) =>
    key.uniform(shape, { low: minval, high: maxval }).data,
  normal: (key, shape) => key.normal(shape).data,
  truncated_normal: (key, shape, { lower, upper }) =>
    key.truncatedNormal(shape, { parentStd: 1, low: lower, high: upper }).data,
};

const camel = (name: string) => name.replace(/_(.)/g, (_, letter) => letter.toUpperCase());

const keyOf = ({ seed, partitionable }: JaxCase, rng = jaxRng) =>
  rng(seed as number, { partitionable });

function draw(one: JaxCase, rng = jaxRng): Numbers {
  const { call, shape, options } = one, key = keyOf(one, rng);
  if (call in CALLS) return CALLS[call](key, shape!, options);
  const name = camel(call.replace("initializers.", "")) as keyof typeof jaxInit;
  const init = jaxInit[name] as (shape: Shape, key: JaxRng, options: Options) => Tensor;
  const named = Object.entries(options).map(([option, value]) => [camel(option), value]);
  return init(shape!, key, Object.fromEntries(named)).data;
}

Deno.test("jaxRng() and jaxInit give JAX's bits in every recorded case, of both layouts", () => {
  expect(exact.length).toBeGreaterThan(450);
  expect(exact.filter(({ partitionable }) => partitionable).length).toBe(exact.length / 2);
  expect(differing(exact, draw)).toEqual([]);
});

Deno.test("jaxInit.orthogonal() and deltaOrthogonal() are JAX's up to the rounding of two factorizations", () => {
  expect(whole.length).toBe(36);
  for (const one of whole) {
    const got = draw(one), want = valuesOf(one), options = one.options as Options;
    const [long, short] = sidesOf(one);
    const key = keyOf(one);
    const spectrum = singularValues(key.normal([long, short]).data, long, short);
    // As for PyTorch's: backward errors of about 2^-24 sqrt(long short) |A| each way, times sqrt 2 kappa (Stewart 1977).
    const condition = Math.max(...spectrum) / Math.min(...spectrum);
    const tolerance = 2 * Math.SQRT2 * condition * Math.sqrt(long * short) * 2 ** -24 *
      (options.scale ?? 1);
    expect(tolerance).toBeLessThan(0.01);
    expect(got.length).toBe(want.length);
    for (let i = 0; i < want.length; i++) {
      expect(Math.abs(got[i] - want[i])).toBeLessThan(tolerance);
    }
  }
});

Deno.test("jaxInit.orthogonal() counts a column axis below 0 from the end", () => {
  // jax 0.10.2: jax.nn.initializers.orthogonal(column_axis=-2)(jax.random.key(0), (3, 4, 2)).ravel()[jax.numpy.array([0, 1, 2, 8, 23])]
  const recorded = [0.58731043, 0.06373557, 0.66974288, 0.24045922, -0.11771267];
  const { data } = jaxInit.orthogonal([3, 4, 2], jaxRng(0), { columnAxis: -2 });
  [0, 1, 2, 8, 23].forEach((k, i) => expect(data[k]).toBeCloseTo(recorded[i], 5));
  expect(data).toEqual(jaxInit.orthogonal([3, 4, 2], jaxRng(0), { columnAxis: 1 }).data);
  expect(() => jaxInit.orthogonal([3, 4], jaxRng(0), { columnAxis: -3 })).toThrow("it has 2 axes");
});

/** The sides of the matrix that a case factors, the longer one first. */
function sidesOf({ call, shape, options }: JaxCase): number[] {
  const [matrix, axis] = call.includes("delta")
    ? [shape!.slice(-2), -1]
    : [shape!, (options as Options).column_axis ?? -1];
  const columns = matrix.at(axis)!;
  const rows = matrix.reduce((a, b) => a * b) / columns;
  return [Math.max(rows, columns), Math.min(rows, columns)];
}

Deno.test("the library's own initializers are JAX's within 2 units in the last place", () => {
  const rows = exact.filter(({ call }) => call === "initializers.lecun_normal").slice(0, 12);
  let count = 0;
  for (const one of rows.filter(({ options }) => Object.keys(options).length === 0)) {
    const want = draw(one) as Float32Array;
    const key = keyOf(one);
    const got = lecunNormal({ truncated: true })(one.shape!, key).data;
    for (let i = 0; i < want.length; i++, count++) {
      // The std is rounded to float32 once here, four times there: its relative error of up to 2^-23 moves a product by 2.
      expect(ulps(got[i], want[i])).toBeLessThanOrEqual(2);
    }
  }
  expect(count).toBeGreaterThan(2000);
});

Deno.test("the recorded bits refuse the other layout, a wrong seed, wrong fans or no correction", () => {
  const drawn = exact.filter(({ call, shape }) => call !== "fold_in" && shape?.[0] !== 1);
  const other: typeof jaxRng = (seed, options) =>
    jaxRng(seed, { partitionable: !options!.partitionable });
  expect(differing(drawn, (one) => draw(one, other)).length).toBe(drawn.length);
  const shifted: typeof jaxRng = (seed, options) => jaxRng(seed + 1, options);
  const random = exact.filter(({ call, shape }) => !(call === "permutation" && shape![0] === 1));
  expect(differing(random, (one) => draw(one, shifted)).length).toBe(random.length);
  const he = exact.filter(({ call, options }) =>
    call === "initializers.he_normal" && Object.keys(options).length === 0
  );
  const refused = (wrong: (key: JaxRng, shape: Shape) => Tensor) =>
    expect(
      differing(he, (one) => wrong(keyOf(one), one.shape!).data).length,
    ).toBe(he.length);
  refused((key, shape) => jaxInit.heNormal(shape, key, { inAxis: -1, outAxis: -2 }));
  refused((key, shape) => {
    const fanIn = shape.slice(0, -1).reduce((a, b) => a * b);
    return key.truncatedNormal(shape, { parentStd: Math.sqrt(2 / fanIn) });
  });
});

Deno.test("threefry2x32() gives the published words", () => {
  // Random123's kat_vectors, threefry2x32 with 20 rounds.
  const all = 0xffffffff;
  expect(threefry2x32([0, 0], [0, 0])).toEqual([0x6b200159, 0x99ba4efe]);
  expect(threefry2x32([all, all], [all, all])).toEqual([0x1cb996fc, 0xbb002be7]);
  expect(threefry2x32([0x13198a2e, 0x03707344], [0x243f6a88, 0x85a308d3])).toEqual([
    0xc4923a9c,
    0x483df7a0,
  ]);
});

Deno.test("jaxRng() has no state, and its keys part as JAX's do", () => {
  const key = jaxRng(7);
  expect(key.normal([5])).toEqual(key.normal([5]));
  const [a, b, c] = key.split(3);
  expect(key.split(2).map((part) => part.key)).toEqual([a.key, b.key]); // in JAX's default layout alone
  expect(key.foldIn(2).key).toEqual(c.key);
  expect(key.foldIn(2 ** 32 + 2).key).toEqual(c.key);
  expect(jaxRng(2 ** 32 + 7).key).toEqual(key.key);
  expect(jaxRng(-1).key).toEqual([0, 0xffffffff]);
  expect(key.child(2).key).toEqual(c.key);
  expect(key.child("ab").key).not.toEqual(key.child("ba").key);
  expect(key.child("b").key).not.toEqual(key.child("b".charCodeAt(0)).key);
  expect(key.child("a").child("b").key).not.toEqual(key.child("ab").key);
});

Deno.test("XLA's erf and its inverse are what they are called", () => {
  for (let x = -4; x <= 4; x += 1 / 64) {
    // Errors seen against float64: 5 units in the last place.
    expect(ulps(erf(x), Math.fround(erf64(x)))).toBeLessThanOrEqual(5);
  }
  for (let x = -0.9999; x < 1; x += 0.0077) {
    // Giles's table 5: relative error below 4e-7 up to the rounding of its steps.
    expect(Math.abs(erf64(erfInverse(Math.fround(x))) / Math.fround(x) - 1)).toBeLessThan(1e-6);
  }
});

Deno.test("jaxRng() and jaxInit refuse bad input with what was wrong", () => {
  const key = jaxRng(0);
  expect(() => jaxRng(0.5)).toThrow("Cannot use seed as it must be an integer");
  expect(() => key.foldIn(NaN)).toThrow("Cannot use data as it must be an integer");
  expect(() => key.split(-1)).toThrow(RangeError);
  expect(() => key.uniform([2], { low: 1, high: 0 })).toThrow("low must be <= high");
  expect(() => key.uniform([2], { low: -3e38, high: 3e38 })).toThrow("a finite difference");
  expect(() => key.normal([2], { std: -1 })).toThrow("std as it must be >= 0");
  expect(() => jaxInit.heNormal([3], key)).toThrow("has no axis -2");
  expect(() => jaxInit.heNormal([3, 4], key, { inAxis: 2 })).toThrow("has no axis 2");
  expect(() => jaxInit.orthogonal([3, 4], key, { columnAxis: 2 })).toThrow("it has 2 axes");
  expect(() => jaxInit.heNormal([3, 4], key, { in_axis: 0 } as never)).toThrow("it takes inAxis");
  expect(() => jaxInit.heNormal([0, 4], key)).toThrow("it has no elements");
  expect(() => jaxInit.orthogonal([4], key)).toThrow("at least two axes");
  expect(() => jaxInit.deltaOrthogonal([3, 5, 4], key)).toThrow("in <= out");
  const options = { scale: 1, mode: "fanIn", distribution: "normal" } as never;
  expect(() => jaxInit.varianceScaling([3, 4], key, options)).toThrow("choose one of fan_in");
  expect(key.normal([0, 3]).data.length).toBe(0);
  expect(key.permutation(0).length).toBe(0);
});
