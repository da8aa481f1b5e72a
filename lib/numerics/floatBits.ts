const float = new Float32Array(1);
const integer = new Int32Array(float.buffer);

/** The 32 bits of a float32, as a signed integer. */
export function bitsOf(x: number): number {
  float[0] = x;
  return integer[0];
}

/** The float32 that has these 32 bits. */
export function floatOf(bits: number): number {
  integer[0] = bits;
  return float[0];
}

/** 2^n for -127 < n < 128, exactly. */
export function powerOfTwo(n: number): number {
  return floatOf((n + 127) << 23);
}

/** |x| with the sign bit of `sign`. */
export function withSignOf(x: number, sign: number): number {
  return floatOf((bitsOf(x) & 0x7fffffff) | (bitsOf(sign) & 0x80000000));
}

/** a b + c, each step rounded to float32. */
export function step(a: number, b: number, c: number): number {
  return Math.fround(Math.fround(a * b) + c);
}
