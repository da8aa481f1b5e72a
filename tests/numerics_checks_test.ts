/** Every kernel refuses lengths, labels and settings that do not fit before it writes anything. */
import { expect } from "@std/expect";
import type { Kernels } from "../lib/numerics/kernels.ts";
import { reference } from "../lib/numerics/reference.ts";
import { simd } from "../lib/numerics/simd/simdKernels.ts";

type Arrays = Readonly<Record<string, Float32Array>>;
type Lengths = Readonly<Record<string, number>>;

/** A call that fits arrays of these lengths, and none of which one is an element shorter or longer. */
interface Case<Settings> {
  readonly lengths: Lengths;
  readonly settings: Settings;
  /** Changes of the settings of which each must be refused. */
  readonly wrong: readonly Partial<Settings>[];
  /** Arrays of which only a part is used, and those that may have any length. */
  readonly mayBeLonger?: readonly string[];
  readonly free?: readonly string[];
  readonly call: (kernels: Kernels, arrays: Arrays, settings: Settings) => void;
}

// Three rows of seven: neither six nor eight divides 21, so that every length that is one off is wrong.
const size = 21, columns = 7, rows = 3;
const wrongColumns = [0, -7, 3.5, 6, 8, NaN, Infinity].map((columns) => ({ columns }));
const integers = (...values: number[]) => Int32Array.from(values);
const labeled = { columns, labels: integers(0, 6, 3) };
const wrongLabels = [[0, 6], [0, 6, 7], [0, -1, 3]].map((y) => ({ labels: integers(...y) }));
const indexed = { columns, indices: integers(2, 0) };
const wrongIndices = [[2], [2, 3], [-1, 0]].map((rows) => ({ indices: integers(...rows) }));

const windows = {
  ...{ images: 2, height: 4, width: 5, channels: 3, kernelHeight: 2, kernelWidth: 3, stride: 1 },
  ...{ top: 0, left: 1, outHeight: 3, outWidth: 5, firstChannel: 1, depth: 2 },
};
const images = 2 * 4 * 5 * 3, patches = 2 * 3 * 5 * 2 * 3 * 2;
const wrongWindows = [{ firstChannel: 2 }, { stride: 0 }, { outHeight: 4 }, { left: -1 }, {
  height: 4.5,
}];
const heads = { sequences: 2, positions: 3, heads: 2, causal: true, scale: 0.5 };
const wrongHeads = [{ sequences: 3 }, { positions: 2 }, { heads: 7 }, { heads: 0 }, {
  positions: NaN,
}];
const wide = 60, weights = 36;

const of = <Settings extends object>(one: Case<Settings>) => one as unknown as Case<object>;
const plain = (lengths: Lengths, call: (kernels: Kernels, arrays: Arrays) => void) =>
  of({ lengths, call, settings: {}, wrong: [] });

