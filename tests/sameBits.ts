/** Compares the two implementations of the kernels bit by bit. */
import { expect } from "@std/expect";
import { Arena } from "../lib/numerics/arena.ts";
import { floatOf } from "../lib/numerics/floatBits.ts";
import type { Kernels } from "../lib/numerics/kernels.ts";
import { philox4x32 } from "../lib/numerics/philox.ts";
import { reference } from "../lib/numerics/reference.ts";
import { simd as compiled } from "../lib/numerics/simd/simdKernels.ts";

if (compiled === undefined) throw new Error("This runtime has no WebAssembly SIMD to test");
export const simd: Kernels = compiled;

export const EDGES = [0, 1, 2, 3, 4, 5, 15, 16, 17, 31, 32, 33, 255, 256, 257, 300];
let draws = 0;

/** An integer from 0 to n - 1; the same sequence on every run. */
export function pick(n: number): number {
  return Math.floor(philox4x32([draws++, 0, 0, 0], [7, 7])[0] / 2 ** 32 * n);
}

export const size = () => pick(2) ? EDGES[pick(EDGES.length)] : pick(301);

/** Normal numbers, or numbers of every exponent and sign with zeros, subnormals, infinities and NaN among them. */
export function numbers(length: number, wild: boolean): Float32Array {
  const out = new Float32Array(length);
  reference.fillNormal(out, draws++, 1, 0, 1);
  if (!wild) return out;
  const special = [0, -0, Infinity, -Infinity, NaN, 2 ** -149, -(2 ** -130), 3e38, -3e38];
  return out.map((x) => {
    const kind = pick(20);
    return kind < special.length ? special[kind] : kind < 15 ? floatOf(pick(2 ** 32) | 0) : x;
  });
}

/** Bit patterns, every NaN as one: which NaN comes out is not promised. */
function patterns(x: Float32Array): Int32Array {
  const bits = new Int32Array(x.slice().buffer);
  return bits.map((b, i) => x[i] !== x[i] ? 0x7fc00000 : b);
}

/** Both implementations on copies of the arrays, for the second time in the arena's memory: all arrays end with the same bits. */
export function expectSame(
  arrays: Float32Array[],
  run: (kernels: Kernels, arrays: Float32Array[]) => void,
) {
  const copies = () => arrays.map((array) => array.slice());
  const expected = copies();
  run(reference, expected);
  const arena = new Arena();
  const inside = arrays.map((array) => {
    const copy = arena.take(array.length + 1).subarray(1); // not aligned to a vector
    copy.set(array);
    return copy;
  });
  for (const actual of [copies(), inside]) {
    run(simd, actual);
    actual.forEach((array, i) => expect(patterns(array)).toEqual(patterns(expected[i])));
  }
  arena.release();
}
