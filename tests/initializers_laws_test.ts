import { expect } from "@std/expect";
import {
  complexVarianceScaling,
  constant,
  fansOf,
  heNormal,
  heUniform,
  identity,
  type Initializer,
  type Law,
  lecunNormal,
  lecunUniform,
  lora,
  moments,
  normal,
  ones,
  orthogonal,
  type RandomSource,
  randomWalk,
  rng,
  scaledUniform,
  type Shape,
  sirenFirst,
  sirenHidden,
  truncatedNormal,
  uniform,
  uniformScaling,
  varianceScaling,
  xavierNormal,
  xavierUniform,
  zeros,
} from "../lib/mod.ts";
import { orthogonalTo } from "./initializerStructure.ts";
import { farthest, MAX_Z, spreadOf } from "./lawDistance.ts";

// Every shape has more than 1e5 entries and no two equal sizes: dense, wide, tall, 2-D and 1-D convolution.
const SHAPES: readonly Shape[] = [[400, 300], [96, 1200], [1100, 104], [3, 5, 80, 96], [
  7,
  120,
  130,
]];
/** How far the sample of an initializer is from a law, in standard errors; within its bounds in any case. */
function distance(init: Initializer, law: Law, shape: Shape): number {
  const { data } = init(shape, rng("laws").child(shape.join("x")));
  const { min, max } = moments(data);
  expect(min).toBeGreaterThanOrEqual(Math.fround(law.low));
  expect(max).toBeLessThanOrEqual(Math.fround(law.high));
  return farthest(data, spreadOf(law));
}

const CLOSED_FORMS: readonly [
  name: string,
  init: Initializer,
  variance: (fanIn: number, fanOut: number, entries: number) => number,
][] = [
  ["normal", normal({ std: 0.02 }), () => 4e-4],
  ["uniform", uniform({ low: -0.3, high: 0.3 }), () => 0.03],
  ["truncatedNormal", truncatedNormal({ std: 0.02 }), () => 4e-4],
  ["truncatedNormal, cut 3", truncatedNormal({ std: 0.02, cut: 3 }), () => 4e-4],
  ["truncatedNormal, parent", truncatedNormal({ parentStd: 1 }), () => 0.8796256610342398 ** 2],
  ["lecunNormal", lecunNormal(), (n) => 1 / n],
  ["lecunNormal, truncated", lecunNormal({ truncated: true }), (n) => 1 / n],
  ["lecunUniform", lecunUniform(), (n) => 1 / n],
  ["xavierNormal", xavierNormal(), (n, m) => 2 / (n + m)],
  ["xavierNormal, truncated", xavierNormal({ truncated: true }), (n, m) => 2 / (n + m)],
  ["xavierNormal, gain 5/3", xavierNormal({ gain: 5 / 3 }), (n, m) => 50 / 9 / (n + m)],
  ["xavierNormal, fanIn", xavierNormal({ mode: "fanIn" }), (n) => 1 / n],
  ["xavierUniform", xavierUniform(), (n, m) => 2 / (n + m)],
  ["heNormal", heNormal(), (n) => 2 / n],
  ["heNormal, truncated", heNormal({ truncated: true }), (n) => 2 / n],
  ["heNormal, fanOut", heNormal({ mode: "fanOut" }), (_, m) => 2 / m],
  ["heNormal, leaky", heNormal({ negativeSlope: 0.5 }), (n) => 1.6 / n],
  ["heUniform", heUniform(), (n) => 2 / n],
  ["varianceScaling", varianceScaling(), (n) => 1 / n],
  ["uniformScaling", uniformScaling({ factor: 1.5 }), (n) => 2.25 / n],
  ["scaledUniform", scaledUniform(), (_n, _m, entries) => 1 / (3 * entries)],
  ["sirenFirst", sirenFirst(), (n) => 1 / (3 * n * n)],
  ["sirenHidden", sirenHidden(), (n) => 2 / (900 * n)],
  ["lora, down", lora({ part: "down" }), (n) => 1 / (3 * n)],
  [
    "varianceScaling, fanGeoAvg",
    varianceScaling({ scale: 3, mode: "fanGeoAvg" }),
    (n, m) => 3 / Math.sqrt(n * m),
  ],
];

