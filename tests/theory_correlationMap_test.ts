import { expect } from "@std/expect";
import { relu, tanh } from "../lib/nn/activations.ts";
import { correlationMap, meanField } from "../lib/theory/correlationMap.ts";

/** sigma_w^2, sigma_b^2, q*, chi, depth scale of correlations, c*: computed by other code, to the digits given. */
const TANH = [
  [1, 0.05, 0.193593, 0.759032, 3.627, 1],
  [1.5, 0.05, 0.418037, 0.938636, 15.791, 1],
  [2, 0.05, 0.721762, 1.047666, 25.213, 0.744082],
  [2.5, 0.05, 1.063958, 1.133516, 11.796, 0.446804],
  [4, 0.05, 2.195494, 1.342402, 6.98, 0.165065],
];
/** The same with Poole et al.'s sigma_w = 1.3, 2.5, 4 and sigma_b = 0.3: q*, chi. */
const POOLE = [[1.3, 0.607047, 0.9398], [2.5, 4.079124, 1.5852], [4, 12.604149, 2.3673]];

Deno.test("meanField() gives tanh's fixed points in both phases", () => {
  for (const [weightVariance, biasVariance, q, chi, depth, c] of TANH) {
    const found = meanField(tanh, { weightVariance, biasVariance });
    expect(Math.abs(found.meanSquare - q)).toBeLessThan(6e-7);
    expect(Math.abs(found.chi - chi)).toBeLessThan(6e-7);
    expect(Math.abs(found.correlation - c)).toBeLessThan(6e-7);
    expect(Math.abs(found.correlationDepth - depth)).toBeLessThan(6e-4);
  }
  for (const [std, q, chi] of POOLE) {
    const found = meanField(tanh, { weightVariance: std ** 2, biasVariance: 0.09 });
    expect(Math.abs(found.meanSquare - q)).toBeLessThan(6e-7);
    expect(Math.abs(found.chi - chi)).toBeLessThan(6e-5);
  }
});

Deno.test("correlationMap() of He's ReLU is the arc-cosine kernel and pulls inputs together", () => {
  for (const correlation of [-0.5, 0, 0.6, 0.99]) {
    const angle = Math.acos(correlation);
    const next = correlationMap(relu, { weightVariance: 2 }, { meanSquare: 3, correlation });
    expect(next.correlation)
      .toBeCloseTo((Math.sin(angle) + (Math.PI - angle) * correlation) / Math.PI, 9);
    expect(next.slope).toBeCloseTo(1 - angle / Math.PI, 9);
    expect(next.correlation).toBeGreaterThan(correlation);
  }
});

Deno.test("meanField() refuses networks whose signal dies or explodes", () => {
  expect(() => meanField(relu, { weightVariance: 1 })).toThrow("tends to 0");
  expect(() => meanField(relu, { weightVariance: 3 })).toThrow("tends to Infinity");
});
