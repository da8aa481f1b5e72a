import { expect } from "@std/expect";
import { propagate } from "../lib/experiments/propagate.ts";
import { repeat, seeds } from "../lib/experiments/compare.ts";
import { constant, zeros } from "../lib/initializers/constant.ts";
import { normal, truncatedNormal, uniform } from "../lib/initializers/distributions.ts";
import { heNormal, lecunNormal, xavierNormal, xavierUniform } from "../lib/initializers/named.ts";
import { identity } from "../lib/initializers/identity.ts";
import { orthogonal } from "../lib/initializers/orthogonal.ts";
import {
  type Activation,
  gelu,
  linear,
  prelu,
  relu,
  sigmoid,
  tanh,
} from "../lib/nn/activations.ts";
import { mlp } from "../lib/nn/mlp.ts";
import { byRole, everywhere, initialize, type Scheme } from "../lib/nn/schemes.ts";
import { gaussianExpectation } from "../lib/numerics/quadrature.ts";
import { rng } from "../lib/tensor/rng.ts";
import { activationMoments, gain } from "../lib/theory/gain.ts";
import { predict, type PredictedRow } from "../lib/theory/predict.ts";

const ladder = [784, 512, 256, 256, 128, 10];

Deno.test("predict() gives Glorot's cumulative factors on narrowing linear layers", () => {
  const rows = predict(mlp({ widths: ladder, activation: linear }), everywhere(xavierUniform()), {
    inputMeanSquare: 1,
  });
  // Products of 2 n_in / (n_in + n_out), and of 2 n_out / (n_in + n_out) from the other end.
  [1.21, 1.613, 1.613, 2.151, 3.99].forEach((factor, i) =>
    expect(Math.abs(rows[i].meanSquare - factor)).toBeLessThan(6e-4)
  );
  [10 / 69, 2 / 3, 1, 2 / 3].forEach((factor, i) =>
    expect(rows[3 - i].gradientMeanSquare / rows[4 - i].gradientMeanSquare).toBeCloseTo(factor, 10)
  );
  // E(dL/dW)^2 = E h^2 E (dL/dz)^2, equal at all layers but for the widths.
  expect(rows[2].weightGradientMeanSquare)
    .toBeCloseTo(rows[1].meanSquare * rows[2].gradientMeanSquare, 12);
});

Deno.test("predict() follows V_l = n s^2 V_(l-1) + s^2 when biases are drawn like weights", () => {
  for (
    const [std, values] of [
      [0.01, [0.0785, 0.00412, 2.06e-4, 1.05e-4, 1.01e-4]],
      [0.1, [7.85, 40.2, 102.9, 263, 337]],
    ] as [number, number[]][]
  ) {
    const scheme = byRole({ bias: normal({ std }) }, everywhere(normal({ std })));
    const rows = predict(mlp({ widths: ladder, activation: linear }), scheme, {
      inputMeanSquare: 1,
    });
    values.forEach((value, i) =>
      expect(Math.abs(rows[i].meanSquare / value - 1)).toBeLessThan(0.006)
    );
  }
});

Deno.test("predict() of 30 ReLU layers: He 2, LeCun 2^-l, U(+-1/sqrt n) 6^-l", () => {
  const model = mlp({ widths: Array(31).fill(512), activation: relu, bias: false });
  const half = 1 / Math.sqrt(512);
  const schemes: [Scheme, number, number][] = [
    [everywhere(heNormal()), 2, 1],
    [everywhere(lecunNormal()), 1, 1 / 2],
    [everywhere(uniform({ low: -half, high: half })), 1 / 3, 1 / 6],
  ];
  for (const [scheme, first, factor] of schemes) {
    const rows = predict(model, scheme, { inputMeanSquare: 1 });
    expect(rows[28].activationMeanSquare / factor ** 29).toBeCloseTo(1, 9);
    expect(rows[29].meanSquare / (first * factor ** 29)).toBeCloseTo(1, 9);
    // Backward the same: 29 ReLU layers between layer 1 and the outputs, equal widths.
    expect(rows[0].gradientMeanSquare / factor ** 29).toBeCloseTo(1, 9);
    // 29 layers of variance 5/n and the last of 2/n; the median lies below the mean by half of that, in logs.
    expect(Math.log(rows[29].medianMeanSquare / rows[29].meanSquare))
      .toBeCloseTo(-(5 * 29 + 2) / (2 * 512), 9);
  }
});

Deno.test("predict() takes each layer's slopes at that layer's own mean square", () => {
  const model = mlp({ widths: [8, 6, 9, 4], activation: tanh, bias: false });
  const rows = predict(model, everywhere(normal({ std: 0.7 })), { inputMeanSquare: 30 });
  expect(rows[0].meanSquare).toBeCloseTo(8 * 0.49 * 30, 9);
  expect(rows[1].meanSquare).toBeCloseTo(6 * 0.49 * rows[0].activationMeanSquare, 9);
  [9, 4].forEach((fanOut, i) => {
    const { meanSquare, derivativeMeanSquare } = activationMoments(tanh, rows[i].meanSquare);
    expect(rows[i].activationMeanSquare).toBeCloseTo(meanSquare, 12);
    expect(rows[i].gradientMeanSquare / rows[i + 1].gradientMeanSquare)
      .toBeCloseTo(fanOut * 0.49 * derivativeMeanSquare, 12);
  });
});

