import { finite, onlyOptions } from "../tensor/arguments.ts";
import type { UniformOptions } from "../tensor/randomSource.ts";

/** The ends of a uniform draw in float32, 0 and 1 when left out, and how far apart they are. */
export function interval(options: UniformOptions): { low: number; high: number; width: number } {
  onlyOptions("uniform", options, ["low", "high"]);
  const low = Math.fround(finite("low", options.low ?? 0));
  const high = Math.fround(finite("high", options.high ?? 1));
  const width = Math.fround(high - low);
  if (low <= high && width < Infinity) return { low, high, width };
  throw new RangeError(
    `Cannot draw from [${low}, ${high}) as low must be <= high with a finite difference in float32`,
  );
}
