import { type Shape, show, sizeOf } from "../tensor/tensor.ts";
import { oneOf, onlyOptions } from "../tensor/arguments.ts";
import { bytesOf, type Dtype, dtypeOf, encode, isStorable, type TypedTensor } from "./dtypes.ts";
import { quoted } from "./file.ts";

/** What tensors of floating point are stored as. */
export type FloatDtype = "F16" | "BF16" | "F32" | "F64";

/** A tensor on its way into a file. */
export interface Encoded {
  readonly name: string;
  readonly dtype: Dtype;
  readonly shape: Shape;
  /** Bytes in the file. */
  readonly bytes: number;
  /** Its bytes, low byte first, in pieces. */
  pieces(): Generator<Uint8Array>;
}

const PIECE = 65_536;
const floats: readonly FloatDtype[] = ["F16", "BF16", "F32", "F64"];

/** Checks tensors and how each is stored: as itself says, or as `dtype` where it is floating point. */
export function encodeAll(
  tensors: Readonly<Record<string, TypedTensor>>,
  dtype: FloatDtype | undefined,
): Encoded[] {
  if (typeof tensors !== "object" || tensors === null || Array.isArray(tensors)) {
    throw new TypeError(
      `Cannot write ${
        Array.isArray(tensors) ? "an array" : String(tensors)
      }: pass an object of tensors by name`,
    );
  }
  return Object.entries(tensors).map(([name, tensor]) => encodeTensor(name, tensor, dtype));
}

/** Refuses options whose names or dtype are not known. */
export function checkOptions(what: string, options: { dtype?: FloatDtype }, known: string[]): void {
  onlyOptions(what, options, known);
  if (options.dtype !== undefined) oneOf("dtype", options.dtype, floats);
}

export function encodeTensor(name: string, tensor: TypedTensor, dtype?: FloatDtype): Encoded {
  const what = `tensor ${quoted(name)}`;
  if (!name.isWellFormed()) {
    throw new TypeError(`Cannot write ${what} as its name must be Unicode characters: rename it`);
  }
  const own = dtypeOf(tensor?.data);
  if (own === undefined) {
    throw new TypeError(`Cannot write ${what} as its data must be a typed array: pass a tensor`);
  }
  const { shape, data } = tensor, size = sizeOf(shape);
  if (data.length !== size) {
    throw new RangeError(
      `Cannot write ${what} of shape ${
        show(shape)
      } as it takes ${size} elements: got ${data.length}`,
    );
  }
  const chosen = tensor.dtype ?? (own === "F32" || own === "F64" ? dtype : undefined) ?? own;
  if (!isStorable(data, chosen)) {
    throw new TypeError(
      `Cannot write ${what} of ${own} elements as ${chosen}: convert its data first`,
    );
  }
  return {
    ...{ name, dtype: chosen, shape, bytes: size * bytesOf(chosen) },
    *pieces() {
      for (let start = 0; start < size; start += PIECE) {
        yield encode(what, chosen, data.subarray(start, start + PIECE));
      }
    },
  };
}
