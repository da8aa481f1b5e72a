import type { Tensor } from "../lib/mod.ts";

/** A tensor as a source of blocks of any length. */
export function inBlocks({ shape, data }: Tensor, length: number) {
  const blocks = {
    *[Symbol.iterator]() {
      for (let i = 0; i < data.length; i += length) yield data.subarray(i, i + length);
    },
  };
  return { name: "w", shape, blocks, whole: () => data };
}
