import { expect } from "@std/expect";
import {
  CATALOGUE,
  chrono,
  complexVarianceScaling,
  constant,
  deltaOrthogonal,
  dirac,
  explain,
  fansOf,
  focalPrior,
  forgetGate,
  fromSpec,
  heNormal,
  heUniform,
  icnr,
  identity,
  idInit,
  idInitZero,
  type Initializer,
  initializerNames,
  lecunUniform,
  looksLinear,
  lora,
  mimeticQueryKey,
  mimeticValueOutput,
  normal,
  orthogonal,
  paddedNormal,
  rng,
  sparse,
  torchRng,
  truncatedNormal,
  uniform,
  varianceScaling,
  xavierNormal,
  xavierUniform,
  zeros,
} from "../lib/mod.ts";

const any = rng("any");

Deno.test("fansOf() refuses what has no fans", () => {
  expect(() => fansOf([7])).toThrow("has fewer than two axes: pass { fanIn, fanOut }");
  expect(() => fansOf([])).toThrow(RangeError);
  expect(() => fansOf([0, 3])).toThrow("has no elements");
  expect(() => fansOf([5, 7], { stride: 2 })).toThrow("it has no kernel");
  expect(() => fansOf([5, 7], { stride: 0 })).toThrow("it has no kernel");
  expect(fansOf([5, 7], { stride: 1 })).toEqual({ fanIn: 5, fanOut: 7 });
  expect(fansOf([5, 7, 2])).toEqual({ fanIn: 35, fanOut: 10 });
});

Deno.test("initializers refuse bad options and bad shapes with what was wrong", () => {
  expect(() => normal({ std: -0.1 })).toThrow("std as it must be >= 0: current value is -0.1");
  expect(() => normal({ std: NaN })).toThrow(RangeError);
  expect(() => normal({ std: 1, sdt: 2 } as never)).toThrow(
    'option "sdt" to normal: it takes mean, std',
  );
  expect(() => constant({ value: Infinity })).toThrow(RangeError);
  expect(() => uniform({ low: 1, high: 0 })).toThrow("low must be <= high");
  expect(() => truncatedNormal({})).toThrow("give std (after the cut) or parentStd");
  expect(() => truncatedNormal({ std: 1, parentStd: 1 })).toThrow("give one of them");
  expect(() => varianceScaling({ scale: -1 })).toThrow("scale");
  expect(() => varianceScaling({ mode: "fan_in" as never })).toThrow("choose one of fanIn, fanOut");
  expect(() => xavierUniform({ truncated: true } as never)).toThrow("truncated");
  expect(() => xavierNormal({ gain: NaN })).toThrow("gain");
  expect(() => heNormal({ negativeSlope: Infinity })).toThrow("negativeSlope");
  expect(() => lecunUniform()([3], any)).toThrow("pass { fanIn, fanOut }");
  expect(() => heNormal()([0, 4], any)).toThrow("no elements");
  expect(() => heNormal()([3], any, { fanIn: 0, fanOut: 1 })).toThrow("fanIn");
  expect(() => orthogonal()([5], any)).toThrow("use a shape (in, out)");
  expect(() => identity()([2, 2, 2], any)).toThrow("use a shape (in, out)");
  expect(() => zeros()([2 ** 20, 2 ** 20], any)).toThrow("2^30");
  expect(() => fromSpec({ name: "toString" })).toThrow(
    'Cannot make an initializer named "toString"',
  );
  expect(() => fromSpec({ name: "heNormal", gain: 2 })).toThrow('option "gain" to heNormal');
  expect(() => fromSpec(null as never)).toThrow(TypeError);
  expect(() => fromSpec("heNormal" as never)).toThrow('of "heNormal": give a spec, such as');
});

Deno.test("options that are left out are the papers' or PyTorch's", () => {
  const stated: [Initializer, object][] = [
    [sparse({ sparsity: 0.5 }), { sparsity: 0.5, std: 0.01 }],
    [dirac(), { groups: 1 }],
    [deltaOrthogonal(), { gain: 1 }],
    [identity(), { gain: 1, batched: false }],
    [idInit(), { gain: 1 }],
    [idInitZero(), { epsilon: 1e-6 }],
    [looksLinear(), { gain: 1, mirror: "in" }],
    [mimeticQueryKey(), { heads: 1, noise: 0.7, identity: 0.7 }],
    [mimeticValueOutput(), { noise: 0.4, identity: -0.4 }],
    [focalPrior(), { prior: 0.01 }],
    [forgetGate(), { value: 1, gates: "ifgo" }],
    [chrono({ longest: 5 }), { longest: 5, gates: "ifgo" }],
    [orthogonal(), { gain: 1, columns: "out" }],
    [
      icnr({ upscale: 2 }),
      { upscale: 2, order: "pixelShuffle", scale: 2, mode: "fanIn", distribution: "normal" },
    ],
  ];
  for (const [{ spec }, options] of stated) expect(spec).toEqual({ name: spec.name, ...options });
});

