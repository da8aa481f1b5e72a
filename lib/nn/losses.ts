import { kernels } from "../numerics/kernels.ts";
import { must, oneOf } from "../tensor/arguments.ts";
import { areLabels, type ClassLabels, type Examples } from "../tensor/examples.ts";
import { checkTensor, show, type Tensor } from "../tensor/tensor.ts";
import { checkVars, type Var } from "./tape.ts";

export const LOSSES = ["crossEntropy", "binaryCrossEntropy", "meanSquaredError"] as const;

/** The losses that a model can be trained on. */
export type Loss = typeof LOSSES[number];

/**
 * Mean over rows of -ln softmax(logits)[label], in nats: logits (m, C), one label in 0 ... C - 1 a row.
 * Backward: dlogits = (softmax(logits) - onehot(label)) / m.
 *
 * @throws {RangeError} where there is no row, C < 2, or a label is missing or out of range.
 *
 * @example
 * ```ts
 * import { crossEntropy, Tape, tensor } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * const logits = new Tape().constant(tensor([1, 10], Array(10).fill(0)));
 * expect(crossEntropy(logits, Uint8Array.of(3)).data[0]).toBeCloseTo(Math.log(10), 6);
 * ```
 */
export function crossEntropy(logits: Var, labels: ClassLabels): Var {
  const [m, classes] = outputAxes(logits, "crossEntropy");
  if (classes < 2) {
    throw new RangeError(
      `Cannot compute the crossEntropy of ${show(logits.shape)} as it needs two logits a row: ` +
        "use binaryCrossEntropy for a single one",
    );
  }
  checkLabels(labels, m, classes);
  const probabilities = logits.tape.scratch(m * classes);
  return logits.tape.operation(
    [],
    [logits],
    (loss) => {
      const losses = logits.tape.scratch(m);
      kernels.crossEntropy(losses, probabilities, logits.data, labels, classes);
      loss[0] = kernels.sum(losses) / m;
    },
    (dloss) => {
      const factor = dloss[0] / m;
      kernels.crossEntropyBackward(logits.gradient, probabilities, labels, classes, factor);
    },
  );
}

/**
 * Mean over rows of -ln P(label), in nats, where P(1) = sigmoid(z) and P(0) = sigmoid(-z): logits z (m, 1), labels 0 or 1.
 *
 * Computed as softplus(s), s = z for label 0 and -z for label 1, which neither overflows nor loses small
 * losses. Backward: ds = sigmoid(s) / m.
 *
 * @throws {RangeError} where there is no row, more than one logit a row, or a label is missing or not 0 or 1.
 *
 * @example
 * ```ts
 * import { binaryCrossEntropy, Tape, tensor } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * const logits = new Tape().constant(tensor([2, 1], [0, 0]));
 * expect(binaryCrossEntropy(logits, Uint8Array.of(0, 1)).data[0]).toBeCloseTo(Math.LN2, 6);
 * ```
 */
export function binaryCrossEntropy(logits: Var, labels: ClassLabels): Var {
  const [m, columns] = outputAxes(logits, "binaryCrossEntropy");
  if (columns !== 1) {
    throw new RangeError(
      `Cannot compute the binaryCrossEntropy of ${
        show(logits.shape)
      } as it needs one logit a row: ` +
        "use crossEntropy for several",
    );
  }
  checkLabels(labels, m, 2);
  const s = logits.tape.scratch(m);
  return logits.tape.operation(
    [],
    [logits],
    (loss) => {
      for (let i = 0; i < m; i++) s[i] = labels[i] === 1 ? -logits.data[i] : logits.data[i];
      const losses = logits.tape.scratch(m);
      kernels.activate("softplus", losses, s, 0);
      loss[0] = kernels.sum(losses) / m;
    },
    (dloss) => {
      const ds = logits.tape.scratch(m);
      const share = logits.tape.scratch(m).fill(dloss[0] / m);
      kernels.activateBackward("softplus", ds, s, share, 0);
      for (let i = 0; i < m; i++) if (labels[i] === 1) ds[i] = -ds[i];
      kernels.add(logits.gradient, ds);
    },
  );
}

/**
 * Mean over all elements of (prediction - target)^2. Backward: dprediction = 2 (prediction - target) / (number of elements).
 *
 * @throws {RangeError} where there is no element or the shapes differ.
 *
 * @example
 * ```ts
 * import { meanSquaredError, onTape, tensor } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * const loss = onTape((tape) =>
 *   meanSquaredError(tape.constant(tensor([2, 1], [1, 2])), tensor([2, 1], [0, 5])).data[0]
 * );
 * expect(loss).toBe(5); // (1 + 9) / 2
 * ```
 */
