import { expect } from "@std/expect";
import {
  kolmogorovSmirnov,
  kolmogorovTail,
  normal,
  normalCdf,
  orthogonal,
  rng,
  seeds,
  truncatedNormal,
  truncatedStd,
  uniform,
  zeros,
} from "../lib/mod.ts";

// The definition, place by place: both sides of each entry, entries counted anew.
function distanceOf(data: Float32Array, cdf: (x: number) => number): number {
  let most = 0;
  for (const x of data) {
    const below = data.filter((y) => y < x).length / data.length;
    const upTo = data.filter((y) => y <= x).length / data.length;
    most = Math.max(most, Math.abs(cdf(x) - below), Math.abs(cdf(x) - upTo));
  }
  return most;
}

Deno.test("kolmogorovSmirnov() measures the distance that the definition has", () => {
  const parent = 0.3 / truncatedStd(2), tail = normalCdf(-2);
  const cases = [
    { init: uniform({ low: -2, high: 5 }), cdf: (x: number) => (x + 2) / 7 },
    { init: normal({ mean: 1, std: 0.3 }), cdf: (x: number) => normalCdf((x - 1) / 0.3) },
    {
      init: truncatedNormal({ std: 0.3 }),
      cdf: (x: number) => (normalCdf(x / parent) - tail) / (1 - 2 * tail),
    },
  ];
  for (const { init, cdf } of cases) {
    const law = init.law([7, 30]), { data } = init([7, 30], rng("distance"));
    const { distance, p } = kolmogorovSmirnov(data, law);
    expect(Math.abs(distance - distanceOf(data, cdf))).toBeLessThan(1e-8); // the table's error is 4e-9
    expect(p).toBe(kolmogorovTail(Math.sqrt(210) * distance));
  }
  const ties = Float32Array.of(0.25, 0.25, 0.25, 0.75);
  expect(kolmogorovSmirnov(ties, uniform({ low: 0, high: 1 }).law([4])).distance).toBe(0.5);
});

Deno.test("kolmogorovSmirnov() refuses a right law as often as it says, and a wrong one more often", () => {
  const law = normal({ std: 1 }).law([500]);
  const share = (std: number) =>
    seeds(400, "ks").filter((rng) => kolmogorovSmirnov(rng.normal([500], { std }), law).p < 0.05)
      .length / 400;
  expect(Math.abs(share(1) - 0.05)).toBeLessThan(4 * Math.sqrt(0.05 * 0.95 / 400));
  expect(share(1.3)).toBeGreaterThan(0.5);
});

Deno.test("kolmogorovSmirnov() leaves its argument as it is and refuses what it cannot test", () => {
  const data = Float32Array.of(3, 1, 2), law = normal({ std: 1 }).law([3]);
  kolmogorovSmirnov(data, law);
  expect([...data]).toEqual([3, 1, 2]);
  expect(() => kolmogorovSmirnov(new Float32Array(0), law)).toThrow("Cannot test an empty tensor");
  for (const init of [zeros(), orthogonal()]) {
    expect(() => kolmogorovSmirnov(data, init.law([3, 1]))).toThrow(RangeError);
  }
  expect(() => kolmogorovSmirnov([1, 2] as unknown as Float32Array, law)).toThrow(TypeError);
});
