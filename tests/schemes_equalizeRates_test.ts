import { expect } from "@std/expect";
import {
  type Activation,
  equalizeRates,
  everywhere,
  forward,
  heNormal,
  initialize,
  krahenbuhl,
  leakyRelu,
  linear,
  mlp,
  type Model,
  normal,
  type Params,
  relu,
  rng,
  tanh,
  type Tensor,
  zeros,
} from "../lib/mod.ts";
import { small } from "./schemeModels.ts";

const WIDTHS = [30, 60, 40, 20, 7];
const ROWS = 50;
const batch = rng("batch").normal([ROWS, 30], { mean: 0.5, std: 2 });

// Float32 gradients through three products of up to 60 terms: 3 * 60 * 2^-24 = 1.1e-5 at most.
const ROUNDING = 1.1e-5;

function start(activation: Activation, bias = true): { model: Model; params: Params } {
  const model = mlp({ widths: WIDTHS, activation, bias });
  const params = initialize(model, () => normal({ std: 0.3 }), rng("rates"));
  return { model, params };
}

/** What each layer is given for one row of the batch, its slopes, and y, by plain float64 loops; one weight may be moved. */
function pass(params: Params, f: Activation, row: number, moved?: Move) {
  const depth = WIDTHS.length - 1,
    inputs = [Array.from(batch.data.subarray(row * 30, row * 30 + 30))];
  const slopes: number[][] = [];
  let y: number[] = [];
  for (let l = 0; l < depth; l++) {
    const name = `layer${l + 1}.weight`, n = WIDTHS[l + 1];
    const w = params[name].data, b = params[`layer${l + 1}.bias`]?.data;
    const z = Array.from(
      { length: n },
      (_, j) => inputs[l].reduce((sum, x, i) => sum + x * w[i * n + j], b?.[j] ?? 0),
    );
    if (moved?.name === name) z[moved.at % n] += moved.by * inputs[l][Math.floor(moved.at / n)];
    slopes.push(z.map((value) => f.derivative(value)));
    inputs.push(z.map((value) => f.f(value)));
    y = z;
  }
  return { inputs, slopes, y };
}

/** One entry of a weight, and what is added to it. */
interface Move {
  readonly name: string;
  readonly at: number;
  readonly by: number;
}

/** Rms gradient over rms weight by plain float64 loops: sqrt(mean over examples of |x|^2 |J|^2 / |W|^2). */
function rates(params: Params, f: Activation, rows = ROWS): number[] {
  const depth = WIDTHS.length - 1, squares = Array<number>(depth).fill(0);
  const size = (values: ArrayLike<number>) =>
    Array.from(values).reduce((sum, value) => sum + value * value, 0);
  for (let row = 0; row < rows; row++) {
    const { inputs, slopes } = pass(params, f, row);
    // J of layer l, (outputs, units): the identity at the last layer.
    let J: number[][] = Array.from(
      { length: 7 },
      (_, o) => Array.from({ length: 7 }, (_, j) => o === j ? 1 : 0),
    );
    for (let l = depth - 1; l >= 0; l--) {
      squares[l] += size(inputs[l]) * size(J.flat()) / rows;
      if (l === 0) break;
      const n = WIDTHS[l + 1], w = params[`layer${l + 1}.weight`].data;
      J = J.map((line) =>
        slopes[l - 1].map((slope, i) =>
          slope * line.reduce((sum, value, j) => sum + value * w[i * n + j], 0)
        )
      );
    }
  }
  return squares.map((square, l) => Math.sqrt(square / size(params[`layer${l + 1}.weight`].data)));
}

const spread = (values: number[]) => Math.max(...values) / Math.min(...values) - 1;

Deno.test("rates() is what central differences say, and falls by the squares of factors of product 1", () => {
  const f = leakyRelu(0.3), { params } = start(f);
  const name = "layer3.weight", { data } = params[name];
  // y is piecewise linear in one weight: exact but for rounding, 2^-53 of sums near 100 over the step.
  const step = 1e-6;
  let square = 0;
  for (let at = 0; at < data.length; at++) {
    const [up, down] = [step, -step].map((by) => pass(params, f, 0, { name, at, by }).y);
    square += up.reduce((sum, y, o) => sum + ((y - down[o]) / (2 * step)) ** 2, 0);
  }
  const size = data.reduce((sum, w) => sum + w * w, 0);
  expect(Math.abs(Math.sqrt(square / size) / rates(params, f, 1)[2] - 1)).toBeLessThan(1e-7);

  // The law that forces the factors: C_l becomes C_l / r_l^2. Powers of two round nothing.
  const factors = [4, 0.5, 2, 0.25], scaled: Record<string, Tensor> = {};
  let signal = 1;
  for (const [l, factor] of factors.entries()) {
    signal *= factor;
    for (const [kind, by] of [["weight", factor], ["bias", signal]] as const) {
      const { shape, data } = params[`layer${l + 1}.${kind}`];
      scaled[`layer${l + 1}.${kind}`] = { shape, data: data.map((w) => w * by) };
    }
  }
  const before = rates(params, f), after = rates(scaled, f);
  expect(after).toEqual(before.map((rate, l) => rate / factors[l] ** 2));
});

