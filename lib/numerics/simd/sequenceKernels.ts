/** The kernels of normalization, tables, attention and convolution on four float32 lanes. */
import {
  requireAttention,
  requireIndices,
  requireLength,
  requireRotation,
  requireRows,
  requireWindows,
} from "../checks.ts";

import { memory } from "../memory.ts";
import type { AttentionShape, SequenceKernels, Windows } from "../sequenceInterface.ts";
import type { KernelExports } from "./instance.ts";
import { borrow, withAddresses, withLabels } from "./loan.ts";

/** Elements padded to whole sixteens. */
const padded = (elements: number) => Math.ceil(elements / 16) * 16;

/** Calls `work` with the numbers that both directions take and an address with room for `copies` of a head and its weights. */
function withRoom(
  { sequences, positions, heads, causal, scale }: AttentionShape,
  width: number,
  copies: number,
  work: (...settings: number[]) => void,
): void {
  const size = width / heads, rows = copies * positions + 1, lines = padded(size) + positions + 1;
  const chunk = borrow(4 * (rows * padded(size) + lines * padded(positions)));
  try {
    work(sequences, positions, heads, size, Number(causal), scale, chunk.start);
  } finally {
    memory.release(chunk);
  }
}

function settingsOf(w: Windows): number[] {
  return [
    ...[w.images, w.height, w.width, w.channels, w.kernelHeight, w.kernelWidth],
    ...[w.stride, w.top, w.left, w.outHeight, w.outWidth, w.depth],
  ];
}

export function sequenceKernelsOf(wasm: KernelExports): SequenceKernels {
  return {
    multiply(out, x, y) {
      requireLength("multiply", "out", out.length, x.length);
      requireLength("multiply", "y", y.length, x.length);
      withAddresses([out, x, y], 1, ([o, a, b]) => wasm.multiply(o, a, b, x.length));
    },
    addProducts(out, x, y) {
      requireLength("add products", "out", out.length, x.length);
      requireLength("add products", "y", y.length, x.length);
      withAddresses([out, x, y], 1, ([o, a, b]) => wasm.addProducts(o, a, b, x.length));
    },
    multiplyColumns(out, x, gain) {
      requireLength("multiply columns", "out", out.length, x.length);
      const columns = gain.length, rows = requireRows("multiply columns", x.length, columns);
      withAddresses([out, x, gain], 1, ([o, a, g]) => {
        wasm.multiplyColumns(o, a, g, rows, columns);
      });
    },
    addColumnProducts(out, x, y) {
      requireLength("add column products", "y", y.length, x.length);
      const columns = out.length, rows = requireRows("add column products", x.length, columns);
      withAddresses([out, x, y], 1, ([o, a, b]) => wasm.addColumnProducts(o, a, b, rows, columns));
    },
    gatherRows(out, table, indices, columns) {
      requireIndices(indices, requireRows("gather rows", table.length, columns));
      requireLength("gather rows", "out", out.length, indices.length * columns);
      withLabels(indices, (at) =>
        withAddresses([out, table], 1, ([o, t]) => {
          wasm.gatherRows(o, t, at, indices.length, columns);
        }));
    },
    scatterRows(table, x, indices, columns) {
      requireIndices(indices, requireRows("scatter rows", table.length, columns));
      requireLength("scatter rows", "x", x.length, indices.length * columns);
      withLabels(indices, (at) =>
        withAddresses([table, x], 1, ([t, a]) => {
          wasm.scatterRows(t, a, at, indices.length, columns);
        }));
    },
    addRotated(out, x, cosines, sines, rotation) {
      const rows = requireRotation(out, x, cosines, sines, rotation);
      const { width, half, backward } = rotation;
      withAddresses([out, x, cosines, sines], 1, ([o, a, c, s]) => {
        wasm.addRotated(o, a, c, s, rows, width, half, cosines.length, backward ? -1 : 1);
      });
    },
    standardize(out, inverses, x, columns, centered, epsilon) {
      const rows = requireRows("standardize", x.length, columns);
      requireLength("standardize", "out", out.length, x.length);
      requireLength("standardize", "inverses", inverses.length, rows);
      withAddresses([out, inverses, x], 2, ([o, i, a]) => {
        wasm.standardize(o, i, a, rows, columns, Number(centered), epsilon);
      });
    },
    standardizeBackward(out, y, inverses, gradient, columns, centered) {
      const action = "differentiate a standardization";
      const rows = requireRows(action, y.length, columns);
      requireLength(action, "out", out.length, y.length);
      requireLength(action, "gradient", gradient.length, y.length);
      requireLength(action, "inverses", inverses.length, rows);
      withAddresses([out, y, inverses, gradient], 1, ([o, a, i, g]) => {
        wasm.standardizeBackward(o, a, i, g, rows, columns, Number(centered));
      });
    },
    attention(out, weights, queries, keys, values, shape) {
      const width = requireAttention(weights, [out, queries, keys, values], shape);
      withRoom(shape, width, 3, (...settings) => {
        withAddresses([out, weights, queries, keys, values], 2, (addresses) => {
          wasm.attention(...addresses, ...settings);
        });
      });
    },
    attentionBackward(dq, dk, dv, weights, queries, keys, values, gradient, shape) {
      const arrays = [dq, dk, dv, queries, keys, values, gradient];
      const width = requireAttention(weights, arrays, shape);
      withRoom(shape, width, 4, (...settings) => {
        withAddresses([dq, dk, dv, weights, queries, keys, values, gradient], 3, (addresses) => {
          wasm.attentionBackward(...addresses, ...settings);
        });
      });
    },
    windowRows(out, images, windows) {
      requireWindows("take windows", out.length, images.length, windows);
      withAddresses([out, images], 1, ([o, x]) => {
        wasm.windows(o, x + 4 * windows.firstChannel, ...settingsOf(windows), 0);
      });
    },
    addWindowRows(images, rows, windows) {
      requireWindows("add windows", rows.length, images.length, windows);
      withAddresses([images, rows], 1, ([x, r]) => {
        wasm.windows(r, x + 4 * windows.firstChannel, ...settingsOf(windows), 1);
      });
    },
  };
}
