import { expect } from "@std/expect";
import { memory } from "../lib/numerics/memory.ts";
import { reference } from "../lib/numerics/reference.ts";
import type { AttentionShape, Windows } from "../lib/numerics/sequenceInterface.ts";
import { EDGES, expectSame, numbers, pick, simd } from "./sameBits.ts";

Deno.test("products by element and by column give the same bits", () => {
  for (const columns of EDGES.slice(1)) {
    for (const [rows, wild] of [[0, false], [1, true], [5, false], [6, true]] as const) {
      const long = () => numbers(rows * columns, wild);
      const arrays = [long(), long(), long(), numbers(columns, wild)];
      expectSame(arrays, (kernels, [x, y, out, gain]) => {
        kernels.addProducts(out, x, y);
        kernels.addColumnProducts(gain, x, y);
        kernels.multiplyColumns(y, x, gain);
        kernels.multiply(x, x, out);
      });
    }
  }
});

Deno.test("standardize() and standardizeBackward() give the same bits", () => {
  for (const columns of EDGES.slice(1)) {
    for (const [rows, wild] of [[0, false], [1, true], [5, false], [6, true]] as const) {
      for (const centered of [true, false]) {
        const long = () => numbers(rows * columns, wild);
        const arrays = [long(), long(), long(), long(), numbers(rows, wild)];
        expectSame(arrays, (kernels, [x, y, out, gradient, inverses]) => {
          kernels.standardize(y, inverses, x, columns, centered, 1e-5);
          kernels.standardizeBackward(out, y, inverses, gradient, columns, centered);
          kernels.standardize(x, inverses, x, columns, centered, 0.1); // in place
        });
      }
    }
  }
});

Deno.test("gatherRows() and scatterRows() give the same bits, indices repeating", () => {
  for (const columns of EDGES.slice(1)) {
    const indices = Int32Array.from({ length: 20 }, () => pick(7)), wild = pick(2) === 0;
    const arrays = [numbers(7 * columns, wild), numbers(20 * columns, wild)];
    expectSame(arrays, (kernels, [table, x]) => {
      kernels.scatterRows(table, x, indices, columns);
      kernels.gatherRows(x, table, indices, columns);
    });
  }
});

Deno.test("addRotated() gives the same bits", () => {
  for (const half of [1, 3, 4, 8, 17]) {
    for (const backward of [true, false]) {
      const positions = 5, width = 2 * half * 3, wild = pick(2) === 0;
      const long = () => numbers(2 * positions * width, wild);
      const angles = () => numbers(positions * half, wild);
      expectSame([long(), long(), angles(), angles()], (kernels, [out, x, cosines, sines]) => {
        kernels.addRotated(out, x, cosines, sines, { width, half, backward });
        kernels.addRotated(x, x, cosines, sines, { width, half, backward }); // each pair onto itself
      });
    }
  }
});

const attentions: [sequences: number, positions: number, heads: number, size: number][] = [
  ...[[2, 1, 1, 1], [1, 2, 3, 5], [2, 3, 2, 16], [1, 15, 2, 4], [1, 16, 1, 16], [3, 17, 2, 20]],
  ...[[1, 31, 1, 33], [2, 64, 2, 16], [1, 65, 1, 17], [1, 33, 4, 3], [1, 257, 1, 48], [
    1,
    300,
    2,
    5,
  ]],
] as [number, number, number, number][];

Deno.test("attention() and attentionBackward() give the same bits", () => {
  for (const [sequences, positions, heads, size] of attentions) {
    for (const causal of [true, false]) {
      for (const wild of [true, false]) {
        const shape: AttentionShape = { sequences, positions, heads, causal, scale: 0.3 };
        const x = () => numbers(sequences * positions * heads * size, wild);
        const weights = numbers(sequences * heads * positions ** 2, wild);
        const arrays = [x(), x(), x(), x(), x(), x(), x(), x(), weights];
        expectSame(arrays, (kernels, [out, dq, dk, dv, q, k, v, gradient, w]) => {
          kernels.attention(out, w, q, k, v, shape);
          kernels.attentionBackward(dq, dk, dv, w, q, k, v, gradient, shape);
        });
      }
    }
  }
});

Deno.test("attention() of a position does not change when later ones do, be they infinite", () => {
  const shape = { sequences: 1, positions: 9, heads: 2, causal: true, scale: 0.5 }, width = 10;
  for (const kernels of [reference, simd]) {
    const [q, k, v] = [1, 2, 3].map(() => numbers(9 * width, false));
    const out = () => {
      const y = new Float32Array(9 * width);
      kernels.attention(y, new Float32Array(2 * 81), q, k, v, shape);
      return y.subarray(0, 6 * width);
    };
    const before = out();
    for (const x of [q, k, v]) x.fill(Infinity, 6 * width);
    expect(out()).toEqual(before);
  }
});

Deno.test("windowRows() and addWindowRows() give the same bits", () => {
  for (let trial = 0; trial < 40; trial++) {
    const channels = 1 + pick(6), depth = 1 + pick(channels), wild = pick(2) === 0;
    const w: Windows = {
      ...{ images: 1 + pick(2), height: 1 + pick(7), width: 1 + pick(7), channels },
      ...{ kernelHeight: 1 + pick(4), kernelWidth: 1 + pick(4), stride: 1 + pick(3) },
      ...{ top: pick(3), left: pick(3), outHeight: pick(6), outWidth: pick(6) },
      ...{ firstChannel: pick(channels - depth + 1), depth },
    };
    const rows = w.images * w.outHeight * w.outWidth * w.kernelHeight * w.kernelWidth * depth;
    const images = numbers(w.images * w.height * w.width * channels, wild);
    expectSame([images, numbers(rows, wild)], (kernels, [x, rows]) => {
      kernels.addWindowRows(x, rows, w);
      kernels.windowRows(rows, x, w);
    });
  }
});

