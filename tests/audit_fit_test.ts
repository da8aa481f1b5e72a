/** The tests of one law, their bounds and likelihoods, against closed forms. */
import { expect } from "@std/expect";
import { cdfOf, logLikelihood, test } from "../lib/audit/fit.ts";
import { measure } from "../lib/audit/statistics.ts";
import { type Law, normal, normalCdf, rng, truncatedNormal, uniform } from "../lib/mod.ts";
import { inBlocks } from "./inBlocks.ts";

Deno.test("laws have their distribution functions and log-likelihoods", () => {
  const laws = [
    normal({ mean: 0.3, std: 0.2 }),
    uniform({ low: -0.1, high: 0.5 }),
    truncatedNormal({ mean: 0.2, std: 0.1 }),
    truncatedNormal({ parentStd: 0.2, cut: 1.3 }),
    truncatedNormal({ std: 0.2, cut: 40 }),
  ].map((init) => init.law([]));
  const parents = [0.2, 0, 0.1 / 0.8796256610342398, 0.2, 0.2];
  const { data } = rng("likelihood").uniform([50], { low: 0.05, high: 0.25 });
  const { stats } = measure(inBlocks({ shape: [50], data }, 50), undefined);
  for (const [i, law] of laws.entries()) {
    const phi = (x: number) => normalCdf((x - law.mean) / parents[i]);
    const exact = (x: number) =>
      parents[i] === 0
        ? (x - law.low) / (law.high - law.low)
        : (phi(x) - phi(law.low)) / (phi(law.high) - phi(law.low));
    for (const x of [-0.05, 0.1, 0.2, 0.211, 0.45]) {
      if (x < law.low || x > law.high) continue;
      expect(Math.abs(cdfOf(law)(x) - exact(x))).toBeLessThan(5e-9); // the table's error
    }
    // The density as the slope of the exact distribution function, by central differences: 1e-9 relative.
    const h = 1e-5;
    const sum = data.reduce((sum, x) => sum + Math.log((exact(x + h) - exact(x - h)) / (2 * h)), 0);
    expect(Math.abs(logLikelihood(law, stats) / sum - 1)).toBeLessThan(1e-6);
  }
  expect(logLikelihood(uniform({ low: 0, high: 0.1 }).law([]), stats)).toBe(-Infinity);
  expect([cdfOf(laws[0])(-9), cdfOf(laws[0])(9), cdfOf(laws[1])(-1)]).toEqual([0, 1, 0]);
});

Deno.test("the bounds of a law's tests are above their true chances", () => {
  // Of 20,000 samples of 5 and of 60 entries, the share with p below 1/100 must not exceed 1/100 by more than 4.5 of
  // its standard errors, and the tests must not be blind: some come below. Shape is Massart's bound from n = 5 on.
  const level = 0.01, tries = 20_000, most = level + 4.5 * Math.sqrt(level / tries);
  for (
    const init of [normal({ std: 1 }), uniform({ low: -1, high: 1 }), truncatedNormal({ std: 1 })]
  ) {
    const law = init.law([]);
    for (const n of [5, 60]) {
      const { data } = init([tries / 10 * n], rng("bounds").child(n));
      const below = { mean: 0, spread: 0, outliers: 0, reach: 0, shape: 0 };
      for (let i = 0; i < tries / 10; i++) {
        const part = data.subarray(i * n, (i + 1) * n);
        const verdict = test(law, measure(inBlocks({ shape: [n], data: part }, n), undefined));
        for (const key of Object.keys(below) as (keyof typeof below)[]) {
          if (verdict[key] < level) below[key]++;
        }
      }
      for (const count of Object.values(below)) {
        expect(count / (tries / 10)).toBeLessThanOrEqual(most + 3.5 * Math.sqrt(level / tries * 9));
      }
      expect(below.mean + below.spread + below.shape).toBeGreaterThan(0);
    }
  }
});

Deno.test("test() gives the closed forms of its bounds", () => {
  const verdictOf = (law: Law, ...values: number[]) => {
    const data = Float32Array.from(values);
    return test(law, measure(inBlocks({ shape: [data.length], data }, 9), undefined));
  };
  const standard = normal({ std: 1 }).law([]);
  // Each sample has an entry of 24 digits, so that it counts as float32.
  // Two entries +-pi: one degree of freedom with a square of x = 2 pi^2, 2 exp(-(x - 1 - ln x) / 2).
  const x = 2 * Math.PI ** 2, spread = 2 * Math.exp(-(x - 1 - Math.log(x)) / 2);
  expect(verdictOf(standard, Math.PI, -Math.PI).spread / spread).toBeCloseTo(1, 5);
  // Mean 2 of two entries: z = 2 sqrt(2), 2 exp(-4).
  expect(verdictOf(standard, 2.1, 1.9).mean).toBeCloseTo(2 * Math.exp(-4), 5);
  // Of four entries one at 3.5: 4 times P(|Z| > 3.5) = 4.652582e-4. None beyond 0.1: P(|Z| < 0.1)^4 = 0.0796557^4.
  expect(verdictOf(standard, 3.5, 0.1, 1, -1).outliers).toBeCloseTo(4 * 4.652582e-4, 6);
  expect(verdictOf(standard, 0.1, -0.1, 0.05, -0.05).reach / 0.0796557 ** 4).toBeCloseTo(1, 4);
  const flat = uniform({ low: -1, high: 1 }).law([]);
  expect(verdictOf(flat, 0.5, -0.5, 0.1).reach).toBeCloseTo(0.125, 5);
  expect([verdictOf(flat, 0.1, -1).outliers, verdictOf(flat, 0.1, -1.001).outliers]).toEqual([
    1,
    0,
  ]);
});

Deno.test("test() allows for what rounding and 24-bit draws do to huge tensors", () => {
  const law = normal({ std: 1 }).law([]);
  const measured = (changes: object) => {
    const stats = {
      ...{ count: 2 ** 31, nan: 0, infinite: 0, mean: 0, std: 1, min: -6.2, max: 6.2, zeros: 0 },
      ...{ skewness: 0, kurtosis: 3, digits: 23, step: 2 ** -60, ...changes },
    };
    return test(law, {
      stats,
      sample: new Float32Array(0),
      start: new Float32Array(0),
      hash: "",
      lines: undefined,
    });
  };
  // PyTorch's normal ends at sqrt(2 ln 2^24) = 5.768 stds, which 2^31 entries would pass 17 times.
  expect(measured({ min: -5.767, max: 5.768 }).reach).toBe(1);
  expect(measured({ min: -4.5, max: 4.5 }).reach).toBeLessThan(1e-6);
  // Cutting bfloat16 digits off takes 2^-9 of each entry on average, and flooring moves means by as much.
  for (const change of [{ std: 1 - 2 ** -9 }, { mean: -(2 ** -9) }]) {
    const coarse = measured({ ...change, digits: 7 }), fine = measured(change);
    expect(Math.min(coarse.mean, coarse.spread)).toBe(1);
    expect(Math.min(fine.mean, fine.spread)).toBeLessThan(1e-6);
  }
  // Steps of 0.05 stds add 0.05^2 / 12 to the variance.
  const stepped = { std: Math.sqrt(1 + 0.05 ** 2 / 12), step: 0.05 };
  expect(measured(stepped).spread).toBe(1);
  expect(measured({ ...stepped, step: 2 ** -60 }).spread).toBeLessThan(1e-6);
});
