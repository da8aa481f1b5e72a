import type { Fans } from "../initializers/fans.ts";
import { must, object, onlyOptions, trueOrFalse } from "../tensor/arguments.ts";
import { checkTensor, type Shape, show, type Tensor } from "../tensor/tensor.ts";
import type { ActivationSpec } from "./activations.ts";
import { checkTape, onTape, type Tape, type Var } from "./tape.ts";

/** Rows of outputs that are computed together. */
const ROWS_AT_A_TIME = 512;

/** What a parameter does in its model; schemes give each role its initializer. */
export type Role = "embedding" | "hidden" | "residual" | "output" | "bias" | "gain";

/** One parameter of a model, before it has numbers. */
export interface ParamSpec {
  readonly name: string;
  readonly shape: Shape;
  /** Of the weight itself; for a bias, of the weight it belongs to. */
  readonly fans: Fans;
  readonly role: Role;
  /** The part it plays in its layer, such as "dense", "query" or "normGain". */
  readonly kind: string;
  /** For models made of equal blocks: which block, of how many. */
  readonly block?: { readonly index: number; readonly count: number };
}

/** A model's parameters by name, in the order of `model.params`. */
export type Params = Readonly<Record<string, Tensor>>;

/** Is told values on their way through a model, by name. */
export type Tap = (name: string, value: Var) => void;

/** An mlp as plain data, see `mlp`. */
export interface MlpSpec {
  readonly name: "mlp";
  readonly widths: readonly number[];
  readonly activation: ActivationSpec;
  readonly bias: boolean;
}

/** A cnn as plain data, see `CnnOptions`. */
export interface CnnSpec {
  readonly name: "cnn";
  readonly image: readonly [number, number, number];
  readonly channels: readonly number[];
  readonly kernel: number;
  readonly strides: readonly number[];
  readonly outputs: number;
  readonly activation: ActivationSpec;
  readonly bias: boolean;
}

/** A gpt as plain data, see `GptOptions`. */
export interface GptSpec {
  readonly name: "gpt";
  readonly vocabulary: number;
  readonly context: number;
  readonly width: number;
  readonly heads: number;
  readonly blocks: number;
  readonly norm: "pre" | "post";
  readonly normKind: "layerNorm" | "rmsNorm";
  readonly positions: "learned" | "rotary";
  readonly activation: ActivationSpec;
  readonly feedForward: "mlp" | "swiglu";
  readonly feedForwardWidth: number;
  readonly tiedHead: boolean;
  readonly qkNorm: boolean;
  readonly residualScale: number;
  readonly bias: boolean;
  readonly causal: boolean;
}

/** A model as plain data: what files and workers carry. `modelFrom` turns it back. */
export type ModelSpec = MlpSpec | CnnSpec | GptSpec;

/** The spec of a model that must be an mlp. @throws {TypeError} where it is another. */
export function mlpSpecOf(model: Model, action: string): MlpSpec {
  const { spec } = checkModel(model);
  return spec.name === "mlp" ? spec : refuse(spec, action, "an mlp");
}

/** The spec of a model that must be a gpt. @throws {TypeError} where it is another. */
export function gptSpecOf(model: Model, action: string): GptSpec {
  const { spec } = checkModel(model);
  return spec.name === "gpt" ? spec : refuse(spec, action, "a gpt");
}

/** The spec of a model whose layers follow one another, an mlp or a cnn. @throws {TypeError} where it is another. */
export function chainSpecOf(model: Model, action: string): MlpSpec | CnnSpec {
  const { spec } = checkModel(model);
  return spec.name === "gpt" ? refuse(spec, action, "an mlp or a cnn") : spec;
}

/** How many weights follow one another. */
export function depthOf(spec: MlpSpec | CnnSpec): number {
  return spec.name === "mlp" ? spec.widths.length - 1 : spec.channels.length + 1;
}

function refuse({ name }: ModelSpec, action: string, use: string): never {
  throw new TypeError(`Cannot ${action} of ${name === "mlp" ? "an" : "a"} ${name}: use ${use}`);
}

/** A model is data and a pure function of its parameters. */
export interface Model<Spec extends ModelSpec = ModelSpec> {
  readonly spec: Spec;
  readonly params: readonly ParamSpec[];
  apply(params: Readonly<Record<string, Var>>, x: Var, tap?: Tap): Var;
}

