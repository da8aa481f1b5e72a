import { expect } from "@std/expect";
import {
  cnn,
  initialize,
  isometry,
  lecunNormal,
  linear,
  mlp,
  propagate,
  relu,
  rng,
  type Scheme,
  schemeFrom,
  seeds,
  singularValues,
} from "../lib/mod.ts";

const stream = rng("schemes isometry");

Deno.test("isometry() keeps the length of every input and gradient of linear layers", () => {
  const models = [
    mlp({ widths: [20, 20, 20, 20, 20], activation: linear }),
    cnn({ image: [5, 7, 6], channels: [6, 6, 6, 6], outputs: 210, activation: linear }),
  ];
  for (const model of models) {
    const one = stream.normal([1, model.params[0].shape.length > 2 ? 210 : 20]);
    const drift = (scheme: Scheme) => {
      const rows = propagate(model, initialize(model, scheme, stream), one, { rng: stream });
      const last = rows.length - 1;
      return (["meanSquare", "gradientMeanSquare"] as const)
        .map((column) => Math.abs(rows[last][column] / rows[0][column] - 1));
    };
    // Float32's rounding: 20 products a sum, five layers.
    for (const change of drift(isometry())) expect(change).toBeLessThan(100 * 2 ** -24);
    for (const change of drift(() => lecunNormal())) expect(change).toBeGreaterThan(0.01);
  }
});

Deno.test("isometry({ gain }) scales every singular value, and starts biases at 0", () => {
  const model = mlp({ widths: [12, 30, 5], activation: relu });
  const params = initialize(model, isometry({ gain: Math.SQRT2 }), stream);
  expect(params["layer1.bias"].data.every((b) => b === 0)).toBe(true);
  for (const [name, rows, columns] of [["layer1", 12, 30], ["layer2", 30, 5]] as const) {
    for (const value of singularValues(params[`${name}.weight`].data, rows, columns)) {
      expect(value).toBeCloseTo(Math.SQRT2, 5);
    }
  }
  const kernels = cnn({ image: [4, 4, 3], channels: [5, 6], outputs: 2, activation: relu });
  const drawn = initialize(kernels, isometry({ gain: 3 }), stream);
  for (const [name, inputs, outputs] of [["layer1", 3, 5], ["layer2", 5, 6]] as const) {
    const { data } = drawn[`${name}.weight`], size = inputs * outputs, middle = 4 * size;
    const tap = data.slice(middle, middle + size);
    for (const value of singularValues(tap, inputs, outputs)) expect(value).toBeCloseTo(3, 5);
    expect(data.filter((w) => w !== 0).length).toBe(tap.filter((w) => w !== 0).length);
  }
  // A ReLU halves the mean square, on average over networks.
  const deep = mlp({ widths: Array(11).fill(64), activation: relu });
  const logs = seeds(20, "isometry").map((rng) => {
    const rows = propagate(
      deep,
      initialize(deep, isometry({ gain: Math.SQRT2 }), rng),
      rng.normal([16, 64]),
    );
    return Math.log(rows[9].meanSquare / rows[0].meanSquare) / 9;
  });
  expect(Math.abs(logs.reduce((a, b) => a + b) / 20)).toBeLessThan(0.1); // without the gain: ln 2
});

Deno.test("isometry() is known by name and says what it cannot do", () => {
  const model = mlp({ widths: [4, 4], activation: relu });
  const spec = { name: "isometry", gain: 2 };
  expect(schemeFrom(spec)(model.params[0], model).spec).toEqual(
    isometry({ gain: 2 })(model.params[0], model).spec,
  );
  expect(() => isometry({ gain: 0 })).toThrow("gain as it must be > 0");
  expect(() => isometry({ scale: 1 } as never)).toThrow('option "scale"');
  const narrowing = cnn({ image: [4, 4, 8], channels: [4], outputs: 2, activation: relu });
  expect(() => initialize(narrowing, isometry(), stream)).toThrow("8");
});
