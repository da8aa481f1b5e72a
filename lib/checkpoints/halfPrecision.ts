/** Float16 and bfloat16 as bits, from and to the bits of a float32; a NaN stays a NaN. */

const float = new Float32Array(1);
const word = new Uint32Array(float.buffer);

/** The bits of the float32 that a float16 is, exactly. */
export function fromFloat16(half: number): number {
  const sign = (half & 0x8000) << 16, exponent = half >>> 10 & 0x1f, fraction = half & 0x3ff;
  if (exponent === 31) return (sign | 0x7f800000 | fraction << 13) >>> 0;
  if (exponent > 0) return (sign | (exponent + 112) << 23 | fraction << 13) >>> 0;
  float[0] = fraction * 2 ** -24;
  return (sign | word[0]) >>> 0;
}

/** The bits of the float32 that a bfloat16 is, exactly. */
export function fromBfloat16(half: number): number {
  return half << 16 >>> 0;
}

/** The float16 nearest to a float32, ties to even; infinite from 65520 on. */
export function toFloat16(bits: number): number {
  const sign = bits >>> 16 & 0x8000, size = bits & 0x7fffffff;
  if (size > 0x7f800000) return sign | 0x7e00 | size >>> 13 & 0x3ff;
  if (size >= 0x477ff000) return sign | 0x7c00;
  if (size >= 0x38800000) return sign | (size + 0xfff + (size >>> 13 & 1) >>> 13) - (112 << 10);
  // Below 2^-14 a float16 is a multiple of 2^-24.
  const shift = 126 - (size >>> 23);
  if (shift > 24) return sign;
  const digits = size & 0x7fffff | 0x800000, kept = digits >>> shift;
  const rest = digits - (kept << shift), half = 1 << shift - 1;
  return sign | kept + (rest > half || rest === half && (kept & 1) === 1 ? 1 : 0);
}

/** The bfloat16 nearest to a float32, ties to even; infinite from 2^128 - 2^119 on. */
export function toBfloat16(bits: number): number {
  if ((bits & 0x7fffffff) > 0x7f800000) return bits >>> 16 | 0x40;
  return bits + 0x7fff + (bits >>> 16 & 1) >>> 16;
}

/**
 * The bits of a float32 that every format of at most 22 digits rounds as it would round `x` itself.
 *
 * Where x is no float32 it is the neighbor whose last bit is odd, so that rounding twice cannot
 * turn a number just beside a tie into a tie.
 *
 * Reference: Boldo and Melquiond (2008), rounding to odd.
 */
export function oddFloat32(x: number): number {
  float[0] = x;
  if (float[0] === x || x !== x) return word[0];
  const towardsZero = Math.abs(float[0]) > Math.abs(x) ? word[0] - 1 : word[0];
  return (towardsZero | 1) >>> 0;
}