for (const [name, init, variance] of CLOSED_FORMS) {
  Deno.test(`${name} draws its law, whose variance is the closed form`, () => {
    for (const shape of SHAPES) {
      const receptive = shape.slice(0, -2).reduce((a, b) => a * b, 1);
      const fanIn = receptive * shape.at(-2)!, fanOut = receptive * shape.at(-1)!;
      const law = init.law(shape);
      expect(law.mean).toBe(0);
      // Float64 rounding of a few operations.
      expect(Math.abs(law.std ** 2 / variance(fanIn, fanOut, fanIn * shape.at(-1)!) - 1))
        .toBeLessThan(1e-12);
      expect(distance(init, law, shape)).toBeLessThan(MAX_Z);
    }
  });
}

Deno.test("randomWalk() draws its law, a little over He's and LeCun's", () => {
  for (const shape of SHAPES) {
    const fanIn = fansOf(shape).fanIn;
    for (
      const [activation, gain] of [
        ["linear", Math.exp(1 / (2 * fanIn))],
        ["relu", Math.SQRT2 * Math.exp(1.2 / (fanIn - 2.4))],
      ] as const
    ) {
      const init = randomWalk({ activation }), law = init.law(shape);
      // The exponential is a float32 one, within one unit of 2^-23.
      expect(Math.abs(law.std / (gain / Math.sqrt(fanIn)) - 1)).toBeLessThan(2.4e-7);
      expect(distance(init, law, shape)).toBeLessThan(MAX_Z);
    }
  }
  expect(randomWalk().law([3, 9]).std).toBeCloseTo(Math.sqrt(2 / 3) * Math.exp(1.2 / 3.6), 6);
  // What the gain is for: the mean of ln |W relu(x)| over |x|, width 8, is 0 where He's is below 0 by some 1.2 / 5.6.
  const drift = (init: Initializer) => {
    const n = 20_000;
    let sum = 0, squares = 0;
    for (let k = 0; k < n; k++) {
      const w = init([8, 8], rng("drift").child(k)).data;
      let out = 0;
      for (let j = 0; j < 8; j++) {
        let z = 0;
        for (let i = 0; i < 8; i++) z += w[i * 8 + j] / Math.sqrt(8);
        out += Math.max(z, 0) ** 2;
      }
      if (out === 0) continue;
      const l = Math.log(out) / 2;
      sum += l;
      squares += l * l;
    }
    return { mean: sum / n, error: Math.sqrt(squares / n) / Math.sqrt(n) };
  };
  // The paper's fit leaves out units that are all silent and is good to a few percent of a step.
  expect(Math.abs(drift(randomWalk()).mean)).toBeLessThan(0.05);
  expect(drift(heNormal()).mean).toBeLessThan(-0.1);
});

Deno.test("the statistical test refuses initializers that are wrong by a known mistake", () => {
  const right = heNormal();
  const mistakes: [string, Initializer][] = [
    ["fans swapped", heNormal({ mode: "fanOut" })],
    ["gain missing", lecunNormal()],
    ["average of the fans", xavierNormal({ gain: Math.SQRT2 })],
    ["uniform instead of normal", heUniform()],
    ["truncated instead of normal", heNormal({ truncated: true })],
    ["correction missing", truncatedScaled((n) => Math.sqrt(2 / n))],
    ["bound used as std", normal({ std: Math.sqrt(6 / 400) })],
  ];
  for (const [, mistake] of mistakes) {
    const law = right.law([400, 300]);
    // Bounds of a normal law are infinite, so that only the statistics can refuse.
    expect(distance(mistake, law, [400, 300])).toBeGreaterThan(MAX_Z);
  }
  const truncated = heNormal({ truncated: true });
  const uncorrected = truncatedScaled((n) => Math.sqrt(2 / n));
  expect(distance(uncorrected, truncated.law([400, 300]), [400, 300])).toBeGreaterThan(MAX_Z);
});

