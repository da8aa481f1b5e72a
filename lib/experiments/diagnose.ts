import { activationFrom } from "../nn/activations.ts";
import { checkParams, mlpSpecOf, type Model, type Params } from "../nn/model.ts";
import { checkOptimizer, type Optimizer } from "../nn/optimizers.ts";
import { object, onlyOptions } from "../tensor/arguments.ts";
import { areLabels, countOf, type Examples } from "../tensor/examples.ts";
import { moments } from "../tensor/moments.ts";
import { rng } from "../tensor/rng.ts";
import { checkTensor, show, type Tensor } from "../tensor/tensor.ts";
import {
  biasSymptoms,
  equalSymptoms,
  gradientSymptoms,
  signalSymptoms,
  unitSymptoms,
} from "./layerSymptoms.ts";
import { firstLossSymptoms, outputBiasSymptoms, type Scored } from "./outputSymptoms.ts";
import { type LayerRow, propagate } from "./propagate.ts";
import { median } from "./quantiles.ts";
import { short, type Symptom, SYMPTOM_KINDS } from "./symptom.ts";
import { updateRatios } from "./updateRatios.ts";

/** With fewer inputs a healthy unit may be 0 for all of them by chance. */
const INPUTS = 32;

/** The mean square of inputs that first weights of a usual size are made for, within this factor. */
const SCALE = 100;

/** The share of a weight that a step should change, and the factor either way that is let pass. */
const SHARE = 1e-3, FAR = 100;

/**
 * What is wrong with an mlp at its start, in the order in which to mend it; nothing where nothing was found. Mend the first, and ask again.
 *
 * - `nonFinite`: numbers, or pre-activations, that are not finite. `inputs`: their mean square is beyond 1/100 or 100.
 * - `equalUnits`. `biases`: more than half of a layer's mean square. `saturated`: more than 25 % of a layer. `dead`: more than half
 *   of its units, and more than by chance.
 * - `explodingSignal`, `vanishingSignal`: one layer's weights make the mean square 10 times, or all hidden layers together 100 times,
 *   larger or smaller than the activation's gain asks for.
 *
 * and, where the batch has labels,
 *
 * - `explodingGradient`, `vanishingGradient`: its squared norm changes 100-fold from the last hidden layer to the first.
 * - `firstLoss`: more than 1 nat above ln C. `outputBias`: the last biases cost more than 0.02 nats, and more than chance, against the
 *   shares of the classes.
 * - `update`, with an optimizer: its first step changes hidden weights by less than 1e-5 or more than 1e-1 of themselves.
 *
 * The last layer's weights may be small or 0. Healthy networks of up to ten layers pass, but for some whose last layer is as loud as the others.
 *
 * @throws {TypeError} where the model is no mlp, the batch has no inputs, targets are not labels, a parameter is missing, or an optimizer comes without labels.
 * @throws {RangeError} where the batch has fewer than 32 inputs, or a shape or label does not fit.
 *
 * @example
 * ```ts
 * import { diagnose, everywhere, initialize, mlp, normal, rng, tanh } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * const model = mlp({ widths: [64, 100, 100, 10], activation: tanh });
 * const params = initialize(model, everywhere(normal({ std: 0.5 })), rng("example"));
 * const [first] = diagnose(model, params, { inputs: rng("inputs").normal([64, 64]) });
 * expect([first.kind, first.layer]).toEqual(["saturated", 1]);
 * expect(first.remedy).toMatch(/^multiply the weights by 0\.2/); // their std is 0.5 where 1/8 would do
 * ```
 */
export function diagnose(
  model: Model,
  params: Params,
  batch: { readonly inputs: Tensor; readonly targets?: Examples["targets"] },
  options: { optimizer?: Optimizer } = {},
): Symptom[] {
  onlyOptions("diagnose", options, ["optimizer"]);
  const { widths, activation } = mlpSpecOf(model, "diagnose the start");
  checkParams(model, params);
  checkTensor("inputs", object("batch", batch, "{ inputs, targets }").inputs);
  if (options.optimizer !== undefined) checkOptimizer(options.optimizer);
  const scored = scoredOf(batch, widths[widths.length - 1]);
  if (options.optimizer && !scored) {
    throw new TypeError("Cannot try a step of the optimizer without labels: give targets too");
  }
  const notFinite = nonFinite(params, batch.inputs);
  if (notFinite.length > 0) return notFinite;
  const { loss, examples: { targets } = {} } = scored ?? {};
  const rows = propagate(model, params, batch.inputs, { targets, loss });
  const hidden = rows.slice(0, -1), last = rows[rows.length - 1], f = activationFrom(activation);
  const equal = equalSymptoms(params, hidden, f);
  const isEqual = ({ layer }: { layer: number }) => equal.some((found) => found.layer === layer);
  const inputMeanSquare = moments(batch.inputs).meanSquare;
  const symptoms = [
    ...overflow(rows),
    ...inputScale(inputMeanSquare),
    ...equal,
    ...biasSymptoms(params, hidden),
    ...signalSymptoms(params, hidden, f, inputMeanSquare).filter((found) => !isEqual(found)),
    ...unitSymptoms(params, hidden, f),
  ];
  if (scored && !last.overflow) {
    symptoms.push(
      ...gradientSymptoms(hidden, f, widths),
      ...firstLossSymptoms(model, params, scored, last),
      ...outputBiasSymptoms(params, scored, last.layer),
      ...options.optimizer ? updates(model, params, scored, last.layer, options.optimizer) : [],
    );
  }
  const rank = ({ kind }: Symptom) => SYMPTOM_KINDS.indexOf(kind);
  return symptoms.sort((a, b) => rank(a) - rank(b) || a.layer - b.layer);
}

