import { expect } from "@std/expect";
import { rng } from "../lib/tensor/rng.ts";
import { tensor } from "../lib/tensor/tensor.ts";
import {
  accuracyOf,
  binaryCrossEntropy,
  classesOf,
  crossEntropy,
  lossOf,
  meanSquaredError,
} from "../lib/nn/losses.ts";
import { onTape, Tape, type Var } from "../lib/nn/tape.ts";

function lossAndGradient(shape: [number, number], data: ArrayLike<number>, loss: (x: Var) => Var) {
  return onTape((tape) => {
    const x = tape.parameter(tensor(shape, data)), value = loss(x);
    tape.backward(value);
    return { shape: value.shape, loss: value.data[0], gradient: [...x.gradient] };
  });
}

/** Largest distance between two lists of numbers. */
function distance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  expect(a.length).toBe(b.length);
  return Math.max(...Array.from(a, (v, i) => Math.abs(v - b[i])));
}

// Float32 results of a few operations on numbers up to 4: ten roundings of 2^-24 times 4.
const FEW = 4 * 10 * 2 ** -24;

Deno.test("crossEntropy() is the loss and gradient computed by hand, in nats", () => {
  // Row 1: logits ln 1, ln 2, ln 5, probabilities 1/8, 2/8, 5/8, label 2: -ln(5/8).
  // Row 2: logits 0, 0, ln 2, probabilities 1/4, 1/4, 1/2, label 0: -ln(1/4).
  const logits = [0, Math.LN2, Math.log(5), 0, 0, Math.LN2];
  const { shape, loss, gradient } = lossAndGradient(
    [2, 3],
    logits,
    (x) => crossEntropy(x, Uint8Array.of(2, 0)),
  );
  expect(shape).toEqual([]);
  expect(Math.abs(loss - (Math.log(8 / 5) + Math.log(4)) / 2)).toBeLessThan(FEW);
  const byHand = [1 / 8, 2 / 8, 5 / 8 - 1, 1 / 4 - 1, 1 / 4, 1 / 2].map((v) => v / 2);
  expect(distance(gradient, byHand)).toBeLessThan(FEW);
});

Deno.test("crossEntropy() of equal logits is ln C to the last bit, and large logits do not overflow", () => {
  for (const classes of [2, 3, 10]) {
    const { loss } = lossAndGradient(
      [1, classes],
      new Float32Array(classes),
      (x) => crossEntropy(x, Uint8Array.of(1)),
    );
    expect(loss).toBe(Math.fround(Math.log(classes)));
  }
  const { loss, gradient } = lossAndGradient(
    [1, 2],
    [1e4, -1e4],
    (x) => crossEntropy(x, Uint8Array.of(1)),
  );
  expect(loss).toBe(2e4);
  expect(gradient).toEqual([1, -1]);
});

Deno.test("crossEntropy() has the gradient of a float64 oracle", () => {
  const z = rng("losses").normal([5, 4], { std: 2 }).data, labels = Uint8Array.of(3, 0, 0, 2, 1);
  const oracle = (values: ArrayLike<number>) => {
    let sum = 0;
    for (let i = 0; i < 5; i++) {
      let total = 0;
      for (let j = 0; j < 4; j++) total += Math.exp(values[4 * i + j]);
      sum += Math.log(total) - values[4 * i + labels[i]];
    }
    return sum / 5;
  };
  expectCentralDifferences(z, [5, 4], oracle, (x) => crossEntropy(x, labels));
});

Deno.test("binaryCrossEntropy() is the loss and gradient computed by hand, in nats", () => {
  // sigmoid(ln 3) = 3/4. Label 1: -ln(3/4), slope 3/4 - 1. Label 0: -ln(1/4), slope 3/4.
  const { shape, loss, gradient } = lossAndGradient(
    [2, 1],
    [Math.log(3), Math.log(3)],
    (x) => binaryCrossEntropy(x, Uint8Array.of(1, 0)),
  );
  expect(shape).toEqual([]);
  expect(Math.abs(loss - (Math.log(4 / 3) + Math.log(4)) / 2)).toBeLessThan(FEW);
  expect(distance(gradient, [-1 / 8, 3 / 8])).toBeLessThan(FEW);
});

Deno.test("binaryCrossEntropy() is ln 2 at zero to the last bit, and exact far out", () => {
  const at = (z: number, label: number) =>
    lossAndGradient([1, 1], [z], (x) => binaryCrossEntropy(x, Uint8Array.of(label)));
  expect(at(0, 0).loss).toBe(Math.fround(Math.LN2));
  expect(at(0, 1).loss).toBe(Math.fround(Math.LN2));
  expect(at(0, 1).gradient).toEqual([-0.5]);
  expect(at(500, 0)).toMatchObject({ loss: 500, gradient: [1] });
  expect(at(-500, 1)).toMatchObject({ loss: 500, gradient: [-1] });
  // The right answer, and sure of it: the loss is e^-20, not 0. Relative error of float32 exp and log: some 2^-22.
  expect(Math.abs(at(20, 1).loss / Math.exp(-20) - 1)).toBeLessThan(1e-6);
});

