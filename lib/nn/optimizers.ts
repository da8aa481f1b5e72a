import { kernels } from "../numerics/kernels.ts";
import { aboveZero, atLeastZero, finite, object, oneOf, onlyOptions } from "../tensor/arguments.ts";

/** Stochastic gradient descent, as plain data. */
export interface Sgd {
  readonly name: "sgd";
  readonly learningRate: number;
  readonly momentum: number;
}

/** Adam, as plain data. */
export interface Adam {
  readonly name: "adam";
  readonly learningRate: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
}

/** How gradients become steps: plain data, so that it can be stored or sent to a worker. */
export type Optimizer = Sgd | Adam;

/**
 * v = momentum v + g, then w = w - learningRate v, from v = 0 (PyTorch's convention); without momentum v = g.
 *
 * Reference: Polyak (1964); Sutskever et al. (2013), who scale v by the learning rate.
 *
 * @throws {RangeError} where the learning rate is negative or not finite, or momentum is not in [0, 1).
 *
 * @example
 * ```ts
 * import { sgd } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * expect(sgd({ learningRate: 0.1 })).toEqual({ name: "sgd", learningRate: 0.1, momentum: 0 });
 * ```
 */
export function sgd(options: { learningRate: number; momentum?: number }): Sgd {
  onlyOptions("sgd", options, ["learningRate", "momentum"]);
  const { learningRate, momentum = 0 } = options;
  return {
    name: "sgd",
    learningRate: atLeastZero("learningRate", learningRate),
    momentum: decay("momentum", momentum),
  };
}

/**
 * Step t = 1, 2, ...: m = beta1 m + (1 - beta1) g, v = beta2 v + (1 - beta2) g^2,
 * w = w - learningRate (m / (1 - beta1^t)) / (sqrt(v / (1 - beta2^t)) + epsilon), from m = v = 0.
 *
 * Reference: Kingma and Ba (2015), algorithm 1.
 *
 * @throws {RangeError} where the learning rate is negative or not finite, a beta is not in [0, 1), or epsilon is not > 0.
 *
 * @example
 * ```ts
 * import { adam } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * expect(adam({ learningRate: 0.001 }).beta2).toBe(0.999);
 * ```
 */
export function adam(
  options: { learningRate: number; beta1?: number; beta2?: number; epsilon?: number },
): Adam {
  onlyOptions("adam", options, ["learningRate", "beta1", "beta2", "epsilon"]);
  const { learningRate, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8 } = options;
  return {
    name: "adam",
    learningRate: atLeastZero("learningRate", learningRate),
    beta1: decay("beta1", beta1),
    beta2: decay("beta2", beta2),
    epsilon: aboveZero("epsilon", epsilon),
  };
}

/** The optimizer with its settings checked again, for one that comes from a file or was written by hand. */
export function checkOptimizer(optimizer: Optimizer): Optimizer {
  const { name, ...settings } = object("optimizer", optimizer, "sgd({ ... }) or adam({ ... })");
  oneOf("optimizer", name, ["sgd", "adam"]);
  return name === "sgd" ? sgd(settings) : adam(settings);
}

/** How many arrays, each as long as the parameters, the optimizer carries from step to step, zeros at first. */
export function stateArrays(optimizer: Optimizer): number {
  return optimizer.name === "adam" ? 2 : optimizer.momentum > 0 ? 1 : 0;
}

/** Makes step number `step`, counted from 1, on one array of parameters. */
export function update(
  optimizer: Optimizer,
  step: number,
  parameters: Float32Array,
  gradients: Float32Array,
  state: readonly Float32Array[],
): void {
  if (optimizer.name === "adam") {
    const [means, squares] = state;
    kernels.adam(parameters, means, squares, gradients, step, optimizer);
  } else if (optimizer.momentum > 0) {
    const { learningRate, momentum } = optimizer;
    kernels.momentum(parameters, state[0], gradients, learningRate, momentum);
  } else {
    kernels.sgd(parameters, gradients, optimizer.learningRate);
  }
}

function decay(what: string, value: number): number {
  if (finite(what, value) >= 0 && value < 1) return value;
  throw new RangeError(`Cannot use ${what} as it must be in [0, 1): current value is ${value}`);
}