/**
 * A model's parameters as variables of a tape, without a copy; with a gradient unless `gradients` is false.
 *
 * @throws {TypeError} where a parameter is missing or not one of the model's.
 * @throws {RangeError} where a shape is not the model's.
 *
 * @example
 * ```ts
 * import { bind, everywhere, initialize, mlp, onTape, ones, relu, rng } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * const model = mlp({ widths: [3, 2], activation: relu });
 * const params = initialize(model, everywhere(ones()), rng("example"));
 * onTape((tape) => {
 *   expect(bind(model, params, tape)["layer1.weight"].data).toBe(params["layer1.weight"].data);
 * });
 * ```
 */
export function bind(
  model: Model,
  params: Params,
  tape: Tape,
  options: { gradients?: boolean } = {},
): Record<string, Var> {
  onlyOptions("bind", options, ["gradients"]);
  const gradients = trueOrFalse("gradients", options.gradients ?? true);
  checkParams(model, params);
  checkTape(tape);
  return Object.fromEntries(model.params.map(({ name }) => [
    name,
    gradients ? tape.parameter(params[name]) : tape.constant(params[name]),
  ]));
}

/**
 * The model's outputs for inputs (m, features): logits or predictions (m, outputs), computed a few hundred rows at a time. A language
 * model's inputs are tokens (m, positions), its outputs a row for each, (m positions, vocabulary).
 *
 * @throws {TypeError} where a parameter is missing or not one of the model's.
 * @throws {RangeError} where a shape does not fit.
 *
 * @example
 * ```ts
 * import { everywhere, forward, initialize, mlp, ones, relu, rng, tensor } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * const model = mlp({ widths: [3, 2], activation: relu });
 * const params = initialize(model, everywhere(ones()), rng("example"));
 * expect([...forward(model, params, tensor([1, 3], [1, 2, 3])).data]).toEqual([6, 6]);
 * ```
 */
export function forward(model: Model, params: Params, inputs: Tensor): Tensor {
  checkModel(model);
  const count = checkTensor("inputs", inputs).shape[0] ?? 0;
  if (count === 0) {
    throw new RangeError(`Cannot go forward from shape ${show(inputs.shape)}: it has no row`);
  }
  const features = inputs.data.length / count;
  const perInput = model.spec.name === "gpt" ? features : 1;
  // A cnn gives one row for an image, but computes one for each pixel.
  const together = Math.ceil(ROWS_AT_A_TIME / (model.spec.name === "mlp" ? 1 : features));
  let width = 0, outputs = new Float32Array(0);
  onTape((tape) => {
    for (let from = 0; from < count; from += together) {
      tape.reset();
      const rows = Math.min(together, count - from);
      const x = tape.constant({
        shape: [rows, ...inputs.shape.slice(1)],
        data: inputs.data.subarray(from * features, (from + rows) * features),
      });
      const y = model.apply(bind(model, params, tape, { gradients: false }), x);
      if (from === 0) {
        width = y.shape[1];
        outputs = new Float32Array(count * perInput * width);
      }
      outputs.set(y.data, from * perInput * width);
    }
  });
  return { shape: [count * perInput, width], data: outputs };
}

/** A model that was given. @throws {TypeError} where it is none. */
export function checkModel(given: Model): Model {
  const isModel = Array.isArray(given?.params) && typeof given.apply === "function";
  return must("model", given, isModel, "a model, such as mlp({ ... }) or gpt({ ... }) makes");
}

/**
 * @throws {TypeError} where a parameter is missing or not one of the model's.
 * @throws {RangeError} where a shape is not the model's.
 */
export function checkParams(model: Model, params: Params): void {
  object("params", params, "tensors by name, such as initialize(model, scheme, rng) gives");
  for (const { name, shape } of checkModel(model).params) {
    const given = params[name];
    if (given === undefined) {
      throw new TypeError(`Cannot run the model without parameter ${name} ${show(shape)}`);
    }
    if (show(checkTensor(name, given).shape) !== show(shape)) {
      throw new RangeError(
        `Cannot use ${show(given.shape)} as ${name}: the model's has shape ${show(shape)}`,
      );
    }
  }
  const known = model.params.map(({ name }) => name);
  const unknown = Object.keys(params).find((name) => !known.includes(name));
  if (unknown === undefined) return;
  throw new TypeError(`Cannot use parameter ${unknown}: the model has ${known.join(", ")}`);
}
