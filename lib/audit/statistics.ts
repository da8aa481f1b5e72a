import { ascending } from "./ascending.ts";
import type { Resolution } from "./kolmogorov.ts";
import type { TensorSource } from "./source.ts";

/** What one pass over a tensor measures, in float64, of its finite elements; divisor n. */
export interface TensorStats extends Resolution {
  readonly count: number;
  readonly mean: number;
  readonly std: number;
  /** E(x - mean)^3 / std^3: 0 for a symmetric law, NaN for a constant. */
  readonly skewness: number;
  /** E(x - mean)^4 / std^4: 3 for a normal law, 1.8 for a uniform one, NaN for a constant. */
  readonly kurtosis: number;
  readonly min: number;
  readonly max: number;
  /** The share of elements that are exactly 0. */
  readonly zeros: number;
  readonly nan: number;
  readonly infinite: number;
}

/** A tensor read as a matrix, one entry per row and per column. */
export interface Lines {
  readonly rowSquares: Float64Array;
  readonly columnSquares: Float64Array;
  readonly constantRows: number;
  readonly constantColumns: number;
}

/** The statistics of a tensor, and what is kept of it for later questions: of bounded size. */
export interface Measured {
  readonly stats: TensorStats;
  /** Finite elements from evenly spread places, sorted: all, or 65,536. */
  readonly sample: Float32Array;
  /** The first elements, up to 64, to compare with other tensors. */
  readonly start: Float32Array;
  /** Equal for equal elements in equal order, and otherwise different but for a chance of 2^-64. */
  readonly hash: string;
  readonly lines: Lines | undefined;
}

const SAMPLE = 65_536;
/** How many first elements are kept of each tensor. */
export const START = 64;
const GOLDEN = (Math.sqrt(5) - 1) / 2;

/**
 * One pass over a tensor of `count` elements: central moments of each block, combined exactly.
 *
 * Reference: Pébay (2008), equations 2.1 and 3.1, for combining the moments of two samples.
 */
export function measure(
  source: TensorSource,
  matrix: { rows: number; columns: number } | undefined,
): Measured {
  const count = source.shape.reduce((product, length) => product * length, 1);
  const take = Math.min(count, SAMPLE);
  const sample = new Float32Array(take), start = new Float32Array(Math.min(count, START));
  const lines = matrix && new LineSums(matrix.rows, matrix.columns);
  const total = new Central();
  let zeros = 0, nan = 0, infinite = 0, min = Infinity, max = -Infinity;
  let used = 0, finest = 255 + 23;
  let low = 0x811c9dc5, high = 0x9747b28c, taken = 0, kept = 0, position = 0;
  // One element from each of `take` equal stretches, not always the same place in them.
  const place = (k: number) => Math.floor((k + (k * GOLDEN) % 1) * (count / take));
  let next = count > take ? place(0) : 0;
  for (const block of source.blocks) {
    const bits = new Uint32Array(block.buffer, block.byteOffset, block.length);
    if (position < START) start.set(block.subarray(0, START - position), position);
    let sum = 0, finite = 0;
    for (let i = 0; i < block.length; i++) {
      const value = block[i], word = bits[i];
      low = Math.imul(low ^ word, 0x01000193);
      high = Math.imul(high ^ (word >>> 7 | word << 25), 0x5bd1e995) + low | 0;
      if (position + i === next) {
        if (Number.isFinite(value)) sample[kept++] = value;
        taken++;
        next = count > take ? Math.max(next + 1, place(taken)) : taken;
      }
      if (value - value !== 0) {
        if (value !== value) nan++;
        else infinite++;
        continue;
      }
      finite++;
      sum += value;
      used |= word;
      const exponent = word >>> 23 & 0xff;
      if (value === 0) zeros++;
      else if (exponent < finest) finest = Math.min(finest, exponent + lastDigit(word | 0x800000));
      if (value < min) min = value;
      if (value > max) max = value;
    }
    lines?.add(block, position);
    if (finite > 0) total.add(block, finite, sum / finite);
    position += block.length;
  }
  const [mean, variance, third, fourth] = total.moments();
  return {
    stats: {
      count: position,
      mean,
      std: Math.sqrt(variance),
      skewness: third / variance ** 1.5,
      kurtosis: fourth / variance ** 2,
      min,
      max,
      zeros: zeros / position,
      nan,
      infinite,
      digits: 23 - lastDigit(used | 0x800000),
      step: 2 ** (finest - 127 - 23),
    },
    sample: ascending(sample.subarray(0, kept)),
    start,
    hash: `${position}:${low >>> 0}:${high >>> 0}`,
    lines: lines?.result(),
  };
}

