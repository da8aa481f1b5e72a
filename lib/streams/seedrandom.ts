import seedrandom from "seedrandom";
import { normalCdf } from "../numerics/gaussian.ts";
import { finite, must, oneOf, onlyOptions } from "../tensor/arguments.ts";
import type { RandomSource } from "../tensor/randomSource.ts";
import { cutNormalOf, endsOf, meanAndStdOf } from "../tensor/rng.ts";
import type {
  NormalOptions,
  TruncatedNormalOptions,
  UniformOptions,
} from "../tensor/randomSource.ts";
import { type Shape, sizeOf, type Tensor } from "../tensor/tensor.ts";
import { log64 } from "./doubles.ts";

/** The generators of the npm package seedrandom; "arc4" is its `seedrandom()` itself. */
export type SeedrandomName =
  | "arc4"
  | "alea"
  | "xor128"
  | "xorwow"
  | "xorshift7"
  | "xor4096"
  | "tychei";

const NAMES: readonly SeedrandomName[] = [
  "arc4",
  "alea",
  "xor128",
  "xorwow",
  "xorshift7",
  "xor4096",
  "tychei",
];

/** A generator of uniform numbers on [0, 1). */
type Generator = () => number;

/**
 * The random numbers that TensorFlow.js makes of such a generator, computed in float64 and stored in float32.
 *
 * Make one with {@linkcode tfjsRng} or {@linkcode seedrandomRng}.
 */
export class SeedrandomRng implements RandomSource {
  readonly #generator: () => Generator;

  /** `generator` is asked at each draw: a new one each time repeats its numbers, the same one goes on. */
  constructor(generator: () => Generator) {
    this.#generator = generator;
  }

  /**
   * `tf.randomUniform`: low + (high - low) u.
   *
   * @throws {RangeError} where an end is not finite or low > high.
   */
  uniform(shape: Shape, options: UniformOptions = {}): Tensor {
    const { low, high } = endsOf(options);
    const unit = this.#generator();
    const data = Float32Array.from({ length: sizeOf(shape) }, () => low + (high - low) * unit());
    return { shape: [...shape], data };
  }

  /**
   * `tf.randomNormal`: mean + std z, z by Marsaglia's polar method.
   *
   * @throws {RangeError} where std is negative or a number is not finite.
   *
   * Reference: Marsaglia and Bray (1964).
   */
  normal(shape: Shape, options: NormalOptions = {}): Tensor {
    const { mean, std } = meanAndStdOf(options);
    return this.#polar(shape, mean, std, () => true);
  }

  /**
   * `tf.truncatedNormal`, whose std is `parentStd`: pairs of normal numbers, those outside dropped.
   *
   * @throws {TypeError} where the size or the ends are said in two ways.
   * @throws {RangeError} where less than 0.01 of the normal law lies inside, or a number is not finite.
   */
  truncatedNormal(shape: Shape, options: TruncatedNormalOptions = {}): Tensor {
    const { mean, parentStd, from, to, low, high } = cutNormalOf(options);
    const inside = normalCdf(to) - normalCdf(from);
    if (!(inside >= 0.01)) {
      throw new RangeError(
        `Cannot draw a normal cut to ${from} and ${to} standard deviations by dropping what lies outside ` +
          `as only ${inside} of it lies inside: widen the cut`,
      );
    }
    return this.#polar(shape, mean, parentStd, (x) => x >= low && x <= high);
  }

  /**
   * `tf.util.shuffle` of 0 to n - 1 with this generator in place of its own, which takes no seed.
   *
   * @throws {RangeError} where n is not an integer from 0 to 2^30.
   */
  permutation(n: number): Uint32Array {
    sizeOf([n]);
    const unit = this.#generator(), order = Uint32Array.from({ length: n }, (_, i) => i);
    for (let left = n; left > 0; left--) {
      const j = Math.floor(unit() * left);
      [order[left - 1], order[j]] = [order[j], order[left - 1]];
    }
    return order;
  }

  /** The first of a pair is drawn until it is kept; then the second, if it is kept. */
  #polar(shape: Shape, mean: number, std: number, keep: (x: number) => boolean): Tensor {
    const unit = this.#generator(), data = new Float32Array(sizeOf(shape));
    for (let i = 0; i < data.length;) {
      let a, b, square;
      do {
        a = 2 * unit() - 1;
        b = 2 * unit() - 1;
        square = a * a + b * b;
      } while (square >= 1 || square === 0);
      const factor = Math.sqrt(-2 * log64(square) / square);
      const first = mean + std * a * factor, second = mean + std * b * factor;
      if (!keep(first)) continue;
      data[i++] = first;
      if (i < data.length && keep(second)) data[i++] = second;
    }
    return { shape: [...shape], data };
  }
}

/**
 * What TensorFlow.js 4 draws for a seed: generator Alea, started anew at each call, so that two draws of
 * one seed begin alike.
 *
 * @throws {RangeError} where the seed is not finite, or 0: TensorFlow.js takes another seed in its place.
 *
 * @example tf.truncatedNormal([2, 3], 0, 0.05, "float32", 42)
 * ```ts
 * import { tfjsRng } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * const w = tfjsRng(42).truncatedNormal([2, 3], { parentStd: 1 });
 * expect(w.data[0]).toBe(Math.fround(1.9053093455990502));
 * ```
 */
export function tfjsRng(seed: number): SeedrandomRng {
  if (finite("seed", seed) === 0) {
    throw new RangeError(
      "Cannot draw what TensorFlow.js draws for seed 0 as it takes a random seed then: use another",
    );
  }
  return new SeedrandomRng(() => seedrandom.alea(String(seed)));
}

/**
 * The numbers of the npm package seedrandom 3 for a seed, each draw going on where the last one ended.
 *
 * Uniform ones are the generator's own; normal ones are made of them as TensorFlow.js does.
 *
 * @throws {RangeError} where the generator is none of the package's.
 *
 * @example
 * ```ts
 * import { seedrandomRng } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * const { data } = seedrandomRng("hello.").uniform([1]);
 * expect(data[0]).toBe(Math.fround(0.9282578795792454)); // as in the package's documentation
 * ```
 */
export function seedrandomRng(
  seed: string | number,
  options: { generator?: SeedrandomName } = {},
): SeedrandomRng {
  onlyOptions("seedrandomRng", options, ["generator"]);
  const isSeed = typeof seed === "string" || Number.isFinite(seed);
  must("seed", seed, isSeed, "text or a finite number");
  const name = oneOf("generator", options.generator ?? "arc4", NAMES);
  const generator = (name === "arc4" ? seedrandom : seedrandom[name])(seed);
  return new SeedrandomRng(() => generator);
}
