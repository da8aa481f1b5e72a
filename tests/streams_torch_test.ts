/** Against what PyTorch 2.13.0 drew (tests/vectors/make_torch.py, AVX-512 machine: its AVX2 kernel). */
import { expect } from "@std/expect";
import {
  heNormal,
  heUniform,
  identity,
  type Initializer,
  type Shape,
  singularValues,
  type Tensor,
  torchInit,
  type TorchRng,
  torchRng,
  xavierNormal,
  xavierUniform,
} from "../lib/mod.ts";
import { MersenneTwister } from "../lib/streams/mersenneTwister.ts";
import { differing, type Numbers, type RecordedCase, valuesOf } from "./vectors/recorded.ts";
import vectors from "./vectors/torch.json" with { type: "json" };

const cases = vectors.cases as unknown as RecordedCase[];
const exact = cases.filter(({ sha256 }) => sha256), whole = cases.filter(({ data }) => data);

// deno-lint-ignore no-explicit-any -- options as PyTorch names them
type Options = any;
type Draw = (generator: TorchRng, shape: Shape, options: Options) => Tensor;

const CALLS: Record<string, Draw> = {
  uniform_: (g, shape, { a, b }) => g.uniform(shape, { low: a, high: b }),
  normal_: (g, shape, options) => g.normal(shape, options),
  trunc_normal_: (g, shape, { mean, std = 1, a = -2, b = 2 }) =>
    g.truncatedNormal(shape, { mean, parentStd: std, low: a, high: b }),
  xavier_uniform_: (g, shape, options) => torchInit.xavierUniform(shape, g, options),
  xavier_normal_: (g, shape, options) => torchInit.xavierNormal(shape, g, options),
  kaiming_uniform_: (g, shape, options) => torchInit.kaimingUniform(shape, g, options),
  kaiming_normal_: (g, shape, options) => torchInit.kaimingNormal(shape, g, options),
  orthogonal_: (g, shape, options) => torchInit.orthogonal(shape, g, options),
  dirac_: (_, shape, options) => torchInit.dirac(shape, options),
  eye_: (g, shape) => identity()(shape, g),
  sparse_: (g, shape, options) => torchInit.sparse(shape, g, options),
  "sparse_ with generator 5": (g, shape) =>
    torchInit.sparse(shape, torchRng(5), { sparsity: 0.3, zeros: g }),
};

/** Several draws on one generator, in PyTorch's order; parts in the order of `parameters()`. */
const ORDERS: Record<string, (generator: TorchRng) => (Tensor | Float32Array)[]> = {
  "Linear(2, 3)": (g) => layer(g, [3, 2]),
  "Linear(40, 30)": (g) => layer(g, [30, 40]),
  "Conv2d(6, 4, (3, 5), groups=2)": (g) => layer(g, [4, 3, 3, 5]),
  "Embedding(10, 4, padding_idx=2)": (g) => {
    const drawn = g.normal([10, 4]);
    drawn.data.fill(0, 2 * 4, 3 * 4);
    return [drawn];
  },
  "LSTM(3, 5)": (g) => [[20, 3], [20, 5], [20], [20]].map((shape) => within(g, shape, 5)),
  "MultiheadAttention(8, 2)": (g) => {
    const [outWeight] = layer(g, [8, 8]);
    const inWeight = torchInit.xavierUniform([24, 8], g);
    return [inWeight, new Float32Array(24), outWeight, new Float32Array(8)];
  },
  "normal_ of 7, 20, 3, 5": (g) => [7, 20, 3, 5].map((n) => g.normal([n])),
};

function layer(generator: TorchRng, shape: Shape): [Tensor, Tensor] {
  const weight = torchInit.kaimingUniform(shape, generator, { a: Math.sqrt(5) });
  return [weight, within(generator, [shape[0]], weight.data.length / shape[0])];
}

function within(generator: TorchRng, shape: Shape, fanIn: number): Tensor {
  return generator.uniform(shape, { low: -1 / Math.sqrt(fanIn), high: 1 / Math.sqrt(fanIn) });
}

