/** What libraries were measured to draw (tests/vectors/make_presets.py and make_presets_tfjs.mjs), and how far a law is from it. */
import type { Law, LayerSizes } from "../lib/mod.ts";
import recordedByPython from "./vectors/presets.json" with { type: "json" };
import recordedByTfjs from "./vectors/presets_tfjs.json" with { type: "json" };

export interface Measured {
  readonly shape: readonly number[];
  readonly count: number;
  readonly mean: number;
  readonly std: number;
  readonly min: number;
  readonly max: number;
  readonly zeros: number;
  /** What the library asked its generator for: [low, high], [mean, std], or [mean, std, a, b]. */
  readonly own?: { readonly [kind: string]: readonly number[] | undefined };
}

export interface RecordedLayer {
  readonly library: string;
  readonly layer: string;
  readonly sizes: Partial<LayerSizes>;
  /** How many times the layer was made. */
  readonly seeds: number;
  readonly params: Readonly<Record<string, Measured>>;
}

export const RECORDED = [...recordedByPython, ...recordedByTfjs] as unknown as RecordedLayer[];

/** The recorded parameter of a library's layer, of its first sizes. */
export function measured(library: string, layer: string, name: string): Measured {
  const found = RECORDED.find((one) => one.library === library && one.layer === layer);
  if (!found) throw new Error(`No recorded ${layer} of ${library}`);
  return found.params[name];
}

// Of a normal cut at two parent stds: E x^4 / variance^2, and its density at the cut over that of its std.
const CUT_KURTOSIS = 2.3655367, CUT_DENSITY = 0.0566 * 0.8796;
const isPadded = (law: Law) => law.distribution === "structured" && law.high === Infinity;
const isCut = (law: Law) => law.distribution === "truncatedNormal" && law.high < 10 * law.std;

function kurtosis(law: Law, rows: number): number {
  if (law.distribution === "uniform") return 1.8;
  if (isCut(law)) return CUT_KURTOSIS;
  return isPadded(law) ? 3 / (1 - 1 / rows) : 3; // a cut at a hundred stds is none
}

/**
 * How far measured numbers are from a law, in standard errors: of the mean, std / sqrt n, and of the variance,
 * variance sqrt((kurtosis - 1) / n). Infinite where a bound is passed, or where none of the n came as near to it as 20 of
 * them should (which happens once in e^20), or where a fixed part is not exact.
 */
export function distance(law: Law, m: Measured): number {
  const n = m.count, f = Math.fround;
  if (m.min < f(law.low) || m.max > f(law.high)) return Infinity;
  if (law.distribution === "constant") return m.min === m.max ? 0 : Infinity;
  const z = Math.abs(m.mean - law.mean) / (law.std / Math.sqrt(n));
  if (law.distribution === "orthogonal") {
    // A fixed sum of squares, to float32's rounding.
    return Math.abs(Math.hypot(m.mean, m.std) / law.std - 1) < 1e-5 ? z : Infinity;
  }
  if (law.distribution === "structured" && !isPadded(law)) {
    return Math.abs(m.mean - law.mean) + Math.abs(m.std - law.std) < 1e-12 ? 0 : Infinity;
  }
  const reach = law.distribution === "uniform"
    ? (law.high - law.low) * 20 / n
    : isCut(law)
    ? law.std * 20 / n / CUT_DENSITY
    : Infinity;
  if (m.max < law.high - reach || m.min > law.low + reach) return Infinity;
  const spread = Math.sqrt((kurtosis(law, m.shape[0]) - 1) / n);
  return Math.max(z, Math.abs((m.std / law.std) ** 2 - 1) / spread);
}

/**
 * The numbers without one entry at -2, where the least is that. timm cuts by inverting the distribution of a float32 uniform on
 * [-1, 1), which is -1 once in 2^24: minus infinity, clamped to -2, a hundred stds out (trap 10).
 */
export function withoutClamped(m: Measured): Measured {
  if (m.min !== -2) return m;
  const count = m.count - 1, mean = (m.mean * m.count + 2) / count;
  const squares = (m.std ** 2 + m.mean ** 2) * m.count - 4;
  return { ...m, count, mean, std: Math.sqrt(squares / count - mean ** 2), min: -m.max };
}
