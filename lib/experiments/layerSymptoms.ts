import type { Activation } from "../nn/activations.ts";
import type { Params } from "../nn/model.ts";
import { gain } from "../theory/gain.ts";
import type { LayerRow } from "./propagate.ts";
import { countDistinctUnits } from "./symmetry.ts";
import { biasShare, MOSTLY, percent, SET_BIASES, short, type Symptom } from "./symptom.ts";

/** More than this share of a layer's activations is at the ends: a std of 1.8 does that to tanh. */
const SATURATED = 0.25;

/** One layer's factor on a mean square is off by more than this, or that of all layers together. */
const ONE_LAYER = 10, ALL_LAYERS = 100;

/** Hidden layers in which units are equal. */
export function equalSymptoms(
  params: Params,
  hidden: readonly LayerRow[],
  f: Activation,
): Symptom[] {
  return hidden.flatMap(({ layer }) => {
    const weight = params[`layer${layer}.weight`], [inputs, units] = weight.shape;
    const measured = countDistinctUnits(weight, { bias: params[`layer${layer}.bias`] });
    if (measured === units) return [];
    const std = (f.saturation ? 1 : gain(f)) / Math.sqrt(inputs);
    return [{
      kind: "equalUnits",
      layer,
      measured,
      says: `${measured} of ${units} units are distinct: equal units learn the same for ever`,
      remedy: `draw the weights at random, with a std of about ${short(std)}`,
    }];
  });
}

/** Hidden layers whose pre-activations are mostly biases, the same for every input. */
export function biasSymptoms(params: Params, hidden: readonly LayerRow[]): Symptom[] {
  return hidden.flatMap(({ layer, meanSquare }): Symptom[] => {
    const measured = biasShare(params, layer, meanSquare);
    if (!(measured > MOSTLY)) return [];
    const says = `${percent(measured)} of the pre-activations' mean square is the biases', ` +
      "the same for every input";
    return [{ kind: "biases", layer, measured, says, remedy: SET_BIASES }];
  });
}

/** Bounded activations at their ends, and ReLUs that are 0 for every input. */
export function unitSymptoms(
  params: Params,
  hidden: readonly LayerRow[],
  f: Activation,
): Symptom[] {
  return hidden.flatMap((row): Symptom[] => {
    const { layer, saturated, dead, meanSquare } = row, rms = Math.sqrt(meanSquare);
    const byBiases = biasShare(params, layer, meanSquare) > MOSTLY;
    if (saturated > SATURATED) {
      const says = `${percent(saturated)} of ${f.name} units are saturated, pre-activations' ` +
        `root mean square is ${short(rms)}: where ${f.name} is flat no gradient passes`;
      const found = { kind: "saturated", layer, measured: saturated, says } as const;
      if (byBiases) return [{ ...found, remedy: SET_BIASES }];
      return [{ ...found, remedy: `multiply the weights by ${short(1 / rms)}`, factor: 1 / rms }];
    }
    // Weights of mean 0 switch off half of the units at most, if all inputs look alike; beyond that, two standard errors.
    if (dead > 0.5 + 1 / Math.sqrt(params[`layer${layer}.weight`].shape[1]) && meanSquare > 0) {
      const says = `${percent(dead)} of the units are 0 for every input: they learn nothing`;
      const remedy = byBiases ? SET_BIASES : "draw the weights with mean 0, or use a leaky slope";
      return [{ kind: "dead", layer, measured: dead, says, remedy }];
    }
    return [];
  });
}

/**
 * What each hidden layer's weights do to the mean square, against what keeps it: E z_l^2 / E h_(l-1)^2 should be the activation's
 * gain squared; 1 is enough for a bounded activation and for the first layer, whose inputs have passed through none. Layers of mostly
 * biases are left out.
 */
