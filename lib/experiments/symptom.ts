import type { Params } from "../nn/model.ts";

/** What can be wrong with a network at the start, in the order in which to mend it: the first may be the cause of the rest. */
export const SYMPTOM_KINDS = [
  "nonFinite",
  "inputs",
  "equalUnits",
  "biases",
  "explodingSignal",
  "vanishingSignal",
  "saturated",
  "dead",
  "explodingGradient",
  "vanishingGradient",
  "firstLoss",
  "outputBias",
  "update",
] as const;

/** One thing that is wrong with a network at the start. */
export interface Symptom {
  readonly kind: (typeof SYMPTOM_KINDS)[number];
  /** From 1, the layer to mend; 0 for the network as a whole. */
  readonly layer: number;
  /** The number that gave it away. */
  readonly measured: number;
  /** What was measured, and what it means. */
  readonly says: string;
  /** What to do. */
  readonly remedy: string;
  /** What the remedy multiplies by: weights, or for "update" the learning rate; left out where it does something else. */
  readonly factor?: number;
}

/** A number in two digits, as a sentence shows it: 0.19, 1.7e-6. */
export function short(value: number): string {
  const isSmall = value !== 0 && Math.abs(value) < 1e-3;
  return isSmall ? value.toExponential(1) : String(Number(value.toPrecision(2)));
}

/** A share in whole percent. */
export function percent(share: number): string {
  return `${Math.round(100 * share)} %`;
}

/** What helps where a layer's pre-activations are mostly biases: more than this share of their mean square. */
export const SET_BIASES = "set the layer's biases to 0", MOSTLY = 0.5;

/** The mean square of a layer's biases, over that of its pre-activations; 0 where it has none. */
export function biasShare(params: Params, layer: number, meanSquare: number): number {
  const bias = params[`layer${layer}.bias`]?.data;
  if (bias === undefined) return 0;
  return bias.reduce((sum, b) => sum + b * b, 0) / bias.length / meanSquare;
}
