import { type Shape, show, sizeOf, type Tensor } from "../tensor/tensor.ts";
import { bytesOf, decode, type Dtype, exactArray, isDtype, type NumberArray } from "./dtypes.ts";
import { toFloat32, toFloat64, type TypedTensor } from "./dtypes.ts";
import { type ByteReader, malformed, quoted } from "./file.ts";

/** What a file says of a tensor before any of its elements are read. */
export interface TensorInfo {
  readonly name: string;
  /** What it is stored as; `read` refuses what is no `Dtype`, such as F8_E4M3. */
  readonly dtype: Dtype | (string & Record<never, never>);
  readonly shape: Shape;
  /** Bytes of its elements in the file, uncompressed. */
  readonly bytes: number;
  /** Whether the file keeps its elements row by row (C) or column by column (F, Fortran). */
  readonly order: "C" | "F";
}

/** A tensor in a file, and how to get at its bytes. */
export interface StoredTensor extends TensorInfo {
  readonly path: string;
  readonly bigEndian: boolean;
  /** Starts at its first byte. */
  reader(): ByteReader;
}

/** Elements that are read at once where the caller names no number. */
const BLOCK = 65_536;
const MOST_AXES = 64;

/**
 * Number of elements of a shape that a file states.
 *
 * @throws {TypeError} where it has over 64 axes, or 2^53 elements or more.
 */
export function elementsOf(path: string, name: string, shape: Shape): number {
  if (shape.length > MOST_AXES) {
    throw malformed(path, `tensor ${quoted(name)} has over ${MOST_AXES} axes`);
  }
  const elements = shape.reduce((product, length) => product * length, 1);
  if (Number.isSafeInteger(elements) && shape.every(Number.isSafeInteger)) return elements;
  throw malformed(path, `tensor ${quoted(name)} of shape ${show(shape)} has over 2^53 elements`);
}

/** All elements without loss, row-major. */
export function readExact(stored: StoredTensor): TypedTensor & { readonly dtype: Dtype } {
  const dtype = readable(stored), shape = [...stored.shape];
  const data = allocate(stored, () => exactArray(dtype, inMemory(stored)));
  let filled = 0;
  for (const block of exactBlocks(stored, dtype, BLOCK)) {
    data.set(block as never, filled);
    filled += block.length;
  }
  return { dtype, shape, data: rowMajor(stored, data) };
}

/** All elements rounded to float32, row-major. */
export function readTensor(stored: StoredTensor): Tensor {
  const dtype = readable(stored), shape = [...stored.shape];
  const data = allocate(stored, () => new Float32Array(inMemory(stored)));
  let filled = 0;
  for (const block of exactBlocks(stored, dtype, BLOCK)) {
    data.set(toFloat32(whatOf(stored), block), filled);
    filled += block.length;
  }
  return { shape, data: rowMajor(stored, data) };
}

/** The elements in the order of the file, `size` at a time, as float32 where that loses nothing. */
export function blocksOf(
  stored: StoredTensor,
  size: number = BLOCK,
): Generator<Float32Array | Float64Array> {
  const dtype = readable(stored), isWide = bytesOf(dtype) > 2 && dtype !== "F32";
  if (!Number.isSafeInteger(size) || size < 1) {
    throw new RangeError(`Cannot read blocks of ${size} elements: use an integer >= 1`);
  }
  return function* () {
    for (const block of exactBlocks(stored, dtype, size)) {
      yield isWide ? toFloat64(block) : toFloat32(whatOf(stored), block);
    }
  }();
}

function* exactBlocks(stored: StoredTensor, dtype: Dtype, size: number): Generator<NumberArray> {
  const itemBytes = bytesOf(dtype), count = stored.bytes / itemBytes, reader = stored.reader();
  for (let start = 0; start < count; start += size) {
    const length = Math.min(size, count - start);
    const bytes = allocate(stored, () => new Uint8Array(length * itemBytes));
    reader.read(bytes);
    if (start + length === count) reader.finish();
    yield decode(whatOf(stored), dtype, bytes, stored.bigEndian);
  }
  if (count === 0) reader.finish();
}

function readable(stored: StoredTensor): Dtype {
  if (isDtype(stored.dtype)) return stored.dtype;
  throw new TypeError(
    `Cannot read ${
      whatOf(stored)
    } as its dtype ${stored.dtype} is not supported: convert it first, ` +
      "for instance to BF16 with PyTorch",
  );
}

function whatOf(stored: StoredTensor): string {
  return `tensor ${quoted(stored.name)} of ${stored.path}`;
}

/** Number of elements, where so many fit one tensor. */
function inMemory(stored: StoredTensor): number {
  try {
    return sizeOf(stored.shape);
  } catch (error) {
    throw new RangeError(
      `Cannot hold ${whatOf(stored)} in memory: read it with blocks`,
      { cause: error },
    );
  }
}

function allocate<T>(stored: StoredTensor, make: () => T): T {
  try {
    return make();
  } catch (error) {
    if (!/allocation|array length/i.test(String(error))) throw error;
    throw new RangeError(
      `Cannot hold ${stored.bytes} bytes of ${whatOf(stored)} in memory: read it in smaller blocks`,
      { cause: error },
    );
  }
}

/** The elements of a column-major array row by row. */
function rowMajor<T extends NumberArray>(stored: StoredTensor, data: T): T {
  const { shape, order } = stored;
  if (order === "C" || shape.length < 2 || data.length === 0) return data;
  const result = data.slice() as T;
  const strides = shape.map((_, axis) => shape.slice(0, axis).reduce((a, b) => a * b, 1));
  const index = shape.map(() => 0);
  for (let i = 0, from = 0; i < result.length; i++) {
    result[i] = data[from];
    // The next index, its last axis first, and where its element stands.
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      from += strides[axis];
      if (++index[axis] < shape[axis]) break;
      from -= strides[axis] * shape[axis];
      index[axis] = 0;
    }
  }
  return result;
}
