import { aboveZero, found } from "../tensor/arguments.ts";
import { normalCdf } from "../numerics/gaussian.ts";
import type { RandomSource } from "../tensor/randomSource.ts";
import { cutNormalOf, meanAndStdOf } from "../tensor/rng.ts";
import type {
  NormalOptions,
  TruncatedNormalOptions,
  UniformOptions,
} from "../tensor/randomSource.ts";
import { type Shape, sizeOf, type Tensor } from "../tensor/tensor.ts";
import { log64, sineAndCosine64 } from "./doubles.ts";
import { fused } from "./fused.ts";
import { interval } from "./interval.ts";
import { MersenneTwister } from "./mersenneTwister.ts";
import { BLOCK, boxMuller16 } from "./torchNormal.ts";

const f = Math.fround;

/**
 * The random numbers of PyTorch's CPU generator, float32, bit for bit those of an x86 machine with AVX2.
 *
 * Unlike an {@linkcode Rng} it has a state: each draw goes on where the last one ended, so that the
 * order of draws matters as it does in PyTorch. Make one with {@linkcode torchRng}.
 */
export class TorchRng implements RandomSource {
  readonly #words: MersenneTwister;
  /** The sine half of the last pair that `normal` drew for fewer than 16 numbers. */
  #spare: number | undefined;

  constructor(seed: number) {
    this.#words = new MersenneTwister(seed);
  }

  /**
   * `tensor.uniform_(low, high)`: low + (high - low) k 2^-24, k the lowest 24 bits of a word.
   *
   * @throws {RangeError} where low > high, or an end or their difference is not finite in float32.
   */
  uniform(shape: Shape, options: UniformOptions = {}): Tensor {
    const { low, high, width } = interval(options);
    const data = Float32Array.from({ length: sizeOf(shape) }, () => {
      const value = fused(this.#unit(), width, low);
      return value === high ? low : value;
    });
    return { shape: [...shape], data };
  }

  /**
   * `tensor.normal_(mean, std)` of a contiguous tensor, by Box-Muller: in float64 below 16 numbers, else
   * in float32 by blocks of 16; where 16 does not divide their number, the last 16 are drawn again.
   *
   * @throws {RangeError} where std is negative or a number is not finite.
   */
  normal(shape: Shape, options: NormalOptions = {}): Tensor {
    const { mean, std } = meanAndStdOf(options);
    const size = sizeOf(shape);
    if (size < BLOCK) {
      const data = Float32Array.from({ length: size }, () => this.#normal64() * std + mean);
      return { shape: [...shape], data };
    }
    const { data } = this.uniform(shape);
    for (let start = 0; start + BLOCK <= size; start += BLOCK) {
      boxMuller16(data, start, f(mean), f(std));
    }
    if (size % BLOCK > 0) {
      data.set(this.uniform([BLOCK]).data, size - BLOCK);
      boxMuller16(data, size - BLOCK, f(mean), f(std));
    }
    return { shape: [...shape], data };
  }

  /**
   * `nn.init.trunc_normal_` by rejection, whole tensors at a time: of normal numbers where more than
   * 0.3 of them lie inside, else of uniform ones by their density.
   *
   * PyTorch's std is `parentStd`, its a and b are `low` and `high`, absolute.
   *
   * @throws {TypeError} where the size or the ends are said in two ways.
   * @throws {RangeError} where parentStd is not positive, low not below high, a number not finite, or almost
   * every candidate would be dropped.
   */
  truncatedNormal(shape: Shape, options: TruncatedNormalOptions = {}): Tensor {
    const { mean, parentStd, from, to, low, high } = cutNormalOf(options);
    aboveZero("parentStd", parentStd);
    return normalCdf(to) - normalCdf(from) > 0.3
      ? this.#normalInside(shape, mean, parentStd, f(low), f(high))
      : this.#uniformByDensity(shape, mean, parentStd, low, high);
  }

  /**
   * `torch.randperm(n)` (Fisher-Yates from the front, by the remainder of a word).
   *
   * @throws {RangeError} where n is not an integer from 0 to 2^30.
   */
  permutation(n: number): Uint32Array {
    sizeOf([n]);
    const order = Uint32Array.from({ length: n }, (_, i) => i);
    for (let i = 0; i < n - 1; i++) {
      const j = i + this.#words.word() % (n - i);
      [order[i], order[j]] = [order[j], order[i]];
    }
    return order;
  }

  #unit(): number {
    return (this.#words.word() & 0xffffff) * 2 ** -24;
  }

  /** Uniform on [0, 1) with 53 bits: of two words the first is the higher. */
  #unit64(): number {
    const high = this.#words.word() & 0x1fffff;
    return (high * 2 ** 32 + this.#words.word()) * 2 ** -53;
  }

  #normal64(): number {
    const spare = this.#spare;
    this.#spare = undefined;
    if (spare !== undefined) return spare;
    const turn = this.#unit64(), radius = Math.sqrt(-2 * log64(1 - this.#unit64()));
    const { sine, cosine } = sineAndCosine64(2 * Math.PI * turn);
    this.#spare = radius * sine;
    return radius * cosine;
  }

  #normalInside(shape: Shape, mean: number, std: number, low: number, high: number): Tensor {
    const drawn = this.normal(shape, { mean, std });
    const outside = (x: number) => x < low || x > high;
    while (drawn.data.some(outside)) {
      const fresh = this.normal(shape, { mean, std }).data;
      drawn.data.forEach((x, i, all) => all[i] = outside(x) ? fresh[i] : x);
    }
    return drawn;
  }

