import { normalCdf } from "../numerics/gaussian.ts";
import { lawWith } from "./catalogue.ts";
import { type Finding, grouped, percent, short } from "./finding.ts";
import {
  isIndependent,
  isRefused,
  LEVEL,
  logLikelihood,
  meanTail,
  roundingOf,
  spreadTail,
  test,
  type Verdict,
} from "./fit.ts";
import { type Expected, type Mistake, mistakesOf } from "./mistakes.ts";
import type { Measured } from "./statistics.ts";
import type { Law } from "../initializers/initializer.ts";

/** Mistakes that explain a tensor at most a hundred times worse than the likeliest are told too. */
const TOLD = Math.log(100);

/**
 * Why a tensor is not as expected, for a law of independent entries; nothing where it is.
 *
 * The expected law is refused by its own tests, or where a mistake's law is likelier by a factor of k 1e6, k the number of
 * mistakes: of that a true law's chance is at most 1e-6 (Markov).
 */
export function diagnose(measured: Measured, expected: Expected): Finding[] {
  const { stats } = measured, { law } = expected;
  if (!isIndependent(law)) return [];
  const mistakes = mistakesOf(expected), verdict = test(law, measured);
  const likelihood = logLikelihood(law, stats);
  const needed = likelihood + Math.log(mistakes.length / LEVEL);
  const likelier = (mistake: Mistake) => logLikelihood(mistake.law, stats) > needed;
  if (!isRefused(verdict) && !mistakes.some(likelier)) return [];

  const findings = explained(measured, mistakes, expected);
  if (findings.length > 0) return findings;
  const shift = stats.mean - law.mean, spread = Math.max(stats.std, law.std);
  if (meanTail(shift, spread, stats.count, roundingOf(law, stats)) < LEVEL) {
    const moved = { ...expected, law: movedBy(law, shift) };
    const shifted: Finding = {
      kind: "meanShifted",
      severity: "warning",
      says: `mean is ${short(stats.mean)}, not ${short(law.mean)}: ${
        short(Math.abs(shift) / law.std)
      } stds off`,
      fix: `subtract ${short(shift)}, or draw it again with ${expected.name}`,
    };
    const rest = isRefused(test(moved.law, measured))
      ? explained(measured, mistakesOf(moved).filter(({ kind }) => kind !== "stdAsMean"), moved)
      : [];
    return [shifted, ...rest];
  }
  return [unexplained(measured, expected, verdict)];
}

/** The mistakes whose law fits, likeliest first. */
function explained(
  measured: Measured,
  mistakes: readonly Mistake[],
  { name, law }: Expected,
): Finding[] {
  const { stats } = measured;
  const fitting = mistakes.filter((mistake) => !isRefused(test(mistake.law, measured)))
    .map((mistake) => ({ ...mistake, likelihood: logLikelihood(mistake.law, stats) }));
  const best = Math.max(...fitting.map(({ likelihood }) => likelihood));
  const told = fitting.filter(({ likelihood }) => likelihood >= best - TOLD)
    .sort((a, b) => b.likelihood - a.likelihood);
  return told.filter(({ kind }, i) => told.findIndex((other) => other.kind === kind) === i)
    .map(({ kind, because, fix }): Finding => ({
      kind,
      severity: "warning",
      says: kind === "wrongDistribution"
        ? `std is ${short(stats.std)}, as expected, but ${because}`
        : `std is ${short(stats.std)}, ${short(stats.std / law.std)} times the ${
          short(law.std)
        } of ${name}: ${because}`,
      fix,
    }));
}

function unexplained(
  measured: Measured,
  { name, law }: Expected,
  verdict: Verdict,
): Finding {
  const { stats } = measured;
  const again = `draw it again with ${name}, or expect what it is`;
  const farthest = stats.max - law.mean > law.mean - stats.min ? stats.max : stats.min;
  if (verdict.outliers < LEVEL && isRightWithout(farthest, measured, law)) {
    const away = Math.abs(farthest - law.mean) / law.std;
    return {
      kind: "outliers",
      severity: "warning",
      says: `the farthest entry is ${short(farthest)}, ${short(away)} stds from the mean: ` +
        `${name} reaches ${short(reachOf(law, stats.count))} among ${grouped(stats.count)} entries`,
      fix: "look for a cut in the wrong unit, half-precision draws, or later training",
    };
  }
  const fits = (["normal", "uniform", "truncatedNormal"] as const)
    .find((form) => !isRefused(test(lawWith(form, law.mean, stats.std), measured)));
  if (verdict.spread < LEVEL && fits) {
    return {
      kind: "wrongScale",
      severity: "warning",
      says: `std is ${short(stats.std)}, ${short(stats.std / law.std)} times the ${
        short(law.std)
      } of ${name}: no mistake that this audit knows gives that ratio`,
      fix: again,
    };
  }
  return {
    kind: "unknownLaw",
    severity: "warning",
    says: `mean ${short(stats.mean)}, std ${short(stats.std)}, kurtosis ${
      short(stats.kurtosis)
    }: neither ${name} nor a known mistake has this law`,
    fix: `${again}: trained, pruned and quantized weights look like this`,
  };
}

/** Whether mean and spread are the law's as they are, or once the farthest entry is left out. */
function isRightWithout(farthest: number, { stats }: Measured, law: Law): boolean {
  const n = stats.count - stats.nan - stats.infinite, rounding = roundingOf(law, stats);
  const isRight = (mean: number, variance: number, n: number) =>
    meanTail(mean - law.mean, law.std, n, rounding) >= LEVEL &&
    spreadTail(variance / law.std ** 2, n - 1, rounding) >= LEVEL;
  const mean = stats.mean + (stats.mean - farthest) / (n - 1);
  const variance = (n * stats.std ** 2 - (farthest - stats.mean) * (farthest - mean)) / (n - 1);
  return isRight(stats.mean, stats.std ** 2, n) || isRight(mean, Math.max(0, variance), n - 1);
}

function movedBy({ distribution, mean, std, low, high }: Law, shift: number): Law {
  return { distribution, mean: mean + shift, std, low: low + shift, high: high + shift };
}

/** How many stds from the mean the farthest of n entries lies, seldom exceeded: to 1 in 1,000. */
function reachOf(law: Law, n: number): number {
  if (Number.isFinite(law.high)) return (law.high - law.mean) / law.std;
  let z = 0;
  while (n * 2 * normalCdf(-z) > 1e-3) z += 0.01;
  return z;
}

/**
 * Zeros where a continuous law has none but what rounding makes: more than Poisson's k with (e m / k)^k e^-m < 1e-6, m the mean.
 */
export function zerosFinding({ stats }: Measured, { name, law }: Expected): Finding[] {
  if (!isIndependent(law)) return [];
  const count = Math.round(stats.zeros * stats.count);
  // Of what rounds to 0, an interval of one step, and what 24-bit draws make 0; a density is at most 0.5 / std.
  const mean = stats.count * (2 ** -22 + 0.5 * stats.step / law.std);
  if (count <= mean || count * (1 + Math.log(mean / count)) - mean > Math.log(LEVEL)) return [];
  return [{
    kind: "zeros",
    severity: "warning",
    says: `${grouped(count)} of ${grouped(stats.count)} entries (${
      percent(stats.zeros)
    }) are exactly 0: ${name} has none`,
    fix: "look for pruning, a mask, padding rows, or a part that was never filled",
  }];
}