const CASES: [string, Activation, boolean][] = [
  ["relu", relu, true],
  ["relu without biases", relu, false],
  ["leakyRelu", leakyRelu(0.3), true],
  ["linear", linear, true],
];

for (const [name, activation, bias] of CASES) {
  Deno.test(`equalizeRates() gives all weights the geometric mean of their rates: ${name}`, () => {
    const { model, params } = start(activation, bias);
    const { params: equal, rows } = equalizeRates(model, params, batch);
    const before = rates(params, activation), after = rates(equal, activation);
    expect(spread(before)).toBeGreaterThan(0.5); // left out, the step would be missed
    expect(spread(after)).toBeLessThan(2 * ROUNDING);
    const mean = before.reduce((product, rate) => product * rate, 1) ** (1 / before.length);
    expect(rows.map(({ parameter }) => parameter))
      .toEqual([1, 2, 3, 4].map((l) => `layer${l}.weight`));
    for (const [l, row] of rows.entries()) {
      expect(Math.abs(row.before / before[l] - 1)).toBeLessThan(ROUNDING);
      expect(Math.abs(row.after / mean - 1)).toBeLessThan(2 * ROUNDING);
      expect(Math.abs(row.factor / Math.sqrt(before[l] / mean) - 1)).toBeLessThan(ROUNDING);
    }
  });

  Deno.test(`equalizeRates() keeps the function: ${name}`, () => {
    const { model, params } = start(activation, bias);
    const { params: equal, rows } = equalizeRates(model, params, batch);
    const y = forward(model, params, batch).data;
    const farthest = (of: Params) => {
      const other = forward(model, of, batch).data;
      return Math.max(...y.map((value, i) => Math.abs(value - other[i])));
    };
    const size = Math.max(...y.map(Math.abs));
    // Four products, of up to 60 terms, in other roundings.
    expect(farthest(equal) / size).toBeLessThan(4 * 60 * 2 ** -24);
    // The product of four float32 factors.
    expect(Math.abs(rows.reduce((p, { factor }) => p * factor, 1) - 1)).toBeLessThan(4 * 2 ** -24);
    if (!bias) return;
    const { "layer2.bias": unscaled } = params;
    expect(farthest({ ...equal, "layer2.bias": unscaled }) / size).toBeGreaterThan(1e-3);
  });
}

Deno.test("equalizeRates() leaves channels of equal std behind krahenbuhl(), and changes nothing twice", () => {
  const { model, params } = start(relu);
  const within = krahenbuhl(model, params, batch).params;
  expect(spread(rates(within, relu))).toBeGreaterThan(0.1);
  const between = equalizeRates(model, within, batch);
  // A layer's channels share a factor.
  for (const { leastStd, mostStd } of krahenbuhl(model, between.params, batch).rows.slice(0, 1)) {
    expect(Math.abs(mostStd / leastStd - 1)).toBeLessThan(1e-4);
    expect(Math.abs(mostStd / between.rows[0].factor - 1)).toBeLessThan(1e-4);
  }
  for (const { factor } of equalizeRates(model, between.params, batch).rows) {
    expect(Math.abs(factor - 1)).toBeLessThan(2 * ROUNDING);
  }
  expect(params).toEqual(start(relu).params); // what is given stays
});

Deno.test("equalizeRates() refuses what it does not suit", () => {
  const { model, params } = start(tanh);
  expect(() => equalizeRates(model, params, batch)).toThrow(
    "rates of an mlp with tanh as it would be another function: use relu",
  );
  expect(() => equalizeRates(small(), {}, batch)).toThrow("rates of a gpt: use an mlp");
  const rectified = mlp({ widths: WIDTHS, activation: relu });
  const he = initialize(rectified, everywhere(heNormal()), rng("rates"));
  const silent = { ...he, "layer3.weight": zeros()([40, 20], rng("any")) };
  expect(() => equalizeRates(rectified, silent, batch)).toThrow(RangeError);
  expect(() => equalizeRates(rectified, silent, batch)).toThrow("layer1.weight: it is 0");
  expect(() => equalizeRates(rectified, {}, batch)).toThrow("without parameter layer1.weight");
});
