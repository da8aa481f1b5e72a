import { type Chunk, mebibytes, memory } from "./memory.ts";

const ALIGNMENT = 64;
const SMALLEST_CHUNK = 1 << 20;

/**
 * Short-lived arrays in the memory that the kernels work on without copies: take arrays, reset, take the same memory again.
 *
 * After `reset` or `release` the arrays taken before must no longer be used: copy what is to be kept. An arena that is no longer
 * reachable gives its memory back by itself when the runtime collects garbage, `release` does so at once.
 */
export class Arena {
  readonly #chunks: Chunk[] = [];
  #current = 0;
  #used = 0; // bytes of the current chunk
  #taken = 0; // bytes since the last reset

  constructor() {
    abandoned.register(this, this.#chunks, this.#chunks);
  }

  /** Takes `length` zeros. @throws {RangeError} if the memory is full, naming the MiB that are needed. */
  take(length: number): Float32Array {
    const bytes = Math.ceil(length * 4 / ALIGNMENT) * ALIGNMENT;
    while (!this.#fits(bytes)) this.#advance(bytes);
    const start = this.#chunks[this.#current].start + this.#used;
    this.#used += bytes;
    this.#taken += bytes;
    return new Float32Array(memory.buffer, start, length).fill(0);
  }

  /** Makes the memory of everything taken so far available to the next `take`s. */
  reset(): void {
    this.#current = this.#used = this.#taken = 0;
  }

  /** Gives all memory back; the arena itself may be used again. */
  release(): void {
    this.reset();
    giveBack(this.#chunks);
  }

  #fits(bytes: number): boolean {
    const chunk = this.#chunks[this.#current];
    return chunk !== undefined && this.#used + bytes <= chunk.bytes;
  }

  #advance(bytes: number): void {
    if (this.#current < this.#chunks.length) {
      this.#current++;
      this.#used = 0;
    }
    if (this.#current < this.#chunks.length) return;
    const roomy = Math.max(bytes, SMALLEST_CHUNK, this.#taken / 2);
    const chunk = memory.reserve(roomy) ?? memory.reserve(bytes);
    if (chunk === undefined) {
      throw new RangeError(
        `Cannot take ${mebibytes(bytes)} more as this step then needs ${
          mebibytes(this.#taken + bytes)
        } and only ${mebibytes(memory.free)} of ${
          mebibytes(memory.bytes)
        } are free: use a smaller batch or a smaller model`,
      );
    }
    this.#chunks.push(chunk);
  }
}

function giveBack(chunks: Chunk[]): void {
  for (const chunk of chunks) memory.release(chunk);
  chunks.length = 0;
}

const abandoned = new FinalizationRegistry<Chunk[]>(giveBack);
