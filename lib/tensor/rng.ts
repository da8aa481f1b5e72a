import seedrandom from "seedrandom";
import { kernels } from "../numerics/kernels.ts";
import { aboveZero, atLeastZero, finite, must } from "./arguments.ts";
import type {
  NormalOptions,
  RandomSource,
  TruncatedNormalOptions,
  UniformOptions,
} from "./randomSource.ts";
import { type Shape, sizeOf, type Tensor } from "./tensor.ts";
import { truncatedStd } from "./truncation.ts";
import { inFloat32, onlyOptions } from "../tensor/arguments.ts";

/**
 * A random stream known by its name: the same path always draws the same numbers, on every machine.
 *
 * Drawing changes nothing: two calls of `normal([4])` give the same four numbers. Use a `child` for
 * each thing that needs numbers of its own. Make one with {@linkcode rng}.
 */
export class Rng implements RandomSource {
  /** The path as it is hashed: its depth, then each label with its length in bytes. */
  readonly path: string;
  readonly #labels: readonly string[];
  readonly #key: readonly [number, number];

  constructor(labels: readonly string[]) {
    const bytes = new TextEncoder();
    this.#labels = labels;
    this.path = `${labels.length}|` +
      labels.map((label) => `${bytes.encode(label).length}:${label}`).join("");
    // seedrandom reads the low byte of each character: hand it the UTF-8 bytes one by one.
    const generator = seedrandom(String.fromCharCode(...bytes.encode(this.path)));
    this.#key = [generator.int32() >>> 0, generator.int32() >>> 0];
  }

