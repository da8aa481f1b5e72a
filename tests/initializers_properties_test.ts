/** Any shape and any options, good or bad: an initializer draws what its law says or refuses in words. */
import { expect } from "@std/expect";
import fc from "fast-check";
import { explain, fansOf, fromSpec, type Initializer, type Law, rng, sizeOf } from "../lib/mod.ts";
import { FACTORIES } from "../lib/initializers/spec.ts";
import type { InitializerSpec } from "../lib/initializers/initializer.ts";

const RUNS = 100;
const SEED = { seed: 20261124, numRuns: RUNS };

// Sizes of magnitude 1e-6 to 1e6: float32 holds them and their squares.
const size = fc.double({ min: 1e-6, max: 1e6, noNaN: true });
const signed = fc.oneof(size, size.map((x) => -x), fc.constant(0));
const whole = fc.integer({ min: 1, max: 6 });
const fanMode = fc.constantFrom("fanIn", "fanOut", "fanAvg", "fanGeoAvg");
const scaling = {
  scale: size,
  mode: fanMode,
  distribution: fc.constantFrom("normal", "truncatedNormal", "uniform"),
};
const gates = fc.shuffledSubarray(["i", "f", "g", "o"], { minLength: 4 }).map((g) => g.join(""));
const truncated = fc.boolean();
const mimetic = { noise: signed, identity: signed };

/** Good options of each initializer; each may be left out unless it is `needed`. */
const OPTIONS: Record<
  string,
  { needed?: Record<string, fc.Arbitrary<unknown>> } & Record<string, unknown>
> = {
  zeros: {},
  ones: {},
  constant: { needed: { value: signed } },
  normal: { needed: { std: size }, mean: signed },
  uniform: { needed: { low: size.map((x) => -x), high: size } },
  truncatedNormal: {
    needed: { std: size },
    mean: signed,
    cut: fc.double({ min: 0.1, max: 5, noNaN: true }),
  },
  varianceScaling: scaling,
  complexVarianceScaling: scaling,
  lecunNormal: { mode: fanMode, truncated },
  lecunUniform: { mode: fanMode },
  xavierNormal: { gain: signed, mode: fanMode, truncated },
  xavierUniform: { gain: signed, mode: fanMode },
  heNormal: { mode: fanMode, negativeSlope: signed, truncated },
  heUniform: { mode: fanMode, negativeSlope: signed },
  uniformScaling: { factor: signed },
  scaledUniform: {},
  randomWalk: { activation: fc.constantFrom("linear", "relu") },
  sirenFirst: {},
  sirenHidden: { omega: size },
  lora: { needed: { part: fc.constantFrom("down", "up") } },
  orthogonal: { gain: signed, columns: fc.constantFrom("out", "in") },
  scaledOrthogonal: { needed: { layers: fc.integer({ min: 1, max: 200 }) } },
  deltaOrthogonal: { gain: signed },
  looksLinear: { gain: signed, mirror: fc.constantFrom("in", "out", "both") },
  identity: { gain: signed, batched: fc.boolean() },
  idInit: { gain: signed },
  idInitZero: { epsilon: size },
  dirac: { groups: whole },
  zerO: {},
  sparse: { needed: { sparsity: fc.double({ min: 0, max: 1, noNaN: true }) }, std: size },
  icnr: {
    needed: { upscale: whole },
    order: fc.constantFrom("pixelShuffle", "depthToSpace"),
    ...scaling,
  },
  mimeticQueryKey: { heads: whole, ...mimetic },
  mimeticValueOutput: mimetic,
  focalPrior: { prior: fc.double({ min: 1e-6, max: 1 - 1e-6, noNaN: true }) },
  forgetGate: { value: signed, gates },
  paddedNormal: { needed: { std: size, row: fc.constantFrom(0, 1, 2) } },
  chrono: { needed: { longest: fc.double({ min: 2.001, max: 1e6, noNaN: true }) }, gates },
};

function specOf(name: string): fc.Arbitrary<InitializerSpec> {
  const { needed = {}, ...free } = OPTIONS[name];
  const model = { ...needed, ...free } as Record<string, fc.Arbitrary<unknown>>;
  const options = fc.record(model, { requiredKeys: Object.keys(needed) });
  return options.map((given) => ({ name, ...given }) as InitializerSpec);
}

const anyName = fc.constantFrom(...Object.keys(FACTORIES));
const anySpec = anyName.chain(specOf);
const goodShape = fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 0, maxLength: 4 });
/** Shapes that the initializer of a name is made for, some of the time. */
const likelyShape = (name: string): fc.Arbitrary<number[]> => {
  const side = fc.integer({ min: 1, max: 8 });
  if (name === "mimeticQueryKey" || name === "mimeticValueOutput") {
    return fc.oneof(side.map((d) => [2, d, d]), goodShape);
  }
  if (name === "complexVarianceScaling") {
    return fc.oneof(fc.tuple(side, side).map(([i, o]) => [i, o, 2]), goodShape);
  }
  if (name === "dirac" || name === "icnr" || name === "looksLinear") {
    return fc.oneof(
      fc.tuple(side, side, side).map(([k, i, o]) => [k, 2 * i, 12 * o]),
      goodShape,
    );
  }
  if (name === "forgetGate" || name === "chrono") {
    return fc.oneof(side.map((h) => [4 * h]), goodShape);
  }
  return goodShape;
};

/** What `attempt` gives, or undefined where it refuses in words. */
function answer<T>(attempt: () => T): T | undefined {
  try {
    return attempt();
  } catch (error) {
    // A plain Error, a TypeError of the language ("x is not a function") or an empty message is a crash.
    const refused = error instanceof RangeError || error instanceof TypeError;
    if (!refused || !/^Cannot [^]*[^.]$/.test((error as Error).message)) throw error;
    return undefined;
  }
}