function draw({ call, seed, shape, options }: RecordedCase, calls = CALLS): Numbers {
  const generator = torchRng(seed as number);
  if (call === "randperm") return generator.permutation(shape![0]);
  if (!(call in ORDERS)) return calls[call](generator, shape!, options).data;
  const parts = ORDERS[call](generator);
  return Float32Array.from(parts.flatMap((part) => [..."data" in part ? part.data : part]));
}

Deno.test("torchRng() and torchInit give PyTorch's bits in every recorded case", () => {
  expect(exact.length).toBeGreaterThan(250);
  expect(differing(exact, draw)).toEqual([]);
});

Deno.test("torchInit.orthogonal() is PyTorch's up to the rounding of two factorizations", () => {
  for (const one of whole) {
    const got = draw(one), want = valuesOf(one), gain = (one.options as Options).gain ?? 1;
    const rows = one.shape![0], columns = want.length / rows;
    // Backward errors of about 2^-24 sqrt(rows columns) |A| each way, times the condition of Q (Stewart 1977: sqrt 2 kappa).
    const normal = torchRng(one.seed as number).normal([rows, columns]).data;
    const spectrum = singularValues(normal, rows, columns);
    const condition = Math.max(...spectrum) / Math.min(...spectrum);
    const tolerance = 2 * Math.SQRT2 * condition * Math.sqrt(want.length) * 2 ** -24 * gain;
    expect(tolerance).toBeLessThan(0.01);
    for (let i = 0; i < want.length; i++) {
      expect(Math.abs(got[i] - want[i])).toBeLessThan(tolerance);
    }
  }
});

Deno.test("the library's own initializers give PyTorch's bits from torchRng() and PyTorch's fans", () => {
  const same: Record<string, Initializer> = {
    kaiming_normal_: heNormal(),
    kaiming_uniform_: heUniform({ negativeSlope: Math.sqrt(5) }),
    xavier_normal_: xavierNormal({ gain: 5 / 3 }),
    xavier_uniform_: xavierUniform(),
  };
  const rows = exact.filter(({ call, options }) => call in same && !("mode" in options));
  expect(rows.length).toBe(48);
  const viaFans = ({ call, seed, shape }: RecordedCase) => {
    const size = shape!.reduce((a, b) => a * b);
    const fans = { fanIn: size / shape![0], fanOut: size / shape![1] };
    return same[call](shape!, torchRng(seed as number), fans).data;
  };
  expect(differing(rows, viaFans)).toEqual([]);
});

Deno.test("the recorded bits refuse a wrong layout, seed, tail, tail test or order", () => {
  const of = (call: string) => exact.filter((one) => one.call === call);
  const refused = (call: string, wrong: Draw, which = of(call)) =>
    expect(differing(which, (one) => draw(one, { ...CALLS, [call]: wrong })).length)
      .toBe(which.length);
  const turned = (shape: Shape) => [shape[1], shape[0], ...shape.slice(2)];
  refused(
    "kaiming_normal_",
    (g, shape, options) => torchInit.kaimingNormal(turned(shape), g, options),
  );
  expect(differing(of("uniform_"), (one) => draw({ ...one, seed: Number(one.seed) + 1 })).length)
    .toBe(of("uniform_").length);
  // Without drawing the last 16 again, and with the last 16 in the wrong place.
  const ragged = of("normal_").filter(({ shape }) => {
    const size = shape!.reduce((a, b) => a * b);
    return size > 16 && size % 16 > 0;
  });
  expect(ragged.length).toBeGreaterThan(12);
  refused("normal_", (g, shape, options) => {
    const size = shape.reduce((a, b) => a * b);
    const { data } = g.normal([Math.ceil(size / 16) * 16], options);
    return { shape, data: data.slice(0, size) };
  }, ragged);
  refused("normal_", (g, shape, options) => {
    const right = g.normal(shape, options), size = right.data.length;
    right.data.copyWithin(size - 17, size - 16); // one place early
    return right;
  }, ragged);
  // Truncation in standard deviations instead of absolute numbers.
  const cut = of("trunc_normal_").filter(({ options }) => "a" in options);
  refused(
    "trunc_normal_",
    (g, shape, { mean = 0, std = 1, a, b }) =>
      g.truncatedNormal(shape, { mean, parentStd: std, low: mean + a * std, high: mean + b * std }),
    cut.filter(({ options }) => options.std !== 1),
  );
  // Bias before weight.
  const swapped = torchRng(3);
  const bias = within(swapped, [3], 2);
  const weight = torchInit.kaimingUniform([3, 2], swapped, { a: Math.sqrt(5) });
  const linear = of("Linear(2, 3)").filter(({ seed }) => seed === 3);
  expect(differing(linear, () => Float32Array.of(...weight.data, ...bias.data)).length).toBe(1);
});