  #uniformByDensity(shape: Shape, mean: number, std: number, low: number, high: number): Tensor {
    const mode = Math.max(low, Math.min(mean, high));
    // Away from the mode the density falls as e^-(steepness x), x in standard deviations.
    const steepness = Math.max(1, Math.abs(mode - mean) / std);
    if (std / (steepness * (high - low)) < 1e-6) {
      throw new RangeError(
        `Cannot draw a normal (mean ${mean}, parentStd ${std}) cut to [${low}, ${high}] as PyTorch does: ` +
          "it would drop all but one of a million candidates, so narrow the cut",
      );
    }
    const logPeak = f(-0.5 * ((mode - mean) / std) ** 2);
    const logDensity = (x: number) => {
      const z = f(f(x - f(mean)) / f(std));
      return f(f(f(z * z) * -0.5) - logPeak);
    };
    const pending = new Array<boolean>(sizeOf(shape)).fill(true);
    const data = new Float32Array(pending.length);
    while (pending.includes(true)) {
      const candidates = this.uniform(shape, { low, high }).data;
      const limits = this.uniform(shape).data;
      for (let i = 0; i < data.length; i++) {
        if (!pending[i]) continue;
        data[i] = candidates[i];
        pending[i] = limits[i] > 0 && f(log64(limits[i])) > logDensity(data[i]);
      }
    }
    return { shape: [...shape], data };
  }
}

/**
 * The stream that `torch.manual_seed(seed)` starts; only the seed's lowest 32 bits count, as there.
 *
 * PyTorch's weights are (out, in, ...kernel): give its shape, and fans that say so.
 *
 * @throws {RangeError} where the seed is not an integer.
 *
 * @example torch.manual_seed(0); nn.init.kaiming_normal_(torch.empty(256, 784))
 * ```ts
 * import { heNormal, torchRng } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * const w = heNormal()([256, 784], torchRng(0), { fanIn: 784, fanOut: 256 });
 * expect(w.data[0]).toBeCloseTo(-0.0569, 4);
 * ```
 */
export function torchRng(seed: number): TorchRng {
  return new TorchRng(integer("seed", seed));
}

/** Checks a seed: JavaScript reads its lowest 32 bits as PyTorch and JAX do, negative ones included. */
export function integer(what: string, value: number): number {
  if (Number.isSafeInteger(value)) return value;
  throw new RangeError(`Cannot use ${what} as it must be an integer: ${found(value)}`);
}
