import { dirname, join } from "node:path";
import { malformed, OpenFile, quoted } from "./file.ts";
import { JsonReader } from "./json.ts";
import { type Contents, MOST_HEADER_BYTES, readSafetensors } from "./safetensors.ts";

/** How the name of an index ends. */
export const INDEX = ".safetensors.index.json";

const MOST_TENSORS = 1_048_576;
const MOST_SHARDS = 4096;

/**
 * The tensors of the .safetensors files that an index names, file by file, and the first one's metadata.
 *
 * Each file must lie beside the index, and hold the tensors that the index says it holds, and no other.
 *
 * @throws {TypeError} where that does not hold.
 */
export function readShards(index: OpenFile, files: OpenFile[]): Contents {
  const shardOf = readIndex(index);
  const shards = new Set(shardOf.values());
  if (shards.size > MOST_SHARDS) throw malformed(index.path, `it names over ${MOST_SHARDS} files`);
  const contents: Contents[] = [];
  for (const shard of shards) {
    const file = new OpenFile(join(dirname(index.path), shard));
    files.push(file);
    const found = readSafetensors(file);
    for (const { name } of found.tensors) {
      if (shardOf.get(name) === shard) continue;
      throw malformed(
        index.path,
        `${quoted(shard)} holds tensor ${quoted(name)}, which it does not list there`,
      );
    }
    contents.push(found);
  }
  const tensors = contents.flatMap((found) => found.tensors);
  if (tensors.length < shardOf.size) {
    const names = new Set(tensors.map(({ name }) => name));
    const [name, shard] = [...shardOf].find(([name]) => !names.has(name))!;
    throw malformed(index.path, `${quoted(shard)} does not hold tensor ${quoted(name)}`);
  }
  return { tensors, metadata: contents[0]?.metadata ?? {} };
}

/** The file of each tensor. */
function readIndex(index: OpenFile): Map<string, string> {
  const { path, size } = index, shardOf = new Map<string, string>();
  if (size > MOST_HEADER_BYTES) {
    throw malformed(path, `an index must have at most ${MOST_HEADER_BYTES} bytes: got ${size}`);
  }
  const json = new JsonReader(path, index.bytes(0, size));
  let isIndex = false;
  json.object(16, (key) => {
    if (key !== "weight_map") return json.skip();
    isIndex = true;
    json.object(MOST_TENSORS, (name) => shardOf.set(name, plainName(path, json.string())));
  });
  json.end();
  if (!isIndex) throw malformed(path, "it has no weight_map");
  return shardOf;
}

/** A name that cannot lead out of the folder. */
function plainName(path: string, shard: string): string {
  if (/^[^/\\:\0]+\.safetensors$/.test(shard)) return shard;
  throw malformed(path, `${quoted(shard)} is no name of a .safetensors file beside it`);
}
