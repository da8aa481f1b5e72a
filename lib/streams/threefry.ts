/** Two 32-bit words. */
export type Pair = readonly [number, number];

const ROTATIONS = [[13, 15, 26, 6], [17, 29, 16, 24]];
const PARITY = 0x1bd11bda;

/**
 * The block function Threefry2x32 with 20 rounds: two words from a key and a counter.
 *
 * Reference: Salmon, Moraes, Dror and Shaw (2011), section 3.
 */
export function threefry2x32([key0, key1]: Pair, [counter0, counter1]: Pair): Pair {
  const keys = [key0, key1, PARITY ^ key0 ^ key1];
  let x = (counter0 + key0) | 0, y = (counter1 + key1) | 0;
  for (let round = 0; round < 5; round++) {
    for (const distance of ROTATIONS[round & 1]) {
      x = (x + y) | 0;
      y = ((y << distance) | (y >>> (32 - distance))) ^ x;
    }
    x = (x + keys[(round + 1) % 3]) | 0;
    y = (y + keys[(round + 2) % 3] + round + 1) | 0;
  }
  return [x >>> 0, y >>> 0];
}
