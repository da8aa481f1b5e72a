const DIGIT = 11, RADIX = 2 ** DIGIT;

/** Sorts float32 numbers, none of them NaN, in place: by 11 bits at a time, which is several times as fast as `sort()`. */
export function ascending(values: Float32Array): Float32Array {
  const n = values.length;
  if (n < RADIX) return values.sort();
  let from = new Uint32Array(values.buffer, values.byteOffset, n);
  let to: typeof from = new Uint32Array(n);
  const target = from;
  // As unsigned integers, bits of positive numbers are in order; of negative ones in reverse, and above.
  for (let i = 0; i < n; i++) from[i] ^= from[i] >> 31 | 0x80000000;
  for (let shift = 0; shift < 32; shift += DIGIT) {
    const next = new Uint32Array(RADIX + 1);
    for (let i = 0; i < n; i++) next[(from[i] >>> shift & RADIX - 1) + 1]++;
    for (let digit = 1; digit < RADIX; digit++) next[digit] += next[digit - 1];
    for (let i = 0; i < n; i++) to[next[from[i] >>> shift & RADIX - 1]++] = from[i];
    [from, to] = [to, from];
  }
  for (let i = 0; i < n; i++) target[i] = from[i] ^ (~from[i] >> 31 | 0x80000000);
  return values;
}
