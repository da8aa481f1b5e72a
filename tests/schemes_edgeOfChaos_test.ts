import { expect } from "@std/expect";
import {
  cnn,
  describeScheme,
  edgeOfChaos,
  elu,
  erfActivation,
  forward,
  gelu,
  gpt,
  initialize,
  leakyRelu,
  linear,
  mlp,
  type Model,
  relu,
  rng,
  type Scheme,
  silu,
  softplus,
  tanh,
  tensor,
} from "../lib/mod.ts";
import { criticalPoint, meanField } from "../lib/theory/mod.ts";

/** sigma_b^2, sigma_w^2 and q* of tanh's critical line, computed by other code, to the digits given. */
const TANH = [
  [1e-5, 1.039521, 0.0203],
  [2.01e-5, 1.049996, NaN],
  [0.001, 1.18919, 0.1073],
  [0.01, 1.424205, 0.2733],
  [0.05, 1.760955, 0.570048],
  [0.1, 1.986073, NaN],
  [0.2, 2.285152, NaN],
  [0.3, 2.505127, NaN],
];

Deno.test("criticalPoint() of tanh is the critical line that other code has computed", () => {
  for (const [biasVariance, weightVariance, q] of TANH) {
    const point = criticalPoint(tanh, biasVariance);
    expect(point.biasVariance).toBe(biasVariance);
    expect(Math.abs(point.weightVariance - weightVariance)).toBeLessThan(
      6e-7 + 5e-6 * Number(biasVariance === 0.001),
    );
    const field = meanField(tanh, point);
    if (!Number.isNaN(q)) expect(Math.abs(field.meanSquare - q)).toBeLessThan(6e-5);
    expect(Math.abs(field.chi - 1)).toBeLessThan(1e-9);
    expect(field).toMatchObject({ correlation: 1, correlationDepth: Infinity });
  }
});

Deno.test("criticalPoint() without biases is 1 / f'(0)^2, and He's for rectifiers", () => {
  const cases = [
    [tanh, 1],
    [linear, 1],
    [elu, 1],
    [erfActivation, Math.PI / 4],
    [relu, 2],
    [leakyRelu(0.2), 2 / 1.04],
  ] as const;
  for (const [activation, weightVariance] of cases) {
    expect(criticalPoint(activation).weightVariance).toBeCloseTo(weightVariance, 8);
  }
});

Deno.test("criticalPoint() agrees with a plain search by sums over a grid", () => {
  // erf, E f^2 = (2 / pi) asin(2 q / (1 + 2 q)) and E f'^2 = (4 / pi) / sqrt(1 + 4 q), in closed form.
  const biasVariance = 0.07;
  let low = 0, high = 10;
  for (let i = 0; i < 80; i++) {
    const q = (low + high) / 2;
    const w = Math.PI / 4 * Math.sqrt(1 + 4 * q);
    const excess = q - w * (2 / Math.PI) * Math.asin(2 * q / (1 + 2 * q)) - biasVariance;
    if (excess > 0) high = q;
    else low = q;
  }
  expect(criticalPoint(erfActivation, biasVariance).weightVariance)
    .toBeCloseTo(Math.PI / 4 * Math.sqrt(1 + 4 * high), 8);
});

Deno.test("criticalPoint() refuses activations whose layers do not stay at a critical mean square", () => {
  for (const activation of [gelu, silu, softplus]) {
    expect(() => criticalPoint(activation)).toThrow(`deep layers of ${activation.name} critical`);
    expect(() => criticalPoint(activation, 0.01)).toThrow("biases of variance 0.01");
  }
  for (const activation of [relu, linear]) {
    expect(() => criticalPoint(activation, 0.01)).toThrow(RangeError);
  }
  expect(() => criticalPoint(tanh, -1)).toThrow("biasVariance as it must be >= 0");
});

Deno.test("edgeOfChaos() draws weights N(0, sigma_w^2 / fanIn) and biases N(0, sigma_b^2)", () => {
  const model = mlp({ widths: [300, 200, 100], activation: tanh });
  const rows = describeScheme(model, edgeOfChaos({ biasVariance: 0.05 }));
  const expected = [300, 200].flatMap((n) => [Math.sqrt(1.760955 / n), Math.sqrt(0.05)]);
  rows.forEach(({ std, mean, distribution }, i) => {
    expect(Math.abs(std / expected[i] - 1)).toBeLessThan(2e-7);
    expect([mean, distribution]).toEqual([0, "normal"]);
  });
  const he = describeScheme(mlp({ widths: [50, 20], activation: relu }), edgeOfChaos());
  expect(he[0].std).toBeCloseTo(0.2, 10);
  expect(he[1].std).toBe(0);
  const scheme = edgeOfChaos(); // one for models of several activations
  for (const slope of [0.1, 0.5]) {
    const leaky = mlp({ widths: [50, 20], activation: leakyRelu(slope) });
    expect(describeScheme(leaky, scheme)[0].std)
      .toBeCloseTo(Math.sqrt(2 / (1 + slope ** 2) / 50), 10);
  }
});