Deno.test("predict() refuses laws that mean squares cannot follow, and bad input", () => {
  const model = mlp({ widths: [4, 4, 3], activation: relu });
  const refused: Scheme[] = [
    everywhere(constant({ value: 0.5 })),
    everywhere(normal({ mean: 0.1, std: 1 })),
    everywhere(identity()),
    byRole({ bias: constant({ value: 0.1 }) }, everywhere(heNormal())),
  ];
  for (const scheme of refused) {
    expect(() => predict(model, scheme, { inputMeanSquare: 1 })).toThrow("Cannot predict");
  }
  expect(() => predict(model, everywhere(heNormal()), { inputMeanSquare: -1 })).toThrow(RangeError);
  const [, second] = predict(model, everywhere(zeros()), { inputMeanSquare: 1 });
  expect([second.meanSquare, second.gradientMeanSquare]).toEqual([0, 1]);
});

const widths = [200, 512, 256, 12];
const inputs = 16;
const inputMeanSquare = 1.7;

/**
 * The largest deviation of a simulation's mean over seeds from a prediction, as a share of what chance allows (so below 1 is
 * agreement). A layer of n units adds V/n to the relative variance of the mean square, V = E f^4 / (E f^2)^2 - 1, at
 * most (saturating f damp what came before); its own pre-activations 2/n. A gradient gets 3 E f'^4 / (E f'^2)^2 - 1 from
 * each layer it has crossed, and 2/n from the few outputs where it started, less by the number of inputs. Bounds are
 * 4.5 standard errors over `runs` seeds, plus 1/n for the bias of finite width.
 */
function worst(
  { activation, scheme, predicted, runs }: {
    activation: Activation;
    scheme: Scheme;
    predicted: readonly PredictedRow[];
    runs: number;
  },
): number {
  const model = mlp({ widths, activation });
  const x = rng("predict").child("inputs").normal([inputs, widths[0]], {
    std: Math.sqrt(inputMeanSquare),
  });
  const rows = repeat(
    seeds(runs, "predict"),
    (rng) => propagate(model, initialize(model, scheme, rng), x, { rng }),
  );
  const spread = (f: (z: number) => number, q: number, fourth: number) => {
    const kinks = [0];
    const power = (p: number) => gaussianExpectation((z) => f(Math.sqrt(q) * z) ** p, { kinks });
    return fourth * power(4) / power(2) ** 2 - 1;
  };
  const forward = predicted.map(({ meanSquare }) => spread(activation.f, meanSquare, 1));
  const backward = predicted.map(({ meanSquare }) => spread(activation.derivative, meanSquare, 3));
  const deviations = predicted.flatMap((prediction, i) => {
    const mean = (column: keyof PredictedRow & keyof (typeof rows)[0]) =>
      rows.filter(({ layer }) => layer === i + 1).reduce((sum, row) => sum + row[column], 0) / runs;
    const before = forward.slice(0, i).reduce((sum, v, k) => sum + v / widths[k + 1], 0);
    const after = backward.slice(i, -1).reduce((sum, v, k) => sum + v / widths[i + k + 1], 0);
    const start = 2 / (widths[widths.length - 1] * inputs);
    const variances: [keyof PredictedRow & keyof (typeof rows)[0], number][] = [
      ["meanSquare", before + 2 / widths[i + 1]],
      ["activationMeanSquare", before + Math.max(2, forward[i]) / widths[i + 1]],
      ["gradientMeanSquare", after + start],
      ["weightGradientMeanSquare", before + after + start + 4 / inputs / widths[0]],
    ];
    return variances.map(([column, variance]) =>
      Math.abs(Math.log(mean(column) / prediction[column])) /
      (4.5 * Math.sqrt(variance / runs) + 1 / 256)
    );
  });
  return Math.max(...deviations);
}

const runs = 8;
const predictFor = (activation: Activation, scheme: Scheme) =>
  predict(mlp({ widths, activation }), scheme, { inputMeanSquare });

Deno.test("predict() agrees with propagate() over seeds at widths 256 to 512, wrong laws do not", () => {
  const withBias = (scheme: Scheme) => byRole({ bias: normal({ std: 0.5 }) }, scheme);
  const fanAverage = everywhere(xavierNormal());
  // activation, the scheme that is simulated, a scheme that differs by one mistake
  const cases: [string, Activation, Scheme, Scheme][] = [
    ["gain missing", relu, everywhere(heNormal()), everywhere(lecunNormal())],
    ["fans swapped", linear, everywhere(lecunNormal()), everywhere(heNormal({ mode: "fanOut" }))],
    ["fan-in for fan-average", tanh, fanAverage, everywhere(xavierNormal({ mode: "fanIn" }))],
    ["bias missing", sigmoid, withBias(fanAverage), fanAverage],
    [
      "truncation not corrected",
      gelu,
      everywhere(truncatedNormal({ parentStd: 0.08 })),
      everywhere(normal({ std: 0.08 })),
    ],
    [
      "slope forgotten",
      prelu(0.5),
      everywhere(heNormal({ negativeSlope: 0.5 })),
      everywhere(heNormal()),
    ],
    [
      "orthogonal entries taken for 1/fanIn",
      tanh,
      everywhere(orthogonal({ gain: gain(tanh) })),
      everywhere(normal({ std: gain(tanh) / Math.sqrt(200) })),
    ],
  ];
  for (const [mistake, activation, scheme, wrong] of cases) {
    const simulation = { activation, scheme, runs };
    const right = worst({ ...simulation, predicted: predictFor(activation, scheme) });
    const mistaken = worst({ ...simulation, predicted: predictFor(activation, wrong) });
    expect({ mistake, agrees: right < 1 }).toEqual({ mistake, agrees: true });
    expect({ mistake, agrees: mistaken < 1 }).toEqual({ mistake, agrees: false });
  }
});
