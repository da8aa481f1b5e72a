/** For every initializer: on which shapes, by what law, which structure, which checks do not apply, and a known mistake. */
import {
  chrono,
  constant,
  deltaOrthogonal,
  dirac,
  type Fans,
  focalPrior,
  forgetGate,
  heNormal,
  heUniform,
  icnr,
  identity,
  idInit,
  idInitZero,
  type Initializer,
  lecunNormal,
  lecunUniform,
  looksLinear,
  lora,
  mimeticQueryKey,
  mimeticValueOutput,
  normal,
  ones,
  orthogonal,
  paddedNormal,
  type RandomSource,
  randomWalk,
  scaledOrthogonal,
  type Shape,
  sirenFirst,
  sirenHidden,
  sparse,
  type Tensor,
  truncatedNormal,
  uniform,
  uniformScaling,
  varianceScaling,
  xavierNormal,
  xavierUniform,
  zerO,
  zeros,
} from "../lib/mod.ts";
import { partOf } from "../lib/tensor/randomSource.ts";
import {
  atFirstTap,
  chronoGates,
  copied,
  deltaRows,
  diracEntry,
  evenSigns,
  firstCopies,
  forgetBiases,
  idInitEntry,
  idInitZeroEntry,
  mirrored,
  nonzero,
  orthogonalTo,
  pairOf,
  type Pattern,
  sparseColumns,
  topHalf,
  withoutRow,
  zerOEntry,
  zeroRow,
} from "./initializerStructure.ts";
import { logUniform, sphere, type Spread, spreadOf } from "./lawDistance.ts";

export const CHECKS = [
  "mean",
  "variance",
  "kurtosis",
  "KS",
  "bounds",
  "structure",
  "determinism",
  "order",
  "shard",
] as const;
export type Check = typeof CHECKS[number];
export type Draw = (shape: Shape, stream: RandomSource, fans?: Fans) => Tensor;

export interface Case {
  readonly init: Initializer;
  readonly shapes: readonly Shape[];
  /** Why a check does not apply; every other one is run. */
  readonly not: Partial<Record<Check, string>>;
  /** The law of one free entry; what draws nothing has none. */
  readonly spread?: (shape: Shape) => Spread;
  /** The entries that are free of each other; all when left out. */
  readonly free?: (data: Float32Array, shape: Shape) => Float32Array;
  /** Where the words of the stream are read in turn; all entries when left out. */
  readonly inTurn?: (data: Float32Array, shape: Shape) => Float32Array;
  readonly structure?: (draws: readonly Float32Array[], shape: Shape) => boolean;
  /** A known mistake, and the check that refuses it on every shape. */
  readonly wrong?: readonly [what: string, draw: Draw, refusedBy: Check];
}

const WEIGHTS: readonly Shape[] = [[40, 300], [300, 40], [96, 130], [3, 5, 20, 48], [7, 30, 70]];
const TALL_AND_WIDE: readonly Shape[] = [[12, 8], [8, 12], [3, 7, 10], [3, 4, 6, 16], [1, 5]];
const WIDE: readonly Shape[] = [[8, 12], [3, 100], [5, 32], [3, 4, 6, 16], [1, 5]];
const KERNELS: readonly Shape[] = [[3, 4, 6], [4, 5, 10], [3, 2, 6, 8], [5, 1, 2], [2, 3, 4, 2, 4]];
const BIASES: readonly Shape[] = [[4], [12], [4, 5], [400], [8, 3]];

function entryWise(init: Initializer, wrong: Case["wrong"]): Case {
  const not = { structure: "its entries are independent" };
  return { init, shapes: WEIGHTS, not, spread: (shape) => spreadOf(init.law(shape)), wrong };
}

function fixed(
  init: Initializer,
  shapes: readonly Shape[],
  entry: Pattern,
  what?: string,
  mistake?: Draw,
): Case {
  const none = "it draws nothing";
  return {
    init,
    shapes,
    not: { kurtosis: none, KS: none, shard: none },
    structure: ([data], shape) => data.every((value, k) => value === Math.fround(entry(k, shape))),
    wrong: mistake && [what!, mistake, "structure"],
  };
}

const wholeBasis = { shard: "each entry follows from all words" };

