/** Against what JAX 0.10.2 drew of dtype complex64 on an x86 CPU (tests/vectors/make_jax_complex.py). */
import { expect } from "@std/expect";
import { jaxInit, jaxRng, type Tensor } from "../lib/mod.ts";
import { complexNormal } from "../lib/streams/jaxComplex.ts";
import { differing, type RecordedCase, valuesOf } from "./vectors/recorded.ts";
import vectors from "./vectors/jax_complex.json" with { type: "json" };

interface JaxCase extends RecordedCase {
  partitionable: boolean;
}

const cases = vectors.cases as unknown as JaxCase[];
const exact = cases.filter(({ sha256 }) => sha256), near = cases.filter(({ data }) => data);

function draw({ call, seed, partitionable, shape, options }: JaxCase): Tensor {
  const key = jaxRng(seed as number, { partitionable });
  return call === "normal"
    ? complexNormal(shape!, key)
    : jaxInit.complexVarianceScaling(shape!, key, options as never);
}

Deno.test("jaxInit gives JAX's complex normal numbers bit for bit, of both layouts", () => {
  expect([exact.length, near.length]).toEqual([42, 48]);
  expect(differing(exact, (one) => draw(one).data)).toEqual([]);
  const other = (one: JaxCase) => draw({ ...one, partitionable: !one.partitionable }).data;
  expect(differing(exact, other).length).toBe(exact.length);
});

/** The largest distance of a drawn z from the recorded one, over |z| 2^-23. */
function distance(got: Float32Array, want: Float32Array): number {
  let most = 0;
  for (let k = 0; k < want.length; k += 2) {
    const gap = Math.hypot(got[k] - want[k], got[k + 1] - want[k + 1]);
    most = Math.max(most, gap / (Math.hypot(want[k], want[k + 1]) * 2 ** -23));
  }
  return most;
}

Deno.test("jaxInit gives JAX's complex uniform and truncated numbers within 2 units of 2^-23 |z|", () => {
  for (const one of near) {
    const got = draw(one).data, want = valuesOf(one);
    expect(got.length).toBe(want.length);
    // The logarithms differ by a unit, whose root halves it; sine and cosine by one more; two products by half a unit each. 1.76 seen.
    expect(distance(got, want)).toBeLessThan(2);
    // A wrong layout, or the true correction, is nowhere near.
    const other = draw({ ...one, partitionable: !one.partitionable }).data;
    expect(distance(other, want)).toBeGreaterThan(1e5);
    if (one.options.distribution !== "truncated_normal") continue;
    const corrected = got.map((part) => part * 0.95311164380491208 / 0.9619618);
    expect(distance(corrected, want)).toBeGreaterThan(7e4);
  }
});

Deno.test("jaxInit.complexVarianceScaling() refuses what is not complex, and other options", () => {
  const options = { scale: 1, mode: "fan_in", distribution: "normal" } as const;
  const key = jaxRng(0);
  expect(() => jaxInit.complexVarianceScaling([2, 3], key, options)).toThrow(
    "end it by an axis of 2",
  );
  expect(() => jaxInit.complexVarianceScaling([3, 2], key, options)).toThrow("has no axis -2");
  expect(() => jaxInit.complexVarianceScaling([2, 3, 2], key, { ...options, gain: 1 } as never))
    .toThrow('option "gain" to complexVarianceScaling');
  expect(() => jaxInit.complexVarianceScaling([2, 3, 2], undefined as never, options))
    .toThrow("a stream such as jaxRng(0)");
  expect(() => jaxInit.complexVarianceScaling([2, 3, 2], key, { ...options, scale: -1 }))
    .toThrow("scale as it must be >= 0");
});
