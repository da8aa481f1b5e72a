/** Initializers of weights whose entries go together. */
import {
  deltaOrthogonal,
  dirac,
  heNormal,
  icnr,
  identity,
  idInit,
  idInitZero,
  type Initializer,
  looksLinear,
  mimeticQueryKey,
  mimeticValueOutput,
  normal,
  orthogonal,
  paddedNormal,
  scaledOrthogonal,
  type Shape,
  sparse,
  zerO,
} from "../lib/mod.ts";
import { partOf } from "../lib/tensor/randomSource.ts";
import { type Case, fixed, OBLONG } from "./initializerCase.ts";
import {
  atFirstTap,
  copied,
  deltaRows,
  diracEntry,
  evenSigns,
  firstCopies,
  idInitEntry,
  idInitZeroEntry,
  mirrored,
  nonzero,
  orthogonalTo,
  pairOf,
  sparseColumns,
  topHalf,
  withoutRow,
  zerOEntry,
  zeroRow,
} from "./initializerStructure.ts";
import { sphere, type Spread, spreadOf } from "./lawDistance.ts";

const WIDE: readonly Shape[] = [[8, 12], [77, 1000], [5, 1, 9], [3, 4, 6, 16], [1, 2]];
const KERNELS: readonly Shape[] = [[3, 4, 6], [4, 5, 10], [3, 2, 6, 8], [5, 1, 2], [2, 3, 4, 2, 4]];

const wholeBasis = { shard: "each entry follows from all words" };

/** The sides of the matrix of a kernel, its last axis the columns. */
const longSide = (shape: Shape, taps = shape.slice(0, -2).reduce((a, b) => a * b, 1)) =>
  Math.max(taps * shape.at(-2)!, shape.at(-1)!);

export const MATRICES: Readonly<Record<string, readonly Case[]>> = {
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
  idInit: [fixed(idInit({ gain: 2 }), OBLONG, idInitEntry(2), "gain missing", idInit())],
  idInitZero: [
    fixed(
      idInitZero({ epsilon: 0.5 }),
      OBLONG,
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
