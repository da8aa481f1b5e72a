import { evaluate } from "../nn/evaluate.ts";
import type { Loss } from "../nn/losses.ts";
import type { Model, Params } from "../nn/model.ts";
import type { Examples } from "../tensor/examples.ts";
import { initialLoss } from "../theory/initialLoss.ts";
import type { LayerRow } from "./propagate.ts";
import { biasShare, MOSTLY, SET_BIASES, short, type Symptom } from "./symptom.ts";

/** A first loss this far above that of guessing, in nats: the right class has e times less probability than by guessing. */
const EXCESS = 1;

/** What logits' std a smaller head is made for: it costs 0.005 nats. */
const SMALL = 0.1;

/** A bias may cost this many nats without being worth a word. */
const WORTH = 0.02;

/** Labels, and how a model's outputs are scored on them. */
export interface Scored {
  readonly loss: Loss;
  readonly classes: number;
  readonly examples: Examples;
  readonly labels: ArrayLike<number>;
}

/** A first loss far above ln C: large logits, or, where the biases make them large, large biases. */
export function firstLossSymptoms(
  model: Model,
  params: Params,
  { loss, classes, examples }: Scored,
  { layer, std, meanSquare }: LayerRow,
): Symptom[] {
  const measured = evaluate(model, params, examples, { loss }).loss, least = Math.log(classes);
  if (!(measured > least + EXCESS) || !Number.isFinite(std)) return [];
  // One logit z against 0 is two logits whose difference is z.
  const expected = initialLoss(classes, loss === "binaryCrossEntropy" ? std / Math.SQRT2 : std);
  const says = `the first loss is ${short(measured)} and guessing costs ln ${classes} = ${
    least.toFixed(2)
  }: the logits' std is ${short(std)} (which, if it knows nothing of the labels, costs ${
    short(expected)
  })`;
  const found = { kind: "firstLoss", layer, measured, says } as const;
  if (biasShare(params, layer, meanSquare) > MOSTLY) return [{ ...found, remedy: SET_BIASES }];
  const factor = SMALL / std;
  return [{ ...found, remedy: `multiply the last layer's weights by ${short(factor)}`, factor }];
}

/** Output biases that say other shares than the labels have: what they cost, KL(shares | softmax(biases)), is more than chance. */
export function outputBiasSymptoms(
  params: Params,
  { classes, labels }: Scored,
  layer: number,
): Symptom[] {
  const bias = params[`layer${layer}.bias`]?.data;
  if (!bias) return [];
  const logits = bias.length === 1 ? [0, bias[0]] : [...bias];
  const n = labels.length, shares = Array<number>(classes).fill(0);
  for (let i = 0; i < n; i++) shares[labels[i]] += 1 / n;
  const top = Math.max(...logits);
  const total = logits.reduce((sum, logit) => sum + Math.exp(logit - top), 0);
  const logs = logits.map((logit) => logit - top - Math.log(total));
  const measured = shares.reduce(
    (sum, share, c) => share === 0 ? sum : sum + share * (Math.log(share) - logs[c]),
    0,
  );
  // Of n labels drawn by the biases' own shares, 2 n KL is chi squared with C - 1 degrees of freedom: mean C - 1, variance 2 (C - 1).
  const chance = (classes - 1 + 5 * Math.sqrt(2 * (classes - 1))) / (2 * n);
  if (!(measured > Math.max(WORTH, chance))) return [];
  const remedy = bias.length === 1
    ? `set the last bias to ln(p / (1 - p)) = ${short(Math.log(shares[1] / shares[0]))}`
    : `set the last biases to the logarithms of the shares: ${
      shares.map((share) => short(Math.log(share))).join(", ")
    }`;
  const says = `the output biases give the classes ${
    logs.map((log) => Math.exp(log).toFixed(2)).join(", ")
  } of the probability, the labels ${
    shares.map((share) => share.toFixed(2)).join(", ")
  }: that costs ${short(measured)} nats`;
  return [{ kind: "outputBias", layer, measured, says, remedy }];
}
