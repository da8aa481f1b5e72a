import { type Activation, activationFrom, linear } from "../nn/activations.ts";
import { chainSpecOf, type Model } from "../nn/model.ts";
import { checkScheme, chosenBy, type Scheme } from "../nn/schemes.ts";
import { atLeastZero, onlyOptions } from "../tensor/arguments.ts";
import { derivativeMeanSquare, outputMeanSquare } from "./gain.ts";
import { isRectifier, powerVariance } from "./logSpread.ts";
import { predictImages } from "./predictImages.ts";

/** What theory expects of one layer: the mean over seeds, and the median of the forward mean square. */
export interface PredictedRow {
  readonly layer: number;
  /** E z^2 of pre-activations. */
  readonly meanSquare: number;
  /** What half of all seeds stay below: less than the mean where narrow layers make it fluctuate. */
  readonly medianMeanSquare: number;
  /** E f(z)^2; the last layer has no activation: there E z^2. */
  readonly activationMeanSquare: number;
  /** E (dL/dz)^2, where independent gradients of mean square 1 are sent into the last layer. */
  readonly gradientMeanSquare: number;
  /** E (dL/dW)^2 from one input. */
  readonly weightGradientMeanSquare: number;
}

/**
 * What each layer of an mlp or a cnn does to mean squares, forward and backward, before any number is drawn:
 *
 *     E z_l^2 = n_in Var(w_l) E h_(l-1)^2 + Var(b_l),    E h_l^2 = E f(z_l)^2 with z_l normal,
 *     E (dL/dz_l)^2 = n_out Var(w_(l+1)) E f'(z_l)^2 E (dL/dz_(l+1))^2,
 *
 * with n_in and n_out the sizes of the weight at hand, for any widths, initializers and activations; `inputMeanSquare`
 * is the mean square of the inputs' entries. Means are exact at any width for linear and (leaky) ReLU layers whose
 * weights have a symmetric law; else they are limits of infinite width, where the gradient is independent of the
 * signal. The median is for a batch of one, or of inputs that look alike; to first order in 1/width.
 *
 * In a cnn the sums run over the taps that lie inside the image, place by place, so that what the zeros around it cost is counted;
 * rows are means over places, of inputs with the same mean square everywhere, and the median is taken to be the mean.
 *
 * @throws {RangeError} where a law has a mean other than 0 or is "structured": then mean squares do not say enough.
 *
 * @example
 * ```ts
 * import { everywhere, linear, mlp, predict, xavierUniform } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * const model = mlp({ widths: [784, 512, 256, 10], activation: linear });
 * const [first, second] = predict(model, everywhere(xavierUniform()), { inputMeanSquare: 1 });
 * expect(first.meanSquare).toBeCloseTo(2 * 784 / (784 + 512), 10);
 * expect(second.meanSquare / first.meanSquare).toBeCloseTo(2 * 512 / (512 + 256), 10);
 * ```
 * Reference: Glorot and Bengio, 2010, equations 5 and 6; He et al., 2015; Poole et al., 2016; Schoenholz et al., 2017.
 */
export function predict(
  model: Model,
  scheme: Scheme,
  options: { inputMeanSquare: number },
): PredictedRow[] {
  onlyOptions("predict", options, ["inputMeanSquare"]);
  checkScheme("predict the layers", scheme);
  const spec = chainSpecOf(model, "predict the layers");
  const hidden = activationFrom(spec.activation);
  let incoming = atLeastZero("inputMeanSquare", options.inputMeanSquare);
  const variances = model.params.filter(({ role }) => role !== "bias").map(({ name }) => ({
    weightVariance: varianceOf(model, scheme, name),
    biasVariance: spec.bias ? varianceOf(model, scheme, name.replace("weight", "bias")) : 0,
  }));
  if (spec.name === "cnn") return predictImages(spec, variances, incoming);
  const { widths } = spec, depth = widths.length - 1;
  const forward: Forward[] = [];
  for (let layer = 1; layer <= depth; layer++) {
    const activation = layer === depth ? linear : hidden;
    const { weightVariance, biasVariance } = variances[layer - 1];
    const meanSquare = widths[layer - 1] * weightVariance * incoming + biasVariance;
    const activationMeanSquare = outputMeanSquare(activation, meanSquare);
    forward.push({ activation, weightVariance, incoming, meanSquare, activationMeanSquare });
    incoming = activationMeanSquare;
  }
  const gradients = backward(forward, widths);
  const medians = medianShares(hidden, widths.slice(1));
  return forward.map(({ incoming, meanSquare, activationMeanSquare }, i) => ({
    layer: i + 1,
    meanSquare,
    medianMeanSquare: meanSquare * medians[i],
    activationMeanSquare,
    gradientMeanSquare: gradients[i],
    weightGradientMeanSquare: incoming * gradients[i],
  }));
}

interface Forward {
  readonly activation: Activation;
  readonly weightVariance: number;
  readonly incoming: number;
  readonly meanSquare: number;
  readonly activationMeanSquare: number;
}

function backward(layers: readonly Forward[], widths: readonly number[]): number[] {
  const gradients = Array<number>(layers.length).fill(1);
  for (let i = layers.length - 2; i >= 0; i--) {
    const { activation, meanSquare } = layers[i];
    gradients[i] = gradients[i + 1] * widths[i + 2] * layers[i + 1].weightVariance *
      derivativeMeanSquare(activation, meanSquare);
  }
  return gradients;
}

/** exp(mean of the log) of each layer's mean square, as a share of its mean, from the widths of layers 1 ... L. */
function medianShares(activation: Activation, widths: readonly number[]): number[] {
  if (!isRectifier(activation)) return widths.map(() => 1);
  const perUnit = powerVariance(activation);
  let variance = 0;
  return widths.map((width) => {
    const share = Math.exp(-0.5 * (variance + 2 / width));
    variance += perUnit / width;
    return share;
  });
}

/** The variance of a parameter's entries. @throws {RangeError} where its law says too little: a mean, or dependent entries. */
export function varianceOf(model: Model, scheme: Scheme, name: string): number {
  const spec = model.params.find((param) => param.name === name)!;
  const init = chosenBy(scheme, spec, model);
  const { distribution, mean, std } = init.law(spec.shape, spec.fans);
  if (mean !== 0 || distribution === "structured") {
    throw new RangeError(
      `Cannot predict mean squares as ${name} has a ${distribution} law of mean ${mean}: ` +
        "use an initializer with independent entries of mean 0, or measure a drawn model",
    );
  }
  return std * std;
}
