import type { SequenceKernels } from "./sequenceInterface.ts";

/** A matrix in memory: element (i, j) is `data[offset + i * rowStride + j * columnStride]`; swapping the strides transposes it. */
export interface Operand {
  readonly data: Float32Array;
  /** Index of element (0, 0); 0 when left out. */
  readonly offset?: number;
  readonly rowStride: number;
  readonly columnStride: number;
}

/** The element-wise functions that `activate` and `activateBackward` know. */
export type ActivationKind =
  | "identity"
  | "relu"
  | "leakyRelu"
  | "sigmoid"
  | "tanh"
  | "elu"
  | "selu"
  | "gelu"
  | "geluTanh"
  | "silu"
  | "mish"
  | "softplus"
  | "softsign"
  | "erf"
  | "exp";

/** Settings of one Adam update. */
export interface AdamSettings {
  readonly learningRate: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
}

/**
 * Float32 arithmetic on plain arrays, whose every bit is defined by the reference implementation.
 *
 * Scalars are rounded to float32 first. An output may be the very same array as an input of the same length (in place),
 * except where products are summed (`matmul`, `attention`); arrays that overlap in part are not supported. Lengths and labels are checked before anything is
 * written: a mismatch is a RangeError.
 */
export interface Kernels extends SequenceKernels {
  /** Which implementation this is; both give the same bits. */
  readonly name: "reference" | "simd";

  /**
   * c[cOffset + i ldc + j] = sum over ascending k of a(i, k) b(k, j), each product and each sum rounded to float32, from +0;
   * with `accumulate` that whole sum is then added to c. c is (m, n), a is (m, k), b is (k, n); c must not overlap a or b.
   */
  matmul(
    c: Float32Array,
    cOffset: number,
    ldc: number,
    m: number,
    k: number,
    n: number,
    a: Operand,
    b: Operand,
    accumulate: boolean,
  ): void;

  /** out[i, j] = x[i, j] + bias[j], rows of length bias.length. */
  addBias(out: Float32Array, x: Float32Array, bias: Float32Array): void;
  /** out[j] += (sum over ascending rows i of x[i, j], from +0), rows of length out.length. */
  addColumnSums(out: Float32Array, x: Float32Array): void;
  /** out = f(x); `parameter` is the slope of leakyRelu or the alpha of elu, and is ignored by the rest. */
  activate(kind: ActivationKind, out: Float32Array, x: Float32Array, parameter: number): void;
  /** out += f'(x) gradient; at a kink f' is the derivative from the left (relu'(0) = 0). */
  activateBackward(
    kind: ActivationKind,
    out: Float32Array,
    x: Float32Array,
    gradient: Float32Array,
    parameter: number,
  ): void;
  /** out += x. */
  add(out: Float32Array, x: Float32Array): void;
  /** out += factor x. */
  multiplyAdd(out: Float32Array, x: Float32Array, factor: number): void;
  /** out *= factor. */
  scale(out: Float32Array, factor: number): void;

  /** Row-wise exp(x - max) / (sum of exp(x - max)), rows of length `columns`. */
  softmax(out: Float32Array, x: Float32Array, columns: number): void;
  /** losses[i] = log(sum of exp(logits[i])) - logits[i, labels[i]] in nats; probabilities = softmax(logits). */
  crossEntropy(
    losses: Float32Array,
    probabilities: Float32Array,
    logits: Float32Array,
    labels: Uint8Array | Int32Array,
    columns: number,
  ): void;
  /** out[i, j] += factor (probabilities[i, j] - (1 if j is labels[i], else 0)): the gradient with respect to the logits. */
  crossEntropyBackward(
    out: Float32Array,
    probabilities: Float32Array,
    labels: Uint8Array | Int32Array,
    columns: number,
    factor: number,
  ): void;

  /** Sum in float64: four partial sums by index mod 4, (s0 + s1) + (s2 + s3). */
  sum(x: Float32Array): number;
  /** Sum of squares in float64, four partial sums by index mod 4, (s0 + s1) + (s2 + s3). */
  sumOfSquares(x: Float32Array): number;

  /** parameters -= learningRate gradients. */
  sgd(parameters: Float32Array, gradients: Float32Array, learningRate: number): void;
  /** velocities = momentum velocities + gradients; parameters -= learningRate velocities. */
  momentum(
    parameters: Float32Array,
    velocities: Float32Array,
    gradients: Float32Array,
    learningRate: number,
    momentum: number,
  ): void;
  /** Adam's update number `step` (counted from 1) with both bias corrections; `means` and `squares` are its running moments. */
  adam(
    parameters: Float32Array,
    means: Float32Array,
    squares: Float32Array,
    gradients: Float32Array,
    step: number,
    settings: AdamSettings,
  ): void;

  /** The stream's 32-bit words: element 16b + 4w + l is word w of Philox4x32-10 at counter 4b + l. */
  fillBits(out: Uint32Array, key0: number, key1: number): void;
  /** Uniform on [low, high): low + (high - low) u with u = (word >>> 8) 2^-24, never `high` itself. */
  fillUniform(out: Float32Array, key0: number, key1: number, low: number, high: number): void;
  /** Normal, mean + std z with z by Box-Muller inside each sixteen elements. */
  fillNormal(out: Float32Array, key0: number, key1: number, mean: number, std: number): void;
  /**
   * Normal cut to mean + std [low, high], by inverse CDF: `std` is that of the uncut (parent) law, `low` and `high` count in it
   * and may be infinite. RangeError unless low < high, low < 10 and high > -10.
   */
  fillTruncatedNormal(
    out: Float32Array,
    key0: number,
    key1: number,
    mean: number,
    std: number,
    low: number,
    high: number,
  ): void;

  /**
   * Replaces `rows` row vectors by orthonormal ones with the same leading spans (the Q of a QR decomposition whose R has a
   * positive diagonal): block Gram-Schmidt, in place. RangeError if rows > columns or a row depends on those before it.
   */
  orthogonalRows(matrix: Float32Array, rows: number, columns: number): void;
}
