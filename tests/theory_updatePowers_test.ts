import { expect } from "@std/expect";
import {
  adam,
  byRole,
  coordinateCheck,
  everywhere,
  lecunNormal,
  mlp,
  mup,
  normal,
  type Parametrization,
  parametrization,
  powerFit,
  repeat,
  rng,
  seeds,
  sgd,
  spectral,
  tanh,
  unitScaling,
  type UpdatePowers,
  updatePowers,
  vary,
  type WidthPowers,
  widthPowers,
} from "../lib/mod.ts";

type Name = "adam" | "sgd";

const of = (width: number) => mlp({ widths: [16, width, width, 4], activation: tanh, bias: false });
const standard = parametrization(everywhere(lecunNormal()), {});
const muP = (optimizer: Name, form: "table3" | "table8" = "table8") =>
  mup({ base: of(64), scheme: everywhere(lecunNormal()), optimizer, form });

/** muP with one of its factors left out. */
const broken: Record<string, (optimizer: Name) => Parametrization> = {
  "no output multiplier": (optimizer) => {
    const { learningRate } = muP(optimizer);
    return parametrization(muP(optimizer), { learningRate });
  },
  "hidden learning rate not divided": (optimizer) => {
    const { multiplier, learningRate } = muP(optimizer);
    const hidden = (name: string) => name === "layer2.weight";
    return parametrization(muP(optimizer), {
      multiplier,
      learningRate: (spec, model) => hidden(spec.name) ? 1 : learningRate(spec, model),
    });
  },
};

const predicted = (scheme: Parametrization, optimizer: Name) =>
  updatePowers(widthPowers(scheme, of(64), of(256)), optimizer).map(({ change }) => change);

const examples = {
  inputs: rng("powers").normal([16, 16]),
  targets: Uint8Array.from({ length: 16 }, (_, i) => i % 4),
};

/** Powers of the width in the change of each layer's pre-activations at the first step, from real networks. */
function measured(scheme: Parametrization, name: Name): number[] {
  const optimizer = name === "adam"
    ? adam({ learningRate: 2 ** -14 })
    : sgd({ learningRate: 2 ** -10 });
  const rows = vary(
    "width",
    [512, 2048],
    (width) =>
      repeat(
        seeds(2, "powers"),
        (rng) => coordinateCheck(of(width), scheme, examples, { steps: 1, optimizer, rng }),
      ),
  );
  return powerFit(rows, { x: "width", y: "size", by: ["layer"] }).map(({ power }) => power);
}

/** The largest distance between what is measured and predicted over the layers. */
const apart = (a: number[], b: number[]) =>
  Math.max(...a.map((power, i) => Math.abs(power - b[i])));

/**
 * A smaller term, half a power of the width below the largest and c times as large at width 1, changes a slope by
 * c / (2 sqrt(width)): 0.05 at width 1000 for c = 3. What is random in a layer adds some 1/sqrt(512 * 4) for each of the two
 * seeds over ln 4. A wrong rule is off by half a power or more.
 */
const TOLERANCE = 0.12;

Deno.test("updatePowers() of widthPowers() is what one step does to real networks, for SGD and Adam", () => {
  for (const optimizer of ["adam", "sgd"] as const) {
    const schemes = {
      standard,
      muP: muP(optimizer),
      table3: muP(optimizer, "table3"),
      spectral: spectral({ optimizer }),
      unitScaling: unitScaling(),
    };
    for (const [name, scheme] of Object.entries(schemes)) {
      const off = apart(measured(scheme, optimizer), predicted(scheme, optimizer));
      expect({ name, optimizer, near: off < TOLERANCE, off }).toMatchObject({ near: true });
    }
  }
});

Deno.test("a muP that forgets one of its factors is told from muP, and is what updatePowers() says of it", () => {
  const wrong: [string, Name, number[]][] = [
    ["no output multiplier", "adam", [0, 0, 1]],
    ["no output multiplier", "sgd", [1, 1, 2]],
    ["hidden learning rate not divided", "adam", [0, 1, 1]],
  ];
  for (const [name, optimizer, powers] of wrong) {
    const scheme = broken[name](optimizer), found = measured(scheme, optimizer);
    expect(predicted(scheme, optimizer)).toEqual(powers);
    expect(apart(found, powers)).toBeLessThan(TOLERANCE);
    expect(apart(found, [0, 0, 0])).toBeGreaterThan(0.5);
  }
});