/** A truncated normal whose parent, not result, has the std of the rule: the old TensorFlow mistake. */
function truncatedScaled(std: (fanIn: number) => number): Initializer {
  const at = (shape: Shape) => truncatedNormal({ parentStd: std(fansOf(shape).fanIn) });
  const draw = (shape: Shape, stream: RandomSource) => at(shape)(shape, stream);
  return Object.assign(draw, {
    law: (shape: Shape) => at(shape).law(shape),
    spec: { name: "uncorrected" },
  });
}

Deno.test("complexVarianceScaling() has E|z|^2 = scale / n exactly, whatever the shape and the law", () => {
  // Radii: uniform in a disc has E|z|^2 = r^2 / 2; cut where |z|^2 is 4 of its parent's keeps 0.9253706 of it.
  const radii = {
    normal: Infinity,
    uniform: Math.SQRT2,
    truncatedNormal: 2 / Math.sqrt(0.9253706),
  };
  for (const shape of SHAPES) {
    const taps = shape.slice(0, -2).reduce((a, b) => a * b, 1);
    const fanIn = taps * shape.at(-2)!, fanOut = taps * shape.at(-1)!;
    for (const distribution of ["normal", "uniform", "truncatedNormal"] as const) {
      const init = complexVarianceScaling({ scale: 3, mode: "fanAvg", distribution });
      const meanSquare = 6 / (fanIn + fanOut), law = init.law([...shape, 2]);
      expect(law.mean).toBe(0);
      expect(Math.abs(2 * law.std ** 2 / meanSquare - 1)).toBeLessThan(1e-12);
      expect(law.high / Math.sqrt(meanSquare)).toBeCloseTo(radii[distribution], 6);
      expect(law.low).toBe(-law.high);
      const { data } = init([...shape, 2], rng("complex").child(shape.join("x")));
      const n = data.length / 2;
      const sum = data.reduce((sum, part) => sum + part * part, 0);
      const z = (sum / n / meanSquare - 1) * Math.sqrt(n); // |z|^2 spreads by at most its mean
      expect(Math.abs(z)).toBeLessThan(MAX_Z);
      expect(Math.abs(z + (law.std ** 2 / meanSquare) * Math.sqrt(n))).toBeGreaterThan(MAX_Z); // one part's
    }
  }
  expect(complexVarianceScaling().law([8, 4, 2], { fanIn: 50, fanOut: 1 }).std).toBe(0.1);
});

Deno.test("complexVarianceScaling() refuses real shapes, and shapes without fans", () => {
  const init = complexVarianceScaling();
  expect(() => init.law([3, 4])).toThrow(
    "Cannot hold complex weights in shape (3, 4): end it by an axis of 2",
  );
  expect(() => init([3, 4], rng("any"), { fanIn: 3, fanOut: 4 })).toThrow("end it by an axis of 2");
  expect(() => init.law([])).toThrow("end it by an axis of 2");
  expect(() => init.law([3, 2])).toThrow("fewer than two axes");
  expect(() => init.law([0, 3, 2])).toThrow("no elements");
  expect(() => complexVarianceScaling({ scale: -1 })).toThrow("scale");
  expect(() => complexVarianceScaling({ mode: "fan_in" as never })).toThrow("choose one of fanIn");
  expect(() => complexVarianceScaling({ distribution: "disc" as never })).toThrow(
    "choose one of normal",
  );
  expect(() => complexVarianceScaling({ gain: 1 } as never)).toThrow('option "gain"');
});

Deno.test("scaledUniform() has a sum of squares of 1/3 whatever the shape, and refuses a shape without entries", () => {
  for (const shape of [[7], [2, 3], [3, 4, 5]]) {
    const { std, high } = scaledUniform().law(shape);
    const entries = shape.reduce((a, b) => a * b);
    expect(entries * std ** 2).toBeCloseTo(1 / 3, 12);
    expect(high).toBe(1 / Math.sqrt(entries));
  }
  expect(() => scaledUniform().law([0, 3])).toThrow("Cannot scale by the entries of shape (0, 3)");
});