Deno.test("edgeOfChaos() takes a weightVariance beside the edge, also where there is none", () => {
  for (const activation of [tanh, gelu]) {
    const model = mlp({ widths: [300, 200, 100], activation });
    const scheme = edgeOfChaos({ biasVariance: 0.05, weightVariance: 3 });
    const stds = describeScheme(model, scheme).map((row) => row.std);
    [3 / 300, 0.05, 3 / 200, 0.05].forEach((variance, i) =>
      expect(stds[i]).toBeCloseTo(Math.sqrt(variance), 12)
    );
  }
  const still = edgeOfChaos({ weightVariance: 0 });
  expect(describeScheme(mlp({ widths: [3, 2], activation: tanh }), still)[0].std).toBe(0);
});

Deno.test("edgeOfChaos() divides by the taps of a cnn's kernels too", () => {
  const model = cnn({
    image: [6, 4, 3],
    channels: [5, 7],
    outputs: 2,
    kernel: 3,
    activation: tanh,
  });
  const rows = describeScheme(model, edgeOfChaos({ biasVariance: 0.05 }));
  const expected = [9 * 3, 9 * 5, 6 * 4 * 7].flatMap((n) => [
    Math.sqrt(1.760955 / n),
    Math.sqrt(0.05),
  ]);
  expect(rows.length).toBe(6);
  rows.forEach(({ std }, i) => expect(Math.abs(std / expected[i] - 1)).toBeLessThan(2e-7));
  const bare = cnn({ image: [6, 4, 3], channels: [5], outputs: 2, activation: tanh, bias: false });
  expect(() => describeScheme(bare, edgeOfChaos({ biasVariance: 0.1 }))).toThrow("bias: true");
});

/** The cosine of what two inputs at a right angle have become. */
function cosine(model: Model, scheme: Scheme, seed: string): number {
  const width = 300, data = new Float32Array(2 * width);
  for (let i = 0; i < width; i++) data[i % 2 === 0 ? i : width + i] = Math.SQRT2;
  const { data: y } = forward(
    model,
    initialize(model, scheme, rng(seed)),
    tensor([2, width], data),
  );
  const dot = (a: number, b: number) => {
    let sum = 0;
    for (let i = 0; i < width; i++) sum += y[a * width + i] * y[b * width + i];
    return sum;
  };
  return dot(0, 1) / Math.sqrt(dot(0, 0) * dot(1, 1));
}

Deno.test("edgeOfChaos() keeps two inputs apart longer than a scheme in the ordered phase", () => {
  const model = mlp({ widths: Array(41).fill(300), activation: tanh });
  const critical = edgeOfChaos({ biasVariance: 2.01e-5 });
  const ordered = edgeOfChaos({ biasVariance: 0.05, weightVariance: 1.05 }); // its weights, larger biases
  for (const seed of ["a", "b"]) {
    expect(cosine(model, critical, seed)).toBeLessThan(0.9);
    expect(cosine(model, ordered, seed)).toBeGreaterThan(0.99);
  }
});

Deno.test("edgeOfChaos() says what it or a model lacks", () => {
  const bare = mlp({ widths: [4, 3], activation: tanh, bias: false });
  expect(() => describeScheme(bare, edgeOfChaos({ biasVariance: 0.1 }))).toThrow("bias: true");
  expect(describeScheme(bare, edgeOfChaos())[0].std).toBeCloseTo(0.5, 10);
  const language = gpt({ vocabulary: 5, context: 4, width: 4, heads: 2, blocks: 1 });
  expect(() => describeScheme(language, edgeOfChaos())).toThrow("of a gpt: use an mlp or a cnn");
  expect(() => edgeOfChaos({ biasVariance: -1 })).toThrow(">= 0");
  expect(() => edgeOfChaos({ weightVariance: -1 })).toThrow("weightVariance");
  expect(() => edgeOfChaos({ sigma: 1 } as never)).toThrow('option "sigma"');
});