const cases: Readonly<Record<string, Case<object>>> = {
  matmul: of({
    lengths: { c: 2 + 2 * 8 + 7, a: 15, b: 35 },
    mayBeLonger: ["c", "a", "b"],
    settings: { m: rows, k: 5, n: columns, ldc: 8, offset: 2, rowStride: 5, columnStride: 1 },
    wrong: [
      ...[{ m: 4 }, { k: 6 }, { n: 8 }, { m: -1 }, { k: 2.5 }, { n: NaN }],
      ...[{ ldc: 6 }, { offset: 3 }, { offset: -1 }, { rowStride: -5 }, { columnStride: 1.5 }],
    ],
    call: (kernels, { c, a, b }, { m, k, n, ldc, offset, ...strides }) => {
      const y = { data: b, rowStride: n, columnStride: 1 };
      kernels.matmul(c, offset, ldc, m, k, n, { data: a, ...strides }, y, true);
    },
  }),
  addBias: plain(
    { out: size, x: size, bias: columns },
    (k, { out, x, bias }) => k.addBias(out, x, bias),
  ),
  addColumnSums: plain({ out: columns, x: size }, (k, { out, x }) => k.addColumnSums(out, x)),
  activate: plain({ out: size, x: size }, (k, { out, x }) => k.activate("tanh", out, x, 0)),
  activateBackward: plain(
    { out: size, x: size, gradient: size },
    (k, { out, x, gradient }) => k.activateBackward("tanh", out, x, gradient, 0),
  ),
  add: plain({ out: size, x: size }, (k, { out, x }) => k.add(out, x)),
  multiplyAdd: plain({ out: size, x: size }, (k, { out, x }) => k.multiplyAdd(out, x, 2)),
  multiply: plain(
    { out: size, x: size, y: size },
    (k, { out, x, y }) => k.multiply(out, x, y),
  ),
  addProducts: plain(
    { out: size, x: size, y: size },
    (k, { out, x, y }) => k.addProducts(out, x, y),
  ),
  multiplyColumns: plain(
    { out: size, x: size, gain: columns },
    (k, { out, x, gain }) => k.multiplyColumns(out, x, gain),
  ),
  addColumnProducts: plain(
    { out: columns, x: size, y: size },
    (k, { out, x, y }) => k.addColumnProducts(out, x, y),
  ),

  softmax: of({
    lengths: { out: size, x: size },
    settings: { columns },
    wrong: wrongColumns,
    call: (k, { out, x }, { columns }) => k.softmax(out, x, columns),
  }),
  crossEntropy: of({
    lengths: { losses: rows, probabilities: size, logits: size },
    settings: labeled,
    wrong: [...wrongColumns, ...wrongLabels],
    call: (k, { losses, probabilities, logits }, { labels, columns }) =>
      k.crossEntropy(losses, probabilities, logits, labels, columns),
  }),
  crossEntropyBackward: of({
    lengths: { out: size, probabilities: size },
    settings: labeled,
    wrong: [...wrongColumns, ...wrongLabels],
    call: (k, { out, probabilities }, { labels, columns }) =>
      k.crossEntropyBackward(out, probabilities, labels, columns, 2),
  }),
  standardize: of({
    lengths: { out: size, inverses: rows, x: size },
    settings: { columns },
    wrong: wrongColumns,
    call: (k, { out, inverses, x }, { columns }) =>
      k.standardize(out, inverses, x, columns, true, 1e-5),
  }),
  standardizeBackward: of({
    lengths: { out: size, y: size, inverses: rows, gradient: size },
    settings: { columns },
    wrong: wrongColumns,
    call: (k, { out, y, inverses, gradient }, { columns }) =>
      k.standardizeBackward(out, y, inverses, gradient, columns, true),
  }),
  gatherRows: of({
    lengths: { out: 2 * columns, table: size },
    settings: indexed,
    wrong: [...wrongColumns, ...wrongIndices],
    call: (k, { out, table }, { indices, columns }) => k.gatherRows(out, table, indices, columns),
  }),
  scatterRows: of({
    lengths: { table: size, x: 2 * columns },
    settings: indexed,
    wrong: [...wrongColumns, ...wrongIndices],
    call: (k, { table, x }, { indices, columns }) => k.scatterRows(table, x, indices, columns),
  }),
  addRotated: of({
    lengths: { out: 24, x: 24, cosines: 6, sines: 6 },
    settings: { width: 6, half: 3, backward: false },
    wrong: [{ half: 2 }, { width: 5 }, { half: 0 }, { width: NaN }],
    call: (k, { out, x, cosines, sines }, rotation) =>
      k.addRotated(out, x, cosines, sines, rotation),
  }),
  attention: of({
    lengths: { out: wide, weights, queries: wide, keys: wide, values: wide },
    settings: heads,
    wrong: wrongHeads,
    call: (k, { out, weights, queries, keys, values }, shape) =>
      k.attention(out, weights, queries, keys, values, shape),
  }),
  attentionBackward: of({
    lengths: {
      ...{ dq: wide, dk: wide, dv: wide, weights, queries: wide, keys: wide, values: wide },
      gradient: wide,
    },
    settings: heads,
    wrong: wrongHeads,
    call: (k, { dq, dk, dv, weights, queries, keys, values, gradient }, shape) =>
      k.attentionBackward(dq, dk, dv, weights, queries, keys, values, gradient, shape),
  }),
  windowRows: of({
    lengths: { out: patches, images },
    settings: windows,
    wrong: wrongWindows,
    call: (k, { out, images }, windows) => k.windowRows(out, images, windows),
  }),
  addWindowRows: of({
    lengths: { images, patches },
    settings: windows,
    wrong: wrongWindows,
    call: (k, { images, patches }, windows) => k.addWindowRows(images, patches, windows),
  }),

  sgd: plain(
    { parameters: size, gradients: size },
    (k, { parameters, gradients }) => k.sgd(parameters, gradients, 0.1),
  ),
  momentum: plain(
    { parameters: size, velocities: size, gradients: size },
    (k, { parameters, velocities, gradients }) =>
      k.momentum(parameters, velocities, gradients, 0.1, 0.9),
  ),
  adam: plain(
    { parameters: size, means: size, squares: size, gradients: size },
    (k, { parameters, means, squares, gradients }) => {
      const settings = { learningRate: 0.1, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 };
      k.adam(parameters, means, squares, gradients, 1, settings);
    },
  ),
  fillUniform: of({
    lengths: { out: size },
    free: ["out"],
    settings: { low: 0, high: 1 },
    wrong: [{ low: 1 }, { high: -1 }, { low: NaN }, { high: Infinity }],
    call: (k, { out }, { low, high }) => k.fillUniform(out, 1, 2, low, high),
  }),
  fillTruncatedNormal: of({
    lengths: { out: size },
    free: ["out"],
    settings: { low: -2, high: 2 },
    wrong: [{ low: 2 }, { low: 10, high: 11 }, { low: -11, high: -10 }, { high: NaN }],
    call: (k, { out }, { low, high }) => k.fillTruncatedNormal(out, 1, 2, 0, 1, low, high),
  }),
  orthogonalRows: of({
    lengths: { matrix: size },
    settings: { rows, columns },
    wrong: [{ rows: columns, columns: rows }, { rows: 2 }, { columns: 8 }, { rows: NaN }],
    call: (k, { matrix }, { rows, columns }) => k.orthogonalRows(matrix, rows, columns),
  }),
};

