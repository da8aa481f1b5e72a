import { gaussianExpectation } from "../numerics/quadrature.ts";
import { atLeastZero, found } from "../tensor/arguments.ts";

const EULER = 0.5772156649015329;

/**
 * The cross-entropy, in nats, that a network starts from when its logits are independent N(0, logitStd^2) and know
 * nothing of the labels: E ln(sum of C exp(s Z_c)).
 *
 * Zero logits give ln C. Small ones add s^2/2 (1 - 1/C), which "ln C + s^2/2" rounds: good to 0.01 for s <= 0.4 at
 * C = 10, for s <= 1 at C >= 100; beyond, it is too large. A single logit z under binary cross-entropy is C = 2 with
 * logitStd = std(z) / sqrt 2. Mean over seeds; one network's loss strays from it, as all inputs share its weights.
 *
 * @throws {RangeError} where classes is not an integer >= 2, or logitStd is negative or not finite.
 *
 * @example
 * ```ts
 * import { initialLoss } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * expect(initialLoss(10, 0)).toBe(Math.log(10));
 * expect(initialLoss(10, 0.5)).toBeCloseTo(Math.log(10) + 0.5 ** 2 / 2 * 0.9, 2);
 * ```
 */
export function initialLoss(classes: number, logitStd: number): number {
  if (!(Number.isSafeInteger(classes) && classes >= 2)) {
    throw new RangeError(
      `Cannot compute an initial loss as classes must be an integer >= 2: ${found(classes)}`,
    );
  }
  return logSums([classes], atLeastZero("logitStd", logitStd))[0];
}

/** E ln(sum of n exp(s Z)) for each n of `counts`, at one std s: most of the work is the same for all. */
export function logSums(counts: readonly number[], std: number): number[] {
  if (std === 0) return counts.map((n) => Math.log(n));
  // ln S = integral over t > 0 of (e^-t - e^(-t S)) / t; with t = e^u and E e^(-t S) = (E exp(-e^(u + s Z)))^n it is
  // -gamma + integral over u of [u < 0] - (...)^n, a smooth step, which the trapezoidal rule sums to 1e-11.
  const step = 0.25 * Math.max(1, std / 4);
  const first = -Math.ceil((40 + Math.log(Math.max(...counts)) + 10 * std) / step);
  const last = Math.ceil((5 + 10 * std) / step);
  const sums = counts.map(() => 0);
  for (let k = first; k <= last; k++) {
    const u = k * step;
    const one = gaussianExpectation((z) => Math.exp(-Math.exp(u + std * z)), { kinks: [-u / std] });
    counts.forEach((n, i) => sums[i] += (k < 0 ? 1 : k === 0 ? 0.5 : 0) - one ** n);
  }
  return sums.map((sum) => sum * step - EULER);
}
