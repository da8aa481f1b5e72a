import type { Shape, Tensor } from "./tensor.ts";

export interface UniformOptions {
  /** Lowest value, included; 0 when left out. */
  low?: number;
  /** Upper end, excluded; 1 when left out. */
  high?: number;
}

export interface NormalOptions {
  /** 0 when left out. */
  mean?: number;
  /** Standard deviation, 1 when left out. */
  std?: number;
}

export interface TruncatedNormalOptions {
  /** 0 when left out. */
  mean?: number;
  /** Standard deviation of what is drawn, after the cut; 1 when neither it nor `parentStd` is given. */
  std?: number;
  /** Standard deviation of the normal law before it is cut: what most libraries call std. */
  parentStd?: number;
  /** Where both tails are cut, in parent standard deviations; 2 when neither it nor an end is given. */
  cut?: number;
  /** Lowest value, as PyTorch's a: an absolute number, not in standard deviations; needs `high` and `parentStd`. */
  low?: number;
  /** Highest value, as PyTorch's b; needs `low` and `parentStd`. */
  high?: number;
}

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