/** The sides of the matrix of a kernel, its last axis the columns. */
const longSide = (shape: Shape, taps = shape.slice(0, -2).reduce((a, b) => a * b, 1)) =>
  Math.max(taps * shape.at(-2)!, shape.at(-1)!);

export const TABLE: Readonly<Record<string, readonly Case[]>> = {
  zeros: [fixed(zeros(), TALL_AND_WIDE, () => 0, "ones", ones())],
  ones: [fixed(ones(), TALL_AND_WIDE, () => 1, "zeros", zeros())],
  constant: [
    fixed(constant({ value: -2.5 }), TALL_AND_WIDE, () => -2.5, "sign", constant({ value: 2.5 })),
  ],
  normal: [
    entryWise(normal({ mean: 3, std: 0.02 }), [
      "variance given as std",
      normal({ mean: 3, std: 4e-4 }),
      "variance",
    ]),
  ],
  uniform: [
    entryWise(uniform({ low: -0.3, high: 0.3 }), [
      "bound used as std",
      uniform({ low: -0.3 * Math.sqrt(3), high: 0.3 * Math.sqrt(3) }),
      "bounds",
    ]),
  ],
  truncatedNormal: [
    entryWise(truncatedNormal({ std: 0.02 }), [
      "correction missing",
      truncatedNormal({ parentStd: 0.02 }),
      "variance",
    ]),
  ],
  varianceScaling: [
    entryWise(varianceScaling({ scale: 3, mode: "fanGeoAvg" }), [
      "fanIn alone",
      varianceScaling({ scale: 3 }),
      "variance",
    ]),
  ],
  lecunNormal: [entryWise(lecunNormal(), ["He's gain", heNormal(), "variance"])],
  lecunUniform: [entryWise(lecunUniform(), ["normal", lecunNormal(), "kurtosis"])],
  xavierNormal: [
    entryWise(xavierNormal(), ["fanIn alone", xavierNormal({ mode: "fanIn" }), "variance"]),
  ],
  xavierUniform: [
    entryWise(xavierUniform(), [
      "bound used as std",
      (shape, stream) => normal({ std: xavierUniform().law(shape).high })(shape, stream),
      "KS",
    ]),
  ],
  heNormal: [entryWise(heNormal(), ["fans swapped", heNormal({ mode: "fanOut" }), "variance"])],
  heUniform: [entryWise(heUniform(), ["gain missing", lecunUniform(), "variance"])],
  uniformScaling: [
    entryWise(uniformScaling({ factor: 1.5 }), [
      "sqrt(3) missing",
      (shape, stream) => {
        const high = uniformScaling({ factor: 1.5 }).law(shape).std;
        return stream.uniform(shape, { low: -high, high });
      },
      "variance",
    ]),
  ],
  randomWalk: [
    entryWise(randomWalk(), ["linear", randomWalk({ activation: "linear" }), "variance"]),
  ],
  sirenFirst: [entryWise(sirenFirst(), ["a hidden layer's", sirenHidden(), "variance"])],
  sirenHidden: [entryWise(sirenHidden(), ["omega missing", sirenHidden({ omega: 1 }), "bounds"])],
  lora: [
    entryWise(lora({ part: "down" }), ["sqrt(5) missing", heUniform(), "variance"]),
    fixed(lora({ part: "up" }), TALL_AND_WIDE, () => 0, "both drawn", lora({ part: "down" })),
  ],
  orthogonal: [{
    init: orthogonal({ gain: 3 }),
    shapes: [[6, 4], [4, 6], [3, 2, 5], [1, 7], [9, 2]],
    not: wholeBasis,
    spread: (shape) => sphere(longSide(shape), 3),
    structure: (draws, shape) =>
      draws.every((w) => orthogonalTo(3, w, w.length / shape.at(-1)!, shape.at(-1)!)) &&
      evenSigns(draws, 3 / Math.sqrt(longSide(shape))),
    // LAPACK's first entry is never positive.
    wrong: ["signs of QR not corrected", (shape, stream) => {
      const w = orthogonal({ gain: 3 })(shape, stream);
      return w.data[0] < 0 ? w : { shape, data: w.data.map((value) => -value) };
    }, "structure"],
  }],
  scaledOrthogonal: [{
    init: scaledOrthogonal({ layers: 8 }),
    shapes: [[6, 4], [4, 6], [3, 2, 5], [1, 7], [9, 2]],
    not: wholeBasis,
    spread: (shape) => sphere(longSide(shape), 0.5),
    structure: (draws, shape) =>
      draws.every((w) => orthogonalTo(0.5, w, w.length / shape.at(-1)!, shape.at(-1)!)),
    wrong: ["depth forgotten", orthogonal({ gain: Math.SQRT2 }), "structure"],
  }],
  deltaOrthogonal: [{
    init: deltaOrthogonal({ gain: 2 }),
    shapes: [[3, 4, 6], [4, 5, 8], [3, 2, 3, 7], [5, 1, 4], [2, 3, 4, 2, 9]],
    not: wholeBasis,
    spread: (shape) => sphere(shape.at(-1)!, 2),
    free: nonzero,
    structure: (draws, shape) => draws.every((w) => deltaRows(2, w, shape)),
    wrong: ["a corner tap", atFirstTap(deltaOrthogonal({ gain: 2 }), 1), "structure"],
  }],
  looksLinear: [{
    init: looksLinear({ gain: 3 }),
    shapes: [[8, 3], [4, 7], [3, 4, 5], [2, 5], [3, 2, 6, 4]],
    not: wholeBasis,
    spread: (shape) =>
      sphere(longSide([...shape.slice(0, -2), shape.at(-2)! / 2, shape.at(-1)!]), 3),
    free: topHalf,
    structure: (draws, shape) => draws.every((w) => mirrored(3, w, shape)),
    wrong: ["without the mirror", orthogonal({ gain: 3 }), "structure"],
  }],
  identity: [
    fixed(
      identity({ gain: -3 }),
      [[3, 5], [5, 3], [1, 9], [9, 1], [64, 48]],
      (k, shape) => k % shape[1] === Math.floor(k / shape[1]) ? -3 : 0,
      "gain missing",
      identity(),
    ),
    fixed(
      identity({ batched: true }),
      [[2, 3, 5], [4, 5, 3], [3, 2, 1, 2], [7, 2], [1, 1, 6]],
      (k, shape) => k % shape.at(-1)! === Math.floor(k / shape.at(-1)!) % shape.at(-2)! ? 1 : 0,
    ),
  ],
  idInit: [fixed(idInit({ gain: 2 }), TALL_AND_WIDE, idInitEntry(2), "gain missing", idInit())],
  idInitZero: [
    fixed(
      idInitZero({ epsilon: 0.5 }),
      TALL_AND_WIDE,
      idInitZeroEntry(0.5),
      "no difference",
      idInit({ gain: 0.5 }),
    ),
  ],
  dirac: [
    fixed(dirac(), KERNELS, diracEntry(1), "a corner tap", atFirstTap(dirac(), 0)),
    fixed(dirac({ groups: 2 }), KERNELS, diracEntry(2), "groups ignored", dirac()),
  ],
  zerO: [
    fixed(zerO(), WIDE, zerOEntry, "without the Hadamard", (shape) => ({
      shape,
      data: Float32Array.from(
        { length: shape.reduce((a, b) => a * b) },
        (_, k) =>
          zerOEntry(k, shape) !== 0 && k % shape.at(-1)! === Math.floor(k / shape.at(-1)!) %
                shape.at(-2)!
            ? 1
            : 0,
      ),
    })),
    fixed(zerO(), [[12, 8], [7, 3], [3, 9, 5], [2, 4, 6, 1], [5, 1]], zerOEntry),
  ],
  sparse: [{
    init: sparse({ sparsity: 0.3, std: 2 }),
    shapes: [[40, 430], [430, 40], [97, 177], [30, 600], [5, 4000]],
    not: {},
    spread: () => spreadOf(normal({ std: 2 }).law([1])),
    free: nonzero,
    structure: ([data], shape) => sparseColumns(0.3, data, shape),
    wrong: ["one zero too few", (shape, stream) => {
      const fewer = (Math.ceil(0.3 * shape[0]) - 1) / shape[0] - 1e-9;
      return sparse({ sparsity: Math.max(0, fewer), std: 2 })(shape, stream);
    }, "structure"],
  }],
  icnr: [{
    init: icnr({ upscale: 2 }),
    shapes: [[3, 3, 8, 36], [3, 5, 4], [1, 2, 2, 4], [2, 2, 2, 3, 16], [5, 10, 40]],
    not: {},
    spread: (shape) =>
      spreadOf(normal({ std: Math.sqrt(2 / shape.slice(0, -1).reduce((a, b) => a * b)) }).law([1])),
    free: firstCopies,
    structure: (draws, shape) => draws.every((w) => copied(w, shape)),
    wrong: ["without copies", heNormal(), "structure"],
  }],
  mimeticQueryKey: [{
    init: mimeticQueryKey(),
    shapes: [[2, 18, 6], [2, 12, 4], [2, 16, 5], [2, 20, 3], [2, 17, 8]],
    not: {
      ...wholeBasis,
      kurtosis: "the top singular values' squares have no closed mean",
      KS: "singular values have no closed distribution",
    },
    spread: (shape) => pairSpread(mimeticQueryKey(), shape, () => 1.2),
    structure: (draws, shape) => pairOf("queryKey", 0.7, draws, shape),
    wrong: ["halves from different streams", (shape, stream) => {
      const half = shape[1] * shape[2];
      const [a, b] = [0, 1].map((part) => mimeticQueryKey()(shape, partOf(stream, part)).data);
      return { shape, data: Float32Array.from(a, (value, k) => k < half ? value : b[k]) };
    }, "structure"],
  }],
  mimeticValueOutput: [{
    init: mimeticValueOutput(),
    shapes: [[2, 16, 16], [2, 18, 18], [2, 20, 20], [2, 23, 23], [2, 27, 27]],
    not: { ...wholeBasis, KS: "singular values have no closed distribution" },
    spread: (shape) => pairSpread(mimeticValueOutput(), shape, (mean) => 2 * 0.4 ** 2 / mean ** 2),
    structure: (draws, shape) => pairOf("valueOutput", -0.4, draws, shape),
    wrong: ["sign of the identity", mimeticValueOutput({ identity: 0.4 }), "structure"],
  }],
  focalPrior: [
    fixed(
      focalPrior(),
      BIASES,
      () => -Math.log(99),
      "sign",
      (shape, stream) => constant({ value: Math.log(99) })(shape, stream),
    ),
  ],
  forgetGate: [
    fixed(
      forgetGate({ value: -2 }),
      BIASES,
      (k, shape) => Math.floor(4 * k / shape.reduce((a, b) => a * b)) === 1 ? -2 : 0,
      "another order of the gates",
      forgetGate({ value: -2, gates: "figo" }),
    ),
  ],
  chrono: [{
    init: chrono({ longest: 10 }),
    shapes: [[12_000], [4, 3000], [8, 1501], [400, 31], [40, 3, 101]],
    not: {},
    spread: () => logUniform(9),
    free: forgetBiases,
    inTurn: forgetBiases,
    structure: ([data]) => chronoGates(data),
    wrong: ["a range to T, not T - 1", chrono({ longest: 11 }), "bounds"],
  }],
  paddedNormal: [{
    init: paddedNormal({ std: 0.02, row: 1 }),
    shapes: [[50, 260], [7, 2100], [301, 41], [3, 6001], [5, 4, 800]],
    not: {},
    spread: () => spreadOf(normal({ std: 0.02 }).law([1])),
    free: withoutRow(1),
    structure: ([data], shape) => zeroRow(1, data, shape),
    wrong: ["rows counted from 1", paddedNormal({ std: 0.02, row: 0 }), "structure"],
  }],
};

/**
 * Of an entry q sqrt(s): q one of a uniform unit vector in d dimensions, s a singular value; `ratio` is E s^2 / (E s)^2.
 * A column's sign is shared by both factors (2 copies); the law's std is the limit of large d, off by at most 1 / d.
 */
function pairSpread(init: Initializer, shape: Shape, ratio: (mean: number) => number): Spread {
  const d = shape[1], variance = init.law(shape).std ** 2, r = ratio(d * variance);
  const { kurtosis } = sphere(d, 1), cdf = () => NaN;
  const fourth = { kurtosis: kurtosis * r, eighth: 105 * r ** 3 };
  return { mean: 0, variance, ...fourth, cdf, copies: 2, bias: 2 / d };
}