Deno.test("orthogonal() has orthonormal rows or columns times its gain, and its entries' law", () => {
  for (const shape of [[60, 40], [40, 60], [3, 3, 16, 40], [3, 2, 5, 64], [257, 1], [1, 31]]) {
    const columns = shape.at(-1)!, rows = shape.slice(0, -1).reduce((a, b) => a * b, 1);
    const w = orthogonal({ gain: 3 })(shape, rng("orthogonal")).data;
    expect(orthogonalTo(3, w, rows, columns)).toBe(true);
    const law = orthogonal({ gain: 3 }).law(shape);
    expect(moments(w).meanSquare).toBeCloseTo(law.std ** 2, 5);
    expect(law.std).toBeCloseTo(3 / Math.sqrt(Math.max(rows, columns)), 12);
  }
});

Deno.test("orthogonal() is uniform among rotations: signs and angles of 2 x 2 draws", () => {
  // Haar: the first column is a uniform direction, E q11 = 0 with std 1/sqrt 2, and det is +-1 evenly.
  // LAPACK's QR without the sign step gives E q11 = -0.636 and always det -1.
  const n = 4000;
  let sum = 0, positive = 0;
  for (let i = 0; i < n; i++) {
    const [a, b, c, d] = orthogonal()([2, 2], rng("haar").child(i)).data;
    sum += a;
    if (a * d - b * c > 0) positive++;
  }
  expect(Math.abs(sum / n) / (Math.SQRT1_2 / Math.sqrt(n))).toBeLessThan(MAX_Z);
  expect(Math.abs(positive / n - 0.5) / (0.5 / Math.sqrt(n))).toBeLessThan(MAX_Z);
});

Deno.test("zeros(), ones(), constant() and identity() fill as they say, and their laws agree", () => {
  for (const init of [zeros(), ones(), constant({ value: -2.5 }), identity({ gain: 4 })]) {
    for (const shape of [[3, 5], [5, 3]]) {
      const m = moments(init(shape, rng("any"))), law = init.law(shape);
      expect([m.min, m.max]).toEqual([law.low, law.high]);
      expect(m.mean).toBeCloseTo(law.mean, 12);
      expect(m.std).toBeCloseTo(law.std, 12);
    }
  }
  expect([...identity()([3, 2], rng("any")).data]).toEqual([1, 0, 0, 1, 0, 0]);
  expect([...zeros()([], rng("any")).data]).toEqual([0]);
  expect([...ones()([2], rng("any")).data]).toEqual([1, 1]);
});

Deno.test("normal(), uniform() and truncatedNormal() are centered where they say", () => {
  const centered = [
    normal({ mean: 3, std: 0.5 }),
    uniform({ low: 2, high: 4 }),
    truncatedNormal({ mean: 3, std: 0.5 }),
    truncatedNormal({ mean: 3, parentStd: 0.5, cut: 1 }),
  ];
  for (const init of centered) {
    expect(init.law([400, 300]).mean).toBe(3);
    expect(distance(init, init.law([400, 300]), [400, 300])).toBeLessThan(MAX_Z);
  }
});

Deno.test("an initializer's draw depends on shape and stream alone, and fans can be given", () => {
  const a = heNormal()([8, 6], rng("a")), again = heNormal()([8, 6], rng("a"));
  expect(a).toEqual(again);
  expect(heNormal()([8, 6], rng("b")).data).not.toEqual(a.data);
  const fans = { fanIn: 50, fanOut: 1 };
  expect(heNormal().law([7], fans).std).toBe(0.2);
  expect(heNormal()([7], rng("a"), fans).data[0]).toBe(
    normal({ std: 0.2 })([7], rng("a")).data[0],
  );
});
