import { count, numbers, onlyOptions } from "../tensor/arguments.ts";
import type { Examples } from "../tensor/examples.ts";

/** Float32 holds every integer below it, and inputs are float32. */
const MOST = 2 ** 24;

/**
 * A text as examples for a language model: inputs are stretches of `context` tokens, one after the other; the target of each token is
 * the one that follows it. Tokens at the end that fill no stretch are left out.
 *
 * @throws {RangeError} where there are too few tokens, or one is not an integer >= 0.
 *
 * @example
 * ```ts
 * import { nextTokens } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * const { inputs, targets } = nextTokens([5, 6, 7, 8, 9, 10], { context: 2 });
 * expect([inputs.shape, [...inputs.data]]).toEqual([[2, 2], [5, 6, 7, 8]]);
 * expect(targets).toEqual(Int32Array.of(6, 7, 8, 9));
 * ```
 */
export function nextTokens(
  tokens: ArrayLike<number>,
  options: { context: number },
): Examples & { readonly targets: Int32Array } {
  onlyOptions("nextTokens", options, ["context"]);
  const context = count("context", options.context);
  const examples = Math.floor((numbers("tokens", tokens).length - 1) / context),
    used = examples * context;
  if (examples < 1) {
    throw new RangeError(
      `Cannot make an example of ${context} tokens and the next from ${tokens.length} tokens: give more or a shorter context`,
    );
  }
  for (let i = 0; i <= used; i++) {
    if (Number.isInteger(tokens[i]) && tokens[i] >= 0 && tokens[i] < MOST) continue;
    throw new RangeError(
      `Cannot use token ${tokens[i]}, number ${i}, as tokens must be integers from 0 to 2^24 - 1`,
    );
  }
  return {
    inputs: {
      shape: [examples, context],
      data: Float32Array.from({ length: used }, (_, i) => tokens[i]),
    },
    targets: Int32Array.from({ length: used }, (_, i) => tokens[i + 1]),
  };
}
