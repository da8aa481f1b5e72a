import type { TypedTensor } from "./dtypes.ts";
import { checkOptions, encodeAll, type Encoded, encodeTensor, type FloatDtype } from "./encoded.ts";
import { quoted, writeWhole } from "./file.ts";
import { descriptionOf } from "./npy.ts";
import { writeZip } from "./writeZip.ts";
import { text } from "../tensor/arguments.ts";

export interface NumpyOptions {
  /** What floating-point tensors are stored as, but for BF16, which NumPy has not. */
  dtype?: Exclude<FloatDtype, "BF16">;
}

/**
 * Writes a tensor to an .npy file, version 1.0, row-major, low byte first: the bytes of `numpy.save`.
 *
 * Rounding, errors and permissions are those of {@linkcode writeSafetensors}.
 *
 * @throws {TypeError | RangeError} where a tensor cannot be stored so.
 *
 * @example
 * ```ts
 * import { openCheckpoint, writeNpy } from "step-zero/checkpoints";
 * import { tensor } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * const path = `${Deno.makeTempDirSync()}/x.npy`;
 * writeNpy(path, tensor([2, 2], [1, 2, 3, 4]), { dtype: "F16" });
 * using checkpoint = openCheckpoint(path);
 * expect(checkpoint.read("x").data).toEqual(Float32Array.of(1, 2, 3, 4));
 * ```
 */
export function writeNpy(path: string, tensor: TypedTensor, options: NumpyOptions = {}): void {
  text("path", path);
  checkOptions("writeNpy", options, ["dtype"]);
  const encoded = encodeTensor(path, tensor, options.dtype), header = headerOf(encoded);
  writeWhole(path, (file) => {
    file.write(header);
    for (const piece of encoded.pieces()) file.write(piece);
  });
}

/**
 * Writes tensors to an .npz file, not compressed: the bytes of `numpy.savez`.
 *
 * @throws {TypeError | RangeError} where a tensor cannot be stored so.
 *
 * @example
 * ```ts
 * import { openCheckpoint, writeNpz } from "step-zero/checkpoints";
 * import { tensor } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * const path = `${Deno.makeTempDirSync()}/model.npz`;
 * writeNpz(path, { w: tensor([3], [1, 2, 3]), b: tensor([], [4]) });
 * using checkpoint = openCheckpoint(path);
 * expect(checkpoint.tensors.map(({ name }) => name)).toEqual(["w", "b"]);
 * ```
 */
export function writeNpz(
  path: string,
  tensors: Readonly<Record<string, TypedTensor>>,
  options: NumpyOptions = {},
): void {
  text("path", path);
  checkOptions("writeNpz", options, ["dtype"]);
  const members = encodeAll(tensors, options.dtype).map((encoded) => {
    const header = headerOf(encoded);
    return {
      name: `${encoded.name}.npy`,
      size: header.length + encoded.bytes,
      *pieces() {
        yield header;
        yield* encoded.pieces();
      },
    };
  });
  writeWhole(path, (file) => writeZip(file, members));
}

/** Padded so that the elements begin at a multiple of 64, with room for a longer first size. */
function headerOf({ name, dtype, shape }: Encoded): Uint8Array {
  const description = descriptionOf(dtype);
  if (description === undefined) {
    throw new TypeError(
      `Cannot write tensor ${quoted(name)} as ${dtype} as NumPy has no such dtype: use F32 or F16`,
    );
  }
  const sizes = shape.length === 1 ? `${shape[0]},` : shape.join(", ");
  const room = shape.length === 0 ? 0 : 21 - `${shape[0]}`.length;
  const text = `{'descr': '${description}', 'fortran_order': False, 'shape': (${sizes}), }` +
    " ".repeat(room);
  const padded = text.padEnd(64 * (Math.floor((text.length + 11) / 64) + 1) - 11) + "\n";
  const header = new TextEncoder().encode(`?NUMPY\x01\0??${padded}`);
  header[0] = 0x93;
  new DataView(header.buffer).setUint16(8, padded.length, true);
  return header;
}
