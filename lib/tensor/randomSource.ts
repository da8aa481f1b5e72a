import type { NormalOptions, TruncatedNormalOptions, UniformOptions } from "./rng.ts";
import type { Shape, Tensor } from "./tensor.ts";

/**
 * Where an initializer takes its random numbers from: the library's own named streams
 * ({@linkcode Rng}), or the stream of another library.
 */
export interface RandomSource {
  uniform(shape: Shape, options?: UniformOptions): Tensor;
  normal(shape: Shape, options?: NormalOptions): Tensor;
  truncatedNormal(shape: Shape, options?: TruncatedNormalOptions): Tensor;
  /** The numbers 0 to n - 1 in random order. */
  permutation(n: number): Uint32Array;
  /** The stream of a part, where streams have names; a stream that has none goes on from call to call. */
  child?(label: string | number): RandomSource;
}

/** A source for one part of a tensor, so that its numbers are not those of another part. */
export function partOf(source: RandomSource, label: string | number): RandomSource {
  return source.child?.(label) ?? source;
}