/** The batch with its labels and the loss that fits the number of outputs; undefined where it has no targets. */
function scoredOf(
  { inputs, targets }: { inputs: Tensor; targets?: Examples["targets"] },
  outputs: number,
): Scored | undefined {
  if (inputs.shape.length !== 2 || inputs.shape[0] < INPUTS) {
    throw new RangeError(
      `Cannot diagnose by inputs of shape ${
        show(inputs.shape)
      }: give at least ${INPUTS}, one a row`,
    );
  }
  if (targets === undefined) return undefined;
  if (!areLabels(targets)) {
    throw new TypeError(
      "Cannot diagnose by a tensor of targets: give labels, or leave targets out",
    );
  }
  const examples = { inputs, targets };
  countOf(examples);
  return outputs === 1
    ? { loss: "binaryCrossEntropy", classes: 2, examples, labels: targets }
    : { loss: "crossEntropy", classes: outputs, examples, labels: targets };
}

function nonFinite(params: Params, inputs: Tensor): Symptom[] {
  return Object.entries({ inputs, ...params }).flatMap(([name, { data }]) => {
    const measured = data.reduce((count, value) => count + (Number.isFinite(value) ? 0 : 1), 0);
    if (measured === 0) return [];
    const remedy = name === "inputs" ? "clean the data" : "draw it again";
    const layer = Number(/^layer(\d+)\./.exec(name)?.[1] ?? 0);
    const says = `${measured} of ${data.length} numbers in ${name} are not finite`;
    return [{ kind: "nonFinite", layer, measured, says, remedy }];
  });
}

function overflow(rows: readonly LayerRow[]): Symptom[] {
  const first = rows.find(({ overflow }) => overflow);
  if (!first) return [];
  const says = "pre-activations overflow float32: nothing behind this layer was measured";
  const remedy = "make the weights before it smaller, as said below";
  return [{ kind: "nonFinite", layer: first.layer, measured: Infinity, says, remedy }];
}

function inputScale(measured: number): Symptom[] {
  if (measured <= SCALE && measured >= 1 / SCALE) return [];
  const says = `the inputs' mean square is ${short(measured)}: ` +
    "weights of a usual size, and the usual learning rates, are made for about 1";
  return [{ kind: "inputs", layer: 0, measured, says, remedy: "standardize the inputs" }];
}

/** Hidden weights of which one step changes too much or too little; where most are, the learning rate is to blame. */
function updates(
  model: Model,
  params: Params,
  { loss, examples }: Scored,
  last: number,
  optimizer: Optimizer,
): Symptom[] {
  // All examples at once: no order is drawn from the stream.
  const options = { steps: 1, every: 1, optimizer, loss, rng: rng("diagnose") };
  const moved = updateRatios(model, params, examples, options)
    .filter(({ parameter, kind }) => kind === "dense" && !parameter.startsWith(`layer${last}.`))
    .filter(({ ratio }) => ratio > 0 && ratio < Infinity);
  const far = moved.filter(({ ratio }) => ratio < SHARE / FAR || ratio > SHARE * FAR);
  if (far.length === 0) return [];
  const common = median(moved.map(({ ratio }) => ratio));
  if (2 * far.length > moved.length) {
    const factor = SHARE / common;
    return [{
      kind: "update",
      layer: 0,
      measured: common,
      says: `a step changes the weights by ${short(common)} of themselves (median layer)`,
      remedy: `multiply the learning rate by ${short(factor)}`,
      factor,
    }];
  }
  return far.map(({ parameter, ratio }) => {
    const factor = SHARE / ratio;
    return {
      kind: "update",
      layer: Number(/\d+/.exec(parameter)![0]),
      measured: ratio,
      says: `a step changes the weights by ${short(ratio)} of themselves, ${
        short(common)
      } in the median layer`,
      remedy: `multiply this layer's learning rate by ${short(factor)}`,
      factor,
    };
  });
}
