import type { Arena } from "../numerics/arena.ts";
import { count } from "../tensor/arguments.ts";
import { copyExamples, countOf, type Examples, roomFor } from "../tensor/examples.ts";
import type { Rng } from "../tensor/rng.ts";

/**
 * The batch of each step, counted from 0, in memory of `arena` that the next step uses again.
 *
 * Without a size a batch is all examples, in their own order. With one, epoch e walks through the permutation
 * `rng.child("epoch").child(e)` in floor(count / size) batches of equal size: examples left over are skipped in that epoch.
 *
 * @throws {RangeError} where the size is not an integer >= 1, or larger than the number of examples.
 */
export function batches(
  examples: Examples,
  size: number | undefined,
  rng: Rng,
  arena: Arena,
): (step: number) => Examples {
  const total = countOf(examples);
  checkBatchSize(size, total);
  const batch = roomFor(examples, size ?? total, (length) => arena.take(length));
  if (size === undefined) {
    copyExamples(batch, examples, Uint32Array.from({ length: total }, (_, i) => i));
    return () => batch;
  }
  const perEpoch = Math.floor(total / size);
  let epoch = -1, order: Uint32Array = new Uint32Array(0);
  return (step) => {
    if (Math.floor(step / perEpoch) !== epoch) {
      epoch = Math.floor(step / perEpoch);
      order = rng.child("epoch").child(epoch).permutation(total);
    }
    const from = (step - epoch * perEpoch) * size;
    copyExamples(batch, examples, order.subarray(from, from + size));
    return batch;
  };
}

/** @throws {RangeError} where the size is not an integer from 1 to `total`. */
export function checkBatchSize(size: number | undefined, total: number): void {
  if (size !== undefined && count("batchSize", size) > total) {
    throw new RangeError(`Cannot use batchSize ${size} as there are ${total} examples`);
  }
}
