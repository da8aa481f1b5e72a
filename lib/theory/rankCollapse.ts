import { aboveZero, atLeastZero, count, onlyOptions } from "../tensor/arguments.ts";
import { attentionMix } from "./attentionMix.ts";
import { type Gram, gram } from "./gram.ts";
import { correlationOf } from "./residualStream.ts";

/** A stack of attention layers without feed-forward: x -> skip x + branch attention(norm(x)), all positions seen. */
export interface AttentionStack {
  positions: number;
  layers: number;
  /** What is kept of the input: 0 for pure attention, 1 with a skip connection. */
  skip: number;
  /** What the attention is multiplied by; 1 when left out. */
  branch?: number;
}

/** How alike the rows behind a layer are. */
export interface CollapseRow {
  /** 0 for the inputs. */
  readonly layer: number;
  /** Mean over pairs of rows of E x_t x_u, as a share of the mean square: 1 where all rows are one. */
  readonly correlation: number;
}

/** The settings of a stack, complete. @throws {RangeError} where a number means nothing. */
export function checkedStack(options: AttentionStack, known: readonly string[]) {
  onlyOptions("an attention stack", options, known);
  return {
    positions: count("positions", options.positions),
    layers: count("layers", options.layers),
    skip: atLeastZero("skip", options.skip),
    branch: aboveZero("branch", options.branch ?? 1),
  };
}

/**
 * How alike the positions of a stack of attention layers grow, from independent rows: weights N(0, 1/d), so that scores start
 * with std 1, in the limit of wide heads.
 *
 * Without a skip connection rows become one within a few layers, the faster the more alike they are; heads of finite width keep a
 * little more of their distance. With one, and branches times 1/sqrt(layers), the correlation stays below 1 at any depth.
 *
 * @throws {RangeError} where positions or layers is not an integer >= 1, skip is below 0 or branch not above.
 *
 * @example
 * ```ts
 * import { predictRankCollapse } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * const pure = predictRankCollapse({ positions: 32, layers: 4, skip: 0 });
 * expect(pure[4].correlation).toBeGreaterThan(0.9999);
 * const kept = predictRankCollapse({ positions: 32, layers: 24, skip: 1, branch: 1 / Math.sqrt(24) });
 * expect(kept[24].correlation).toBeLessThan(0.2);
 * ```
 *
 * Reference: Dong, Cordonnier and Loukas (2021); Noci et al. (2022).
 */
export function predictRankCollapse(options: AttentionStack): CollapseRow[] {
  const known = ["positions", "layers", "skip", "branch"];
  const { positions, layers, skip, branch } = checkedStack(options, known);
  let x: Gram = gram(positions, (t, u) => t === u ? 1 : 0);
  const rows = [{ layer: 0, correlation: correlationOf(x) }];
  for (let layer = 1; layer <= layers; layer++) {
    const before = x;
    const normed = gram(positions, (t, u) => before[t][u] / Math.sqrt(before[t][t] * before[u][u]));
    const mixed = attentionMix(normed, normed, false).forward(normed);
    x = gram(positions, (t, u) => skip ** 2 * before[t][u] + branch ** 2 * mixed[t][u]);
    rows.push({ layer, correlation: correlationOf(x) });
  }
  return rows;
}
