import { sigmoid } from "../nn/activations.ts";
import { classesOf } from "../nn/losses.ts";
import { forward, mlpSpecOf, type Model, type Params } from "../nn/model.ts";
import { count, finite, onlyOptions } from "../tensor/arguments.ts";
import { countOf, type Examples } from "../tensor/examples.ts";
import { show, tensor } from "../tensor/tensor.ts";

/**
 * What a network of two inputs says on an even grid: rows (x, y, p), p the probability of class 1, from one logit or two.
 * The grid has `size` places along each axis, from low to high, ends included.
 *
 * @throws {RangeError} where the model has not two inputs and one or two outputs, size is not an integer >= 2, or low >= high.
 *
 * @example
 * ```ts
 * import { decisionRows, everywhere, initialize, mlp, relu, rng, zeros } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * const model = mlp({ widths: [2, 3, 1], activation: relu });
 * const params = initialize(model, everywhere(zeros()), rng("example"));
 * const rows = decisionRows(model, params, { low: -1, high: 1, size: 3 });
 * expect(rows[1]).toEqual({ x: 0, y: -1, p: 0.5 });
 * ```
 */
export function decisionRows(
  model: Model,
  params: Params,
  options: { low: number; high: number; size: number },
): { x: number; y: number; p: number }[] {
  onlyOptions("decisionRows", options, ["low", "high", "size"]);
  const { low, high, size } = options, { widths } = mlpSpecOf(model, "draw decisions");
  const outputs = widths[widths.length - 1];
  if (widths[0] !== 2 || outputs > 2) {
    throw new RangeError(
      `Cannot draw the decision of a model of widths ${
        show(widths)
      }: it takes two inputs and one or two outputs`,
    );
  }
  if (!(finite("low", low) < finite("high", high)) || count("size", size) < 2) {
    throw new RangeError(
      `Cannot make a grid of ${size} places from ${low} to ${high}: low must be < high, size >= 2`,
    );
  }
  const place = (i: number) => low + (high - low) * i / (size - 1);
  const rows = Array.from({ length: size * size }, (_, i) => ({
    x: place(i % size),
    y: place(Math.floor(i / size)),
  }));
  const { data } = forward(
    model,
    params,
    tensor([size * size, 2], rows.flatMap(({ x, y }) => [x, y])),
  );
  return rows.map((row, i) => ({
    ...row,
    p: sigmoid.f(outputs === 1 ? data[i] : data[2 * i + 1] - data[2 * i]),
  }));
}

/**
 * Labelled examples of two features as rows (x, y, label), for points over a decision.
 *
 * @throws {RangeError} where the inputs have not two features, or inputs and labels do not fit.
 * @throws {TypeError} where the targets are not labels.
 *
 * @example
 * ```ts
 * import { pointRows, tensor } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * const two = { inputs: tensor([2, 2], [0, 1, 2, 3]), targets: Uint8Array.of(1, 0) };
 * expect(pointRows(two)[1]).toEqual({ x: 2, y: 3, label: 0 });
 * ```
 */
export function pointRows(examples: Examples): { x: number; y: number; label: number }[] {
  const labels = labelsOf(examples);
  const { shape, data } = examples.inputs;
  if (shape[1] !== 2) {
    throw new RangeError(
      `Cannot draw inputs ${show(shape)} as points: they must have two features`,
    );
  }
  return Array.from(labels, (label, i) => ({ x: data[2 * i], y: data[2 * i + 1], label }));
}

/**
 * What a classifier says to each example: rows (actual, predicted), -1 where its outputs are NaN.
 *
 * @throws {RangeError} where shapes do not fit.
 * @throws {TypeError} where the targets are not labels, or a parameter is missing or unknown.
 *
 * @example
 * ```ts
 * import { everywhere, guessRows, initialize, linear, mlp, ones, rng, tensor } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * const model = mlp({ widths: [1, 3], activation: linear });
 * const params = initialize(model, everywhere(ones()), rng("example"));
 * const one = { inputs: tensor([1, 1], [1]), targets: Uint8Array.of(2) };
 * expect(guessRows(model, params, one)).toEqual([{ actual: 2, predicted: 0 }]);
 * ```
 */
export function guessRows(
  model: Model,
  params: Params,
  examples: Examples,
): { actual: number; predicted: number }[] {
  const labels = labelsOf(examples);
  const guesses = classesOf(forward(model, params, examples.inputs));
  return Array.from(labels, (actual, i) => ({ actual, predicted: guesses[i] }));
}

function labelsOf(examples: Examples): Uint8Array {
  countOf(examples);
  if (examples.targets instanceof Uint8Array) return examples.targets;
  throw new TypeError("Cannot read labels from a tensor of targets: give a Uint8Array");
}
