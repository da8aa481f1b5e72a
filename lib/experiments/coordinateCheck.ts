import { bind, type Model, type Params } from "../nn/model.ts";
import { initialize, type Scheme } from "../nn/schemes.ts";
import { onTape } from "../nn/tape.ts";
import { collect, train, type TrainOptions } from "../nn/train.ts";
import { factorsOf, withMultipliers } from "../schemes/parametrization.ts";
import { checkExamples, type Examples } from "../tensor/examples.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { object } from "../tensor/arguments.ts";

/** Everything `train` takes but what the scheme decides and how it is watched. */
export type CoordinateOptions = Omit<TrainOptions, "learningRates" | "observe" | "untilNonFinite">;

/** How far one layer's values have moved from where they started. */
export interface CoordinateRow {
  /** Number of updates made, from 1. */
  readonly step: number;
  /** What a tap calls it: "layer1.preActivation", "block1.residual", "logits" ... */
  readonly layer: string;
  /** Mean over all inputs and units of |value now - value before the first update|. */
  readonly size: number;
}

/** Follow from what is measured, or are no coordinates of the stream. */
const LEFT_OUT = /\.activation$|attentionWeights$/;

/**
 * The coordinate check: trains a few steps from a scheme's start, with its multipliers and learning rates, and measures after each
 * how much every layer's pre-activations (of an mlp) or what is in and on its way into the stream (of a gpt) have
 * changed. Over several widths, sizes that grow or shrink tell of a parametrization that will not transfer.
 *
 * Parameters are drawn from `rng` and batches ordered by it; all examples are measured.
 *
 * Reference: Yang et al. (2022), appendix D.1; microsoft/mup, coord_check.py, whose sizes are mean absolute values too.
 *
 * @throws {RangeError} where a setting or a shape is wrong, or at the step whose loss is not finite.
 *
 * @example
 * ```ts
 * import { adam, coordinateCheck, everywhere, lecunNormal, mlp, rng, tanh } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * const examples = { inputs: rng("inputs").normal([8, 16]), targets: Uint8Array.of(0, 1, 2, 3, 0, 1, 2, 3) };
 * const logits = (width: number) => {
 *   const model = mlp({ widths: [16, width, width, 4], activation: tanh });
 *   const options = { steps: 1, optimizer: adam({ learningRate: 1e-3 }), rng: rng("example") };
 *   return coordinateCheck(model, everywhere(lecunNormal()), examples, options).at(-1)!;
 * };
 * expect(logits(64).layer).toBe("layer3.preActivation");
 * expect(logits(256).size).toBeGreaterThan(3 * logits(64).size);
 * ```
 */
export function coordinateCheck(
  model: Model,
  scheme: Scheme,
  examples: Examples,
  options: CoordinateOptions,
): CoordinateRow[] {
  object("options", options, "{ steps, optimizer, rng }");
  const scaled = withMultipliers(model, scheme), start = initialize(model, scheme, options.rng);
  const { inputs } = checkExamples(examples), before = valuesOf(scaled, start, inputs);
  const rows: CoordinateRow[] = [];
  const measure = (step: number, params: Params) => {
    if (step === 0) return;
    for (const [layer, values] of valuesOf(scaled, params, inputs)) {
      rows.push({ step, layer, size: meanDistance(values, before.get(layer)!) });
    }
  };
  const { learningRate: learningRates } = factorsOf(scheme);
  const run = train(scaled, start, examples, { ...options, learningRates, observe: measure });
  measure(options.steps, collect(run).result);
  return rows;
}

/** Copies of what taps are told, in order. */
function valuesOf(model: Model, params: Params, inputs: Tensor): Map<string, Float32Array> {
  const values = new Map<string, Float32Array>();
  onTape((tape) => {
    const variables = bind(model, params, tape, { gradients: false });
    model.apply(variables, tape.constant(inputs), (name, { data }) => {
      if (!LEFT_OUT.test(name)) values.set(name, data.slice());
    });
  });
  return values;
}

function meanDistance(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += Math.abs(a[i] - b[i]);
  return sum / a.length;
}
