import { singularValues } from "../numerics/singularValues.ts";
import { rng } from "../tensor/rng.ts";

/** The singular values s of a tensor read as a (rows, columns) matrix, in few numbers. */
export interface Spectrum {
  readonly rows: number;
  readonly columns: number;
  /** The largest singular value. */
  readonly top: number;
  /** std (sqrt(rows) + sqrt(columns)): where the largest lies if entries are independent and centered, at any size but for a few percent. */
  readonly edge: number;
  /** (sum s^2)^2 / sum s^4: how many equal singular values would have this spread; rows columns / (rows + columns + 1) for normal entries. */
  readonly effectiveRank: number;
  /** How unequal the rows, or columns, of the shorter side are: the relative spread of |W u|^2 over random unit u, 0 for an orthogonal one. */
  readonly unevenness: number;
  /** "exact": every singular value. "lanczos": the largest by 24 steps, the rest from eight random directions. */
  readonly method: "exact" | "lanczos";
}

const EXACT = 2 ** 16; // short^2 long of which every singular value is computed
const STEPS = 24;
const STREAMS = Array.from({ length: 8 }, (_, k) => rng("audit").child(k));

/**
 * The spectrum of a row-major matrix whose entries have the given mean and std.
 *
 * Random directions come from a fixed name, so that the same matrix always has the same spectrum. Lanczos' largest value is
 * a lower bound.
 *
 * Reference: Bai and Yin (1993) for the edge; Golub and Kahan (1965) for the bidiagonal form, of which the short side's directions alone are kept
 * orthogonal (Simon and Zha, 2000).
 */
export function spectrumOf(
  data: Float32Array,
  { rows, columns }: { rows: number; columns: number },
  { mean, std }: { mean: number; std: number },
): Spectrum {
  const edge = std * (Math.sqrt(rows) + Math.sqrt(columns));
  const matrix = new Matrix(data, rows, columns);
  const { short, long } = matrix;
  const shared = { rows, columns, edge };
  const probes = probe(matrix, rows * columns * (std * std + mean * mean));
  if (short * short * long <= EXACT) {
    const squares = singularValues(data, rows, columns).map((s) => s * s);
    const power = squares.reduce((sum, square) => sum + square, 0);
    const fourth = squares.reduce((sum, square) => sum + square * square, 0);
    const { unevenness } = probes;
    const top = Math.sqrt(squares[0]), effectiveRank = power === 0 ? 0 : power * power / fourth;
    return { ...shared, top, effectiveRank, unevenness, method: "exact" };
  }
  const { effectiveRank, unevenness, direction } = probes;
  const top = lanczosTop(matrix, direction);
  return { ...shared, top, effectiveRank, unevenness, method: "lanczos" };
}

/** A matrix as the map from its short side to its long side and back. */
class Matrix {
  readonly short: number;
  readonly long: number;
  readonly #data: Float32Array;
  readonly #rows: number;
  readonly #columns: number;

  constructor(data: Float32Array, rows: number, columns: number) {
    this.#data = data;
    this.#rows = rows;
    this.#columns = columns;
    this.short = Math.min(rows, columns);
    this.long = Math.max(rows, columns);
  }

  toLong(u: Float64Array): Float64Array {
    return this.#rows < this.#columns ? this.#transposed(u) : this.#times(u);
  }

  toShort(z: Float64Array): Float64Array {
    return this.#rows < this.#columns ? this.#times(z) : this.#transposed(z);
  }

  /** Four rows at once, whose sums do not wait for each other; the last ones by themselves. */
  #times(x: Float64Array): Float64Array {
    const data = this.#data, rows = this.#rows, columns = this.#columns;
    const out = new Float64Array(rows);
    let i = 0;
    for (; i + 4 <= rows; i += 4) {
      const a = i * columns, b = a + columns, c = b + columns, d = c + columns;
      let first = 0, second = 0, third = 0, fourth = 0;
      for (let j = 0; j < columns; j++) {
        const factor = x[j];
        first += data[a + j] * factor;
        second += data[b + j] * factor;
        third += data[c + j] * factor;
        fourth += data[d + j] * factor;
      }
      out[i] = first;
      out[i + 1] = second;
      out[i + 2] = third;
      out[i + 3] = fourth;
    }
    for (; i < rows; i++) {
      for (let j = 0; j < columns; j++) out[i] += data[i * columns + j] * x[j];
    }
    return out;
  }

  #transposed(x: Float64Array): Float64Array {
    const data = this.#data, rows = this.#rows, columns = this.#columns;
    const out = new Float64Array(columns);
    let i = 0;
    for (; i + 4 <= rows; i += 4) {
      const a = i * columns, b = a + columns, c = b + columns, d = c + columns;
      const first = x[i], second = x[i + 1], third = x[i + 2], fourth = x[i + 3];
      for (let j = 0; j < columns; j++) {
        out[j] += data[a + j] * first + data[b + j] * second +
          (data[c + j] * third + data[d + j] * fourth);
      }
    }
    for (; i < rows; i++) {
      for (let j = 0; j < columns; j++) out[j] += data[i * columns + j] * x[i];
    }
    return out;
  }
}

