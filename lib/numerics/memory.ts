/** A range of bytes lent out by `memory`. */
export interface Chunk {
  readonly buffer: ArrayBuffer;
  readonly start: number;
  readonly bytes: number;
}

/** Where arenas get their bytes from. */
export interface Memory {
  /** Bytes in all. */
  readonly bytes: number;
  /** Lends `bytes` contiguous bytes (rounded up to whole 64), or undefined when there is no room. */
  reserve(bytes: number): Chunk | undefined;
  /** Takes a chunk back. */
  release(chunk: Chunk): void;
  /** Bytes not lent out. */
  free(): number;
}

const LIMIT = 2 ** 30;
let lent = 0;

export const memory: Memory = {
  bytes: LIMIT,
  reserve(bytes: number): Chunk | undefined {
    const whole = Math.ceil(bytes / 64) * 64;
    if (lent + whole > LIMIT) return undefined;
    lent += whole;
    return { buffer: new ArrayBuffer(whole), start: 0, bytes: whole };
  },
  release(chunk: Chunk): void {
    lent -= chunk.bytes;
  },
  free: () => LIMIT - lent,
};