/** Kernels that take one array and settings of which all are allowed. */
const unconditional = ["scale", "sum", "sumOfSquares", "fillBits", "fillNormal"];

/** Numbers that no kernel leaves as they are, the rows of a matrix far from parallel. */
function arraysOf(lengths: Lengths): Arrays {
  return Object.fromEntries(
    Object.entries(lengths).map(([name, length]) => [
      name,
      Float32Array.from({ length }, (_, i) => 0.3 + (i * i + name.length) % 11),
    ]),
  );
}

Deno.test("every kernel stands in the table of this test", () => {
  const names = Object.keys(reference).filter((name) => name !== "name");
  expect([...Object.keys(cases), ...unconditional].sort()).toEqual(names.sort());
});

for (const kernels of [reference, simd!]) {
  for (const [name, one] of Object.entries(cases)) {
    const { lengths, settings, wrong, mayBeLonger = [], free = [], call } = one;
    const refuses = (lengths: Lengths, settings: object) => {
      const arrays = arraysOf(lengths);
      expect(() => call(kernels, arrays, settings)).toThrow(RangeError);
      expect(arrays).toEqual(arraysOf(lengths));
    };
    Deno.test(`${name}() of the ${kernels.name} kernels refuses what does not fit before it writes`, () => {
      const arrays = arraysOf(lengths);
      call(kernels, arrays, settings);
      expect(arrays).not.toEqual(arraysOf(lengths)); // the call that fits does write
      for (const [array, length] of Object.entries(lengths)) {
        if (free.includes(array)) continue;
        refuses({ ...lengths, [array]: length - 1 }, settings);
        if (!mayBeLonger.includes(array)) refuses({ ...lengths, [array]: length + 1 }, settings);
      }
      for (const change of wrong) refuses(lengths, { ...settings, ...change });
    });
  }
}
