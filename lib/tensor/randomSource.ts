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
}
