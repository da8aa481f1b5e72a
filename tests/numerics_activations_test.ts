import { expect } from "@std/expect";
import { erf } from "../lib/numerics/gaussian.ts";
import type { ActivationKind } from "../lib/numerics/kernels.ts";
import { reference } from "../lib/numerics/reference.ts";

type Oracle = (x: number, parameter: number) => number;
const phi = (x: number) => 0.5 * (1 + erf(x / Math.SQRT2));
const logistic = (x: number) => 1 / (1 + Math.exp(-x));
const softplus = (x: number) => Math.log1p(Math.exp(-Math.abs(x))) + Math.max(x, 0);

/** The textbook formulas in float64. */
const oracles: Record<ActivationKind, Oracle> = {
  identity: (x) => x,
  relu: (x) => Math.max(x, 0),
  leakyRelu: (x, slope) => x > 0 ? x : slope * x,
  sigmoid: logistic,
  tanh: Math.tanh,
  elu: (x, alpha) => x > 0 ? x : alpha * Math.expm1(x),
  selu: (x) => 1.0507009873554805 * (x > 0 ? x : 1.6732632423543772 * Math.expm1(x)),
  gelu: (x) => x * phi(x),
  geluTanh: (x) => 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3))),
  silu: (x) => x * logistic(x),
  mish: (x) => x * Math.tanh(softplus(x)),
  softplus,
  softsign: (x) => x / (1 + Math.abs(x)),
  erf,
  exp: Math.exp,
};
const kinds = Object.keys(oracles) as ActivationKind[];
const PARAMETER = 0.25; // a float32
const grid = Float32Array.from({ length: 4001 }, (_, i) => (i - 2000) / 100 + 0.003);

function values(kind: ActivationKind, x: Float32Array): Float32Array {
  const out = new Float32Array(x.length);
  reference.activate(kind, out, x, PARAMETER);
  return out;
}

function slopes(kind: ActivationKind, x: Float32Array): Float32Array {
  const out = new Float32Array(x.length);
  reference.activateBackward(kind, out, x, new Float32Array(x.length).fill(1), PARAMETER);
  return out;
}

// The few float32 operations of each formula, with exponentials good to 1 ulp, stay within 8 half-ulps (2^-24) of the larger of
// |f| and, where x is added or multiplied by a share that was rounded near 1, |x| times that share.
for (const kind of kinds) {
  Deno.test(`activate() of ${kind} follows its formula from -20 to 20`, () => {
    const out = values(kind, grid);
    out.forEach((y, i) => {
      const truth = oracles[kind](grid[i], PARAMETER);
      expect(Math.abs(y - truth)).toBeLessThanOrEqual(
        8 * 2 ** -24 * Math.max(Math.abs(truth), 0.5),
      );
    });
  });

  Deno.test(`activateBackward() of ${kind} is the central difference of its formula`, () => {
    const out = slopes(kind, grid);
    const h = 1e-5; // error h^2 f'''/6 < 1e-10, rounding 1e-16 |f| / h < 1e-9, both times e^20 for exp
    out.forEach((slope, i) => {
      const f = (x: number) => oracles[kind](x, PARAMETER);
      const difference = (f(grid[i] + h) - f(grid[i] - h)) / (2 * h);
      expect(Math.abs(slope - difference))
        .toBeLessThanOrEqual(1e-6 * (kind === "exp" ? Math.max(1, difference) : 1));
    });
  });
}

Deno.test("activate() keeps relative precision in the lower tails", () => {
  const x = Float32Array.of(-5, -20, -60, -80);
  for (const kind of ["sigmoid", "silu", "mish", "softplus"] as const) {
    values(kind, x).forEach((y, i) => {
      const e = Math.exp(x[i]);
      const truth = kind === "sigmoid"
        ? e / (1 + e)
        : kind === "softplus"
        ? Math.log1p(e)
        : kind === "silu"
        ? x[i] * e / (1 + e)
        : x[i] * Math.tanh(Math.log1p(e));
      expect(Math.abs(y / truth - 1)).toBeLessThan(8 * 2 ** -24);
    });
  }
});

Deno.test("activate() and activateBackward() keep NaN and state what infinities give", () => {
  const x = Float32Array.of(NaN, Infinity, -Infinity);
  for (const kind of kinds) {
    const [nan, top, bottom] = values(kind, x);
    expect(nan).toBe(NaN);
    const bounded = kind === "sigmoid" || kind === "tanh" || kind === "erf";
    expect(top).toBe(bounded ? 1 : kind === "softsign" ? NaN : Infinity);
    if (["gelu", "geluTanh", "silu", "mish", "softsign"].includes(kind)) expect(bottom).toBe(NaN);
    const [nanSlope, topSlope] = slopes(kind, x);
    expect(nanSlope).toBe(kind === "identity" ? 1 : NaN);
    if (kind === "exp") expect(topSlope).toBe(Infinity);
    else {expect(topSlope).toBeCloseTo(
        bounded || kind === "softsign" ? 0 : kind === "selu" ? 1.0507 : 1,
        4,
      );}
  }
  expect([...values("relu", Float32Array.of(-0, -1, -Infinity))]).toEqual([0, 0, 0]);
});

Deno.test("activateBackward() takes the derivative from the left at a kink", () => {
  const at0 = (kind: ActivationKind) => slopes(kind, Float32Array.of(0))[0];
  expect([at0("relu"), at0("leakyRelu"), at0("elu")]).toEqual([0, PARAMETER, PARAMETER]);
  expect(at0("selu")).toBeCloseTo(1.0507009873554805 * 1.6732632423543772, 6);
});

Deno.test("activateBackward() adds the slope times the gradient to what is there", () => {
  const out = Float32Array.of(10, 20);
  reference.activateBackward("leakyRelu", out, Float32Array.of(2, -2), Float32Array.of(3, 8), 0.25);
  expect([...out]).toEqual([13, 22]);
});

Deno.test("activate() and activateBackward() reject other lengths before they write", () => {
  const out = Float32Array.of(7, 7), x = new Float32Array(3);
  expect(() => reference.activate("relu", out, x, 0)).toThrow(
    "Cannot apply relu as out must have 3 elements: it has 2",
  );
  expect(() => reference.activateBackward("relu", out, x, x, 0)).toThrow(RangeError);
  expect(() => reference.activateBackward("relu", out, out, x, 0)).toThrow(RangeError);
  expect([...out]).toEqual([7, 7]);
});