/** Place of the last digit 1 among the 24 of a float32: 0 where all are in use, 23 where only the first is. */
function lastDigit(word: number): number {
  return 31 - Math.clz32(word & -word & 0xffffff);
}

/** Count, mean and sums of central powers. */
class Central {
  n = 0;
  mean = 0;
  m2 = 0;
  m3 = 0;
  m4 = 0;

  /** Adds a block of which `finite` elements are finite, with their mean. */
  add(block: Float32Array, finite: number, mean: number): void {
    let m2 = 0, m3 = 0, m4 = 0;
    for (let i = 0; i < block.length; i++) {
      const d = block[i] - mean;
      if (d - d !== 0) continue;
      const square = d * d;
      m2 += square;
      m3 += square * d;
      m4 += square * square;
    }
    const a = this.n, b = finite, n = a + b, delta = mean - this.mean, step = delta / n;
    this.m4 += m4 + delta * step ** 3 * a * b * (a * a - a * b + b * b) +
      6 * step * step * (a * a * m2 + b * b * this.m2) + 4 * step * (a * m3 - b * this.m3);
    this.m3 += m3 + delta * step * step * a * b * (a - b) + 3 * step * (a * m2 - b * this.m2);
    this.m2 += m2 + delta * step * a * b;
    this.mean += step * b;
    this.n = n;
  }

  /** Mean, and the second to fourth central moment. */
  moments(): [mean: number, second: number, third: number, fourth: number] {
    const { n } = this;
    return n === 0 ? [NaN, NaN, NaN, NaN] : [this.mean, this.m2 / n, this.m3 / n, this.m4 / n];
  }
}

/** Squared lengths of rows and columns, and which are constant. */
class LineSums {
  readonly #columns: number;
  readonly #rowSquares: Float64Array;
  readonly #columnSquares: Float64Array;
  readonly #rowFirst: Float32Array;
  readonly #columnFirst: Float32Array;
  readonly #rowVaries: Uint8Array;
  readonly #columnVaries: Uint8Array;

  constructor(rows: number, columns: number) {
    this.#columns = columns;
    this.#rowSquares = new Float64Array(rows);
    this.#columnSquares = new Float64Array(columns);
    this.#rowFirst = new Float32Array(rows);
    this.#columnFirst = new Float32Array(columns);
    this.#rowVaries = new Uint8Array(rows);
    this.#columnVaries = new Uint8Array(columns);
  }

  add(block: Float32Array, position: number): void {
    const columns = this.#columns, squares = this.#columnSquares;
    const firsts = this.#columnFirst, columnVaries = this.#columnVaries;
    let row = Math.floor(position / columns), column = position - row * columns;
    for (let i = 0; i < block.length; row++, column = 0) {
      const end = Math.min(block.length, i + columns - column);
      if (column === 0) this.#rowFirst[row] = block[i];
      if (row === 0) firsts.set(block.subarray(i, end), column);
      const first = this.#rowFirst[row];
      let sum = 0, varies = 0;
      for (; i < end; i++, column++) {
        const value = block[i], square = value * value;
        if (value !== first) varies = 1;
        if (value !== firsts[column]) columnVaries[column] = 1;
        sum += square;
        squares[column] += square;
      }
      this.#rowSquares[row] += sum;
      this.#rowVaries[row] |= varies;
    }
  }

  result(): Lines {
    const constant = (varies: Uint8Array) => varies.reduce((count, v) => count + 1 - v, 0);
    return {
      rowSquares: this.#rowSquares,
      columnSquares: this.#columnSquares,
      constantRows: constant(this.#rowVaries),
      constantColumns: constant(this.#columnVaries),
    };
  }
}
