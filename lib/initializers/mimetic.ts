import { singularVectors } from "../numerics/singularVectors.ts";
import { count, finite, onlyOptions } from "../tensor/arguments.ts";
import { partOf, type RandomSource } from "../tensor/randomSource.ts";
import { type Shape, show, sizeOf } from "../tensor/tensor.ts";
import { type Initializer, initializer } from "./initializer.ts";
import { topSingularMean } from "./singularLaw.ts";
import { structuredLaw } from "./structured.ts";

export interface MimeticOptions {
  /** Share of the normal matrix Z, whose entries have variance 1 / d. */
  noise?: number;
  /** Share of the identity. */
  identity?: number;
}

/**
 * Query and key weights whose product looks trained: W_Q W_K^T is the nearest matrix of rank k to noise Z + identity I, for each head.
 *
 * One tensor (2, d, heads k) holds the pair, as neither can be drawn without the other: W_Q, then W_K, both (in, out). Each
 * is U or V times sqrt(S) of the first k singular values; the signs of these are free, and drawn. noise and identity are 0.7
 * when left out, heads 1. The law's std is the limit of large d, high by less than 1 / d. Takes some d^3 steps a head.
 *
 * @throws {RangeError} where a number is not finite, or the shape is not (2, d, heads k) with k <= d.
 *
 * Reference: Trockman and Kolter (2023).
 *
 * @example
 * ```ts
 * import { mimeticQueryKey, rng } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * const { data } = mimeticQueryKey({ noise: 0, identity: 0.49 })([2, 3, 3], rng("example"));
 * const query = data.subarray(0, 9), key = data.subarray(9);
 * expect(query[0] * key[0] + query[1] * key[1] + query[2] * key[2]).toBeCloseTo(0.49, 6);
 * ```
 */
export function mimeticQueryKey(options: MimeticOptions & { heads?: number } = {}): Initializer {
  onlyOptions("mimeticQueryKey", options, ["heads", "noise", "identity"]);
  const heads = count("heads", options.heads ?? 1);
  const noise = finite("noise", options.noise ?? 0.7);
  const identity = finite("identity", options.identity ?? 0.7);
  const sidesOf = (shape: Shape) => {
    const entries = sizeOf(shape), [pair, size, width] = shape;
    const fits = entries > 0 && shape.length === 3 && pair === 2;
    if (fits && width % heads === 0 && width / heads <= size) {
      return { size, width, rank: width / heads };
    }
    throw new RangeError(
      `Cannot make a query and a key of shape ${show(shape)} for ${heads} heads: ` +
        "use a shape (2, d, heads k) with k <= d",
    );
  };
  return initializer(
    { name: "mimeticQueryKey", heads, noise, identity },
    (shape) => {
      const { size, rank } = sidesOf(shape);
      const square = topSingularMean(noise, identity, rank / size) / size;
      return structuredLaw(1, 0, square, -Infinity, Infinity);
    },
    (shape, rng) => {
      const { size, width, rank } = sidesOf(shape);
      const data = new Float32Array(sizeOf(shape));
      for (let head = 0; head < heads; head++) {
        const { left, right } = factors(partOf(rng, head), size, rank, noise, identity);
        for (let k = 0; k < rank; k++) {
          for (let i = 0; i < size; i++) {
            const entry = i * width + head * rank + k;
            data[entry] = left[k][i];
            data[size * width + entry] = right[k][i];
          }
        }
      }
      return { shape: [...shape], data };
    },
  );
}

/**
 * Value and output weights whose product looks trained: W_V W_O = noise Z + identity I, Z with entries of variance 1 / d.
 *
 * One tensor (2, d, d) holds the pair: W_V = U sqrt(S), then W_O = sqrt(S) V^T, both (in, out). noise is 0.4 and identity -0.4
 * when left out, as in vision models; language models look like +0.4. The law's std is as in {@linkcode mimeticQueryKey}.
 *
 * @throws {RangeError} where a number is not finite, or the shape is not (2, d, d).
 *
 * Reference: as {@linkcode mimeticQueryKey}.
 *
 * @example
 * ```ts
 * import { mimeticValueOutput, rng } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * const [value, output] = mimeticValueOutput({ noise: 0 })([2, 1, 1], rng("example")).data;
 * expect(value * output).toBeCloseTo(-0.4, 6);
 * ```
 */
export function mimeticValueOutput(options: MimeticOptions = {}): Initializer {
  onlyOptions("mimeticValueOutput", options, ["noise", "identity"]);
  const noise = finite("noise", options.noise ?? 0.4);
  const identity = finite("identity", options.identity ?? -0.4);
  const sizeOfSide = (shape: Shape) => {
    const entries = sizeOf(shape), [pair, size, width] = shape;
    const fits = entries > 0 && shape.length === 3 && pair === 2;
    if (fits && size === width) return size;
    throw new RangeError(
      `Cannot make a value and an output weight of shape ${show(shape)}: use a shape (2, d, d)`,
    );
  };
  return initializer(
    { name: "mimeticValueOutput", noise, identity },
    (shape) => {
      const square = topSingularMean(noise, identity, 1) / sizeOfSide(shape);
      return structuredLaw(1, 0, square, -Infinity, Infinity);
    },
    (shape, rng) => {
      const size = sizeOfSide(shape);
      const { left, right } = factors(rng, size, size, noise, identity);
      const data = new Float32Array(sizeOf(shape));
      for (let k = 0; k < size; k++) {
        for (let i = 0; i < size; i++) {
          data[i * size + k] = left[k][i];
          data[(size + k) * size + i] = right[k][i];
        }
      }
      return { shape: [...shape], data };
    },
  );
}

/** The columns of U sqrt(S) and V sqrt(S), first `rank` of them, of noise Z + identity I = U S V^T. */
function factors(
  rng: RandomSource,
  size: number,
  rank: number,
  noise: number,
  identity: number,
): { left: Float64Array[]; right: Float64Array[] } {
  const matrix = Float64Array.from(
    partOf(rng, "noise").normal([size, size]).data,
    (z) => noise * z / Math.sqrt(size),
  );
  for (let i = 0; i < size; i++) matrix[i * size + i] += identity;
  const { values, left, right } = singularVectors(matrix, size);
  const signs = partOf(rng, "signs").uniform([rank]).data;
  const factor = (vectors: readonly Float64Array[]) =>
    Array.from(signs, (sign, k) => {
      const length = sign < 0.5 ? -Math.sqrt(values[k]) : Math.sqrt(values[k]);
      return vectors[k].map((x) => length * x);
    });
  return { left: factor(left), right: factor(right) };
}
