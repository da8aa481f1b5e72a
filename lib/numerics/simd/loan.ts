/** Arrays as addresses in the kernels' memory. */
import type { Operand } from "../interface.ts";
import { type Chunk, mebibytes, memory } from "../memory.ts";

/** Whether the kernels can reach an array where it is. */
export function isInside(array: Float32Array | Uint32Array): boolean {
  return array.buffer === memory.buffer;
}

/** The address of element (0, 0) of an operand inside the memory. */
export function addressOf(x: Operand): number {
  return x.data.byteOffset + 4 * (x.offset ?? 0);
}

/** Bytes of the memory for the time of one call. @throws {RangeError} if the memory is full, naming the MiB that are needed. */
export function borrow(bytes: number): Chunk {
  const chunk = memory.reserve(bytes);
  if (chunk === undefined) {
    throw new RangeError(
      `Cannot work on ${mebibytes(bytes)} as only ${mebibytes(memory.free)} of ${
        mebibytes(memory.bytes)
      } are free: use smaller arrays`,
    );
  }
  return chunk;
}

/** Calls `work` with the address of each array; those from elsewhere are copied in, and the first `outputs` of them out again. */
export function withAddresses<T>(
  arrays: readonly Float32Array[],
  outputs: number,
  work: (addresses: readonly number[]) => T,
): T {
  const lent: Chunk[] = [];
  try {
    const addresses = arrays.map((array) => {
      if (isInside(array)) return array.byteOffset;
      const chunk = borrow(array.byteLength);
      lent.push(chunk);
      view(chunk.start, array.length).set(array);
      return chunk.start;
    });
    const result = work(addresses);
    for (let i = 0; i < outputs; i++) {
      if (!isInside(arrays[i])) arrays[i].set(view(addresses[i], arrays[i].length));
    }
    return result;
  } finally {
    for (const chunk of lent) memory.release(chunk);
  }
}

/** Calls `work` with the address of the labels as 32-bit integers. */
export function withLabels(labels: Uint8Array | Int32Array, work: (address: number) => void): void {
  const chunk = borrow(4 * labels.length);
  try {
    new Int32Array(memory.buffer, chunk.start, labels.length).set(labels);
    work(chunk.start);
  } finally {
    memory.release(chunk);
  }
}

/** Elements of one piece of a fill: a whole number of sixteens, small enough to stay in the second-level cache. */
const PIECE = 1 << 15;

/** Fills an array by `fill(address, count, index of the first sixteen)`, piece by piece where it is not in the memory. */
export function fillThrough(
  out: Float32Array | Uint32Array,
  fill: (address: number, count: number, first: number) => void,
): void {
  if (isInside(out)) return fill(out.byteOffset, out.length, 0);
  const chunk = borrow(4 * Math.min(PIECE, out.length));
  try {
    for (let from = 0; from < out.length; from += PIECE) {
      const count = Math.min(PIECE, out.length - from);
      fill(chunk.start, count, from / 16);
      const View = out instanceof Uint32Array ? Uint32Array : Float32Array;
      out.set(new View(memory.buffer, chunk.start, count), from);
    }
  } finally {
    memory.release(chunk);
  }
}

/** The elements at an address. */
export function view(address: number, length: number): Float32Array {
  return new Float32Array(memory.buffer, address, length);
}