Deno.test("MersenneTwister gives the published words", () => {
  // std::mt19937's default seed and its 10000th word (ISO C++, [rand.predef]).
  const words = new MersenneTwister(5489);
  const first = Array.from({ length: 5 }, () => words.word());
  expect(first).toEqual([3499211612, 581869302, 3890346734, 3586334585, 545404204]);
  for (let i = 5; i < 9999; i++) words.word();
  expect(words.word()).toBe(4123659995);
});

Deno.test("torchRng() goes on from draw to draw, and seeds count modulo 2^32", () => {
  const g = torchRng(0), all = torchRng(0).uniform([30]).data;
  expect(g.uniform([10]).data).toEqual(all.slice(0, 10));
  expect(g.uniform([2, 10]).data).toEqual(all.slice(10));
  expect([...torchRng(0).uniform([2], { low: 2, high: 2 }).data]).toEqual([2, 2]);
  expect(torchRng(-1).uniform([3])).toEqual(torchRng(2 ** 32 - 1).uniform([3]));
});

Deno.test("torchRng() and torchInit refuse bad input with what was wrong", () => {
  const g = torchRng(0);
  expect(() => torchRng(0.5)).toThrow("Cannot use seed as it must be an integer");
  expect(() => torchRng(NaN)).toThrow(RangeError);
  expect(() => g.uniform([2], { low: 1, high: 0 })).toThrow("low must be <= high");
  expect(() => g.uniform([2], { low: -3e38, high: 3e38 })).toThrow("a finite difference");
  expect(() => g.normal([2], { std: -1 })).toThrow("std as it must be >= 0");
  expect(() => g.truncatedNormal([2], { parentStd: 0 })).toThrow("parentStd as it must be > 0");
  expect(() => g.truncatedNormal([2], { parentStd: 1e-4, low: 1, high: 2 })).toThrow(
    "narrow the cut",
  );
  expect(g.truncatedNormal([2], { parentStd: 1e-2, low: 1, high: 2 }).data[0]).toBeCloseTo(1, 2);
  expect(() => torchInit.kaimingNormal([3], g)).toThrow("use (out, in)");
  expect(() => torchInit.xavierNormal([0, 3], g)).toThrow("without a 0");
  expect(() => torchInit.kaimingNormal([2, 3], g, { mode: "fanIn" as never })).toThrow("fan_in");
  expect(() => torchInit.xavierNormal([2, 3], g, { std: 1 } as never)).toThrow("it takes gain");
  expect(() => torchInit.calculateGain("gelu" as never)).toThrow("choose one of linear, sigmoid");
  expect(() => torchInit.sparse([2, 3], g, { sparsity: 2 })).toThrow("a share from 0 to 1");
  expect(() => torchInit.orthogonal([4], g)).toThrow("use (out, in)");
  for (const shape of [[4, 4], [4, 4, 1, 1, 1, 1]]) {
    expect(() => torchInit.dirac(shape)).toThrow("one to three kernel axes");
  }
  expect(() => torchInit.dirac([4, 4, 3], { groups: 3 })).toThrow("a divisor of out");
  expect(g.normal([0]).data.length).toBe(0);
});

Deno.test("calculateGain() is PyTorch's table", () => {
  expect(torchInit.calculateGain("leaky_relu")).toBe(1.4141428569978354);
  expect(torchInit.calculateGain("leaky_relu", 0.2)).toBeCloseTo(1.3867504906, 10);
  expect(torchInit.calculateGain("tanh")).toBe(5 / 3);
  expect(torchInit.calculateGain("relu")).toBe(Math.SQRT2);
  expect(torchInit.calculateGain("selu")).toBe(0.75);
});
