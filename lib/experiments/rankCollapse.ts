import { normal } from "../initializers/distributions.ts";
import { attention } from "../nn/attention.ts";
import { rmsNorm } from "../nn/normalize.ts";
import { add, dot, scale } from "../nn/operations.ts";
import { onTape, type Var } from "../nn/tape.ts";
import { count } from "../tensor/arguments.ts";
import { checkRng, type Rng } from "../tensor/rng.ts";
import { type AttentionStack, checkedStack, type CollapseRow } from "../theory/rankCollapse.ts";
import { correlationOfRows } from "./residualStream.ts";

/**
 * Sends N(0, 1) rows through a stack of attention layers (one head, all positions seen) and measures how alike they grow: what
 * `predictRankCollapse` predicts.
 *
 * @throws {RangeError} where positions, layers or width is not an integer >= 1, skip is below 0 or branch not above.
 *
 * @example
 * ```ts
 * import { rankCollapse, rng } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * const rows = rankCollapse({ positions: 16, layers: 4, skip: 0, width: 64, rng: rng("example") });
 * expect(rows[0].correlation).toBeLessThan(0.1);
 * expect(rows[4].correlation).toBeGreaterThan(0.999);
 * ```
 */
export function rankCollapse(options: AttentionStack & { width: number; rng: Rng }): CollapseRow[] {
  const known = ["positions", "layers", "skip", "branch", "width", "rng"];
  const { positions, layers, skip, branch } = checkedStack(options, known);
  const width = count("width", options.width), init = normal({ std: 1 / Math.sqrt(width) });
  checkRng(options.rng);
  return onTape((tape) => {
    const gain = tape.constant({ shape: [width], data: new Float32Array(width).fill(1) });
    let x = tape.constant(options.rng.child("inputs").normal([positions, width]));
    const rows = [{ layer: 0, correlation: correlationOfRows(x, positions) }];
    for (let layer = 1; layer <= layers; layer++) {
      const rng = options.rng.child(layer), normed = rmsNorm(x, gain);
      const by = (name: string, y: Var) =>
        dot(y, tape.constant(init([width, width], rng.child(name))));
      const mixed = attention(by("query", normed), by("key", normed), by("value", normed), {
        ...{ heads: 1, positions, causal: false },
      });
      const added = scale(by("out", mixed), branch);
      x = skip === 0 ? added : add(scale(x, skip), added);
      rows.push({ layer, correlation: correlationOfRows(x, positions) });
    }
    return rows;
  });
}
