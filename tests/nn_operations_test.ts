import { expect } from "@std/expect";
import { sizeOf, tensor } from "../lib/tensor/tensor.ts";
import { leakyRelu, linear, relu, silu, tanh } from "../lib/nn/activations.ts";
import { meanSquaredError } from "../lib/nn/losses.ts";
import { activate, add, addBias, dot, multiply, scale } from "../lib/nn/operations.ts";
import { onTape } from "../lib/nn/tape.ts";
import { type Case, drawn, each, expectGradients, product } from "./gradients.ts";

// The oracles share no code with lib/.
const cases: Case[] = [
  {
    name: "dot",
    shapes: [[3, 5], [5, 2]],
    ours: ([x, w]) => dot(x, w),
    oracle: ([x, w]) => product(x, w),
  },
  {
    name: "dot with a bias",
    shapes: [[3, 5], [5, 2], [2]],
    ours: ([x, w, b]) => dot(x, w, b),
    oracle: ([x, w, [b]]) => product(x, w).map((row) => row.map((v, j) => v + b[j])),
  },
  {
    name: "addBias",
    shapes: [[4, 3], [3]],
    ours: ([x, b]) => addBias(x, b),
    oracle: ([x, [b]]) => x.map((row) => row.map((v, j) => v + b[j])),
  },
  {
    name: "activate by relu",
    shapes: [[3, 4]],
    ours: ([x]) => activate(x, relu),
    oracle: ([x]) => each((v) => Math.max(0, v))(x),
  },
  {
    name: "activate by leakyRelu",
    shapes: [[3, 4]],
    ours: ([x]) => activate(x, leakyRelu(0.3)),
    oracle: ([x]) => each((v) => v > 0 ? v : 0.3 * v)(x),
  },
  {
    name: "activate by tanh",
    shapes: [[2, 5]],
    ours: ([x]) => activate(x, tanh),
    oracle: ([x]) => each(Math.tanh)(x),
  },
  {
    name: "activate by silu",
    shapes: [[2, 5]],
    ours: ([x]) => activate(x, silu),
    oracle: ([x]) => each((v) => v / (1 + Math.exp(-v)))(x),
  },
  {
    name: "activate by linear",
    shapes: [[2, 3]],
    ours: ([x]) => activate(x, linear),
    oracle: ([x]) => x,
  },
  {
    name: "add",
    shapes: [[2, 3], [2, 3]],
    ours: ([x, y]) => add(x, y),
    oracle: ([x, y]) => x.map((row, i) => row.map((v, j) => v + y[i][j])),
  },
  {
    name: "multiply",
    shapes: [[2, 3], [2, 3]],
    ours: ([x, y]) => multiply(x, y),
    oracle: ([x, y]) => x.map((row, i) => row.map((v, j) => v * y[i][j])),
  },
  {
    name: "multiply a value by itself",
    shapes: [[2, 3]],
    ours: ([x]) => multiply(x, x),
    oracle: ([x]) => each((v) => v * v)(x),
  },
  {
    name: "addBias to four axes",
    shapes: [[2, 1, 3, 2], [2]],
    ours: ([x, b]) => addBias(x, b),
    oracle: ([x, [b]]) => x.map((row) => row.map((v, j) => v + b[j])),
  },
  {
    name: "scale",
    shapes: [[2, 3]],
    ours: ([x]) => scale(x, -1.7),
    oracle: ([x]) => each((v) => -1.7 * v)(x),
  },
  {
    name: "a value used twice, as in a residual block",
    shapes: [[3, 4], [4, 4]],
    ours: ([x, w]) => add(x, scale(activate(dot(x, w), tanh), 0.5)),
    oracle: ([x, w]) =>
      product(x, w).map((row, i) => row.map((v, j) => x[i][j] + 0.5 * Math.tanh(v))),
  },
];

for (const one of cases) {
  // Each value and gradient is a sum of at most 12 terms no larger than 16, rounded some 20 times.
  const tolerance = 20 * 16 * 2 ** -24;
  Deno.test(`${one.name}: value and gradients are those of a float64 oracle`, () => {
    expectGradients(one, tolerance);
  });
}

Deno.test("operations compute no gradient of a constant", () => {
  onTape((tape) => {
    const x = tape.constant(drawn([2, 3], "x")), w = tape.parameter(drawn([3, 4], "w"));
    const y = activate(dot(x, w), relu);
    tape.backward(meanSquaredError(y, tensor([2, 4], new Float32Array(8))));
    expect(x.gradient.length).toBe(0);
    expect(w.gradient.some((v) => v !== 0)).toBe(true);
    expect(dot(x, tape.constant(drawn([3, 4], "w"))).needsGradient).toBe(false);
  });
});

Deno.test("operations refuse shapes that do not fit, and say which", () => {
  onTape((tape) => {
    const make = (...shape: number[]) =>
      tape.constant(tensor(shape, new Float32Array(sizeOf(shape))));
    expect(() => dot(make(2, 3), make(4, 5))).toThrow(
      "Cannot multiply (2, 3) by (4, 5): inner sizes are 3 and 4",
    );
    expect(() => dot(make(3), make(3, 5))).toThrow(
      "Cannot multiply shape (3) as it must have 2 axes",
    );
    expect(() => addBias(make(2, 3), make(2))).toThrow(
      "bias of shape (2) to (2, 3): it must be (3)",
    );
    expect(() => addBias(make(2, 3), make(1, 3))).toThrow(RangeError);
    expect(() => dot(make(2, 3), make(3, 4), make(3))).toThrow("bias of shape (3) to (2, 4)");
    expect(() => addBias(make(3), make(3))).toThrow(RangeError);
    expect(() => add(make(2, 3), make(3, 2))).toThrow("Cannot add (2, 3) and (3, 2)");
    expect(() => multiply(make(2, 3), make(3, 2))).toThrow("Cannot multiply (2, 3) and (3, 2)");
    expect(() => scale(make(2, 3), NaN)).toThrow("factor");
    onTape((other) => {
      const stranger = other.constant(tensor([3, 2], new Float32Array(6)));
      expect(() => dot(make(2, 3), stranger)).toThrow("variable of another tape");
    });
  });
});