/** What random directions of the short side tell: |W u|^2 has mean sum s^2 / short, |W^T W u|^2 sum s^4 / short. */
function probe(matrix: Matrix, squares: number) {
  let power = 0, fourth = 0, deviations = 0;
  let direction: Float64Array = new Float64Array(matrix.short);
  const lengths: number[] = [];
  for (const stream of STREAMS) {
    const u = Float64Array.from(stream.normal([matrix.short]).data);
    normalize(u);
    const z = matrix.toLong(u);
    direction = matrix.toShort(z);
    lengths.push(dot(z, z));
    power += dot(z, z);
    fourth += dot(direction, direction);
  }
  for (const length of lengths) deviations += (length / (power / STREAMS.length) - 1) ** 2;
  return {
    // The sum of s^2 is known; with one sample for both others their errors cancel, all of it where all s are equal.
    effectiveRank: power === 0 ? 0 : squares * power / fourth,
    unevenness: power === 0 ? 0 : Math.sqrt(deviations / STREAMS.length),
    direction,
  };
}

/** The largest singular value of a bidiagonal matrix that `STEPS` steps from a direction build. */
function lanczosTop(matrix: Matrix, start: Float64Array): number {
  const units: Float64Array[] = [], diagonal: number[] = [], above: number[] = [];
  let u = start, size = normalize(u), last: typeof u = new Float64Array(matrix.long);
  while (units.length < Math.min(STEPS, matrix.short) && size > 0) {
    units.push(u);
    const z = matrix.toLong(u);
    subtract(z, above.at(-1) ?? 0, last);
    const a = normalize(z);
    last = z;
    u = matrix.toShort(z);
    removeAll(u, units);
    const b = normalize(u);
    diagonal.push(a);
    above.push(b);
    size = Math.max(size, a);
    if (Math.min(a, b) <= 1e-6 * size) break; // what is left is float32's rounding: W knows no more directions
  }
  return largest(diagonal, above);
}

/** The largest singular value of a bidiagonal B, by bisection: x is above its square where B^T B - x has no pivot >= 0. */
function largest(diagonal: readonly number[], above: readonly number[]): number {
  const isAbove = (x: number) => {
    for (let k = 0, side = 0, pivot = -1; k < diagonal.length; k++) {
      const square = k === 0 ? 0 : above[k - 1] ** 2;
      pivot = diagonal[k] ** 2 + square - x - side / pivot;
      if (!(pivot < 0)) return false;
      side = (diagonal[k] * above[k]) ** 2;
    }
    return true;
  };
  let low = 0, high = (Math.max(...diagonal, 0) + Math.max(...above, 0)) ** 2;
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (isAbove(middle)) high = middle;
    else low = middle;
  }
  return Math.sqrt(high);
}

/** Makes a vector orthogonal to unit vectors, twice, as once leaves rounding errors. */
function removeAll(vector: Float64Array, units: readonly Float64Array[]): void {
  for (let pass = 0; pass < 2; pass++) {
    for (const unit of units) subtract(vector, dot(vector, unit), unit);
  }
}

/** Takes a multiple of a vector away from another. */
function subtract(vector: Float64Array, factor: number, other: Float64Array): void {
  for (let i = 0; i < vector.length; i++) vector[i] -= factor * other[i];
}

/** Divides a vector by its length, and gives that; a zero vector stays. */
function normalize(vector: Float64Array): number {
  const length = Math.sqrt(dot(vector, vector));
  if (length > 0) { for (let i = 0; i < vector.length; i++) vector[i] /= length; }
  return length;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}
