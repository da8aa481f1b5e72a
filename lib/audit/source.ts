import { type Shape, show, sizeOf, type Tensor } from "../tensor/tensor.ts";

/** Named tensors that are read one at a time, in blocks: what `openCheckpoint` gives. */
export interface TensorFile {
  readonly tensors: readonly {
    readonly name: string;
    readonly shape: Shape;
    /** "F" where the elements are kept column by column. */
    readonly order?: "C" | "F";
  }[];
  read(name: string): Tensor;
  blocks(name: string): Iterable<Float32Array | Float64Array>;
}

/** What can be audited: tensors by name, in memory or in a file. */
export type Weights = Readonly<Record<string, Tensor>> | TensorFile;

/** One tensor: its float32 elements as they come, row-major, and all of them at once. */
export interface TensorSource {
  readonly name: string;
  readonly shape: Shape;
  /** May be gone through more than once. */
  readonly blocks: Iterable<Float32Array>;
  readonly whole: () => Float32Array;
}

/** Elements looked at together, where they are in memory. */
const BLOCK = 65_536;

/**
 * The tensors of either kind of weights, in order.
 *
 * @throws {TypeError} where something is neither a file nor a record of tensors.
 * @throws {RangeError} where a tensor's number of elements is not the size of its shape.
 */
export function sourcesOf(weights: Weights): TensorSource[] {
  if (isFile(weights)) {
    return weights.tensors.map(({ name, shape, order }) => {
      const whole = () => weights.read(name).data;
      const blocks = {
        *[Symbol.iterator]() {
          if (order === "F") yield* slices(whole());
          else for (const block of weights.blocks(name)) yield toFloat32(block);
        },
      };
      return { name, shape, blocks, whole };
    });
  }
  if (typeof weights !== "object" || weights === null || Array.isArray(weights)) {
    throw new TypeError(
      `Cannot audit ${
        Array.isArray(weights) ? "an array" : String(weights)
      }: pass tensors by name, or openCheckpoint(path)`,
    );
  }
  return Object.entries(weights).map(([name, tensor]) => {
    if (!(tensor?.data instanceof Float32Array)) {
      throw new TypeError(`Cannot audit "${name}" as it is no tensor: make it with tensor(...)`);
    }
    const { shape, data } = tensor;
    if (sizeOf(shape) !== data.length) {
      throw new RangeError(
        `Cannot audit "${name}" as shape ${show(shape)} takes ${sizeOf(shape)} elements: ` +
          `it has ${data.length}`,
      );
    }
    const blocks = { [Symbol.iterator]: () => slices(data) };
    return { name, shape, blocks, whole: () => data };
  });
}

function isFile(weights: Weights): weights is TensorFile {
  return Array.isArray(weights?.tensors) && typeof weights.blocks === "function";
}

function* slices(data: Float32Array): Generator<Float32Array> {
  for (let i = 0; i < data.length; i += BLOCK) yield data.subarray(i, i + BLOCK);
}

function toFloat32(block: Float32Array | Float64Array): Float32Array {
  return block instanceof Float32Array ? block : Float32Array.from(block);
}
