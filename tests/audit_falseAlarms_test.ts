/** How often the audit is wrong about weights that are right: the whole of it, and each of its bounds. */
import { expect } from "@std/expect";
import {
  audit,
  auditEach,
  heNormal,
  heUniform,
  type Initializer,
  lecunNormal,
  lecunUniform,
  normal,
  orthogonal,
  rng,
  type Shape,
  type Tensor,
  truncatedNormal,
  uniform,
  xavierNormal,
  xavierUniform,
  zeros,
} from "../lib/mod.ts";
import { asBfloat16, asFloat16 } from "./rounded.ts";

const LAWS: readonly Initializer[] = [
  heNormal(),
  heUniform(),
  heNormal({ truncated: true }),
  lecunNormal(),
  lecunUniform(),
  xavierNormal({ gain: 5 / 3 }),
  xavierUniform(),
  normal({ std: 0.02 }),
  normal({ mean: 1, std: 0.02 }),
  truncatedNormal({ parentStd: 0.02 }),
  truncatedNormal({ std: 1e-3, cut: 3 }),
  uniform({ low: -0.05, high: 0.05 }),
  orthogonal({ gain: Math.SQRT2 }),
];

const SHAPES: readonly Shape[] = [
  [16, 24],
  [40, 25],
  [3, 8],
  [3, 3, 8, 16],
  [64, 7],
  [5, 100],
  [2, 3],
  [120, 9],
  [3, 1, 20],
];

const FORMATS = [(x: Float32Array) => x, asBfloat16, asFloat16];

/** A model of `count` tensors, each of them as it should be: mixed laws, shapes and number formats. */
function rightModel(count: number) {
  const weights: Record<string, Tensor> = {}, against: Record<string, Initializer> = {};
  for (let i = 0; i < count; i++) {
    const init = LAWS[i % LAWS.length], shape = SHAPES[Math.floor(i / 7) % SHAPES.length];
    const { data } = init(shape, rng("right").child(i));
    weights[`w${i}`] = { shape, data: FORMATS[Math.floor(i / 91) % 3](data) };
    against[`w${i}`] = init;
  }
  return { weights, against };
}

Deno.test("audit() finds nothing in 5,000 tensors that are as expected", () => {
  // At 1 false alarm in 1,000 tensors, 1 or none in 5,000 has probability 6 exp(-5) = 0.04. About eight tests a tensor at
  // 1e-6 each make 0.04 alarms expected, more than one of which has probability 8e-4.
  const { weights, against } = rightModel(5000);
  let count = 0, alarms = 0, unnamed = 0;
  for (const { findings, expected, fits, spectrum } of auditEach(weights, { against })) {
    count++;
    if (findings.length > 0) alarms++;
    // The law must also be among those that fit; two or three orthogonal rows prove nothing.
    const { distribution, std } = expected!.law;
    const fit = fits.find(({ law }) =>
      law.distribution === distribution && Math.abs(law.std / std - 1) < 2 ** -8
    );
    const tooFew = Math.min(spectrum!.rows, spectrum!.columns) < 4;
    if (!fit && !(distribution === "orthogonal" && tooFew)) unnamed++;
  }
  expect(count).toBe(5000);
  expect(alarms).toBeLessThanOrEqual(1);
  expect(unnamed).toBeLessThanOrEqual(1);
});

Deno.test("the same 5,000 tensors' wrong twins are not passed over", () => {
  // The negative control: 500 tensors against He's law for twice the fan, where 200 entries or more can show it.
  const init = heNormal(), fans = { fanIn: 100, fanOut: 100 };
  const twice = { init, fans: { fanIn: 200, fanOut: 200 } };
  let found = 0;
  for (let i = 0; i < 500; i++) {
    const w = init([25, 40], rng("twin").child(i), fans);
    if (audit({ w }, { against: { w: twice } })[0].findings.length > 0) found++;
  }
  // n = (5.39 + 3)^2 / (2 0.41^2) = 209 entries give 98 %: 1,000 give all.
  expect(found).toBe(500);
});

Deno.test("audit() is as sure of a million half-precision entries as of float32", () => {
  // Rounded to bfloat16 a sample has some hundred distinct values, and its plain Kolmogorov distance is half the largest
  // share of one value: 0.002 to 0.004 here, sqrt(n) times which is 2 to 4 for all entries.
  const shape = [1000, 600];
  for (const init of [normal({ std: 0.02 }), uniform({ low: -1e-5, high: 1e-5 })]) {
    const { data } = init(shape, rng("large"));
    for (const format of FORMATS) {
      const w = { shape, data: format(data) };
      expect(audit({ w }, { against: { w: init } })[0].findings).toEqual([]);
      // What was cut at two stds is still told from what was not.
      const wrong = truncatedNormal({ std: init.law(shape).std });
      const [{ findings }] = audit({ w }, { against: { w: wrong } });
      expect(findings.map(({ kind }) => kind)).toEqual(["wrongDistribution"]);
    }
  }
});

Deno.test("audit() finds nothing in constants, biases and scalars that are as expected", () => {
  const model = {
    bias: zeros()([64], rng("any")),
    head: zeros()([64, 10], rng("any")),
    scalar: normal({ std: 2 })([], rng("scalar")),
    one: normal({ std: 2 })([1, 1], rng("one")),
    embedding: normal({ std: 0.02 })([2000, 16], rng("embedding")),
  };
  const rows = audit(model, {
    against: (name) =>
      name === "embedding"
        ? normal({ std: 0.02 })
        : name === "scalar" || name === "one"
        ? normal({ std: 2 })
        : zeros(),
  });
  expect(rows.flatMap(({ findings }) => findings)).toEqual([]);
  expect(rows[0].fits[0].name).toBe("zeros()");
});
