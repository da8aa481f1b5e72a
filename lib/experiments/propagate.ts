import type { Model, Params } from "../nn/model.ts";
import { kernels } from "../numerics/kernels.ts";
import { onlyOptions } from "../tensor/arguments.ts";
import { moments } from "../tensor/moments.ts";
import { checkTensor, type Tensor } from "../tensor/tensor.ts";
import { GRADIENT_OPTIONS, type GradientOptions, type LayerValues, visitLayers } from "./layers.ts";

/** A mean square below this is on its way out of float32: rows end there. */
export const UNDERFLOW = 1e-70;

/** Statistics of one layer over all inputs and units, summed in float64. */
export interface LayerRow {
  /** 1 for the first layer. */
  readonly layer: number;
  /** Mean, std and mean square of pre-activations; an overflow gives NaN, NaN and Infinity. */
  readonly mean: number;
  readonly std: number;
  readonly meanSquare: number;
  /** Mean square of activations; the last layer has none: there that of pre-activations. */
  readonly activationMeanSquare: number;
  /** Share of activations at the ends of a bounded range (tanh: beyond 0.97); 0 for an unbounded activation. */
  readonly saturated: number;
  /** Share of hidden units, in a convolution channels, whose activation is 0 for every input, at every place. */
  readonly dead: number;
  /** Mean square of the gradient with respect to pre-activations; NaN when nothing was sent backward. */
  readonly gradientMeanSquare: number;
  /** Mean square of the gradient with respect to the weight; where noise was sent backward, that of one input. */
  readonly weightGradientMeanSquare: number;
  /** The mean square fell below 1e-70 here, or before: then what was to be measured forward is NaN. */
  readonly underflow: boolean;
  /** Some pre-activation is infinite or NaN. */
  readonly overflow: boolean;
}

/**
 * Sends inputs (count, features) through an mlp or a cnn, and gradients back, and measures each layer: one row a layer.
 *
 * With `rng`, independent N(0, 1) gradients enter at the outputs, so that `predict`'s gradient columns are what to
 * expect; with `targets`, the gradient of the mean loss; with neither, the gradient columns are NaN. Nothing is rescaled: forward
 * columns end, NaN, after the first layer whose mean square is below 1e-70 (and above 0), gradient columns
 * before the last such layer.
 *
 * @throws {TypeError} where both rng and targets are given, or a loss without targets.
 *
 * @example
 * ```ts
 * import { everywhere, heNormal, initialize, mlp, propagate, relu, rng } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * const model = mlp({ widths: [64, ...Array(10).fill(256), 10], activation: relu });
 * const params = initialize(model, everywhere(heNormal()), rng("example"));
 * const rows = propagate(model, params, rng("inputs").normal([100, 64]), { rng: rng("example") });
 * expect(rows.length).toBe(11);
 * expect(Math.abs(Math.log(rows[9].meanSquare / 2))).toBeLessThan(1); // He keeps the mean square near 2
 * ```
 */
export function propagate(
  model: Model,
  params: Params,
  inputs: Tensor,
  options: GradientOptions = {},
): LayerRow[] {
  onlyOptions("propagate", options, GRADIENT_OPTIONS);
  const perInput = options.rng === undefined ? 1 : checkTensor("inputs", inputs).shape[0];
  const rows = visitLayers(model, params, inputs, options, (layer) => measure(layer, perInput));
  return withoutUnderflow(rows);
}

function measure(values: LayerValues, perInput: number): LayerRow {
  const { layer, width, preActivation, activation, gradient, weightGradient, f } = values;
  const { mean, std, meanSquare } = moments(preActivation);
  const overflow = !Number.isFinite(meanSquare);
  return {
    layer,
    mean,
    std,
    meanSquare: overflow ? Infinity : meanSquare,
    activationMeanSquare: meanSquareOf(activation),
    saturated: f?.saturation ? shareOutside(activation, f.saturation) : 0,
    dead: f ? shareOfDead(activation, width) : 0,
    gradientMeanSquare: meanSquareOf(gradient),
    weightGradientMeanSquare: meanSquareOf(weightGradient) / perInput,
    underflow: false,
    overflow,
  };
}

/** Ends what is measured forward after a first underflow, and what is measured backward before a last one. */
function withoutUnderflow(rows: readonly LayerRow[]): LayerRow[] {
  const isLost = (meanSquare: number) => meanSquare > 0 && meanSquare < UNDERFLOW;
  const first = rows.findIndex(({ meanSquare }) => isLost(meanSquare));
  const last = rows.findLastIndex(({ gradientMeanSquare }) => isLost(gradientMeanSquare));
  return rows.map((row, i) => ({
    ...row,
    ...(first >= 0 && i >= first ? { underflow: true } : {}),
    ...(first >= 0 && i > first ? NOT_MEASURED : {}),
    ...(i < last ? { gradientMeanSquare: NaN, weightGradientMeanSquare: NaN } : {}),
  }));
}

const NOT_MEASURED = {
  mean: NaN,
  std: NaN,
  meanSquare: NaN,
  activationMeanSquare: NaN,
  saturated: NaN,
  dead: NaN,
};

/** NaN for no values, Infinity where one is not finite. */
function meanSquareOf(values: Float32Array): number {
  if (values.length === 0) return NaN;
  const meanSquare = kernels.sumOfSquares(values) / values.length;
  return Number.isFinite(meanSquare) ? meanSquare : Infinity;
}

function shareOutside(values: Float32Array, [low, high]: readonly [number, number]): number {
  let outside = 0;
  for (let i = 0; i < values.length; i++) if (values[i] < low || values[i] > high) outside++;
  return outside / values.length;
}

function shareOfDead(values: Float32Array, width: number): number {
  const alive = new Uint8Array(width);
  for (let i = 0; i < values.length; i++) if (values[i] !== 0) alive[i % width] = 1;
  return alive.reduce((dead, isAlive) => dead - isAlive, width) / width;
}
