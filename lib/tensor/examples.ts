import { numbers, object } from "./arguments.ts";
import { checkTensor, show, sizeOf, type Tensor } from "./tensor.ts";

/** One label for each row of outputs; an Int32Array may hold several for each example, as many as a language model has tokens. */
export type ClassLabels = Uint8Array | Int32Array;

/** A batch to learn from: inputs (m, features), and labels or a tensor of regression targets (m, outputs). */
export interface Examples {
  readonly inputs: Tensor;
  readonly targets: ClassLabels | Tensor;
}

/** Examples that were given. @throws {TypeError} where they have no inputs. */
export function checkExamples(examples: Examples): Examples {
  object("examples", examples, "{ inputs, targets }");
  checkTensor("inputs", examples.inputs);
  return examples;
}

/** Whether targets are labels, not a tensor. */
export function areLabels(targets: Examples["targets"]): targets is ClassLabels {
  return targets instanceof Uint8Array || targets instanceof Int32Array;
}

/**
 * The number of examples, where inputs and targets fit each other.
 *
 * @throws {TypeError} where inputs are no tensor, or the targets are neither a Uint8Array, an Int32Array nor a tensor.
 * @throws {RangeError} where the inputs have not two axes, there is no example, or a target is missing.
 *
 * @example
 * ```ts
 * import { countOf, tensor } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * expect(countOf({ inputs: tensor([2, 1], [0, 1]), targets: Uint8Array.of(0, 1) })).toBe(2);
 * ```
 */
export function countOf(examples: Examples): number {
  const { inputs, targets } = checkExamples(examples), { shape } = inputs;
  if (shape.length !== 2 || shape[0] === 0) {
    throw new RangeError(
      `Cannot use inputs of shape ${
        show(shape)
      }: they must be (examples, features), at least one example`,
    );
  }
  if (!areLabels(targets) && !Array.isArray(targets?.shape)) {
    throw new TypeError(
      "Cannot use these targets: give labels as a Uint8Array or regression targets as a tensor",
    );
  }
  const [count] = shape, given = areLabels(targets) ? targets.length : targets.shape[0];
  const fits = targets instanceof Int32Array ? given > 0 && given % count === 0 : given === count;
  if (!fits) {
    throw new RangeError(`Cannot match ${count} inputs with ${given} targets: give one each`);
  }
  return count;
}

/**
 * The examples at some indices, copied, in that order.
 *
 * @throws {RangeError} where an index is not one of the examples.
 *
 * @example
 * ```ts
 * import { takeExamples, tensor } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * const all = { inputs: tensor([3, 1], [0.1, 0.2, 0.3]), targets: Uint8Array.of(1, 2, 3) };
 * expect([...takeExamples(all, [2, 0]).targets as Uint8Array]).toEqual([3, 1]);
 * ```
 */
export function takeExamples(examples: Examples, indices: ArrayLike<number>): Examples {
  const { length } = numbers("indices", indices);
  const taken = roomFor(checkExamples(examples), length, (n) => new Float32Array(n));
  copyExamples(taken, examples, indices);
  return taken;
}

/** Room for `count` examples like the given ones, in float32 memory from `take`. */
export function roomFor(
  { inputs, targets }: Examples,
  count: number,
  take: (length: number) => Float32Array,
): Examples {
  const like = ({ shape }: Tensor) => {
    const rows = [count, ...shape.slice(1)];
    return { shape: rows, data: take(sizeOf(rows)) };
  };
  return {
    inputs: like(inputs),
    targets: targets instanceof Uint8Array
      ? new Uint8Array(count)
      : targets instanceof Int32Array
      ? new Int32Array(count * targets.length / inputs.shape[0])
      : like(targets),
  };
}

/** Writes the examples at some indices into `out`, in that order. */
export function copyExamples(out: Examples, from: Examples, indices: ArrayLike<number>): void {
  const count = countOf(from);
  for (let k = 0; k < indices.length; k++) {
    const i = indices[k];
    if (Number.isInteger(i) && i >= 0 && i < count) continue;
    throw new RangeError(`Cannot take example ${i} as there are ${count}, counted from 0`);
  }
  copyRows(out.inputs.data, from.inputs.data, count, indices);
  if (areLabels(out.targets) && areLabels(from.targets)) {
    copyRows(out.targets, from.targets, count, indices);
  } else {
    copyRows((out.targets as Tensor).data, (from.targets as Tensor).data, count, indices);
  }
}

function copyRows(
  out: Float32Array | ClassLabels,
  from: Float32Array | ClassLabels,
  count: number,
  indices: ArrayLike<number>,
): void {
  const width = from.length / count;
  for (let k = 0; k < indices.length; k++) {
    out.set(from.subarray(indices[k] * width, (indices[k] + 1) * width), k * width);
  }
}