function checkLaw(law: Law): void {
  for (const value of [law.mean, law.std]) expect(Number.isFinite(value)).toBe(true);
  expect(law.std).toBeGreaterThanOrEqual(0);
  expect(law.low <= law.mean && law.mean <= law.high).toBe(true);
}

/** Whether all numbers meet the bounds, which float32 rounding may overstep by `slack` of them; NaN does not. */
function within(data: Float32Array, law: Law, slack: number): boolean {
  const room = slack * Math.max(Math.abs(law.low), Math.abs(law.high));
  const low = Math.fround(law.low), high = Math.fround(law.high);
  if (!Number.isFinite(room)) return !data.some(Number.isNaN);
  return data.every((value) => value >= low - room && value <= high + room);
}

/** Unit vectors are so to float32; a mean far larger than the std is rounded. */
function slackOf(name: string): number {
  if (/orthogonal$/i.test(name) || name === "looksLinear") return 1e-5;
  return name === "truncatedNormal" || name === "uniform" ? 2 ** -23 : 0;
}

Deno.test("this test has options for every initializer", () => {
  expect(Object.keys(FACTORIES).filter((name) => !Object.hasOwn(OPTIONS, name))).toEqual([]);
});

for (const name of Object.keys(FACTORIES)) {
  Deno.test(`${name} draws any shape within its law, or refuses it`, () => {
    let drew = 0;
    fc.assert(
      fc.property(specOf(name), likelyShape(name), fc.string(), (spec, shape, seed) => {
        const init = fromSpec(spec);
        const law = answer(() => init.law(shape));
        const drawn = answer(() => init(shape, rng(seed)));
        expect(drawn === undefined).toBe(law === undefined);
        if (drawn === undefined || law === undefined) return;
        drew++;
        checkLaw(law);
        expect(drawn.shape).toEqual(shape);
        expect(drawn.data.length).toBe(sizeOf(shape));
        expect(within(drawn.data, law, slackOf(name))).toBe(true);
        expect(init(shape, rng(seed))).toEqual(drawn);
        const back = fromSpec(JSON.parse(JSON.stringify(init.spec)));
        expect([back.spec, back.law(shape)]).toEqual([init.spec, law]);
        expect(back(shape, rng(seed))).toEqual(drawn);
        expect(explain(init, shape).startsWith(`${name} `)).toBe(true);
      }),
      { ...SEED, numRuns: name.startsWith("mimetic") ? 30 : RUNS },
    );
    expect(drew).toBeGreaterThan(5);
  });
}

Deno.test("an option of a wrong kind or value is refused in words, or does no harm", () => {
  const bad = fc.constantFrom<unknown>(
    NaN,
    Infinity,
    -Infinity,
    -1,
    0,
    1.5,
    1e300,
    -1e300,
    5e-324,
    "",
    "fanin",
    "1",
    null,
    undefined,
    true,
    {},
    [],
    [1],
    2n,
    Symbol.iterator,
    () => 1,
  );
  const options = anyName.chain((name) => {
    const { needed = {}, ...free } = OPTIONS[name];
    const known = [...Object.keys(needed), ...Object.keys(free)];
    const option = fc.constantFrom(...known, "gian", "__proto__", "constructor");
    return fc.tuple(specOf(name), option, bad);
  });
  fc.assert(
    fc.property(options, likelyShape("zeros"), ([spec, option, value], shape) => {
      const init = answer(() => fromSpec({ ...spec, [option]: value } as InitializerSpec));
      if (!init) return;
      answer(() => init.law(shape));
      const drawn = answer(() => init(shape, rng("bad")));
      if (drawn) expect(drawn.data.some(Number.isNaN)).toBe(false);
    }),
    { ...SEED, numRuns: 2000 },
  );
});

Deno.test("a shape of a wrong kind is refused in words", () => {
  const length = fc.constantFrom<unknown>(
    NaN,
    -1,
    1.5,
    Infinity,
    2 ** 31,
    "3",
    null,
    undefined,
    {},
    0,
  );
  const shapes = fc.oneof(
    fc.array(fc.oneof(length, fc.integer({ min: 1, max: 5 })), { minLength: 1, maxLength: 4 }),
    fc.constantFrom<unknown>(null, undefined, 7, "12", {}, { length: 2 }, () => 1),
  );
  fc.assert(
    fc.property(anySpec, shapes, (spec, shape) => {
      const init = fromSpec(spec);
      const drawn = answer(() => init(shape as never, rng("bad")));
      answer(() => init.law(shape as never));
      if (!drawn) return;
      // What was drawn after all had good lengths, zeros among them.
      expect((shape as number[]).every((n) => Number.isInteger(n) && n >= 0)).toBe(true);
      expect(drawn.data.length).toBe(sizeOf(shape as number[]));
    }),
    { ...SEED, numRuns: 1500 },
  );
});

Deno.test("these properties would refuse an initializer that breaks them", () => {
  const escapes: Initializer = Object.assign(
    (shape: readonly number[]) => ({ shape, data: new Float32Array(sizeOf(shape)).fill(2) }),
    { law: fromSpec({ name: "ones" }).law, spec: { name: "ones" } },
  );
  expect(escapes([2], rng("a")).data[0]).toBeGreaterThan(escapes.law([2]).high);
  expect(() => answer(() => (undefined as never as Initializer)([2], rng("a")))).toThrow(TypeError);
  expect(() => answer(() => fansOf([3]))).not.toThrow();
});
