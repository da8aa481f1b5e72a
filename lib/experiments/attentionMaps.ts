import { bind, gptSpecOf, type Model, type Params } from "../nn/model.ts";
import { onTape } from "../nn/tape.ts";
import type { Tensor } from "../tensor/tensor.ts";

/** What one head attends to, averaged over sequences and queries. */
export interface AttentionRow {
  readonly block: number;
  readonly head: number;
  /** Of the weights, in nats: ln(keys) where all are equal. */
  readonly entropy: number;
  /** The same as a share of ln(keys), over queries that see two keys at least: 1 where all are equal. */
  readonly spread: number;
  /** Sum of the squared weights: 1/keys where all are equal, 1 where one takes all. */
  readonly concentration: number;
}

/**
 * How widely each head of a gpt attends on some tokens (sequences, positions): one row for each block and head, both from 1.
 *
 * @throws {TypeError} where the model is not a gpt, or a parameter is missing.
 *
 * @example
 * ```ts
 * import { attentionRows, gpt, initialize, nanoGpt, rng, tensor } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * const model = gpt({ vocabulary: 65, context: 8, width: 64, heads: 4, blocks: 2 });
 * const params = initialize(model, nanoGpt(), rng("example"));
 * const rows = attentionRows(model, params, tensor([1, 8], [1, 2, 3, 4, 5, 6, 7, 8]));
 * expect(rows.length).toBe(8);
 * expect(rows[0].spread).toBeCloseTo(1, 3); // nearly uniform
 * ```
 */
export function attentionRows(model: Model, params: Params, tokens: Tensor): AttentionRow[] {
  const { causal } = gptSpecOf(model, "map the attention"), rows: AttentionRow[] = [];
  onTape((tape) => {
    const variables = bind(model, params, tape, { gradients: false });
    model.apply(variables, tape.constant(tokens), (name, weights) => {
      const block = /^block(\d+)\.attentionWeights$/.exec(name)?.[1];
      if (block === undefined) return;
      const [sequences, heads, positions] = weights.shape;
      const size = positions * positions;
      for (let head = 0; head < heads; head++) {
        const maps = Array.from({ length: sequences }, (_, s) => {
          const from = (s * heads + head) * size;
          return weights.data.subarray(from, from + size);
        });
        rows.push({ block: Number(block), head: head + 1, ...averages(maps, positions, causal) });
      }
    });
  });
  return rows;
}

function averages(maps: readonly Float32Array[], positions: number, causal: boolean) {
  let entropy = 0, concentration = 0, spread = 0;
  for (const map of maps) {
    for (let t = 0; t < positions; t++) {
      let own = 0;
      for (const weight of map.subarray(t * positions, (t + 1) * positions)) {
        if (weight > 0) own -= weight * Math.log(weight);
        concentration += weight * weight;
      }
      entropy += own;
      const keys = causal ? t + 1 : positions;
      if (keys > 1) spread += own / Math.log(keys);
    }
  }
  const queries = maps.length * positions;
  return {
    entropy: entropy / queries,
    spread: spread / (causal ? queries - maps.length : queries),
    concentration: concentration / queries,
  };
}
