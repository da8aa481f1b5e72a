/** A range of bytes lent out by a pool. */
export interface Chunk {
  readonly start: number;
  readonly bytes: number;
}

const ALIGNMENT = 64;

/** Lends ranges of one buffer, first fit; ranges given back join their free neighbours. */
export class Pool {
  readonly buffer: ArrayBuffer;
  /** Bytes in all. */
  readonly bytes: number;
  /** Free ranges, ascending, none touching the next. */
  #free: Chunk[];

  /** Leaves the first `start` bytes of the buffer alone. */
  constructor(buffer: ArrayBuffer, start: number) {
    this.buffer = buffer;
    this.bytes = buffer.byteLength - start;
    this.#free = [{ start, bytes: this.bytes }];
  }

  /** Lends at least `bytes` bytes that begin at a multiple of 64; undefined when there is no room. */
  reserve(bytes: number): Chunk | undefined {
    const whole = Math.max(1, Math.ceil(bytes / ALIGNMENT)) * ALIGNMENT;
    const i = this.#free.findIndex((range) => range.bytes >= whole);
    if (i < 0) return undefined;
    const { start, bytes: found } = this.#free[i];
    const left = found - whole;
    this.#free.splice(i, 1, ...(left > 0 ? [{ start: start + whole, bytes: left }] : []));
    return { start, bytes: whole };
  }

  /** Takes a chunk back. */
  release(chunk: Chunk): void {
    const free = this.#free;
    let { start, bytes } = chunk;
    let i = free.findIndex((range) => range.start > start);
    if (i < 0) i = free.length;
    let from = i, to = i;
    if (from > 0 && free[from - 1].start + free[from - 1].bytes === start) {
      from--;
      start = free[from].start;
      bytes += free[from].bytes;
    }
    if (to < free.length && start + bytes === free[to].start) bytes += free[to++].bytes;
    free.splice(from, to - from, { start, bytes });
  }

  /** Bytes not lent out. */
  get free(): number {
    return this.#free.reduce((sum, range) => sum + range.bytes, 0);
  }
}

/** The kernels keep constants and work space below this address. */
export const POOL_START = 1 << 21;
const PAGE = 1 << 16;

/** Reserved once and never grown, since growing would detach every view: addresses, not pages in use, until written. */
export const linearMemory: WebAssembly.Memory | undefined = reserveMemory();

/** Where arenas and kernels get their bytes from. */
export const memory: Pool = new Pool(linearMemory?.buffer ?? new ArrayBuffer(1 << 28), POOL_START);

/** 1 GiB, or less where so much address space cannot be had. */
function reserveMemory(): WebAssembly.Memory | undefined {
  if (typeof WebAssembly === "undefined") return undefined;
  for (const bytes of [1 << 30, 1 << 28]) {
    try {
      return new WebAssembly.Memory({ initial: bytes / PAGE, maximum: bytes / PAGE });
    } catch {
      continue;
    }
  }
  return undefined;
}

/** Bytes as MiB, for messages. */
export function mebibytes(bytes: number): string {
  return `${(bytes / (1 << 20)).toFixed(1)} MiB`;
}
