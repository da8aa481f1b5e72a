import fs from "node:fs";
import { basename, join } from "node:path";
import type { Tensor } from "../tensor/tensor.ts";
import type { Dtype, TypedTensor } from "./dtypes.ts";
import { existing, malformed, OpenFile, quoted } from "./file.ts";
import { readNpy } from "./npy.ts";
import { type Contents, readSafetensors } from "./safetensors.ts";
import { INDEX, readShards } from "./shards.ts";
import { blocksOf, readExact, readTensor, type StoredTensor, type TensorInfo } from "./stored.ts";
import { openEntry } from "./zip.ts";
import { readDirectory } from "./zipDirectory.ts";

/** Tensors in files that stay open until `close`; only what is asked for is read. */
export interface Checkpoint {
  readonly path: string;
  /** In the order of the file. */
  readonly tensors: readonly TensorInfo[];
  /** Of a .safetensors file; that of the first file where there are several. */
  readonly metadata: Readonly<Record<string, string>>;
  /**
   * A tensor, row-major, each element rounded to the nearest float32, ties to even.
   *
   * Only F64 and integers beyond 2^24 lose anything.
   *
   * @throws {RangeError} where there is no tensor of that name, it has over 2^30 elements, or a
   * finite element would become infinite.
   * @throws {TypeError} where its dtype is not supported or its bytes are damaged.
   */
  read(name: string): Tensor;
  /**
   * A tensor, row-major, without loss: F16 and BF16 as Float32Array, BOOL as 0 and 1, I64 and U64 as bigint.
   *
   * @throws {RangeError | TypeError} as `read`.
   */
  readExact(name: string): TypedTensor & { readonly dtype: Dtype };
  /**
   * The elements, `size` (65,536) at a time, in the order of the file, each block an array of its own.
   *
   * Float32 where that loses nothing, else float64 (F64 and integers of 32 and 64 bits), in which
   * integers beyond 2^53 are rounded. The checksum of an .npz file is compared before the last block.
   *
   * @throws {RangeError} where there is no tensor of that name or the size is no integer >= 1.
   * @throws {TypeError} where its dtype is not supported or its bytes are damaged.
   */
  blocks(name: string, size?: number): Generator<Float32Array | Float64Array>;
  close(): void;
  [Symbol.dispose](): void;
}

/**
 * Opens a .safetensors file, the index.json of several, a folder with one of these, .npy or .npz.
 *
 * Headers are read and checked as a whole, elements only when asked for. The tensor of an .npy file
 * bears the file's name. Needs --allow-read of what it opens.
 *
 * @throws {TypeError} where there is no such file, or it is malformed: the message says how.
 *
 * @example
 * ```ts
 * import { openCheckpoint, writeSafetensors } from "step-zero/checkpoints";
 * import { heNormal, rng } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * const path = `${Deno.makeTempDirSync()}/model.safetensors`;
 * const w1 = heNormal()([784, 256], rng("course").child("w1"));
 * writeSafetensors(path, { w1 });
 *
 * using checkpoint = openCheckpoint(path);
 * expect(checkpoint.tensors[0].shape).toEqual([784, 256]);
 * expect(checkpoint.read("w1")).toEqual(w1);
 * let sum = 0;
 * for (const block of checkpoint.blocks("w1")) for (const x of block) sum += x * x;
 * expect(Math.abs(sum / 256 - 2)).toBeLessThan(0.1);
 * ```
 */
export function openCheckpoint(path: string): Checkpoint {
  const files: OpenFile[] = [];
  const close = () => files.forEach((file) => file.close());
  try {
    const { tensors, metadata } = readContents(path, files);
    const byName = new Map(tensors.map((stored) => [stored.name, stored]));
    const find = (name: string) => byName.get(name) ?? missing(path, name, tensors);
    return {
      path,
      tensors: tensors.map(({ name, dtype, shape, bytes, order }) => {
        return { name, dtype, shape, bytes, order };
      }),
      metadata,
      read: (name) => readTensor(find(name)),
      readExact: (name) => readExact(find(name)),
      blocks: (name, size) => blocksOf(find(name), size),
      close,
      [Symbol.dispose]: close,
    };
  } catch (error) {
    close();
    throw error;
  }
}

function readContents(path: string, files: OpenFile[]): Contents {
  const name = existing(path).isDirectory() ? nameIn(path) : path;
  const file = new OpenFile(name);
  files.push(file);
  if (name.endsWith(".safetensors")) return readSafetensors(file);
  if (name.endsWith(INDEX)) return readShards(file, files);
  if (name.endsWith(".npz")) return readNpz(file);
  if (name.endsWith(".npy")) {
    const { size } = file, open = () => file.range(0, size);
    return { tensors: [readNpy(name, basename(name, ".npy"), size, open)], metadata: {} };
  }
  throw new TypeError(
    `Cannot open ${name} as a checkpoint: its name must end in .safetensors, .safetensors.index.json, ` +
      ".npy or .npz (save a PyTorch .bin or .pt file with safetensors.torch.save_file)",
  );
}

/** The only index in a folder, else its only .safetensors file. */
function nameIn(folder: string): string {
  const names = fs.readdirSync(folder);
  const indices = names.filter((name) => name.endsWith(INDEX));
  const found = indices.length > 0
    ? indices
    : names.filter((name) => name.endsWith(".safetensors"));
  if (found.length === 1) return join(folder, found[0]);
  throw new TypeError(
    `Cannot choose a checkpoint in ${folder} as it has ${found.length} .safetensors files or ` +
      "indices: give the path of one file",
  );
}

function readNpz(file: OpenFile): Contents {
  const tensors = readDirectory(file).map((entry): StoredTensor => {
    const { name, size } = entry;
    if (!name.endsWith(".npy")) throw malformed(file.path, `its member ${quoted(name)} is no .npy`);
    return readNpy(file.path, name.slice(0, -4), size, () => openEntry(file, entry));
  });
  return { tensors, metadata: {} };
}

function missing(path: string, name: string, tensors: readonly TensorInfo[]): never {
  const names = tensors.slice(0, 5).map((info) => quoted(info.name)).join(", ");
  const rest = tensors.length > 5 ? ` and ${tensors.length - 5} more` : "";
  throw new RangeError(
    `Cannot read tensor ${
      quoted(String(name))
    } as ${path} has none of that name: it has ${names}${rest}`,
  );
}