  /** The stream of a part: `rng("course").child("w1")`. A number counts as its decimal text. */
  child(label: string | number): Rng {
    return new Rng([...this.#labels, checkLabel(label)]);
  }

  /**
   * Uniform numbers on [low, high): low + (high - low) k 2^-24 in float32, k the top 24 bits of a word.
   *
   * Where low = high every number is low.
   *
   * @throws {RangeError} where an end is not finite or low > high.
   */
  uniform(shape: Shape, options: UniformOptions = {}): Tensor {
    const { low, high } = endsOf(options);
    const data = new Float32Array(sizeOf(shape));
    if (low === high) data.fill(low);
    else kernels.fillUniform(data, ...this.#key, low, high);
    return { shape: [...shape], data };
  }

  /**
   * Normal numbers mean + std z in float32, z by Box-Muller, tails to 6.7 standard deviations.
   *
   * @throws {RangeError} where std is negative or a number is not finite.
   *
   * Reference: Box and Muller (1958).
   */
  normal(shape: Shape, options: NormalOptions = {}): Tensor {
    const { mean, std } = meanAndStdOf(options);
    const data = new Float32Array(sizeOf(shape));
    kernels.fillNormal(data, ...this.#key, mean, std);
    return { shape: [...shape], data };
  }

  /**
   * Normal numbers conditioned on |z| <= cut, or on [low, high], as mean + parentStd z, z by inverting the distribution.
   *
   * `std` is the standard deviation of the result; `parentStd` that of the law before the cut.
   *
   * @throws {TypeError} where both std and parentStd are given, or one of low and high, or both a cut and ends.
   * @throws {RangeError} where std is negative, the cut not positive, low not below high, or a number not finite.
   */
  truncatedNormal(shape: Shape, options: TruncatedNormalOptions = {}): Tensor {
    const { mean, parentStd, from, to, low, high } = cutNormalOf(options);
    const data = new Float32Array(sizeOf(shape));
    kernels.fillTruncatedNormal(data, ...this.#key, mean, parentStd, from, to);
    if (options.low !== undefined) {
      // mean + parentStd z, rounded, may step over an end that was divided by parentStd
      const least = Math.fround(low), most = Math.fround(high);
      for (let i = 0; i < data.length; i++) data[i] = Math.min(Math.max(data[i], least), most);
    }
    return { shape: [...shape], data };
  }

  /**
   * The numbers 0 to n - 1 in random order (Fisher-Yates, j = floor(word (i + 1) 2^-32), i descending).
   *
   * @throws {RangeError} where n is not an integer from 0 to 2^30.
   */
  permutation(n: number): Uint32Array {
    sizeOf([n]);
    const order = Uint32Array.from({ length: n }, (_, i) => i);
    const words = new Uint32Array(n);
    kernels.fillBits(words, ...this.#key);
    for (let i = n - 1; i > 0; i--) {
      const j = Math.floor(words[i] * 2 ** -32 * (i + 1));
      [order[i], order[j]] = [order[j], order[i]];
    }
    return order;
  }
}

/**
 * The random stream of a name: `rng("course").child("w1").normal([784, 256])`.
 *
 * @throws {TypeError} where the name is neither a string nor a finite number.
 *
 * @example
 * ```ts
 * import { rng } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * const a = rng("course").child("w1").normal([3]);
 * const b = rng("course").child("w1").normal([3]);
 * expect(a).toEqual(b);
 * ```
 */
export function rng(name: string | number): Rng {
  return new Rng([checkLabel(name)]);
}

/** A normal law and where it is cut: from and to in parent standard deviations, low and high as values. */
export interface CutNormal {
  readonly mean: number;
  readonly parentStd: number;
  readonly from: number;
  readonly to: number;
  readonly low: number;
  readonly high: number;
}

/** The ends of a uniform draw, 0 and 1 when left out. */
export function endsOf(options: UniformOptions): { low: number; high: number } {
  onlyOptions("uniform", options, ["low", "high"]);
  const low = inFloat32("low", options.low ?? 0), high = inFloat32("high", options.high ?? 1);
  if (low <= high) return { low, high };
  throw new RangeError(
    `Cannot draw from [low, high) as low must be <= high: got [${low}, ${high})`,
  );
}

/** The mean and std of a normal draw, 0 and 1 when left out. */
export function meanAndStdOf(options: NormalOptions): { mean: number; std: number } {
  onlyOptions("normal", options, ["mean", "std"]);
  const mean = inFloat32("mean", options.mean ?? 0);
  return { mean, std: inFloat32("std", atLeastZero("std", options.std ?? 1)) };
}

/** What the options of a truncated normal mean, from any way to say it. */
export function cutNormalOf(options: TruncatedNormalOptions): CutNormal {
  onlyOptions("truncatedNormal", options, ["mean", "std", "parentStd", "cut", "low", "high"]);
  const mean = inFloat32("mean", options.mean ?? 0);
  if (options.low !== undefined || options.high !== undefined) return betweenEnds(mean, options);
  const cut = aboveZero("cut", options.cut ?? 2);
  const parentStd = parentStdOf(options.std, options.parentStd, cut);
  inFloat32("parentStd", parentStd); // a tiny cut asks for a huge one
  const reach = cut * parentStd;
  return { mean, parentStd, from: -cut, to: cut, low: mean - reach, high: mean + reach };
}

function betweenEnds(mean: number, options: TruncatedNormalOptions): CutNormal {
  const { std, parentStd: parent, cut } = options;
  if (std !== undefined || cut !== undefined || parent === undefined) {
    throw new TypeError(
      "Cannot cut a normal at low and high by std or cut: give parentStd, the std before the cut",
    );
  }
  const low = finite("low", options.low as number), high = finite("high", options.high as number);
  if (!(low < high)) {
    throw new RangeError(
      `Cannot cut a normal to [low, high] as low must be < high: got [${low}, ${high}]`,
    );
  }
  const parentStd = aboveZero("parentStd", parent);
  return {
    mean,
    parentStd,
    from: (low - mean) / parentStd,
    to: (high - mean) / parentStd,
    low,
    high,
  };
}

function parentStdOf(
  std: number | undefined,
  parentStd: number | undefined,
  cut: number,
): number {
  if (parentStd === undefined) return atLeastZero("std", std ?? 1) / truncatedStd(cut);
  if (std === undefined) return atLeastZero("parentStd", parentStd);
  throw new TypeError(
    "Cannot use both std (after the cut) and parentStd (before it): give one of them",
  );
}

/** A stream that was given. @throws {TypeError} where it is none. */
export function checkRng(given: Rng): Rng {
  return must("rng", given, given instanceof Rng, 'a random stream, such as rng("a name")');
}

function checkLabel(label: string | number): string {
  if (typeof label === "string" || Number.isFinite(label)) return String(label);
  throw new TypeError(
    `Cannot name a random stream ${String(label)}: use a string or a finite number`,
  );
}