Deno.test("binaryCrossEntropy() has the gradient of a float64 oracle", () => {
  const z = rng("losses").normal([6, 1], { std: 3 }).data, labels = Uint8Array.of(1, 0, 0, 1, 1, 0);
  const oracle = (values: ArrayLike<number>) =>
    labels.reduce((sum, label, i) => {
      const p = 1 / (1 + Math.exp(-values[i]));
      return sum - Math.log(label === 1 ? p : 1 - p);
    }, 0) / 6;
  expectCentralDifferences(z, [6, 1], oracle, (x) => binaryCrossEntropy(x, labels));
});

Deno.test("meanSquaredError() is the mean over all elements, gradient by hand", () => {
  const { shape, loss, gradient } = lossAndGradient(
    [2, 3],
    [1, 2, 3, 4, 5, 6],
    (x) => meanSquaredError(x, tensor([2, 3], [0, 2, 5, 4, 4, 8])),
  );
  expect(shape).toEqual([]);
  expect(loss).toBe(Math.fround((1 + 0 + 4 + 0 + 1 + 4) / 6));
  expect(distance(gradient, [2, 0, -4, 0, 2, -4].map((v) => v / 6))).toBeLessThan(FEW);
});

Deno.test("classesOf() takes the first largest logit, the sign of a single one, and no class from NaN", () => {
  expect([...classesOf(tensor([4, 3], [1, 3, 2, 5, 5, 0, 0, NaN, 9, NaN, 1, 2]))])
    .toEqual([1, 0, -1, -1]);
  expect([...classesOf(tensor([4, 1], [0.1, 0, -2, NaN]))]).toEqual([1, 0, 0, -1]);
});

Deno.test("accuracyOf() is the share of right classes, NaN for regression", () => {
  const outputs = tensor([4, 2], [1, 0, 0, 1, 2, 1, NaN, 0]);
  expect(accuracyOf(outputs, Uint8Array.of(0, 1, 1, 0))).toBe(0.5);
  expect(accuracyOf(outputs, outputs)).toBeNaN();
});

Deno.test("crossEntropy() of labels in an Int32Array is that of the same labels in a Uint8Array", () => {
  const logits = rng("labels").normal([3, 400]);
  const both = [Uint8Array.of(7, 0, 255), Int32Array.of(7, 0, 255)].map((labels) => {
    const tape = new Tape(), x = tape.parameter(logits);
    const loss = lossOf("crossEntropy", x, labels);
    tape.backward(loss);
    return [loss.data[0], accuracyOf(logits, labels), ...x.gradient];
  });
  expect(both[1]).toEqual(both[0]);
  const x = new Tape().constant(logits);
  expect(() => crossEntropy(x, Int32Array.of(399, 1, 400))).toThrow("label 400 of row 2");
  expect(() => crossEntropy(x, Int32Array.of(0, -1, 0))).toThrow("label -1 of row 1");
  const single = new Tape().constant(tensor([1, 1], [0]));
  expect(() => binaryCrossEntropy(single, Int32Array.of(-1))).toThrow("label -1 of row 0");
});

Deno.test("losses refuse what does not fit, and say how to go on", () => {
  const tape = new Tape();
  const make = (rows: number, columns: number) =>
    tape.constant(tensor([rows, columns], new Float32Array(rows * columns)));
  expect(() => crossEntropy(make(2, 3), Uint8Array.of(0, 3))).toThrow(
    "Cannot use label 3 of row 1 as labels must be < 3",
  );
  expect(() => crossEntropy(make(2, 3), Uint8Array.of(0))).toThrow("1 labels for 2 rows");
  expect(() => crossEntropy(make(0, 3), new Uint8Array(0))).toThrow("shape (0, 3)");
  expect(() => crossEntropy(make(2, 1), Uint8Array.of(0, 0))).toThrow("use binaryCrossEntropy");
  expect(() => binaryCrossEntropy(make(2, 2), Uint8Array.of(0, 1))).toThrow("use crossEntropy");
  expect(() => binaryCrossEntropy(make(2, 1), Uint8Array.of(0, 2))).toThrow("labels must be < 2");
  expect(() => meanSquaredError(make(2, 1), tensor([2], [0, 0]))).toThrow(
    "(2, 1) with targets (2)",
  );
  expect(() => meanSquaredError(make(0, 1), tensor([0, 1], []))).toThrow(RangeError);
  expect(() => lossOf("crossEntropy", make(2, 3), tensor([2, 3], Array(6).fill(0)))).toThrow(
    "give labels as a Uint8Array or choose another loss",
  );
  expect(() => lossOf("meanSquaredError", make(2, 1), Uint8Array.of(0, 1))).toThrow(TypeError);
  expect(() => lossOf("mse" as never, make(2, 3), Uint8Array.of(0, 1))).toThrow(
    'loss "mse": choose one of',
  );
  tape.release();
});

function expectCentralDifferences(
  x: Float32Array,
  shape: [number, number],
  oracle: (values: ArrayLike<number>) => number,
  loss: (x: Var) => Var,
) {
  const ours = lossAndGradient(shape, x, loss);
  expect(Math.abs(ours.loss - oracle(x))).toBeLessThan(FEW);
  const differences = Array.from(x, (_, i) => {
    const h = 1e-5, shifted = Float64Array.from(x);
    shifted[i] += h;
    const above = oracle(shifted);
    shifted[i] -= 2 * h;
    return (above - oracle(shifted)) / (2 * h);
  });
  expect(distance(ours.gradient, differences)).toBeLessThan(FEW);
}
