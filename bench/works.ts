/** What is timed, and the numbers that go in: the same for all contestants. */

export interface Work {
  readonly name: string;
  /** What one call does, as a number of `unit`. */
  readonly amount: number;
  readonly unit: string;
  /** By what factor the contestants' results may differ, as its logarithm; ROUNDING when left out. */
  readonly tolerance?: number;
}

/** Sums in other orders differ by roundings, fills of FILL draws by a standard error below 0.2 %. */
export const ROUNDING = 0.01;

/** Numbers in one random fill. */
export const FILL = 2 ** 18;

/** The network of the training step: examples in a batch, units from input to output. */
export const BATCH = 256;
export const WIDTHS = [784, ...Array<number>(8).fill(256), 10];
export const LEARNING_RATE = 0.01;

/** The GPT of the language model's step. */
export const language = {
  ...{ vocabulary: 64, context: 64, width: 64, heads: 4, blocks: 4, batch: 16 },
  ...{ learningRate: 0.001, spread: 0.035 },
};

/** A convolution with zeros around the images, (size, size) pixels each. */
export const convolution = { images: 32, size: 28, channels: 16, kernelSize: 3, out: 32 };

/** The first digits of MNIST's training set that the experiments use. */
export const DIGITS = 9600;

/** Experiments of the course, as its notebooks 01, 04 and 06 set them. */
export const curves = {
  widths: [784, 100, 100, 10],
  steps: 300,
  batchSize: 32,
  learningRate: 0.05,
  networks: 10,
};
export const deepCurves = {
  ...{ widths: [784, ...Array<number>(9).fill(64), 10], steps: 150, batchSize: 32 },
  ...{ learningRate: 0.05, networks: 10 },
};
export const signals = { widths: [784, ...Array<number>(30).fill(256)], networks: 10, digits: 64 };
export const deep = { widths: [100, ...Array<number>(50).fill(100), 1], networks: 200 };

/** A sweep, timed by the clock. */
export const sweep = {
  widths: [784, 128, 128, 10],
  seeds: 16,
  steps: 200,
  batchSize: 32,
  learningRate: 0.05,
  rounds: 9,
};

/** Calls before contestants are compared: enough for training to show in the loss. */
export const STEPS_TO_LOSS = 5;

/** Seconds of a round and of the warm-up before the first, at least. */
export const ROUND = 0.03;
export const WARM_UP = 0.3;

export const matmulSizes = [256, 512, 1024];
export const orthogonalSizes = [256, 512, 1024];

export const works: readonly Work[] = [
  ...matmulSizes.map((n) => ({ name: `matmul ${n}`, amount: 2e-9 * n ** 3, unit: "GFLOP/s" })),
  { name: "training step", amount: 1, unit: "steps/s" },
  { name: "language model step", amount: 1, unit: "steps/s" },
  { name: "convolution", amount: 1, unit: "steps/s" },
  ...["normal", "uniform", "truncated normal"].map((law) => ({
    name: `${law} fill`,
    amount: 1e-6 * FILL,
    unit: "million/s",
  })),
  ...orthogonalSizes.map((n) => ({ name: `orthogonal ${n}`, amount: 1, unit: "matrices/s" })),
  // Tolerances: four standard errors of the difference between two sets of seeds; 30 ReLU layers of 256 spread a network by
  // sqrt(30 5/256) = 0.77 in its logarithm.
  { name: "training curves", amount: curves.networks, unit: "networks/s", tolerance: 0.25 },
  { name: "deep training curves", amount: deepCurves.networks, unit: "networks/s", tolerance: 0.7 },
  { name: "signals and gradients", amount: signals.networks, unit: "networks/s", tolerance: 1.4 },
  { name: "200 deep networks", amount: deep.networks, unit: "networks/s", tolerance: 0.65 },
];

/** One work, ready to be called again and again. */
export interface Prepared {
  call(): void;
  /** A number that all contestants agree on after `STEPS_TO_LOSS` calls, to show that they do the same. */
  result(): number;
}

/** What a contestant can do, by name of the work. */
export type Contestant = Readonly<Record<string, () => Prepared>>;

/** Numbers in [0, 1) that every language computes alike: the fraction of 43758.5453 sin(i + 1). */
export function noise(length: number, first = 0): Float32Array {
  return Float32Array.from({ length }, (_, i) => {
    const x = 43758.5453 * Math.sin(first + i + 1);
    return x - Math.floor(x);
  });
}

/** The operands of a product: n by n numbers in [-1/2, 1/2). */
export function factors(n: number): [Float32Array, Float32Array] {
  return [noise(n * n).map((x) => x - 0.5), noise(n * n, n * n).map((x) => x - 0.5)];
}

/** A batch of inputs in [-1, 1) and the label of each. */
export function batch(): { inputs: Float32Array; labels: Uint8Array } {
  const inputs = noise(BATCH * WIDTHS[0]).map((x) => 2 * x - 1);
  return { inputs, labels: Uint8Array.from({ length: BATCH }, (_, i) => i % 10) };
}

/** The weights of layer 1, 2, ... on both sides of 0 up to sqrt(6 / inputs), (inputs, outputs) row by row. */
export function weights(layer: number): Float32Array {
  const [inputs, outputs] = [WIDTHS[layer - 1], WIDTHS[layer]];
  return noise(inputs * outputs, 1e6 * layer).map((x) => (2 * x - 1) * Math.sqrt(6 / inputs));
}

/** The mean of |x|: what products are compared by. */
export function meanSize(x: ArrayLike<number>): number {
  return Array.from(x).reduce((sum, value) => sum + Math.abs(value), 0) / x.length;
}

/** What statistics of whole networks are compared by. */
export function geometricMean(values: readonly number[]): number {
  return Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);
}

/** The root of the mean square: what draws are compared by. */
export function rootMeanSquare(x: ArrayLike<number>): number {
  return Math.sqrt(Array.from(x).reduce((sum, value) => sum + value * value, 0) / x.length);
}