Deno.test("updatePowers() gives the powers of known limits", () => {
  const weight = (fanIn: number, fanOut: number, rest: Partial<WidthPowers>): WidthPowers => ({
    ...{ fanIn, fanOut, std: 0, multiplier: 0, learningRate: 0 },
    ...rest,
  });
  const threeLayers = (rest: Partial<WidthPowers>) => [
    weight(0, 1, {}),
    weight(1, 1, rest),
    weight(1, 0, rest),
  ];
  const column = (rows: readonly UpdatePowers[], name: keyof UpdatePowers) =>
    rows.map((row) => row[name]);
  // Multipliers n^(-1/2), the limit of the tangent kernel: hidden layers stand still, the outputs move.
  const kernel = updatePowers(threeLayers({ multiplier: -0.5 }), "sgd");
  expect(column(kernel, "initial")).toEqual([0, 0, 0]);
  expect(column(kernel, "own")).toEqual([-0.5, -0.5, 0]);
  expect(column(kernel, "passedOn")).toEqual([-Infinity, -0.5, 0]);
  expect(column(kernel, "change")).toEqual([-0.5, -0.5, 0]);
  // Adam's steps do not shrink with the gradient.
  expect(column(updatePowers(threeLayers({ multiplier: -0.5 }), "adam"), "change"))
    .toEqual([0, 0.5, 1]);
  // n^(-1): deeper signals fade, forward and backward, each by n^(-1/2).
  const faint = updatePowers([
    ...threeLayers({ std: -1 }).slice(0, 2),
    ...threeLayers({ std: -1 }).slice(1),
  ], "sgd");
  expect(column(faint, "initial")).toEqual([0, -0.5, -1, -1.5]);
  // z2: own = 1 - 1.5 (the gradient: -1 from the head, -0.5 from layer 3); passed on = -0.5 + the change of layer 1, -2.
  expect(column(faint, "own")).toEqual([-2, -0.5, -1, 0 - 1]);
  expect(column(faint, "passedOn")).toEqual([-Infinity, -2.5, -1, -1]);
  // A second layer that hardly learns hands on the change of the first: W random, so by n^0 for std n^(-1/2).
  const usual = { std: -0.5 }, slow = weight(1, 1, { ...usual, learningRate: -5 });
  const stalled = [
    weight(0, 1, {}),
    slow,
    weight(1, 1, { ...usual, learningRate: -5 }),
    weight(1, 0, usual),
  ];
  expect(column(updatePowers(stalled, "adam"), "own")).toEqual([0, -4, -4, 1]);
  expect(column(updatePowers(stalled, "adam"), "passedOn")).toEqual([-Infinity, 0, 0, 0.5]);
  expect(() => updatePowers([], "muon" as never)).toThrow('optimizer "muon"');
});

Deno.test("widthPowers() reads the powers that a scheme is made with", () => {
  const powers = widthPowers(muP("sgd"), of(64), of(192));
  const expected = [
    { fanIn: 0, fanOut: 1, std: 0, multiplier: 0, learningRate: 1 },
    { fanIn: 1, fanOut: 1, std: -0.5, multiplier: 0, learningRate: 0 },
    { fanIn: 1, fanOut: 0, std: 0, multiplier: -1, learningRate: 1 },
  ];
  powers.forEach((row, i) => {
    for (const [name, power] of Object.entries(row)) {
      expect(power).toBeCloseTo(expected[i][name as keyof WidthPowers], 12);
    }
  });
  const withBias = (width: number) => mlp({ widths: [3, width, 2], activation: tanh });
  expect(widthPowers(standard, withBias(8), withBias(16)).length).toBe(2);
});

Deno.test("widthPowers() refuses models that differ in more than one width, and weights of zeros", () => {
  const other = mlp({ widths: [16, 128, 256, 4], activation: tanh, bias: false });
  expect(() => widthPowers(standard, of(64), other))
    .toThrow("Cannot compare widths 16, 64, 64, 4 with 16, 128, 256, 4");
  expect(() => widthPowers(standard, of(64), of(64))).toThrow(RangeError);
  expect(() => widthPowers(standard, of(64), of(32))).toThrow(RangeError);
  const deep = mlp({ widths: [16, 128, 128, 128, 4], activation: tanh, bias: false });
  expect(() => widthPowers(standard, of(64), deep)).toThrow(RangeError);
  const shallow = mlp({ widths: [16, 128, 128], activation: tanh, bias: false });
  expect(() => widthPowers(standard, of(64), shallow)).toThrow("with 16, 128, 128:");
  const zeroHead = byRole({ output: normal({ std: 0 }) }, standard);
  expect(() => widthPowers(zeroHead, of(64), of(128))).toThrow(
    "layer3.weight depends on the width",
  );
});