export function signalSymptoms(
  params: Params,
  hidden: readonly LayerRow[],
  f: Activation,
  inputMeanSquare: number,
): Symptom[] {
  const most = gain(f) ** 2, bounded = f.saturation !== undefined;
  const off = hidden.map(({ layer, meanSquare }, i) => {
    if (biasShare(params, layer, meanSquare) > MOSTLY) return 1;
    const incoming = i === 0 ? inputMeanSquare : hidden[i - 1].activationMeanSquare;
    const factor = meanSquare / incoming, least = bounded || i === 0 ? Math.min(1, most) : most;
    // A bounded activation cannot explode: it saturates.
    return factor < least ? factor / least : factor > most && !bounded ? factor / most : 1;
  });
  const alone = off.map((factor) =>
    factor > 0 && factor < Infinity && (factor > ONE_LAYER || factor < 1 / ONE_LAYER)
  );
  const symptoms = hidden.filter((_, i) => alone[i]).map(({ layer }): Symptom => {
    const measured = off[layer - 1], factor = 1 / Math.sqrt(measured);
    const says = `its weights make the signal's mean square ${
      short(measured)
    } times what ${f.name} needs`;
    const remedy = `multiply the weights by ${short(factor)}`;
    return { kind: kindOf("Signal", measured), layer, measured, says, remedy, factor };
  });
  const rest = off.filter((factor, i) => factor > 0 && factor < Infinity && !alone[i]);
  const measured = rest.reduce((product, factor) => product * factor, 1);
  if (!isFar(measured)) return symptoms;
  const factor = measured ** (-0.5 / rest.length);
  return [...symptoms, {
    kind: kindOf("Signal", measured),
    layer: 0,
    measured,
    says: `over ${rest.length} layers the signal's mean square becomes ${short(measured)} times ` +
      `what ${f.name} needs, ${short(factor ** -2)} at each`,
    remedy: `multiply the weights of hidden layers by ${short(factor)}`,
    factor,
  }];
}

/** The squared norm of the gradient from the last hidden layer back to the first: He's and Xavier's fanIn rules keep it. */
export function gradientSymptoms(
  hidden: readonly LayerRow[],
  f: Activation,
  widths: readonly number[],
): Symptom[] {
  const norms = hidden.map(({ layer, gradientMeanSquare }) => widths[layer] * gradientMeanSquare);
  const steps = norms.slice(1).map((norm, i) => norms[i] / norm);
  const measured = norms[0] / norms[norms.length - 1];
  if (!isFar(measured)) return [];
  const kind = kindOf("Gradient", measured);
  const logs = steps.map((step) => Math.log(step) * Math.sign(Math.log(measured)));
  const worst = logs.indexOf(Math.max(...logs));
  const says =
    `from layer ${hidden.length} back to layer 1 the gradient's squared norm is multiplied by ${
      short(measured)
    }, most at layer ${worst + 2}'s weights: ${short(steps[worst])}`;
  const found = { kind, layer: 0, measured, says } as const;
  if (f.derivative(0) < 0.5 && measured < 1 && f.saturation) {
    const remedy = `${f.name} passes at most ${
      short(f.derivative(0) ** 2)
    } of it at each layer: use tanh or relu`;
    return [{ ...found, remedy }];
  }
  if (logs[worst] > Math.abs(Math.log(measured)) / 2) {
    const factor = 1 / Math.sqrt(steps[worst]);
    const remedy = `multiply the weights of layer ${worst + 2} by ${short(factor)}`;
    return [{ ...found, layer: worst + 2, remedy, factor }];
  }
  const factor = measured ** (-0.5 / steps.length);
  const remedy = `multiply the weights of hidden layers from the second on by ${short(factor)}`;
  return [{ ...found, remedy, factor }];
}

function isFar(product: number): boolean {
  return product > 0 && product < Infinity && (product > ALL_LAYERS || product < 1 / ALL_LAYERS);
}

function kindOf<Of extends "Signal" | "Gradient">(of: Of, measured: number) {
  return `${measured > 1 ? "exploding" : "vanishing"}${of}` as const;
}
