import type { Shape } from "../tensor/tensor.ts";
import { fromBfloat16, fromFloat16, oddFloat32, toBfloat16, toFloat16 } from "./halfPrecision.ts";

/** What an element is stored as: bool, signed and unsigned integers, floating point, of 8 to 64 bits. */
export type Dtype =
  | ("BOOL" | "U8" | "I8" | "I16" | "U16" | "F16" | "BF16")
  | ("I32" | "U32" | "F32" | "F64" | "I64" | "U64");

/** Numbers without loss: float16 and bfloat16 as float32, bool as 0 and 1, 64-bit integers as bigint. */
export type NumberArray =
  | (Uint8Array | Int8Array | Uint16Array | Int16Array | Uint32Array | Int32Array)
  | (Float32Array | Float64Array | BigUint64Array | BigInt64Array);

/** A tensor whose elements are kept without loss, row-major; a `Tensor` is one. */
export interface TypedTensor {
  readonly shape: Shape;
  readonly data: NumberArray;
  /** What it is stored as; that of the array, such as F32 for a Float32Array, when left out. */
  readonly dtype?: Dtype;
}

interface Codec {
  /** Of an element in a file. */
  readonly bytes: number;
  /** The array that holds its elements without loss. */
  readonly exact: { new (length: number): NumberArray; new (buffer: ArrayBuffer): NumberArray };
}

/** In the order of their alignment, which is the order that the safetensors format gives them. */
const codecs: Readonly<Record<Dtype, Codec>> = {
  BOOL: { bytes: 1, exact: Uint8Array },
  U8: { bytes: 1, exact: Uint8Array },
  I8: { bytes: 1, exact: Int8Array },
  I16: { bytes: 2, exact: Int16Array },
  U16: { bytes: 2, exact: Uint16Array },
  F16: { bytes: 2, exact: Float32Array },
  BF16: { bytes: 2, exact: Float32Array },
  I32: { bytes: 4, exact: Int32Array },
  U32: { bytes: 4, exact: Uint32Array },
  F32: { bytes: 4, exact: Float32Array },
  F64: { bytes: 8, exact: Float64Array },
  I64: { bytes: 8, exact: BigInt64Array },
  U64: { bytes: 8, exact: BigUint64Array },
};

export const dtypes = Object.keys(codecs) as Dtype[];

export function isDtype(name: string): name is Dtype {
  return Object.hasOwn(codecs, name);
}

/** Bytes of an element in a file. */
export function bytesOf(dtype: Dtype): number {
  return codecs[dtype].bytes;
}

/** An array that holds `length` elements without loss. */
export function exactArray(dtype: Dtype, length: number): NumberArray {
  return new codecs[dtype].exact(length);
}

/** Whether this machine stores the low byte of a number first. */
const isLittleEndian = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

/** Turns the bytes of elements from or to the stated order, in place. */
function order(bytes: Uint8Array, size: number, bigEndian: boolean): void {
  if (size === 1 || bigEndian !== isLittleEndian) return;
  for (let i = 0; i < bytes.length; i += size) bytes.subarray(i, i + size).reverse();
}

/** The elements that a file's bytes are; `bytes` is a whole buffer, which becomes theirs. */
export function decode(
  what: string,
  dtype: Dtype,
  bytes: Uint8Array<ArrayBuffer>,
  bigEndian: boolean,
): NumberArray {
  order(bytes, bytesOf(dtype), bigEndian);
  if (dtype === "BOOL") checkBools(what, bytes);
  if (dtype !== "F16" && dtype !== "BF16") return new codecs[dtype].exact(bytes.buffer);
  const halves = new Uint16Array(bytes.buffer), words = new Uint32Array(halves.length);
  const widen = dtype === "F16" ? fromFloat16 : fromBfloat16;
  for (let i = 0; i < halves.length; i++) words[i] = widen(halves[i]);
  return new Float32Array(words.buffer);
}

