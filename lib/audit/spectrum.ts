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
 * Reference: Bai and Yin (1993) for the edge; Golub and Kahan (1965) for the bidiagonal form, whose rows are kept orthogonal.
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

  #times(x: Float64Array): Float64Array {
    const data = this.#data, columns = this.#columns, out = new Float64Array(this.#rows);
    for (let i = 0, k = 0; i < out.length; i++) {
      let sum = 0;
      for (let j = 0; j < columns; j++) sum += data[k++] * x[j];
      out[i] = sum;
    }
    return out;
  }

  #transposed(x: Float64Array): Float64Array {
    const data = this.#data, columns = this.#columns, out = new Float64Array(columns);
    for (let i = 0, k = 0; i < x.length; i++) {
      const factor = x[i];
      for (let j = 0; j < columns; j++) out[j] += data[k++] * factor;
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
  const steps = Math.min(STEPS, matrix.short);
  const shorts: Float64Array[] = [], longs: Float64Array[] = [];
  const bidiagonal = new Float64Array(steps * steps);
  let u = start, size = normalize(u);
  if (size === 0) return 0;
  for (let k = 0; k < steps; k++) {
    shorts.push(u);
    const z = matrix.toLong(u);
    removeAll(z, longs);
    const a = normalize(z);
    bidiagonal[k * steps + k] = a;
    longs.push(z);
    u = matrix.toShort(z);
    removeAll(u, shorts);
    const b = normalize(u);
    if (k + 1 < steps) bidiagonal[k * steps + k + 1] = b;
    size = Math.max(size, a);
    if (a <= 1e-12 * size || b <= 1e-12 * size) break; // the directions that W knows are used up
  }
  return singularValues(bidiagonal, steps, steps)[0];
}

/** Makes a vector orthogonal to unit vectors, twice, as once leaves rounding errors. */
function removeAll(vector: Float64Array, units: readonly Float64Array[]): void {
  for (let pass = 0; pass < 2; pass++) {
    for (const unit of units) {
      const share = dot(vector, unit);
      for (let i = 0; i < vector.length; i++) vector[i] -= share * unit[i];
    }
  }
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
