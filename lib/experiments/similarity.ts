import type { Model, Params } from "../nn/model.ts";
import { checkTensor, show, type Tensor } from "../tensor/tensor.ts";
import { visitLayers } from "./layers.ts";

/** How alike a network's inputs look to one of its layers. */
export interface SimilarityRow {
  /** 0 for the inputs themselves, 1 for the first layer. */
  readonly layer: number;
  /** Mean cosine of the angle between two inputs' pre-activations, over all pairs; 1 where they point the same way. */
  readonly cosine: number;
}

/**
 * The mean cosine x.y / (|x| |y|) between different rows of a layer's pre-activations, one for each of the inputs
 * (count, features): a row a layer, after one for the inputs themselves. NaN where a row is 0 or not finite.
 *
 * @throws {RangeError} where there are fewer than two inputs.
 *
 * @example
 * ```ts
 * import { everywhere, heNormal, initialize, mlp, relu, rng, similarity } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * const model = mlp({ widths: [64, ...Array(20).fill(256), 10], activation: relu });
 * const params = initialize(model, everywhere(heNormal()), rng("example"));
 * const rows = similarity(model, params, rng("inputs").normal([2, 64]));
 * expect(Math.abs(rows[0].cosine)).toBeLessThan(0.4);
 * expect(rows[20].cosine).toBeGreaterThan(0.8); // after twenty layers two unrelated inputs look alike
 * ```
 */
export function similarity(model: Model, params: Params, inputs: Tensor): SimilarityRow[] {
  const [count, features] = checkTensor("inputs", inputs).shape;
  if (inputs.shape.length !== 2 || count < 2) {
    throw new RangeError(
      `Cannot compare inputs ${show(inputs.shape)}: give at least two, one a row`,
    );
  }
  return [
    { layer: 0, cosine: meanCosine(inputs.data, features) },
    ...visitLayers(model, params, inputs, {}, ({ layer, width, preActivation }) => ({
      layer,
      cosine: meanCosine(preActivation, width),
    })),
  ];
}

/** Over pairs of different rows: as |sum of unit rows|^2 = count + sum over pairs of their cosines. */
function meanCosine(values: Float32Array, columns: number): number {
  const count = values.length / columns;
  const sum = new Float64Array(columns);
  for (let row = 0; row < count; row++) {
    const entries = values.subarray(row * columns, (row + 1) * columns);
    const norm = Math.sqrt(entries.reduce((square, entry) => square + entry * entry, 0));
    for (let j = 0; j < columns; j++) sum[j] += entries[j] / norm;
  }
  const square = sum.reduce((square, entry) => square + entry * entry, 0);
  return (square - count) / (count * (count - 1));
}