// Plain float64 oracles of what both implementations are.

const near = (actual: ArrayLike<number>, expected: readonly number[], tolerance: number) =>
  expected.forEach((value, i) => expect(Math.abs(actual[i] - value)).toBeLessThan(tolerance));

Deno.test("standardize() follows its formula", () => {
  const x = numbers(3 * 7, false).map((v) => 5 + 3 * v), out = new Float32Array(21);
  for (const centered of [true, false]) {
    const inverses = new Float32Array(3);
    reference.standardize(out, inverses, x, 7, centered, 0.01);
    for (let i = 0; i < 3; i++) {
      const row = [...x.subarray(7 * i, 7 * i + 7)];
      const mean = centered ? row.reduce((s, v) => s + v, 0) / 7 : 0;
      const inverse = 1 / Math.sqrt(row.reduce((s, v) => s + (v - mean) ** 2, 0) / 7 + 0.01);
      // some 10 roundings of numbers below 16, times an inverse below 1
      near(out.subarray(7 * i), row.map((v) => (v - mean) * inverse), 10 * 16 * 2 ** -24);
      near(inverses.subarray(i), [inverse], 10 * 2 ** -24);
    }
  }
});

Deno.test("windowRows() takes windows in reading order, zeros outside", () => {
  const image = Float32Array.from({ length: 12 }, (_, i) => i + 1); // (2, 3) pixels of 2 channels
  const w = {
    ...{ images: 1, height: 2, width: 3, channels: 2, kernelHeight: 2, kernelWidth: 2, stride: 2 },
    ...{ top: 1, left: 0, outHeight: 1, outWidth: 2, firstChannel: 1, depth: 1 },
  };
  const rows = new Float32Array(8);
  reference.windowRows(rows, image, w);
  expect([...rows]).toEqual([0, 0, 2, 4, 0, 0, 6, 0]);
  reference.addWindowRows(image, rows, w);
  expect([...image]).toEqual([1, 4, 3, 8, 5, 12, 7, 8, 9, 10, 11, 12]);
});

Deno.test("kernels of sequences and images refuse wrong lengths before they write", () => {
  const seven = () => Float32Array.of(7, 7, 7, 7, 7, 7), six = new Float32Array(6);
  const four = new Float32Array(4), shape = { sequences: 1, positions: 2, heads: 1, causal: true };
  const before = memory.free;
  for (const kernels of [reference, simd]) {
    const out = seven(), turn = { width: 2, half: 1, backward: false };
    const w: Windows = {
      ...{ images: 1, height: 2, width: 3, channels: 1, kernelHeight: 1, kernelWidth: 1 },
      ...{ stride: 1, top: 0, left: 0, outHeight: 2, outWidth: 3, firstChannel: 0, depth: 1 },
    };
    const wrong = [
      () => kernels.multiply(out, six, four),
      () => kernels.multiply(out, four, four),
      () => kernels.addProducts(out, six, four),
      () => kernels.addProducts(out, four, four),
      () => kernels.multiplyColumns(out, six, four),
      () => kernels.multiplyColumns(out, four, four),
      () => kernels.addColumnProducts(out, six, four),
      () => kernels.addColumnProducts(out, four, four),
      () => kernels.gatherRows(out, six, Int32Array.of(0, 3), 2),
      () => kernels.gatherRows(out, six, Int32Array.of(0, 1), 2),
      () => kernels.scatterRows(out, six, Int32Array.of(0, 1, -1), 2),
      () => kernels.scatterRows(out, six, Int32Array.of(0, 1), 2),
      () => kernels.addRotated(out, six, four, six, turn),
      () => kernels.addRotated(out, four, six, six, turn),
      () => kernels.addRotated(out, six, four, four, { ...turn, half: 2 }),
      () => kernels.addRotated(out, six, four, four, turn),
      () => kernels.standardize(out, four, six, 2, true, 1e-5),
      () => kernels.standardize(out, new Float32Array(3), four, 2, true, 1e-5),
      () => kernels.standardizeBackward(out, six, four, six, 2, true),
      () => kernels.standardizeBackward(out, six, new Float32Array(3), four, 2, true),
      () => kernels.attention(out, four, six, six, four, { ...shape, scale: 1 }),
      () => kernels.attention(out, six, six, six, six, { ...shape, scale: 1 }),
      () => kernels.attention(out, four, six, six, six, { ...shape, positions: 0, scale: 1 }),
      () => kernels.attention(out, four, six, six, six, { ...shape, heads: 2, scale: 1 }),
      () =>
        kernels.attentionBackward(out, out, out, four, six, six, six, four, { ...shape, scale: 1 }),
      () => kernels.windowRows(out, four, w),
      () => kernels.windowRows(out, six, { ...w, outWidth: 2 }),
      () => kernels.windowRows(out, six, { ...w, firstChannel: 1 }),
      () => kernels.windowRows(out, six, { ...w, stride: 0 }),
      () => kernels.addWindowRows(out, six, { ...w, top: 0.5 }),
      () => kernels.addWindowRows(out, four, w),
    ];
    for (const run of wrong) expect(run).toThrow(RangeError);
    expect(out).toEqual(seven());
  }
  expect(memory.free).toBe(before);
  expect(() => reference.gatherRows(six, six, Int32Array.of(0, 1, 3), 2)).toThrow(
    "Cannot use index 3 as there are 3 rows, counted from 0",
  );
});