export function meanSquaredError(prediction: Var, target: Tensor): Var {
  const [m, columns] = outputAxes(prediction, "meanSquaredError");
  if (show(prediction.shape) !== show(checkTensor("target", target).shape)) {
    throw new RangeError(
      `Cannot compare predictions ${show(prediction.shape)} with targets ${show(target.shape)}: ` +
        "the shapes must be the same",
    );
  }
  const difference = prediction.tape.scratch(m * columns);
  return prediction.tape.operation(
    [],
    [prediction],
    (loss) => {
      difference.set(prediction.data);
      kernels.multiplyAdd(difference, target.data, -1);
      loss[0] = kernels.sumOfSquares(difference) / difference.length;
    },
    (dloss) => {
      const factor = 2 * dloss[0] / difference.length;
      kernels.multiplyAdd(prediction.gradient, difference, factor);
    },
  );
}

/**
 * The named loss of a model's outputs on targets: labels for the two cross-entropies, a tensor for meanSquaredError.
 *
 * @throws {RangeError} where no loss has that name, or outputs and targets do not fit.
 * @throws {TypeError} where the targets are of the other kind.
 *
 * @example
 * ```ts
 * import { lossOf, onTape, tensor } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * const loss = onTape((tape) => {
 *   const outputs = tape.constant(tensor([1, 2], [0, 0]));
 *   return lossOf("crossEntropy", outputs, Uint8Array.of(1)).data[0];
 * });
 * expect(loss).toBeCloseTo(Math.LN2, 6);
 * ```
 */
export function lossOf(loss: Loss, outputs: Var, targets: Examples["targets"]): Var {
  oneOf("loss", loss, LOSSES);
  const given = areLabels(targets);
  if (loss === "meanSquaredError" && !given) return meanSquaredError(outputs, targets);
  if (loss === "crossEntropy" && given) return crossEntropy(outputs, targets);
  if (loss === "binaryCrossEntropy" && given) return binaryCrossEntropy(outputs, targets);
  throw new TypeError(
    `Cannot compute the ${loss} of ${given ? "labels" : "a tensor of targets"}: ` +
      `give ${given ? "a tensor of targets" : "labels as a Uint8Array"} or choose another loss`,
  );
}

/**
 * The class that each row of outputs (m, C) names: the first of its largest logits; with C = 1, class 1 above zero.
 * A row with NaN names none: -1.
 *
 * @throws {TypeError} where outputs are no tensor.
 *
 * @example
 * ```ts
 * import { classesOf, tensor } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * expect([...classesOf(tensor([2, 3], [1, 5, 2, 7, 0, 7]))]).toEqual([1, 0]);
 * ```
 */
export function classesOf(outputs: Tensor): Int32Array {
  const { shape, data } = checkTensor("outputs", outputs), [m, columns] = shape;
  const classes = new Int32Array(m);
  for (let i = 0; i < m; i++) {
    const first = i * columns;
    let best = first;
    for (let k = first + 1; k < first + columns; k++) {
      if (data[k] > data[best] || data[k] !== data[k]) best = k;
    }
    if (data[best] !== data[best]) classes[i] = -1;
    else classes[i] = columns === 1 ? Number(data[best] > 0) : best - first;
  }
  return classes;
}

/**
 * Share of rows whose class is the label; NaN where the targets are not labels.
 *
 * @throws {TypeError} where outputs or targets are of another kind.
 *
 * @example
 * ```ts
 * import { accuracyOf, tensor } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * expect(accuracyOf(tensor([2, 2], [1, 0, 1, 0]), Uint8Array.of(0, 1))).toBe(0.5);
 * ```
 */
export function accuracyOf(outputs: Tensor, targets: Examples["targets"]): number {
  if (!areLabels(targets)) {
    checkTensor("targets", targets);
    return NaN;
  }
  const classes = classesOf(outputs);
  let right = 0;
  for (let i = 0; i < classes.length; i++) if (classes[i] === targets[i]) right++;
  return right / classes.length;
}

function outputAxes(outputs: Var, loss: Loss): readonly [number, number] {
  checkVars({ outputs });
  const { shape } = outputs, [m, columns] = shape;
  if (shape.length === 2 && m > 0 && columns > 0) return [m, columns];
  throw new RangeError(
    `Cannot compute the ${loss} of shape ${show(shape)}: it must be (rows, outputs), both >= 1`,
  );
}

function checkLabels(labels: ClassLabels, m: number, classes: number): void {
  must("labels", labels, areLabels(labels), "labels, such as Uint8Array.of(0, 1)");
  if (labels.length !== m) {
    throw new RangeError(`Cannot use ${labels.length} labels for ${m} rows: give one a row`);
  }
  const i = labels.findIndex((label) => label < 0 || label >= classes);
  if (i < 0) return;
  throw new RangeError(
    `Cannot use label ${labels[i]} of row ${i} as labels must be < ${classes}`,
  );
}
