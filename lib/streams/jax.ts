import { onlyOptions, trueOrFalse } from "../tensor/arguments.ts";
import { bitsOf, floatOf } from "../numerics/floatBits.ts";
import type { RandomSource } from "../tensor/randomSource.ts";
import { cutNormalOf, meanAndStdOf } from "../tensor/rng.ts";
import type {
  NormalOptions,
  TruncatedNormalOptions,
  UniformOptions,
} from "../tensor/randomSource.ts";
import { type Shape, sizeOf, type Tensor } from "../tensor/tensor.ts";
import { fused } from "./fused.ts";
import { interval } from "./interval.ts";
import { type Pair, threefry2x32 } from "./threefry.ts";
import { integer } from "./torch.ts";
import { erf, erfInverse } from "./xlaErf.ts";

const f = Math.fround;
const SQRT2 = f(Math.SQRT2), SQRT_HALF = f(Math.SQRT1_2);

/**
 * The random numbers of one JAX key, float32, bit for bit those of an x86 machine with fused multiply-adds.
 *
 * As in JAX a key has no state: drawing twice gives the same numbers, and `split` and `foldIn` make
 * further keys. Make one with {@linkcode jaxRng}.
 */
export class JaxRng implements RandomSource {
  /** `jax.random.key_data(key)`. */
  readonly key: Pair;
  /** Whether draws are laid out as under `jax_threefry_partitionable`, JAX's default since 0.5. */
  readonly partitionable: boolean;

  constructor(key: Pair, partitionable: boolean) {
    this.key = key;
    this.partitionable = partitionable;
  }

  /**
   * `jax.random.split(key, n)`.
   *
   * @throws {RangeError} where n is not an integer from 0 to 2^29.
   */
  split(n = 2): JaxRng[] {
    const words = new Uint32Array(sizeOf([n, 2]));
    if (this.partitionable) {
      for (let i = 0; i < n; i++) words.set(threefry2x32(this.key, [0, i]), 2 * i);
    } else {
      words.set(inHalves(this.key, 2 * n));
    }
    return Array.from({ length: n }, (_, i) => this.#with([words[2 * i], words[2 * i + 1]]));
  }

  /**
   * `jax.random.fold_in(key, data)`: the key of a number.
   *
   * @throws {RangeError} where data is not an integer.
   */
  foldIn(data: number): JaxRng {
    return this.#with(threefry2x32(this.key, [0, integer("data", data) >>> 0]));
  }

  /**
   * The key of a part, so that an initializer of several parts draws each by itself: a number is folded
   * in, a text by its length and then by its UTF-8 bytes, one after another, as JAX has no names.
   */
  child(label: string | number): JaxRng {
    if (typeof label === "number") return this.foldIn(label);
    const bytes = new TextEncoder().encode(label);
    return bytes.reduce<JaxRng>((key, byte) => key.foldIn(byte), this.foldIn(bytes.length));
  }

  /** `jax.random.bits(key, (n,))`: 32-bit words. */
  bits(n: number): Uint32Array {
    if (!this.partitionable) return inHalves(this.key, sizeOf([n]));
    return Uint32Array.from({ length: sizeOf([n]) }, (_, i) => {
      const [x, y] = threefry2x32(this.key, [0, i]);
      return x ^ y;
    });
  }

  /**
   * `jax.random.uniform(key, shape, minval=low, maxval=high)`: low + (high - low) k 2^-23, k the highest 23
   * bits of a word.
   *
   * @throws {RangeError} where low > high, or an end or their difference is not finite in float32.
   */
  uniform(shape: Shape, options: UniformOptions = {}): Tensor {
    const { low, width } = interval(options);
    const unit = (word: number) => (word >>> 9) * 2 ** -23;
    const data = Float32Array.from(
      this.bits(sizeOf(shape)),
      (word) => fused(unit(word), width, low),
    );
    return { shape: [...shape], data };
  }

  /**
   * mean + std `jax.random.normal(key, shape)`: sqrt 2 times the inverse erf of a uniform number on (-1, 1).
   *
   * @throws {RangeError} where std is negative or a number is not finite.
   */
  normal(shape: Shape, options: NormalOptions = {}): Tensor {
    const given = meanAndStdOf(options), mean = f(given.mean), std = f(given.std);
    const drawn = this.uniform(shape, { low: ABOVE_MINUS_1, high: 1 });
    drawn.data.forEach((u, i, all) => all[i] = mean + f(std * f(SQRT2 * erfInverse(u))));
    return drawn;
  }

  /**
   * mean + parentStd `jax.random.truncated_normal(key, -cut, cut, shape)`, or its ends where `low` and `high`
   * put them, by inverting the distribution.
   *
   * @throws {TypeError} where the size or the ends are said in two ways.
   * @throws {RangeError} where a std is negative, low is not below high, or a number is not finite.
   */
  truncatedNormal(shape: Shape, options: TruncatedNormalOptions = {}): Tensor {
    const { mean, parentStd, from, to } = cutNormalOf(options);
    const low = f(from), high = f(to);
    const drawn = this.uniform(shape, {
      low: erf(f(low * SQRT_HALF)),
      high: erf(f(high * SQRT_HALF)),
    });
    const first = beside(low, 1), last = beside(high, -1);
    drawn.data.forEach((u, i, all) => {
      const z = Math.min(last, Math.max(first, f(SQRT2 * erfInverse(u))));
      all[i] = f(mean) + f(f(parentStd) * z);
    });
    return drawn;
  }

  /**
   * `jax.random.permutation(key, n)`: sorted by random words, again by others for n > 1625.
   *
   * @throws {RangeError} where n is not an integer from 0 to 2^30.
   */
  permutation(n: number): Uint32Array {
    let order = Uint32Array.from({ length: sizeOf([n]) }, (_, i) => i);
    const rounds = Math.ceil(3 * Math.log(Math.max(1, n)) / Math.log(2 ** 32 - 1));
    for (let round = 0, key = this.#with(this.key); round < rounds; round++) {
      const [next, one] = key.split();
      const words = one.bits(n);
      const places = Uint32Array.from({ length: n }, (_, i) => i)
        .sort((a, b) => words[a] - words[b] || a - b);
      const before = order;
      order = places.map((place) => before[place]);
      key = next;
    }
    return order;
  }

  #with(key: Pair): JaxRng {
    return new JaxRng(key, this.partitionable);
  }
}

