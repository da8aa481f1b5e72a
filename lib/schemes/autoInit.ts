import { varianceScaling } from "../initializers/varianceScaling.ts";
import { activationFrom } from "../nn/activations.ts";
import { checkModel, type CnnSpec, type MlpSpec, type Model, type ParamSpec } from "../nn/model.ts";
import type { Scheme } from "../nn/schemes.ts";
import { aboveZero, must, onlyOptions } from "../tensor/arguments.ts";
import { checkTensor, type Tensor, tensor } from "../tensor/tensor.ts";
import { activationMoments } from "../theory/gain.ts";
import { diagonal, mean } from "../theory/gram.ts";
import { predictImages } from "../theory/predictImages.ts";
import { followStream } from "../theory/streamTrace.ts";
import { gptOf, ownHead, weightsBy } from "./anatomy.ts";

export interface AutoInitOptions {
  /** Mean square of an mlp's or a cnn's inputs: 1 when left out. */
  inputMeanSquare?: number;
  /** Tokens like those a gpt will read, (sequences, positions): as many as its context, no two alike, when left out. */
  tokens?: Tensor;
}

/**
 * AutoInit, from theory alone: variance 1 / (fanIn E x^2), E x^2 = mean^2 + variance of what a weight is given, so that
 * what every weight puts out has mean 0 and variance 1; truncated normal draws. E x^2 is followed from the inputs on, as a mean
 * over draws of the weights before:
 *
 *     activation   E f(Z)^2, Z ~ N(0, 1), by quadrature; in "swiglu" times the 1 of what it multiplies
 *     convolution  its taps inside the image, place by place, mean over places; zeros around it are given as zeros
 *     embedding    a weight of one-hot inputs, E x^2 = 1 / rows: entries of variance 1, of tokens and of positions
 *     sum          of tokens and positions, of the stream and a branch: the sum of both, as they are uncorrelated
 *     norm         1 but for its epsilon; a post-LN gpt's first weights are given the embeddings' sum instead
 *     attention    sum over j, k of E a_tj a_tk V_jk, mean over t, V the values' covariance between positions, for
 *                  normal scores: exact for the first block, later as far as {@linkcode predictStream} is
 *     head         what the last norm gives; a tied one is refused, as its table would need variance 1 and 1 / width
 *
 * The authors' package has these laws but for embeddings and attention, which it takes to change nothing. How much attention
 * averages away depends on how often tokens recur: give `tokens`, of which only this is read. The work grows with the blocks
 * and with the square of the positions: seconds for 12 blocks of 512.
 *
 * @throws {RangeError} where a head is tied, an option is for another kind of model, or the inputs' mean square is not above 0.
 *
 * Reference: Bingham and Miikkulainen (2023); cognizant-ai-labs/autoinit, estimators.
 *
 * @example
 * ```ts
 * import { autoInit, describeScheme, gpt, mlp, relu } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * const model = mlp({ widths: [100, 50, 10], activation: relu, bias: false });
 * const [first, second] = describeScheme(model, autoInit({ inputMeanSquare: 4 }));
 * expect(first.std).toBeCloseTo(Math.sqrt(1 / 400), 10);
 * expect(second.std).toBeCloseTo(Math.sqrt(2 / 50), 10); // He
 *
 * const language = gpt({ vocabulary: 27, context: 8, width: 16, heads: 2, blocks: 3, tiedHead: false });
 * const stds = new Map(describeScheme(language, autoInit()).map((row) => [row.parameter, row.std]));
 * expect(stds.get("block1.query.weight")).toBeCloseTo(1 / Math.sqrt(16), 4);
 * expect(stds.get("block1.attentionOut.weight")).toBeGreaterThan(1.4 / Math.sqrt(16)); // attention averages: made up for
 * ```
 */
export function autoInit(options: AutoInitOptions = {}): Scheme {
  onlyOptions("autoInit", options, ["inputMeanSquare", "tokens"]);
  const inputMeanSquare = aboveZero("inputMeanSquare", options.inputMeanSquare ?? 1);
  if (options.tokens !== undefined) checkTokens(options.tokens);
  const known = new WeakMap<Model, Given>();
  return weightsBy(({ name }, model) => {
    const { spec } = checkModel(model);
    const foreign = spec.name === "gpt" ? "inputMeanSquare" : "tokens";
    if (options[foreign] !== undefined) {
      throw new RangeError(`Cannot use autoInit's ${foreign} with this ${spec.name}: leave it out`);
    }
    const given = known.get(model) ??
      (spec.name === "gpt"
        ? givenInGpt(model, options.tokens)
        : spec.name === "cnn"
        ? givenInCnn(model, spec, inputMeanSquare)
        : givenInMlp(model, spec, inputMeanSquare));
    known.set(model, given);
    return varianceScaling({ scale: 1 / given.get(name)!, distribution: "truncatedNormal" });
  });
}

/** Mean square of what each weight is given, by its name. */
type Given = ReadonlyMap<string, number>;

function givenInMlp(model: Model, spec: MlpSpec, inputMeanSquare: number): Given {
  const { meanSquare } = activationMoments(activationFrom(spec.activation));
  return new Map(
    weightsOf(model).map(({ name }, l) => [name, l === 0 ? inputMeanSquare : meanSquare]),
  );
}

/** A mean over places, where zeros around the image count. */
function givenInCnn(model: Model, spec: CnnSpec, inputMeanSquare: number): Given {
  const given = new Map<string, number>(), weights = weightsOf(model);
  const variances = weights.map(({ fans }) => ({
    weightVariance: 1 / fans.fanIn,
    biasVariance: 0,
  }));
  for (const [l, { name }] of weights.entries()) {
    const { meanSquare } = predictImages(spec, variances, inputMeanSquare)[l];
    variances[l].weightVariance /= meanSquare;
    given.set(name, meanSquare);
  }
  return given;
}

function weightsOf({ params }: Model): ParamSpec[] {
  return params.filter(({ role }) => role !== "bias");
}

/** Means over positions. */
function givenInGpt(model: Model, tokens?: Tensor): Given {
  const spec = gptOf("autoInit", model);
  ownHead("autoInit", model);
  const byName = new Map(model.params.map((param) => [param.name, param]));
  const given = new Map<string, number>();
  const learn = (param: ParamSpec, meanSquare: number): number => {
    given.set(param.name, meanSquare);
    return 1 / (param.fans.fanIn * meanSquare);
  };
  const { output } = followStream({
    spec,
    gain: () => 1,
    variance: (name, x) => {
      const param = byName.get(name);
      if (param === undefined || param.role === "bias") return 0;
      return learn(param, x === undefined ? 1 / param.fans.fanIn : mean(diagonal(x)));
    },
  }, tokens ?? allDifferent(spec.context));
  learn(byName.get("head.weight")!, mean(diagonal(output)));
  return given;
}

function allDifferent(positions: number): Tensor {
  return tensor([1, positions], Float32Array.from({ length: positions }, (_, t) => t));
}

function checkTokens(tokens: Tensor): void {
  const { shape } = checkTensor("tokens", tokens);
  must("tokens", tokens, shape.length === 2, "of shape (sequences, positions)");
}
