import type { Model, Params } from "../nn/model.ts";
import { array, count, finite, numbers, oneOf, onlyOptions } from "../tensor/arguments.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { GRADIENT_OPTIONS, type GradientOptions, visitLayers } from "./layers.ts";

/** One bin: how many values lie in [low, high), and that number as a density over all values. */
export interface BinRow {
  readonly low: number;
  readonly high: number;
  readonly count: number;
  readonly density: number;
}

export interface HistogramOptions {
  /** 40 when left out. */
  bins?: number;
  /** From the smallest to the largest finite value when left out. Values outside are in no bin, but count in the density. */
  range?: readonly [low: number, high: number];
}

const QUANTITIES = ["preActivation", "activation", "gradient", "weightGradient"] as const;

/**
 * Equal bins over a range; the last one includes its upper end.
 *
 * @throws {RangeError} where bins is not an integer >= 1, or the range is not finite or empty.
 *
 * @example
 * ```ts
 * import { histogram } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * const rows = histogram([0, 0.1, 0.9, 1], { bins: 2 });
 * expect(rows[0]).toEqual({ low: 0, high: 0.5, count: 2, density: 1 });
 * ```
 */
export function histogram(values: ArrayLike<number>, options: HistogramOptions = {}): BinRow[] {
  onlyOptions("histogram", options, ["bins", "range"]);
  const bins = count("bins", options.bins ?? 40);
  if (numbers("values", values).length === 0) throw new RangeError("Cannot bin no values");
  const [low, high] = array("range", options.range ?? rangeOf([values]));
  if (!(finite("range[0]", low) < finite("range[1]", high))) {
    throw new RangeError(
      `Cannot bin values as the range must have low < high: current range is [${low}, ${high}]`,
    );
  }
  const counts = new Float64Array(bins);
  const perBin = (high - low) / bins;
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (value >= low && value <= high) {
      counts[Math.min(bins - 1, Math.floor((value - low) / perBin))]++;
    }
  }
  return Array.from(counts, (count, i) => ({
    low: low + i * perBin,
    high: low + (i + 1) * perBin,
    count,
    density: count / (values.length * perBin),
  }));
}

/**
 * A histogram for each layer of an mlp, of its pre-activations when `of` is left out: rows (layer, low, high, count, density).
 * All layers share the range. Gradients are sent backward as in `propagate`.
 *
 * @throws {RangeError} where an option is wrong, or no value is finite and no range is given.
 * @throws {TypeError} where a gradient is asked for and neither rng nor targets is given.
 *
 * @example
 * ```ts
 * import { everywhere, initialize, layerHistograms, lecunNormal, mlp, rng, tanh } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * const model = mlp({ widths: [8, 16, 4], activation: tanh });
 * const params = initialize(model, everywhere(lecunNormal()), rng("example"));
 * const inputs = rng("inputs").normal([10, 8]);
 * const rows = layerHistograms(model, params, inputs, { of: "activation", bins: 20, range: [-1, 1] });
 * expect(rows.length).toBe(2 * 20);
 * ```
 */
export function layerHistograms(
  model: Model,
  params: Params,
  inputs: Tensor,
  options: HistogramOptions & GradientOptions & { of?: (typeof QUANTITIES)[number] } = {},
): ({ layer: number } & BinRow)[] {
  onlyOptions("layerHistograms", options, ["of", "bins", "range", ...GRADIENT_OPTIONS]);
  const { of = "preActivation", bins, range, ...gradient } = options;
  oneOf("of", of, QUANTITIES);
  const layers = visitLayers(model, params, inputs, gradient, (layer) => layer[of].slice());
  if (layers[0].length === 0) {
    throw new TypeError(`Cannot bin ${of} as nothing was sent backward: give rng or targets`);
  }
  const shared = range ?? rangeOf(layers);
  return layers.flatMap((values, i) =>
    histogram(values, { bins, range: shared }).map((row) => ({ layer: i + 1, ...row }))
  );
}

/** Smallest and largest finite value; a little room where they are the same. */
function rangeOf(arrays: readonly ArrayLike<number>[]): [number, number] {
  let low = Infinity, high = -Infinity;
  for (const values of arrays) {
    for (let i = 0; i < values.length; i++) {
      if (!Number.isFinite(values[i])) continue;
      low = Math.min(low, values[i]);
      high = Math.max(high, values[i]);
    }
  }
  if (low > high) throw new RangeError("Cannot bin values as none is finite: give a range");
  return low < high ? [low, high] : [low - 0.5, high + 0.5];
}
