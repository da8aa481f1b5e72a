import { dtypes, type TypedTensor } from "./dtypes.ts";
import { checkOptions, encodeAll, type Encoded, type FloatDtype } from "./encoded.ts";
import { quoted, writeWhole } from "./file.ts";
import { MOST_HEADER_BYTES } from "./safetensors.ts";
import { object, text } from "../tensor/arguments.ts";

export interface SafetensorsOptions {
  /** Strings by name; Hugging Face's transformers wants `{ format: "pt" }`. */
  metadata?: Readonly<Record<string, string>>;
  /** What floating-point tensors are stored as; each as its own data when left out. */
  dtype?: FloatDtype;
}

/**
 * Writes tensors to a .safetensors file: the same bytes as the safetensors package writes.
 *
 * Tensors are sorted by alignment, then by name; F16 and BF16 are rounded to nearest, ties to even. The
 * file appears whole or not at all. Needs --allow-read and --allow-write of its folder.
 *
 * @throws {RangeError} where a finite number would become infinite, or a shape has another size than
 * its data.
 * @throws {TypeError} where a name, an option or a dtype cannot be stored.
 *
 * @example
 * ```ts
 * import { openCheckpoint, writeSafetensors } from "step-zero/checkpoints";
 * import { tensor } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * const path = `${Deno.makeTempDirSync()}/model.safetensors`;
 * const steps = { shape: [], data: BigInt64Array.of(1000n) };
 * writeSafetensors(path, { w: tensor([2], [1, 2]), steps }, { dtype: "BF16" });
 *
 * using checkpoint = openCheckpoint(path);
 * expect(checkpoint.tensors.map(({ name, dtype }) => [name, dtype])).toEqual([
 *   ["steps", "I64"],
 *   ["w", "BF16"],
 * ]);
 * ```
 */
export function writeSafetensors(
  path: string,
  tensors: Readonly<Record<string, TypedTensor>>,
  options: SafetensorsOptions = {},
): void {
  text("path", path);
  checkOptions("writeSafetensors", options, ["metadata", "dtype"]);
  writeEncoded(path, encodeAll(tensors, options.dtype), options.metadata);
}

export function writeEncoded(
  path: string,
  tensors: readonly Encoded[],
  metadata?: Readonly<Record<string, string>>,
): void {
  const sorted = tensors.toSorted(byAlignment), header = headerOf(sorted, metadata);
  const length = new Uint8Array(8);
  new DataView(length.buffer).setBigUint64(0, BigInt(header.length), true);
  writeWhole(path, (file) => {
    file.write(length);
    file.write(header);
    for (const tensor of sorted) for (const piece of tensor.pieces()) file.write(piece);
  });
}

/** JSON, padded with spaces to a multiple of 8 bytes. */
function headerOf(tensors: readonly Encoded[], metadata?: Readonly<Record<string, string>>) {
  const members: string[] = [];
  if (metadata !== undefined) {
    object("metadata", metadata, "strings by name");
    for (const [key, value] of Object.entries(metadata)) {
      if (typeof value === "string" && `${key}${value}`.isWellFormed()) continue;
      throw new TypeError(`Cannot write metadata ${quoted(key)} as it must be a string of Unicode`);
    }
    members.push(`"__metadata__":${JSON.stringify(metadata)}`);
  }
  let start = 0;
  for (const { name, dtype, shape, bytes } of tensors) {
    if (name === "__metadata__") {
      throw new TypeError(
        "Cannot write a tensor named __metadata__ as the format needs it: rename it",
      );
    }
    const entry = { dtype, shape, data_offsets: [start, start + bytes] };
    members.push(`${JSON.stringify(name)}:${JSON.stringify(entry)}`);
    start += bytes;
  }
  const json = new TextEncoder().encode(`{${members.join(",")}}`);
  const header = new Uint8Array(Math.ceil(json.length / 8) * 8).fill(0x20);
  header.set(json);
  if (header.length <= MOST_HEADER_BYTES) return header;
  throw new RangeError(
    `Cannot write a header of ${header.length} bytes as the format allows ${MOST_HEADER_BYTES}: ` +
      "use writeShards",
  );
}

/** The widest first, then by name in the order of the UTF-8 bytes. */
function byAlignment(a: Encoded, b: Encoded): number {
  const order = dtypes.indexOf(b.dtype) - dtypes.indexOf(a.dtype);
  if (order !== 0) return order;
  const [left, right] = [[...a.name], [...b.name]];
  const at = left.findIndex((character, i) => character !== right[i]);
  return at < 0
    ? left.length - right.length
    : left[at].codePointAt(0)! - (right[at]?.codePointAt(0) ?? -1);
}
