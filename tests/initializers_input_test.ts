import { expect } from "@std/expect";
import {
  constant,
  explain,
  fansOf,
  fromSpec,
  heNormal,
  identity,
  lecunUniform,
  normal,
  orthogonal,
  rng,
  truncatedNormal,
  uniform,
  varianceScaling,
  xavierNormal,
  xavierUniform,
  zeros,
} from "../lib/mod.ts";

const any = rng("any");

Deno.test("fansOf() refuses what has no fans", () => {
  expect(() => fansOf([7])).toThrow("has 1 axes: pass { fanIn, fanOut }");
  expect(() => fansOf([])).toThrow(RangeError);
  expect(() => fansOf([0, 3])).toThrow("has no elements");
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
});

Deno.test("explain() says fans, rule, law, std and bounds", () => {
  expect(explain(xavierUniform(), [300, 100])).toBe([
    "xavierUniform (gain 1, mode fanAvg) for shape (300, 100), 30000 entries",
    "fans: fanIn 300, fanOut 100",
    "law: uniform, mean 0",
    "variance 0.005 = 2 / (fanIn + fanOut), std 0.0707107",
    "bounds: -0.122474 to 0.122474",
    "elsewhere: PyTorch xavier_uniform_, JAX glorot_uniform, Keras GlorotUniform, " +
    "TensorFlow.js glorotUniform",
  ].join("\n"));
  expect(explain(normal({ std: 0.5 }), [4, 8])).toContain("variance 0.25, std 0.5");
  expect(explain(zeros(), [10])).toContain("every entry is 0");
  expect(explain(heNormal(), [7], { fanIn: 8, fanOut: 2 })).toContain("variance 0.25 = 2 / fanIn");
});
