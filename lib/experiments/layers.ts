import { activationFrom } from "../nn/activations.ts";
import type { Activation } from "../nn/activations.ts";
import { type Loss, lossOf } from "../nn/losses.ts";
import { bind, chainSpecOf, depthOf, type Model, type Params } from "../nn/model.ts";
import { onTape, type Var } from "../nn/tape.ts";
import { kernels } from "../numerics/kernels.ts";
import { checkExamples, type Examples } from "../tensor/examples.ts";
import { checkRng, type Rng } from "../tensor/rng.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { onlyOptions } from "../tensor/arguments.ts";

/** What is sent backward through a network: nothing, noise, or the gradient of a loss. */
export interface GradientOptions {
  /** Sends independent N(0, 1) gradients, drawn from `rng.child("gradient")`, into the outputs of each input. */
  rng?: Rng;
  /** Sends the gradient of the mean loss on these targets. */
  targets?: Examples["targets"];
  /** "crossEntropy" when left out. */
  loss?: Loss;
}

/** The numbers of one layer, (inputs, width) each, of a convolution (inputs, rows, columns, width); they live only while they are visited. */
export interface LayerValues {
  /** 1 for the first layer. */
  readonly layer: number;
  readonly width: number;
  readonly preActivation: Float32Array;
  /** The last layer has no activation: there its pre-activation again. */
  readonly activation: Float32Array;
  /** Of the pre-activation; empty when nothing was sent backward. */
  readonly gradient: Float32Array;
  /** Of the weight, (in, out); empty when nothing was sent backward. */
  readonly weightGradient: Float32Array;
  /** What stands between pre-activation and activation; undefined at the last layer. */
  readonly f?: Activation;
}

export const GRADIENT_OPTIONS = ["rng", "targets", "loss"] as const;

/**
 * Sends inputs forward and, if asked, gradients backward through an mlp or a cnn, and returns what `visit` makes of each layer.
 *
 * @throws {TypeError} where both rng and targets are given, or a loss without targets.
 */
export function visitLayers<T>(
  model: Model,
  params: Params,
  inputs: Tensor,
  options: GradientOptions,
  visit: (layer: LayerValues) => T,
): T[] {
  const { rng, targets, loss } = options;
  if (rng !== undefined && targets !== undefined) {
    throw new TypeError("Cannot send two gradients backward: give rng or targets, not both");
  }
  if (rng !== undefined) checkRng(rng);
  if (loss !== undefined && targets === undefined) {
    throw new TypeError(`Cannot take the gradient of ${loss} without targets`);
  }
  const spec = chainSpecOf(model, "visit the layers"), depth = depthOf(spec);
  const f = activationFrom(spec.activation);
  return onTape((tape) => {
    const taps: Record<string, Var> = {};
    const gradients = rng !== undefined || targets !== undefined;
    const variables = bind(model, params, tape, { gradients });
    const outputs = model.apply(variables, tape.constant(inputs), (name, value) => {
      taps[name] = value;
    });
    if (targets !== undefined) tape.backward(lossOf(loss ?? "crossEntropy", outputs, targets));
    if (rng !== undefined) {
      tape.backward(against(outputs, rng.child("gradient").normal(outputs.shape)));
    }
    return Array.from({ length: depth }, (_, i) => {
      const layer = i + 1;
      const preActivation = taps[`layer${layer}.preActivation`];
      return visit({
        layer,
        width: preActivation.shape[preActivation.shape.length - 1],
        preActivation: preActivation.data,
        activation: layer === depth ? preActivation.data : taps[`layer${layer}.activation`].data,
        gradient: preActivation.gradient,
        weightGradient: variables[`layer${layer}.weight`].gradient,
        f: layer === depth ? undefined : f,
      });
    });
  });
}

/**
 * The gradient of the mean loss on some examples with respect to every parameter.
 *
 * @throws {TypeError} where the targets are not of the loss's kind.
 *
 * @example
 * ```ts
 * import { everywhere, initialize, lossGradients, mlp, relu, rng, tensor, zeros } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * const model = mlp({ widths: [2, 3, 2], activation: relu });
 * const params = initialize(model, everywhere(zeros()), rng("example"));
 * const one = { inputs: tensor([1, 2], [1, 1]), targets: Uint8Array.of(0) };
 * const gradients = lossGradients(model, params, one);
 * expect([...gradients["layer1.weight"].data].every((value) => value === 0)).toBe(true);
 * expect([...gradients["layer2.bias"].data]).toEqual([-0.5, 0.5]);
 * ```
 */
export function lossGradients(
  model: Model,
  params: Params,
  examples: Examples,
  options: { loss?: Loss } = {},
): Params {
  onlyOptions("lossGradients", options, ["loss"]);
  return onTape((tape) => {
    const variables = bind(model, params, tape);
    const outputs = model.apply(variables, tape.constant(checkExamples(examples).inputs));
    tape.backward(lossOf(options.loss ?? "crossEntropy", outputs, examples.targets));
    return Object.fromEntries(
      model.params.map(({ name, shape }) => [
        name,
        { shape, data: variables[name].gradient.slice() },
      ]),
    );
  });
}

/** A loss whose gradient with respect to y is exactly `gradient`. */
function against(y: Var, gradient: Tensor): Var {
  return y.tape.operation([], [y], () => {}, () => kernels.add(y.gradient, gradient.data));
}
