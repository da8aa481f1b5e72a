import { expect } from "@std/expect";
import { decisionRows, guessRows, pointRows } from "../lib/experiments/outputs.ts";
import { linear } from "../lib/nn/activations.ts";
import { mlp } from "../lib/nn/mlp.ts";
import { tensor } from "../lib/tensor/tensor.ts";

/** Logits w.x + b, one column of `weight` each. */
function net(outputs: number, weight: number[], bias: number[]) {
  const model = mlp({ widths: [2, outputs], activation: linear });
  const params = {
    "layer1.weight": tensor([2, outputs], weight),
    "layer1.bias": tensor([outputs], bias),
  };
  return { model, params };
}

Deno.test("decisionRows() is a sigmoid of one logit, or of the difference of two, x fastest", () => {
  const one = net(1, [3, -2], [0.5]);
  const two = net(2, [1, 4, 1, -1], [0, 0.5]); // difference 3x - 2y + 0.5
  const rows = decisionRows(one.model, one.params, { low: -1, high: 2, size: 4 });
  expect(rows.slice(0, 5).map(({ x, y }) => [x, y]))
    .toEqual([[-1, -1], [0, -1], [1, -1], [2, -1], [-1, 0]]);
  for (const { x, y, p } of rows) {
    expect(Math.abs(p - 1 / (1 + Math.exp(-(3 * x - 2 * y + 0.5))))).toBeLessThan(1e-6);
  }
  const same = decisionRows(two.model, two.params, { low: -1, high: 2, size: 4 });
  same.forEach(({ p }, i) => expect(Math.abs(p - rows[i].p)).toBeLessThan(1e-6));
});

Deno.test("decisionRows() refuses other models and grids", () => {
  const { model, params } = net(1, [1, 1], [0]);
  const wide = mlp({ widths: [2, 3], activation: linear });
  expect(() => decisionRows(wide, params, { low: 0, high: 1, size: 3 })).toThrow("(2, 3)");
  for (const grid of [{ low: 1, high: 1, size: 3 }, { low: 0, high: 1, size: 1 }]) {
    expect(() => decisionRows(model, params, grid)).toThrow("low must be < high, size >= 2");
  }
});

Deno.test("guessRows() and pointRows() keep the order of the examples", () => {
  const { model, params } = net(3, [1, 0, 0, 0, 1, 0], [0, 0, 0.5]);
  const inputs = tensor([4, 2], [1, 0, 0, 2, 0, 0, NaN, 0]);
  const examples = { inputs, targets: Uint8Array.of(0, 0, 2, 1) };
  expect(guessRows(model, params, examples)).toEqual([
    { actual: 0, predicted: 0 },
    { actual: 0, predicted: 1 },
    { actual: 2, predicted: 2 },
    { actual: 1, predicted: -1 },
  ]);
  expect(pointRows(examples)[1]).toEqual({ x: 0, y: 2, label: 0 });
});

Deno.test("guessRows() and pointRows() refuse what has no labels or not two features", () => {
  const { model, params } = net(1, [1, 1], [0]);
  const regression = { inputs: tensor([1, 2], [1, 2]), targets: tensor([1, 1], [1]) };
  expect(() => guessRows(model, params, regression)).toThrow("Uint8Array");
  expect(() => pointRows(regression)).toThrow("Uint8Array");
  expect(() => pointRows({ inputs: tensor([1, 3], [1, 2, 3]), targets: Uint8Array.of(1) }))
    .toThrow("two features");
});
