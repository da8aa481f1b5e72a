import type { Law } from "../initializers/initializer.ts";
import type { Shape } from "../tensor/tensor.ts";
import { type Finding, short } from "./finding.ts";
import { isIndependent } from "./fit.ts";
import { type Measured, START } from "./statistics.ts";

/** Fewer entries may be equal by chance. */
const FEWEST_EQUAL = 8;

/**
 * A correlation of 64 independent pairs is so large with probability below (1 - 0.9^2)^31 = 5e-23, hence nowhere among a
 * million tensors.
 */
const CORRELATED = 0.9;

/** Names that libraries give to an embedding and to a head, which may be one tensor on purpose. */
const TIED =
  /(?:^|\.)(?:wte|embed_tokens|word_embeddings|shared|lm_head|predictions\.decoder)\.weight$/;

interface Seen {
  readonly name: string;
  readonly hash: string;
  /** The first entries less their mean, of length 1; undefined where they cannot be compared. */
  readonly unit: Float64Array | undefined;
}

/** Compares each tensor with those before it: equal ones, and ones whose first entries are multiples of each other. */
export class DuplicateSearch {
  readonly #seen: Seen[] = [];

  add(
    name: string,
    shape: Shape,
    { stats, start, hash }: Measured,
    law: Law | undefined,
  ): Finding[] {
    if (!(stats.std > 0) || stats.count < FEWEST_EQUAL) return [];
    if (law && !isIndependent(law) && law.distribution !== "orthogonal") return [];
    const unit = shape.length >= 2 ? unitOf(start) : undefined;
    const equal = this.#seen.find((other) => other.hash === hash);
    const alike = equal ??
      this.#seen.find((other) => Math.abs(correlation(unit, other.unit)) >= CORRELATED);
    this.#seen.push({ name, hash, unit });
    if (alike === undefined) return [];
    if (equal) {
      const isTied = !law || TIED.test(name) && TIED.test(equal.name);
      return [{
        kind: "duplicate",
        severity: isTied ? "note" : "error",
        says: `every entry equals that of "${equal.name}"`,
        fix: isTied
          ? "fine where the two are tied on purpose; else one seed was used twice"
          : "give each parameter a random stream of its own, such as rng(seed).child(name)",
      }];
    }
    const r = correlation(unit, alike.unit);
    return [{
      kind: "sameStream",
      severity: law ? "error" : "note",
      says: `its first entries are those of "${alike.name}" times a factor: correlation ${
        short(r)
      }`,
      fix:
        "one seed was used twice: give each parameter a stream of its own, such as rng(seed).child(name)",
    }];
  }
}

/** A tensor's first entries as a direction, where there are enough, none of them 0 and not all equal. */
function unitOf(start: Float32Array): Float64Array | undefined {
  if (start.length < START || !start.every((value) => value !== 0 && Number.isFinite(value))) {
    return undefined;
  }
  const mean = start.reduce((sum, value) => sum + value, 0) / START;
  const centered = Float64Array.from(start, (value) => value - mean);
  const length = Math.sqrt(centered.reduce((sum, value) => sum + value * value, 0));
  return length > 0 ? centered.map((value) => value / length) : undefined;
}

function correlation(a: Float64Array | undefined, b: Float64Array | undefined): number {
  if (!a || !b) return 0;
  let sum = 0;
  for (let i = 0; i < START; i++) sum += a[i] * b[i];
  return sum;
}
