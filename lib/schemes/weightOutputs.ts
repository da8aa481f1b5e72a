import { checkParams, type Model, type Params, type ParamSpec } from "../nn/model.ts";
import { Tape, type Var } from "../nn/tape.ts";
import type { Tensor } from "../tensor/tensor.ts";

/** What a weight made of its inputs on a batch: x W, and its bias where it has one, (rows, columns). */
export interface WeightOutput {
  readonly spec: ParamSpec;
  /** Lives only while it is visited. */
  readonly output: Var;
  /** The bias in it, if any. */
  readonly bias?: ParamSpec;
}

const WEIGHTS = ["hidden", "residual", "output"];

/**
 * Runs a model forward on a batch and returns what `read` makes of each weight's output, in the order of use: whatever
 * the model, as the tape is told of every operation. Embeddings are looked up, not multiplied, and are left out.
 *
 * @throws {TypeError} where a parameter is missing or not one of the model's.
 * @throws {RangeError} where a shape does not fit.
 */
export function weightOutputs<T>(
  model: Model,
  params: Params,
  batch: Tensor,
  read: (output: WeightOutput) => T,
): T[] {
  checkParams(model, params);
  const tape = new ListeningTape();
  try {
    const variables: Record<string, Var> = {};
    for (const spec of model.params) variables[spec.name] = tape.listen(spec, params[spec.name]);
    model.apply(variables, tape.constant(batch));
    return tape.outputs.map(read);
  } finally {
    tape.release();
  }
}

/** Remembers what operations make of the parameters it was given. */
class ListeningTape extends Tape {
  readonly outputs: WeightOutput[] = [];
  readonly #parameters = new Map<Var, ParamSpec>();

  listen(spec: ParamSpec, tensor: Tensor): Var {
    const variable = this.constant(tensor);
    this.#parameters.set(variable, spec);
    return variable;
  }

  override operation(
    shape: Var["shape"],
    inputs: readonly Var[],
    forward: (result: Float32Array) => void,
    backward: (gradient: Float32Array) => void,
  ): Var {
    const y = super.operation(shape, inputs, forward, backward);
    const known = inputs.map((input) => this.#parameters.get(input));
    const spec = known.find((one) => one !== undefined);
    if (spec === undefined || spec.role === "embedding") return y;
    if (known.every((one) => one !== undefined)) {
      this.#parameters.set(y, spec); // a parameter multiplied by a number or a gate is one still
    } else if (WEIGHTS.includes(spec.role)) {
      this.outputs.push({ spec, output: y, bias: known.find((one) => one?.role === "bias") });
    } else if (spec.role === "bias") {
      const at = this.outputs.findIndex(({ output }) => inputs.includes(output));
      if (at >= 0) this.outputs[at] = { ...this.outputs[at], output: y, bias: spec };
    }
    return y;
  }
}
