import { normal, truncatedNormal, uniform } from "../initializers/distributions.ts";
import type { Fans } from "../initializers/fans.ts";
import type { Initializer, Law } from "../initializers/initializer.ts";
import {
  heNormal,
  heUniform,
  lecunNormal,
  lecunUniform,
  xavierNormal,
  xavierUniform,
} from "../initializers/named.ts";
import { isIndependent, isRefused, LEVEL, logLikelihood, smallest, test } from "./fit.ts";
import type { Measured } from "./statistics.ts";

/** A law that a tensor may have been drawn from, with the p value of the test that doubts it most. */
export interface Fit {
  readonly name: string;
  readonly law: Law;
  readonly p: number;
}

interface Candidate {
  readonly name: string;
  readonly law: Law;
}

const ANY_SHAPE: readonly [name: string, init: Initializer][] = [
  ["normal({ std: 0.02 })", normal({ std: 0.02 })],
  ["normal({ std: 0.01 })", normal({ std: 0.01 })],
  ["normal({ std: 1 })", normal({ std: 1 })],
  ["truncatedNormal({ parentStd: 0.02 })", truncatedNormal({ parentStd: 0.02 })],
  ["uniform({ low: -0.05, high: 0.05 })", uniform({ low: -0.05, high: 0.05 })],
];

const SCALED: readonly [name: string, init: Initializer][] = [
  ["lecunNormal()", lecunNormal()],
  ["lecunNormal({ truncated: true })", lecunNormal({ truncated: true })],
  ["lecunUniform()", lecunUniform()],
  ['lecunNormal({ mode: "fanOut" })', lecunNormal({ mode: "fanOut" })],
  ['lecunUniform({ mode: "fanOut" })', lecunUniform({ mode: "fanOut" })],
  ["xavierNormal()", xavierNormal()],
  ["xavierNormal({ truncated: true })", xavierNormal({ truncated: true })],
  ["xavierUniform()", xavierUniform()],
  ["heNormal()", heNormal()],
  ["heNormal({ truncated: true })", heNormal({ truncated: true })],
  ["heUniform()", heUniform()],
  ['heNormal({ mode: "fanOut" })', heNormal({ mode: "fanOut" })],
  ['heUniform({ mode: "fanOut" })', heUniform({ mode: "fanOut" })],
];

/** The laws known by name for a shape, whose fans may be unknown. */
function candidatesOf(fans: Fans | undefined): Candidate[] {
  const any = ANY_SHAPE.map(([name, init]) => ({ name, law: init.law([]) }));
  if (fans === undefined) return any;
  const scaled = SCALED.map(([name, init]) => ({ name, law: init.law([], fans) }));
  const uncorrected = scaled.filter(({ law }) => law.distribution === "truncatedNormal")
    .map(({ name, law }) => ({
      name: `${name} without its correction`,
      law: truncatedNormal({ parentStd: law.std }).law([]),
    }));
  return [
    ...scaled,
    ...uncorrected,
    { name: FRAMEWORK_DEFAULT, law: frameworkDefault(fans) },
    ...any,
  ];
}

export const FRAMEWORK_DEFAULT = "uniform on +-1 / sqrt(fanIn), PyTorch's default";

/** kaiming_uniform_(a = sqrt 5), which PyTorch gives every linear and convolution layer: variance 1 / (3 fanIn). */
export function frameworkDefault({ fanIn }: Fans): Law {
  return uniform({ low: -1 / Math.sqrt(fanIn), high: 1 / Math.sqrt(fanIn) }).law([]);
}

/** A law of a distribution's usual form, truncated at two parent stds. */
export function lawWith(
  distribution: "normal" | "uniform" | "truncatedNormal",
  mean: number,
  std: number,
): Law {
  const half = Math.sqrt(3) * std;
  return distribution === "normal"
    ? normal({ mean, std }).law([])
    : distribution === "uniform"
    ? uniform({ low: mean - half, high: mean + half }).law([])
    : truncatedNormal({ mean, std }).law([]);
}

/**
 * The named laws that no test refuses, likeliest first; where there is none, those of the three distributions that
 * fit with the measured mean and std.
 *
 * A law is also refused where another is 1e6 times likelier, of which a true law's chance is at most 1e-6 (Markov).
 */
export function fitsOf(
  measured: Measured,
  fans: Fans | undefined,
  also: readonly Candidate[],
): Fit[] {
  const { stats } = measured;
  if (!(stats.std > 0)) return constantFits(measured);
  const known = candidatesOf(fans);
  const isKnown = ({ law }: Candidate) =>
    known.some((other) =>
      law.distribution === other.law.distribution && law.mean === other.law.mean &&
      law.std === other.law.std && law.high === other.law.high
    );
  const named = fitting(measured, [...also.filter((candidate) => !isKnown(candidate)), ...known]);
  if (named.length > 0) return named;
  const forms = (["normal", "truncatedNormal"] as const).map((distribution) => ({
    name: `${distribution} of the measured mean and std`,
    law: lawWith(distribution, stats.mean, stats.std),
  }));
  const between = uniform({ low: stats.min, high: stats.max }).law([]);
  forms.push({ name: "uniform between the smallest and the largest", law: between });
  return fitting(measured, forms);
}

/** The likeliest first, so that a law that it makes too unlikely needs no test. */
function fitting(measured: Measured, candidates: readonly Candidate[]): Fit[] {
  const fits: Fit[] = [];
  let least = -Infinity;
  const ordered = candidates.filter(({ law }) => isIndependent(law))
    .map((candidate) => ({
      ...candidate,
      likelihood: logLikelihood(candidate.law, measured.stats),
    }))
    .filter(({ likelihood }) => likelihood > -Infinity)
    .sort((a, b) => b.likelihood - a.likelihood);
  for (const { name, law, likelihood } of ordered) {
    if (likelihood < least) break;
    const verdict = test(law, measured);
    if (isRefused(verdict)) continue;
    fits.push({ name, law, p: smallest(verdict) });
    if (fits.length === 1) least = likelihood + Math.log(LEVEL);
  }
  return fits;
}

function constantFits({ stats }: Measured): Fit[] {
  if (stats.min !== stats.max) return [];
  const value = stats.min, told = shortest(value);
  const name = value === 0 ? "zeros()" : value === 1 ? "ones()" : `constant({ value: ${told} })`;
  const law: Law = { distribution: "constant", mean: value, std: 0, low: value, high: value };
  return [{ name, law, p: 1 }];
}

/** The number of the fewest digits that a float32 number is nearest to: 0.3, not 0.30000001192092896. */
function shortest(value: number): number {
  for (let digits = 1; digits <= 9; digits++) {
    const rounded = Number(value.toPrecision(digits));
    if (Math.fround(rounded) === value) return rounded;
  }
  return value;
}