/** What an array is stored as where nothing else is said. */
export function dtypeOf(data: NumberArray): Dtype | undefined {
  return dtypes.findLast((dtype) =>
    dtype !== "BF16" && dtype !== "F16" && dtype !== "BOOL" && data instanceof codecs[dtype].exact
  );
}

/** Whether an array can be stored as `dtype`: its own, another floating-point one, or bool for bytes. */
export function isStorable(data: NumberArray, dtype: Dtype): boolean {
  if (data instanceof Float32Array || data instanceof Float64Array) return /^B?F/.test(dtype);
  return data instanceof codecs[dtype].exact;
}

/**
 * The bytes, low byte first, of elements stored as `dtype`: rounded to nearest, ties to even.
 *
 * @throws {RangeError} where rounding would make a finite number infinite, or a bool is not 0 or 1.
 */
export function encode(what: string, dtype: Dtype, data: NumberArray): Uint8Array {
  if (dtype === "BOOL") checkBools(what, data as Uint8Array);
  const stored = dtype === "F16" || dtype === "BF16"
    ? halves(what, dtype, data as Float32Array | Float64Array)
    : dtype === "F32"
    ? toFloat32(what, data)
    : dtype === "F64"
    ? Float64Array.from(data as Float32Array)
    : data;
  const bytes = new Uint8Array(stored.buffer, stored.byteOffset, stored.byteLength).slice();
  order(bytes, bytesOf(dtype), false);
  return bytes;
}

function halves(what: string, dtype: "F16" | "BF16", data: Float32Array | Float64Array) {
  const result = new Uint16Array(data.length);
  const words = data instanceof Float32Array
    ? new Uint32Array(data.buffer, data.byteOffset, data.length)
    : undefined;
  const [narrow, infinite] = dtype === "F16" ? [toFloat16, 0x7c00] : [toBfloat16, 0x7f80];
  for (let i = 0; i < data.length; i++) {
    const half = result[i] = narrow(words?.[i] ?? oddFloat32(data[i]));
    if ((half & 0x7fff) === infinite && Number.isFinite(data[i])) {
      throw tooLarge(what, dtype, data[i]);
    }
  }
  return result;
}

/**
 * The elements as float32, rounded to nearest, ties to even.
 *
 * @throws {RangeError} where rounding would make a finite number infinite.
 */
export function toFloat32(what: string, data: NumberArray): Float32Array {
  if (data instanceof Float32Array) return data;
  const result = new Float32Array(data.length);
  for (let i = 0; i < data.length; i++) {
    const x = data[i];
    result[i] = typeof x === "bigint" ? oddNumber(x) : x;
    if (Math.abs(result[i]) === Infinity && Number.isFinite(x)) throw tooLarge(what, "F32", x);
  }
  return result;
}

/** The elements as float64; only integers beyond 2^53 are rounded. */
export function toFloat64(data: NumberArray): Float64Array {
  if (data instanceof Float64Array) return data;
  return Float64Array.from(data as ArrayLike<number | bigint>, Number);
}

/** A number that rounds to float32 as the 64-bit integer would: its 11 low bits are gathered in one. */
function oddNumber(x: bigint): number {
  if (BigInt.asIntN(54, x) === x) return Number(x);
  return Number(x >> 11n | ((x & 0x7ffn) === 0n ? 0n : 1n)) * 2 ** 11;
}

function tooLarge(what: string, dtype: Dtype, x: number | bigint): RangeError {
  return new RangeError(
    `Cannot make ${dtype} of ${what} as ${x} would become infinite: write a wider dtype, ` +
      "or read it with readExact or blocks",
  );
}

function checkBools(what: string, bytes: Uint8Array): void {
  const wrong = bytes.find((byte) => byte > 1);
  if (wrong === undefined) return;
  throw new RangeError(
    `Cannot use ${what} as BOOL as each element must be 0 or 1: found ${wrong}; use U8`,
  );
}
