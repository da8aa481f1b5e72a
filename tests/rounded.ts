/** Float32 numbers rounded to half precision and back: independent of lib, for tests. */

/** To 8 binary digits, nearest, ties to even. */
export function asBfloat16(values: Float32Array): Float32Array {
  const words = new Uint32Array(values.slice().buffer);
  for (let i = 0; i < words.length; i++) {
    words[i] = (words[i] + 0x7fff + (words[i] >>> 16 & 1)) & ~0xffff;
  }
  return new Float32Array(words.buffer);
}

/** To 11 binary digits and multiples of 2^-24, nearest, ties to even; for values below 65,504. */
export function asFloat16(values: Float32Array): Float32Array {
  return values.map((value) => {
    if (value === 0) return value;
    const step = 2 ** Math.max(-24, Math.floor(Math.log2(Math.abs(value))) - 10);
    const place = value / step, floor = Math.floor(place), rest = place - floor;
    return step * (rest > 0.5 || rest === 0.5 && floor % 2 !== 0 ? floor + 1 : floor);
  });
}
