/** What attention works on: `sequences` times `positions` rows, whose columns are `heads` equal heads side by side. */
export interface AttentionShape {
  readonly sequences: number;
  readonly positions: number;
  readonly heads: number;
  /** Whether a position sees itself and those before it only; else it sees all. */
  readonly causal: boolean;
  /** What queries are multiplied by first. */
  readonly scale: number;
}

/** How rows are turned: row r belongs to position r mod positions; columns are groups of 2 half, k and k + half of one being a pair. */
export interface Rotation {
  /** Columns of a row. */
  readonly width: number;
  readonly half: number;
  /** Turns by the negative angles: the gradient. */
  readonly backward: boolean;
}

/** Windows over images (images, height, width, channels), outside of which there are zeros. */
export interface Windows {
  readonly images: number;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly kernelHeight: number;
  readonly kernelWidth: number;
  /** Pixels from one window to the next. */
  readonly stride: number;
  /** By how many pixels the first window begins above and left of the image. */
  readonly top: number;
  readonly left: number;
  /** Windows of an image. */
  readonly outHeight: number;
  readonly outWidth: number;
  /** The channels that are taken: `depth` from `firstChannel` on. */
  readonly firstChannel: number;
  readonly depth: number;
}

/** The kernels of normalization, tables, attention and convolution; see `Kernels`. */
export interface SequenceKernels {
  /** out = x y, element by element. */
  multiply(out: Float32Array, x: Float32Array, y: Float32Array): void;
  /** out += x y, element by element. */
  addProducts(out: Float32Array, x: Float32Array, y: Float32Array): void;
  /** out[i, j] = x[i, j] gain[j], rows of length gain.length. */
  multiplyColumns(out: Float32Array, x: Float32Array, gain: Float32Array): void;
  /** out[j] += (sum over ascending rows i of x[i, j] y[i, j], from +0), rows of length out.length. */
  addColumnProducts(out: Float32Array, x: Float32Array, y: Float32Array): void;
  /** Row i of out = row indices[i] of the table, rows of length `columns`; out is not the table. */
  gatherRows(
    out: Float32Array,
    table: Float32Array,
    indices: Int32Array,
    columns: number,
  ): void;
  /** Row indices[i] of the table += row i of x, in ascending i; x is not the table. */
  scatterRows(
    table: Float32Array,
    x: Float32Array,
    indices: Int32Array,
    columns: number,
  ): void;
  /** out += x turned: (a, b) becomes (a cos - b sin, b cos + a sin), with (positions, half) cosines and sines. */
  addRotated(
    out: Float32Array,
    x: Float32Array,
    cosines: Float32Array,
    sines: Float32Array,
    rotation: Rotation,
  ): void;

  /**
   * out = inverse (x - mean), rows of length `columns`, with inverse = 1 / sqrt(mean of (x - mean)^2 + epsilon), which is kept for each
   * row; without `centered` the mean is taken as 0. Sums are four partial sums by index mod 4, (s0 + s1) + (s2 + s3).
   */
  standardize(
    out: Float32Array,
    inverses: Float32Array,
    x: Float32Array,
    columns: number,
    centered: boolean,
    epsilon: number,
  ): void;
  /** out += inverse (gradient - mean of gradient - y (mean of gradient y)), y being the output; no mean of gradient unless `centered`. */
  standardizeBackward(
    out: Float32Array,
    y: Float32Array,
    inverses: Float32Array,
    gradient: Float32Array,
    columns: number,
    centered: boolean,
  ): void;

  /**
   * For each head: weights(i, ...) = softmax over the seen j of (scale query(i)) . key(j), 0 for the unseen; out(i) = sum over ascending
   * seen j of weights(i, j) value(j). Products and sums as in `matmul`; `weights` are (sequences, heads, positions, positions).
   */
  attention(
    out: Float32Array,
    weights: Float32Array,
    queries: Float32Array,
    keys: Float32Array,
    values: Float32Array,
    shape: AttentionShape,
  ): void;
  /** Adds to the three gradients, each contribution computed whole over ascending positions; `gradient` is that of out. */
  attentionBackward(
    queryGradient: Float32Array,
    keyGradient: Float32Array,
    valueGradient: Float32Array,
    weights: Float32Array,
    queries: Float32Array,
    keys: Float32Array,
    values: Float32Array,
    gradient: Float32Array,
    shape: AttentionShape,
  ): void;

  /** A row for each window in reading order: its pixels, row by row, each with its `depth` channels. */
  windowRows(out: Float32Array, images: Float32Array, windows: Windows): void;
  /** images += rows, each element to where `windowRows` takes it from, in ascending order of the rows. */
  addWindowRows(images: Float32Array, rows: Float32Array, windows: Windows): void;
}