Deno.test("what is missing, or text, is told from a number", () => {
  expect(() => normal({} as never)).toThrow("std as it must be a finite number: it is missing");
  expect(() => normal({ std: "0.02" } as never)).toThrow('current value is "0.02"');
  for (const row of [undefined, -1, 0.5, "1"] as never[]) {
    expect(() => paddedNormal({ std: 1, row })).toThrow("row as it must be an integer >= 0");
  }
  expect(() => paddedNormal({ std: 1, row: 3 }).law([3, 4])).toThrow("there is none");
  expect(() => lora({} as never)).toThrow("Cannot do without part: choose one of down, up");
  expect(() => normal(0.02 as never)).toThrow("Cannot pass 0.02 to normal: it takes { mean, std }");
  expect(() => normal(undefined as never)).toThrow("Cannot pass nothing to normal");
  expect(() => torchRng("0" as never)).toThrow(
    'seed as it must be an integer: current value is "0"',
  );
  for (const truncated of ["false", 1, null] as never[]) {
    expect(() => heNormal({ truncated })).toThrow("truncated as it must be true or false");
  }
});

Deno.test("initializers refuse to draw from nothing, and from a seed", () => {
  const draw = heNormal() as (...args: unknown[]) => unknown;
  expect(() => draw([3, 4])).toThrow("Cannot draw heNormal from undefined: pass a random source");
  expect(() => draw([3, 4], 42)).toThrow(
    "from 42: pass a random source after the shape, such as rng",
  );
});

Deno.test("fromSpec() tells other libraries' names in ours", () => {
  const hint = (name: string) => {
    try {
      fromSpec({ name });
    } catch (error) {
      return (error as Error).message.split('": ')[1];
    }
  };
  const told = (library: string, spec: object) => `${library}'s is ${JSON.stringify(spec)}`;
  const he = { name: "heNormal", truncated: false, mode: "fanIn" };
  for (const name of ["kaiming_normal_", "nn.init.kaiming_normal_", "kaimingNormal"]) {
    expect(hint(name)).toBe(told("PyTorch", he));
  }
  expect(hint("he_normal")).toBe(told("JAX", { ...he, truncated: true, negativeSlope: 0 }));
  expect(hint("HeNormal")).toBe(told("Keras", { ...he, truncated: true, negativeSlope: 0 }));
  expect(hint("nn.Linear")).toContain(
    '"heUniform","mode":"fanIn","negativeSlope":2.23606797749979',
  );
  expect(hint("nn.init.xavier_normal_")).toContain('PyTorch\'s is {"name":"xavierNormal"');
  expect(hint("henormal")).toBe('write {"name":"heNormal"}');
  expect(hint("randn")).toContain("choose one of zeros, ones");
  for (const { elsewhere = [] } of Object.values(CATALOGUE)) {
    for (const { name } of elsewhere.filter(({ name }) => !initializerNames.includes(name))) {
      const spec = JSON.parse(hint(name)!.replace(/^.*?(?=\{)/, ""));
      expect({ name, known: initializerNames.includes(spec.name) }).toEqual({ name, known: true });
    }
  }
});

Deno.test("explain() says fans, rule, law, std and bounds", () => {
  expect(explain(xavierUniform(), [300, 100])).toBe([
    "xavierUniform (gain 1, mode fanAvg) for shape (300, 100), 30000 entries",
    "fans: fanIn 300, fanOut 100",
    "law: uniform, mean 0",
    "variance 0.005 = 2 / (fanIn + fanOut), std 0.0707107",
    "bounds: -0.122474 to 0.122474",
    "elsewhere: PyTorch xavier_uniform_; JAX glorot_uniform; Keras GlorotUniform; " +
    "TensorFlow.js glorotUniform; GPT-NeoX xavier_uniform",
    "beware: tinygrad's glorot_uniform leaves the kernel out of m",
  ].join("\n"));
  for (const none of [heNormal, "heNormal", undefined] as never[]) {
    expect(() => explain(none, [4, 8])).toThrow("pass one that is made, heNormal()");
  }
  expect(explain(normal({ std: 0.5 }), [4, 8])).toContain("variance 0.25, std 0.5");
  expect(explain(zeros(), [10])).toBe([
    "zeros for shape (10), 10 entries",
    "law: every entry is 0",
    "elsewhere: PyTorch zeros_; JAX zeros; Keras Zeros; TensorFlow.js zeros",
  ].join("\n"));
  expect(explain(dirac(), [3, 4, 8])).toContain(
    "depend on each other (ones and zeros), mean 0.041",
  );
  const leaky = explain(heUniform({ negativeSlope: Math.sqrt(5) }), [3, 3, 64, 128]);
  expect(leaky).toContain("negativeSlope 2.23607) for shape (3, 3, 64, 128), 73728 entries");
  expect(leaky).toContain(
    "elsewhere: PyTorch kaiming_uniform_; PyTorch nn.Linear, nn.Conv\nbeware:",
  );
  const complex = explain(complexVarianceScaling({ scale: 2 }), [3, 3, 20, 40, 2]);
  expect(complex).toContain("fans: fanIn 180, fanOut 360");
  expect(complex).toContain("variance 0.00555556 = 1 / fanIn, std 0.0745356");
  expect(complex).toContain("real and imaginary part together: E|z|^2 0.0111111");
  expect(explain(mimeticQueryKey(), [2, 8, 8])).not.toContain("fans"); // a query and a key, not two taps
  expect(explain(forgetGate(), [4, 8])).not.toContain("fans");
  expect(explain(icnr({ upscale: 2 }), [3, 3, 8, 4])).toContain("fans: fanIn 72, fanOut 36");
  expect(explain(heNormal(), [7], { fanIn: 8, fanOut: 2 })).toContain("variance 0.25 = 2 / fanIn");
});
