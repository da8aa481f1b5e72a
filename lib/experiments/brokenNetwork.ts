import { relu, tanh } from "../nn/activations.ts";
import { mlp } from "../nn/mlp.ts";
import type { MlpSpec, Model, Params } from "../nn/model.ts";
import { sgd } from "../nn/optimizers.ts";
import { everywhere, initialize } from "../nn/schemes.ts";
import { varianceScaling } from "../initializers/varianceScaling.ts";
import { aboveZero, object } from "../tensor/arguments.ts";
import { checkExamples, type Examples } from "../tensor/examples.ts";
import { checkRng, type Rng } from "../tensor/rng.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { gain } from "../theory/gain.ts";
import { seeds } from "./compare.ts";
import { learningCurve, outcome } from "./learningCurve.ts";

/** A network that starts wrong in one place, and the rate it is to learn at. */
export interface BrokenNetwork {
  readonly model: Model<MlpSpec>;
  readonly params: Params;
  readonly learningRate: number;
}

/** One change: one parameter anew, or another learning rate. */
export type Repair = { readonly [parameter: string]: Tensor } | { readonly learningRate: number };

/** What became of a repair: losses in nats, mean of the last fifth of the steps. */
export interface Rescue {
  /** Of the repaired network; Infinity where it diverged. */
  readonly loss: number;
  /** Mean over 12 networks without a fault, and three standard deviations above it. */
  readonly healthy: number;
  readonly limit: number;
  readonly rescued: boolean;
}

const WIDTHS = [196, 32, 32, 32, 32, 32, 10], RATE = 0.08, STEPS = 150, BATCH = 16, HEALTHY = 12;

type Fault = (layer: number, params: Params) => Partial<BrokenNetwork>;

const scaled = (name: string, factor: number, params: Params) => ({
  params: { ...params, [name]: mapped(params[name], (value) => factor * value) },
});

const FAULTS: readonly Fault[] = [
  (layer, params) => scaled(`layer${layer}.weight`, 50, params),
  (layer, params) => {
    const name = `layer${layer}.weight`, { shape, data } = params[name];
    return {
      params: { ...params, [name]: mapped(params[name], (_, i) => data[i - i % shape[1]]) },
    };
  },
  (layer, params) => {
    const name = `layer${layer}.bias`;
    return { params: { ...params, [name]: mapped(params[name], () => -10) } };
  },
  (_, params) => scaled(`layer${WIDTHS.length - 1}.weight`, 50, params),
  () => ({ learningRate: RATE / 200 }),
];

/**
 * A network of six layers for 14 x 14 digits that starts as its activation asks, variance gain^2 / fanIn, but for one fault; the
 * stream decides the activation, the fault and its layer.
 *
 * The faults: a layer's weights 50 times too large, a layer of equal units, a layer whose biases are all -10, a
 * last layer 50 times too large, and a learning rate 200 times too small.
 *
 * @throws {TypeError} where the argument is no {@linkcode Rng}.
 *
 * @example
 * ```ts
 * import { brokenNetwork, rng } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * const { model, params } = brokenNetwork(rng("example"));
 * expect(params["layer6.weight"].shape).toEqual([32, 10]);
 * expect(model.spec.widths).toEqual([196, 32, 32, 32, 32, 32, 10]);
 * ```
 */
export function brokenNetwork(rng: Rng): BrokenNetwork {
  const [which, where, what] = checkRng(rng).child("fault").uniform([3]).data;
  const model = mlp({ widths: WIDTHS, activation: which < 0.5 ? relu : tanh });
  const params = initialize(model, soundScheme(model), rng);
  const layer = 2 + Math.floor(where * (WIDTHS.length - 3));
  const fault = FAULTS[Math.floor(what * FAULTS.length)];
  return { model, params, learningRate: RATE, ...fault(layer, params) };
}

/**
 * Trains a broken network after one change, 150 steps of 16 by gradient descent, and twelve networks without a fault; it is
 * rescued where its loss is at most three standard deviations above the mean of theirs.
 *
 * @throws {RangeError} where the repair is not one change, or a shape does not fit.
 * @throws {TypeError} where the repair names no parameter of the network.
 *
 * @example
 * ```ts
 * import { brokenNetwork, rescue, rng } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * const bars = rng("bars").normal([64, 196]);
 * const examples = { inputs: bars, targets: Uint8Array.from({ length: 64 }, (_, i) => i % 10) };
 * const network = brokenNetwork(rng("example"));
 * const { loss, healthy, limit, rescued } = rescue(network, { learningRate: 0.05 }, examples);
 * expect(limit).toBeGreaterThan(healthy);
 * expect(rescued).toBe(loss <= limit);
 * ```
 */
export function rescue(network: BrokenNetwork, repair: Repair, examples: Examples): Rescue {
  const { model, params, learningRate } = object("network", network, "that of brokenNetwork()");
  checkExamples(examples);
  const changes = Object.keys(object("repair", repair, '{ "layer2.weight": ... }'));
  if (changes.length !== 1) {
    throw new RangeError(
      `Cannot count this repair as one change: it changes ${changes.join(", ") || "nothing"}`,
    );
  }
  const { learningRate: rate = learningRate, ...parameter } = repair as
    & { learningRate?: number }
    & Params;
  const repaired = { ...params, ...parameter };
  const loss = trained(model, repaired, aboveZero("learningRate", rate), examples, seeds(1)[0]);
  const losses = seeds(HEALTHY, "healthy").map((rng) =>
    trained(model, initialize(model, soundScheme(model), rng), RATE, examples, rng)
  );
  const healthy = losses.reduce((sum, one) => sum + one, 0) / HEALTHY;
  const squares = losses.reduce((sum, one) => sum + (one - healthy) ** 2, 0);
  const limit = healthy + 3 * Math.sqrt(squares / (HEALTHY - 1));
  return { loss, healthy, limit, rescued: loss <= limit };
}

function soundScheme({ spec: { activation } }: Model<MlpSpec>) {
  return everywhere(
    varianceScaling({ scale: gain(activation.name === "relu" ? relu : tanh) ** 2 }),
  );
}

function trained(model: Model, params: Params, learningRate: number, examples: Examples, rng: Rng) {
  const optimizer = sgd({ learningRate });
  const options = { steps: STEPS, batchSize: BATCH, optimizer, rng };
  return outcome(learningCurve(model, params, examples, options)).loss;
}

function mapped({ shape, data }: Tensor, f: (value: number, i: number) => number): Tensor {
  return { shape, data: data.map(f) };
}
