import { kernels } from "../numerics/kernels.ts";
import { callable, count, finite, onlyOptions, trueOrFalse } from "../tensor/arguments.ts";
import { show } from "../tensor/tensor.ts";
import { checkVars, type Var } from "./tape.ts";

export interface AttentionOptions {
  /** Equal groups of columns that attend by themselves. */
  heads: number;
  /** Rows of a sequence: sequences stand one below the other. */
  positions: number;
  /** Whether a position sees itself and those before it only: true when left out; false for encoders. */
  causal?: boolean;
  /** What the products of queries and keys are multiplied by: 1 / sqrt(columns of a head) when left out. */
  scale?: number;
  /** Is told the weights, (sequences, heads, positions, positions). */
  tap?: (weights: Var) => void;
}

/**
 * out(i) = sum over the seen j of a(i, j) value(j) for each head, with a(i, ...) = softmax over the seen j of scale query(i) . key(j).
 *
 * Queries, keys and values are (sequences * positions, width), heads side by side; so is the result.
 *
 * Reference: Vaswani et al. (2017), equation 1.
 *
 * @throws {RangeError} where shapes differ, or heads or positions do not divide them.
 *
 * @example
 * ```ts
 * import { attention, onTape, tensor } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * const y = onTape((tape) => {
 *   const zeros = tape.constant(tensor([2, 1], [0, 0])), values = tape.constant(tensor([2, 1], [4, 6]));
 *   return [...attention(zeros, zeros, values, { heads: 1, positions: 2 }).data];
 * });
 * expect(y).toEqual([4, 5]); // the second position sees both alike
 * ```
 */
export function attention(
  queries: Var,
  keys: Var,
  values: Var,
  options: AttentionOptions,
): Var {
  onlyOptions("attention", options, ["heads", "positions", "causal", "scale", "tap"]);
  checkVars({ queries, keys, values });
  count("heads", options.heads);
  count("positions", options.positions);
  trueOrFalse("causal", options.causal ?? true);
  if (options.tap !== undefined) callable("tap", options.tap, "(weights) => {}");
  const inputs = [queries, keys, values], { tape, shape } = queries;
  const { heads, positions, causal = true, tap } = options;
  const [rows, width] = shape, sequences = rows / positions;
  const isWhole = [heads, positions, sequences, width / heads].every((n) =>
    Number.isInteger(n) && n >= 1
  );
  if (shape.length !== 2 || !isWhole || inputs.some((x) => show(x.shape) !== show(shape))) {
    throw new RangeError(
      `Cannot attend with queries ${show(shape)}, keys ${show(keys.shape)} and values ${
        show(values.shape)
      }: all must be (a multiple of ${positions} positions, a multiple of ${heads} heads)`,
    );
  }
  const scale = finite("scale", options.scale ?? 1 / Math.sqrt(width / heads));
  const settings = { sequences, positions, heads, causal, scale };
  const weights = tape.scratch(rows * heads * positions);
  const out = tape.operation(
    shape,
    inputs,
    (y) => {
      kernels.attention(y, weights, queries.data, keys.data, values.data, settings);
    },
    (dy) => {
      const [dq, dk, dv] = inputs.map((x) =>
        x.needsGradient ? x.gradient : tape.scratch(dy.length)
      );
      const [q, k, v] = inputs.map(({ data }) => data);
      kernels.attentionBackward(dq, dk, dv, weights, q, k, v, dy, settings);
    },
  );
  tap?.(tape.constant({ shape: [sequences, heads, positions, positions], data: weights }));
  return out;
}
