import { basename, dirname, join } from "node:path";
import { count, text } from "../tensor/arguments.ts";
import type { TypedTensor } from "./dtypes.ts";
import { checkOptions, encodeAll, type Encoded } from "./encoded.ts";
import { writeWhole } from "./file.ts";
import { INDEX } from "./shards.ts";
import { type SafetensorsOptions, writeEncoded } from "./writeSafetensors.ts";

export interface ShardOptions extends SafetensorsOptions {
  /** Bytes of tensors in a file, at most; a larger tensor has a file of its own. */
  shardBytes: number;
}

/**
 * Writes tensors to several .safetensors files and the index that names them, as transformers does.
 *
 * `path` is that of the index, such as `model.safetensors.index.json`; the files lie beside it, named
 * `model-00001-of-00002.safetensors`, filled in the order of the tensors. The index is written last, so
 * that it never names a file that is not there. Rounding, errors and permissions are those of
 * {@linkcode writeSafetensors}.
 *
 * @throws {TypeError | RangeError} where a tensor cannot be stored, the path is no index's, or
 * `shardBytes` is no integer >= 1.
 *
 * @example
 * ```ts
 * import { openCheckpoint, writeShards } from "step-zero/checkpoints";
 * import { tensor } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * const path = `${Deno.makeTempDirSync()}/model.safetensors.index.json`;
 * const tensors = { a: tensor([3], [1, 2, 3]), b: tensor([1], [4]), c: tensor([2], [5, 6]) };
 * writeShards(path, tensors, { shardBytes: 16 });
 * using checkpoint = openCheckpoint(path);
 * expect(checkpoint.tensors.map(({ name }) => name)).toEqual(["a", "b", "c"]);
 * expect(checkpoint.read("c")).toEqual(tensors.c);
 * ```
 */
export function writeShards(
  path: string,
  tensors: Readonly<Record<string, TypedTensor>>,
  options: ShardOptions,
): void {
  text("path", path);
  checkOptions("writeShards", options, ["metadata", "dtype", "shardBytes"]);
  if (!path.endsWith(INDEX)) {
    throw new TypeError(`Cannot write an index to ${path} as its name must end in ${INDEX}`);
  }
  const encoded = encodeAll(tensors, options.dtype);
  const shards = divide(encoded, count("shardBytes", options.shardBytes));
  const names = shards.map((_, i) => {
    const [number, of] = [i + 1, shards.length].map((n) => String(n).padStart(5, "0"));
    return `${basename(path, INDEX)}-${number}-of-${of}.safetensors`;
  });
  shards.forEach((shard, i) => {
    writeEncoded(join(dirname(path), names[i]), shard, options.metadata);
  });
  const index = {
    metadata: { total_size: encoded.reduce((sum, { bytes }) => sum + bytes, 0) },
    weight_map: Object.fromEntries(
      shards.flatMap((shard, i) => shard.map(({ name }) => [name, names[i]])),
    ),
  };
  const json = JSON.stringify(index, undefined, 2) + "\n";
  writeWhole(path, (file) => file.write(new TextEncoder().encode(json)));
}

/** Each tensor in the last part, where there is room, else in a new one. */
function divide(tensors: readonly Encoded[], most: number): Encoded[][] {
  const parts: Encoded[][] = [[]];
  let filled = 0;
  for (const tensor of tensors) {
    if (filled > 0 && filled + tensor.bytes > most) {
      parts.push([]);
      filled = 0;
    }
    parts.at(-1)!.push(tensor);
    filled += tensor.bytes;
  }
  return parts;
}
