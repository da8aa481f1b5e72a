import type { Shape } from "../tensor/tensor.ts";
import { bytesOf, isDtype } from "./dtypes.ts";
import { malformed, type OpenFile, quoted } from "./file.ts";
import { JsonReader } from "./json.ts";
import { elementsOf, type StoredTensor } from "./stored.ts";

/** The largest header that the format allows. */
export const MOST_HEADER_BYTES = 100_000_000;
/** More than any model has in one file; the format names no limit. */
const MOST_TENSORS = 262_144;
const MOST_METADATA = 65_536;

/** Bits of an element of the format's other dtypes, which can be listed but not read. */
const otherBits: Readonly<Record<string, number>> = {
  F4: 4,
  F6_E2M3: 6,
  F6_E3M2: 6,
  F8_E5M2: 8,
  F8_E4M3: 8,
  F8_E8M0: 8,
  F8_E4M3FNUZ: 8,
  F8_E5M2FNUZ: 8,
  C64: 64,
};

interface Entry {
  readonly name: string;
  readonly dtype: string;
  readonly shape: Shape;
  readonly start: number;
  readonly end: number;
}

export interface Contents {
  readonly tensors: readonly StoredTensor[];
  readonly metadata: Readonly<Record<string, string>>;
}

/**
 * The tensors of an open .safetensors file, in the order of their bytes, and its metadata.
 *
 * The file reads: the header's length as a little-endian uint64, the header as JSON, the bytes of
 * the tensors, which must follow each other without gap or overlap up to the end of the file.
 *
 * @throws {TypeError} where anything of that does not hold.
 *
 * Reference: Hugging Face, "safetensors", README, Format (version 0.8).
 */
export function readSafetensors(file: OpenFile): Contents {
  const { path, size } = file;
  if (size < 10) throw malformed(path, `its ${size} bytes are too few for a header`);
  const lead = file.bytes(0, 8);
  if (new TextDecoder().decode(lead) === "version ") {
    throw malformed(path, "it is a pointer of Git LFS (`git lfs pull` gets the file)");
  }
  const length = Number(new DataView(lead.buffer).getBigUint64(0, true));
  if (length > MOST_HEADER_BYTES) {
    throw malformed(path, `its header must have at most ${MOST_HEADER_BYTES} bytes: got ${length}`);
  }
  const start = 8 + length;
  if (start > size) {
    throw malformed(path, `its header ends at byte ${start}, the file at byte ${size}`);
  }
  const { entries, metadata } = readHeader(path, file.bytes(8, length));
  const end = entries.sort((a, b) => a.start - b.start || a.end - b.end)
    .reduce((position, entry) => checkPlace(path, entry, position), 0);
  if (start + end !== size) {
    throw malformed(path, `its tensors end at byte ${start + end}, the file at byte ${size}`);
  }
  const tensors = entries.map(({ name, dtype, shape, start: first, end }): StoredTensor => ({
    ...{ name, dtype, shape, bytes: end - first, order: "C", path, bigEndian: false },
    reader: () => file.range(start + first, end - first),
  }));
  return { tensors, metadata };
}

function readHeader(path: string, bytes: Uint8Array) {
  if (bytes[0] !== 0x7b) throw malformed(path, "its header must begin with {");
  const json = new JsonReader(path, bytes);
  const entries: Entry[] = [], pairs: [string, string][] = [];
  json.object(MOST_TENSORS, (name) => {
    if (name === "__metadata__") {
      json.object(MOST_METADATA, (key) => pairs.push([key, json.string()]));
    } else entries.push(readEntry(path, name, json));
  });
  json.end();
  return { entries, metadata: Object.fromEntries(pairs) };
}

function readEntry(path: string, name: string, json: JsonReader): Entry {
  let dtype: string | undefined, shape: number[] | undefined, offsets: number[] | undefined;
  json.object(16, (key) => {
    if (key === "dtype") dtype = json.string();
    else if (key === "shape") shape = counts(json, 64);
    else if (key === "data_offsets") offsets = counts(json, 2);
    else json.skip();
  });
  if (dtype === undefined || shape === undefined || offsets?.length !== 2) {
    throw malformed(
      path,
      `tensor ${quoted(name)} must have dtype, shape and two data_offsets`,
    );
  }
  return { name, dtype, shape, start: offsets[0], end: offsets[1] };
}

function counts(json: JsonReader, most: number): number[] {
  const values: number[] = [];
  json.array(most, () => values.push(json.count()));
  return values;
}

/** Where the tensor ends, if it begins at `position` and has the bytes that its shape takes. */
function checkPlace(path: string, entry: Entry, position: number): number {
  const { name, dtype, shape, start, end } = entry, tensor = `tensor ${quoted(name)}`;
  if (start !== position) {
    const fault = start < position ? "overlaps the one before it" : "leaves a gap before it";
    throw malformed(path, `${tensor} ${fault}: it begins at ${start} where ${position} is next`);
  }
  const bits = isDtype(dtype)
    ? 8 * bytesOf(dtype)
    : Object.hasOwn(otherBits, dtype) && otherBits[dtype];
  if (!bits) throw malformed(path, `${tensor} has the unknown dtype ${quoted(dtype)}`);
  const bytes = elementsOf(path, name, shape) * bits / 8;
  if (end - start !== bytes) {
    throw malformed(
      path,
      `${tensor} must have the ${bytes} bytes that ${dtype} of its shape takes: got ${end - start}`,
    );
  }
  return end;
}
