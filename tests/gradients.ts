/** Holds an operation or a model to a float64 oracle: its value, and its gradients by central differences. */
import { expect } from "@std/expect";
import { crossEntropy, meanSquaredError } from "../lib/nn/losses.ts";
import { bind, type Model, type Params } from "../lib/nn/model.ts";
import { onTape, type Var } from "../lib/nn/tape.ts";
import { rng } from "../lib/tensor/rng.ts";
import { type Shape, type Tensor, tensor } from "../lib/tensor/tensor.ts";

/** Rows of the last axis, in float64. */
export type Matrix = number[][];

export interface Case {
  name: string;
  shapes: readonly Shape[];
  ours: (vars: readonly Var[]) => Var;
  oracle: (inputs: readonly Matrix[]) => Matrix;
}

export const product = (x: Matrix, w: Matrix): Matrix =>
  x.map((row) => w[0].map((_, j) => row.reduce((sum, value, k) => sum + value * w[k][j], 0)));
export const each = (f: (v: number) => number) => (x: Matrix): Matrix => x.map((row) => row.map(f));

const nested = (columns: number, data: ArrayLike<number>): Matrix =>
  Array.from(
    { length: data.length / columns },
    (_, i) => Array.from({ length: columns }, (_, j) => data[i * columns + j]),
  );

/** Values of N(0, 1), moved out of (-0.01, 0.01) so that a central difference never straddles a kink. */
export function drawn(shape: Shape, name: string): Tensor {
  const { data } = rng("nn operations").child(name).normal(shape);
  return tensor(shape, data.map((v) => Math.abs(v) < 0.01 ? v + 0.1 : v));
}

/** Value and gradients within `tolerance` of the oracle's. */
export function expectGradients({ name, shapes, ours, oracle }: Case, tolerance: number): void {
  const inputs = shapes.map((shape, i) => drawn(shape, `${name} ${i}`));
  const matrices = (values: readonly ArrayLike<number>[]) =>
    values.map((data, i) => nested(shapes[i][shapes[i].length - 1], data));
  const expected = oracle(matrices(inputs.map(({ data }) => data))).flat();
  onTape((tape) => {
    const vars = inputs.map((input) => tape.parameter(input));
    const y = ours(vars);
    const flat = tape.operation(
      [1, y.data.length],
      [y],
      (out) => out.set(y.data),
      (dy) => dy.forEach((value, i) => y.gradient[i] += value),
    );
    expect(y.data.length).toBe(expected.length);
    expected.forEach((v, i) => expect(Math.abs(y.data[i] - v)).toBeLessThan(tolerance));
    const target = drawn([1, expected.length], `${name} target`);
    const lossOf = (values: readonly ArrayLike<number>[]) =>
      oracle(matrices(values)).flat().reduce((sum, v, i) => sum + (v - target.data[i]) ** 2, 0) /
      expected.length;
    tape.backward(meanSquaredError(flat, target));
    inputs.forEach((input, which) => {
      for (let i = 0; i < input.data.length; i++) {
        const h = 1e-5;
        const shifted = (by: number) =>
          inputs.map(({ data }, k) => {
            const values = Float64Array.from(data);
            if (k === which) values[i] += by;
            return values;
          });
        const difference = (lossOf(shifted(h)) - lossOf(shifted(-h))) / (2 * h);
        expect(Math.abs(vars[which].gradient[i] - difference)).toBeLessThan(tolerance);
      }
    });
  });
}

/** Gradients of a model's mean cross-entropy within `tolerance` of the differences of `lossOf`, the same in float64. */
export function expectLossGradients(
  model: Model,
  params: Params,
  examples: { inputs: Tensor; labels: Uint8Array },
  lossOf: (weights: Record<string, ArrayLike<number>>) => number,
  tolerance: number,
): void {
  const data = Object.fromEntries(Object.entries(params).map(([name, t]) => [name, t.data]));
  onTape((tape) => {
    const variables = bind(model, params, tape), x = tape.constant(examples.inputs);
    tape.backward(crossEntropy(model.apply(variables, x), examples.labels));
    expect(x.gradient.length).toBe(0);
    for (const { name } of model.params) {
      for (let i = 0; i < data[name].length; i++) {
        const h = 1e-5;
        const shifted = (by: number) => {
          const moved = Float64Array.from(data[name]);
          moved[i] += by;
          return { ...data, [name]: moved };
        };
        const difference = (lossOf(shifted(h)) - lossOf(shifted(-h))) / (2 * h);
        expect(Math.abs(variables[name].gradient[i] - difference)).toBeLessThan(tolerance);
      }
    }
  });
}
