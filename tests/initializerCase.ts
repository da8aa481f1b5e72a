/** What is known of an initializer: on which shapes, by what law, which structure, which checks do not apply, a mistake. */
import type { Fans, Initializer, RandomSource, Shape, Tensor } from "../lib/mod.ts";
import type { Pattern } from "./initializerStructure.ts";
import type { Spread } from "./lawDistance.ts";

export const CHECKS = [
  "mean",
  "variance",
  "kurtosis",
  "KS",
  "bounds",
  "structure",
  "determinism",
  "order",
  "shard",
] as const;
export type Check = typeof CHECKS[number];
export type Draw = (shape: Shape, stream: RandomSource, fans?: Fans) => Tensor;

export interface Case {
  readonly init: Initializer;
  readonly shapes: readonly Shape[];
  /** Why a check does not apply; every other one is run. */
  readonly not: Partial<Record<Check, string>>;
  /** The law of one free entry; what draws nothing has none. */
  readonly spread?: (shape: Shape) => Spread;
  /** The entries that are free of each other; all when left out. */
  readonly free?: (data: Float32Array, shape: Shape) => Float32Array;
  /** Where the words of the stream are read in turn; all entries when left out. */
  readonly inTurn?: (data: Float32Array, shape: Shape) => Float32Array;
  readonly structure?: (draws: readonly Float32Array[], shape: Shape) => boolean;
  /** A known mistake, and the check that refuses it on every shape. */
  readonly wrong?: readonly [what: string, draw: Draw, refusedBy: Check];
}

export const OBLONG: readonly Shape[] = [[12, 8], [8, 12], [3, 7, 10], [3, 4, 6, 16], [1, 5]];

/** What draws nothing: each entry follows from its place. */
export function fixed(
  init: Initializer,
  shapes: readonly Shape[],
  entry: Pattern,
  what?: string,
  mistake?: Draw,
): Case {
  const none = "it draws nothing";
  return {
    init,
    shapes,
    not: { kurtosis: none, KS: none, shard: none },
    structure: ([data], shape) => data.every((value, k) => value === Math.fround(entry(k, shape))),
    wrong: mistake && [what!, mistake, "structure"],
  };
}
