import { gaussianExpectation } from "../numerics/quadrature.ts";
import { atLeastZero, count } from "../tensor/arguments.ts";
import { mean } from "./gram.ts";
import { logSums } from "./initialLoss.ts";

/** What softmax makes of random attention scores. */
export interface AttentionLaw {
  /** Expected entropy of the weights in nats: ln(keys) where all are equal, 0 where one takes all. */
  readonly entropy: number;
  /** Expected sum of the squared weights: 1/keys where all are equal, 1 where one takes all. */
  readonly concentration: number;
}

/**
 * The attention of one query over n = `keys` keys whose scores are independent N(0, s^2), s = scoreStd:
 *
 *     concentration C = n integral over u of E[y^2 e^-y] E[e^-y]^(n - 1),  y = exp(u + s Z),
 *     entropy = L - s^2 (1 - C),  L = E ln(sum of exp(s Z_j)),
 *
 * with L from {@linkcode initialLoss}. For small s the entropy is ln(keys) - s^2/2 (1 - 1/keys).
 *
 * @throws {RangeError} where keys is not an integer >= 1, or scoreStd is negative or not finite.
 *
 * @example
 * ```ts
 * import { attentionLaw } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * expect(attentionLaw(64, 0).entropy).toBe(Math.log(64));
 * expect(attentionLaw(64, 0.1).entropy).toBeCloseTo(Math.log(64) - 0.1 ** 2 / 2 * 63 / 64, 4);
 * expect(attentionLaw(64, 50).concentration).toBeGreaterThan(0.9);
 * ```
 */
export function attentionLaw(keys: number, scoreStd: number): AttentionLaw {
  return laws([count("keys", keys)], atLeastZero("scoreStd", scoreStd))[0];
}

/**
 * What `attentionRows` measures of one head, where scores are independent N(0, s^2), s = scoreStd: the means of {@linkcode attentionLaw}
 * over the queries of a sequence, of which query t sees t keys, t = 1 ... positions.
 *
 * @throws {RangeError} where positions is not an integer >= 2, or scoreStd is negative or not finite.
 *
 * @example
 * ```ts
 * import { attentionLaw, predictAttention } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * const { entropy, spread } = predictAttention(2, 0.5);
 * expect(entropy).toBeCloseTo(attentionLaw(2, 0.5).entropy / 2, 9); // the first sees itself alone
 * expect(spread).toBeCloseTo(attentionLaw(2, 0.5).entropy / Math.LN2, 9);
 * ```
 */
export function predictAttention(
  positions: number,
  scoreStd: number,
): AttentionLaw & { readonly spread: number } {
  if (count("positions", positions) === 1) {
    throw new RangeError("Cannot predict attention over 1 position: give positions, at least 2");
  }
  const keys = Array.from({ length: positions }, (_, t) => t + 1);
  const rows = laws(keys, atLeastZero("scoreStd", scoreStd));
  const shares = rows.slice(1).map(({ entropy }, i) => entropy / Math.log(i + 2));
  return {
    entropy: mean(rows.map(({ entropy }) => entropy)),
    spread: mean(shares),
    concentration: mean(rows.map(({ concentration }) => concentration)),
  };
}

function laws(keys: readonly number[], std: number): AttentionLaw[] {
  const logs = logSums(keys, std);
  return concentrations(keys, std).map((concentration, i) =>
    keys[i] === 1
      ? { entropy: 0, concentration: 1 }
      : { entropy: logs[i] - std * std * (1 - concentration), concentration }
  );
}

/**
 * The expected sum of the squared weights for each of several numbers of keys, at one std of the scores: as the integral over t > 0 of
 * t e^(-t S) is 1 / S^2 and S a sum of independent terms, most of the work is the same for all; to 1e-10 by the trapezoidal rule.
 */
export function concentrations(keys: readonly number[], std: number): number[] {
  const step = 0.3 * Math.max(1, std / 4);
  const first = -Math.ceil((20 + Math.log(Math.max(...keys)) + 10 * std) / step);
  const last = Math.ceil((5 + 10 * std) / step);
  const sums = keys.map(() => 0);
  for (let k = first; k <= last; k++) {
    const u = k * step, kinks = std > 0 ? [-8, 0, 4].map((log) => (log - u) / std) : []; // of y
    const expected = (f: (y: number) => number) =>
      gaussianExpectation((z) => f(Math.exp(u + std * z)), { kinks });
    const one = expected((y) => Math.exp(-y));
    const square = expected((y) => y > 700 ? 0 : y * y * Math.exp(-y));
    keys.forEach((n, i) => sums[i] += step * n * square * one ** (n - 1));
  }
  return sums;
}
