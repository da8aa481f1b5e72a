const SIZE = 624, SHIFT = 397;

/**
 * The generator MT19937: a stream of 32-bit words from a 32-bit seed.
 *
 * Reference: Matsumoto and Nishimura (1998), and their mt19937ar.c (2002) for the seeding.
 */
export class MersenneTwister {
  readonly #state = new Uint32Array(SIZE);
  #next = SIZE;

  /** Only the seed's lowest 32 bits count. */
  constructor(seed: number) {
    const state = this.#state;
    state[0] = seed; // modulo 2^32, negative numbers included
    for (let i = 1; i < SIZE; i++) {
      const before = state[i - 1];
      state[i] = Math.imul(1812433253, before ^ (before >>> 30)) + i;
    }
  }

  word(): number {
    if (this.#next === SIZE) this.#twist();
    let y = this.#state[this.#next++];
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9d2c5680;
    y ^= (y << 15) & 0xefc60000;
    return (y ^ (y >>> 18)) >>> 0;
  }

  #twist(): void {
    const state = this.#state;
    for (let i = 0; i < SIZE; i++) {
      const y = (state[i] & 0x80000000) | (state[(i + 1) % SIZE] & 0x7fffffff);
      state[i] = state[(i + SHIFT) % SIZE] ^ (y >>> 1) ^ (y & 1 ? 0x9908b0df : 0);
    }
    this.#next = 0;
  }
}
