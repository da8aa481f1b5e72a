import { expect } from "@std/expect";
import {
  type Activation,
  cnn,
  everywhere,
  heNormal,
  initialize,
  type Initializer,
  lecunNormal,
  linear,
  mlp,
  predict,
  propagate,
  relu,
  seeds,
  tanh,
} from "../lib/mod.ts";

const CASES: [string, Activation, Initializer][] = [
  ["linear", linear, lecunNormal()],
  ["ReLU", relu, heNormal()],
  ["tanh", tanh, heNormal()],
];
const COLUMNS = [
  "meanSquare",
  "activationMeanSquare",
  "gradientMeanSquare",
  "weightGradientMeanSquare",
] as const;

for (const [name, activation, init] of CASES) {
  Deno.test(`predict() is what propagate() measures in a cnn of ${name} layers`, () => {
    const model = cnn({
      ...{ image: [7, 6, 3], channels: [40, 32, 48], strides: [1, 2, 1], outputs: 9, activation },
    });
    const inputMeanSquare = 1.5, scheme = everywhere(init);
    const runs = seeds(60, "predict images").map((rng) => {
      const inputs = rng.child("inputs").normal([8, 126], { std: Math.sqrt(inputMeanSquare) });
      return propagate(model, initialize(model, scheme, rng), inputs, { rng });
    });
    predict(model, scheme, { inputMeanSquare }).forEach((row, i) => {
      for (const column of COLUMNS) {
        const values = runs.map((rows) => rows[i][column]);
        const mean = values.reduce((a, b) => a + b) / values.length;
        const variance = values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / (values.length - 1);
        // tanh's law is that of infinite width: at 32 channels it is off by at most a few percent.
        const allowed = 4.5 * Math.sqrt(variance / values.length) +
          (name === "tanh" ? 0.03 * mean : 0);
        expect(Math.abs(mean - row[column])).toBeLessThan(allowed + 1e-6 * mean);
        // A fan that forgets the border, or the taps, is told apart.
        if (column === "meanSquare" && i > 0 && i < 3) {
          expect(Math.abs(mean - row[column] * 1.2)).toBeGreaterThan(allowed);
        }
      }
    });
  });
}

Deno.test("predict() of a cnn of one pixel and one tap is that of an mlp", () => {
  const channels = [8, 6], scheme = everywhere(heNormal());
  const options = { inputMeanSquare: 2 };
  const image = predict(
    cnn({ image: [1, 1, 5], channels, kernel: 1, outputs: 4, activation: tanh }),
    scheme,
    options,
  );
  const plain = predict(mlp({ widths: [5, 8, 6, 4], activation: tanh }), scheme, options);
  image.forEach((row, i) => {
    for (const column of COLUMNS) expect(row[column]).toBeCloseTo(plain[i][column], 12);
  });
});

Deno.test("predict() of a cnn loses at the border what the missing taps would have added", () => {
  const model = cnn({ image: [4, 4, 1], channels: [16], outputs: 2, activation: linear });
  const [first] = predict(model, everywhere(lecunNormal()), { inputMeanSquare: 1 });
  // Of 16 places 4 see 9 taps, 8 see 6 and 4 see 4: 100 of 144.
  expect(first.meanSquare).toBeCloseTo(100 / 144, 12);
});