/**
 * The stream of `jax.random.key(seed)`; only the seed's lowest 32 bits count, as without 64-bit mode.
 *
 * `partitionable: false` gives the numbers of `jax_threefry_partitionable=False`, the default before
 * JAX 0.5 and the one that the examples in its documentation still show.
 *
 * @throws {RangeError} where the seed is not an integer.
 *
 * @example jax.random.uniform(jax.random.split(jax.random.key(0))[1], (2, 3))
 * ```ts
 * import { jaxRng } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * const key = jaxRng(0).split()[1];
 * expect(key.uniform([2, 3]).data[0]).toBeCloseTo(0.00729382, 8);
 * ```
 */
export function jaxRng(seed: number, options: { partitionable?: boolean } = {}): JaxRng {
  onlyOptions("jaxRng", options, ["partitionable"]);
  return new JaxRng(
    [0, integer("seed", seed) >>> 0],
    trueOrFalse("partitionable", options.partitionable ?? true),
  );
}

/** Of 0 to n - 1, an odd n padded by 0: the first half makes the counters' first words, the second the second. */
function inHalves(key: Pair, n: number): Uint32Array {
  const half = Math.ceil(n / 2), words = new Uint32Array(2 * half);
  for (let i = 0; i < half; i++) {
    const second = half + i;
    [words[i], words[second]] = threefry2x32(key, [i, second < n ? second : 0]);
  }
  return words.subarray(0, n);
}

const ABOVE_MINUS_1 = beside(-1, 1);

/** The float32 next to x, above it or (direction -1) below. */
function beside(x: number, direction: 1 | -1): number {
  if (x === 0) return direction * floatOf(1);
  return floatOf(bitsOf(x) + (x > 0 ? direction : -direction));
}
