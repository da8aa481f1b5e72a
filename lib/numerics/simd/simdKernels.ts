/** The kernels on four float32 lanes, compiled ahead from `assembly/`; their bits are those of the reference. */
import {
  requireLabels,
  requireLength,
  requireProduct,
  requireRows,
  requireRowVectors,
} from "../checks.ts";
import { truncation, uniformRange } from "../draws.ts";
import { adamFactors } from "../elementwise.ts";
import type { ActivationKind, Kernels, Operand } from "../interface.ts";
import { memory } from "../memory.ts";
import { orthogonalRows, overlapsLength } from "../orthogonal.ts";
import { instantiate, type KernelExports } from "./instance.ts";
import {
  addressOf,
  borrow,
  fillThrough,
  isInside,
  view,
  withAddresses,
  withLabels,
} from "./loan.ts";
import { sequenceKernelsOf } from "./sequenceKernels.ts";

/** Positions are the numbers that the assembly switches on. */
const KINDS: readonly ActivationKind[] = [
  "identity",
  "relu",
  "leakyRelu",
  "sigmoid",
  "tanh",
  "elu",
  "selu",
  "gelu",
  "geluTanh",
  "silu",
  "mish",
  "softplus",
  "softsign",
  "erf",
  "exp",
];

/** The elements of `data` that a matrix reaches, from (0, 0) to its last one. */
function span(x: Operand, rows: number, columns: number): Float32Array {
  const start = x.offset ?? 0;
  if (rows === 0 || columns === 0) return x.data.subarray(start, start);
  return x.data.subarray(
    start,
    start + (rows - 1) * x.rowStride + (columns - 1) * x.columnStride + 1,
  );
}

/** The kernels of a compiled module. */
function kernelsOf(wasm: KernelExports): Kernels {
  const kernels: Kernels = {
    name: "simd",
    ...sequenceKernelsOf(wasm),
    matmul(c, cOffset, ldc, m, k, n, a, b, accumulate) {
      requireProduct(c, cOffset, ldc, m, k, n, a, b);
      const multiply = (out: number, x: number, y: number) => {
        const add = accumulate ? 1 : 0;
        wasm.matmul(
          out,
          ldc,
          m,
          k,
          n,
          x,
          a.rowStride,
          a.columnStride,
          y,
          b.rowStride,
          b.columnStride,
          add,
        );
      };
      if (isInside(c) && isInside(a.data) && isInside(b.data)) {
        return multiply(c.byteOffset + 4 * cOffset, addressOf(a), addressOf(b));
      }
      const target = { data: c, offset: cOffset, rowStride: ldc, columnStride: 1 };
      const arrays = [span(target, m, n), span(a, m, k), span(b, k, n)];
      withAddresses(arrays, 1, ([out, x, y]) => multiply(out, x, y));
    },
    addBias(out, x, bias) {
      requireLength("add a bias", "out", out.length, x.length);
      const rows = requireRows("add a bias", x.length, bias.length);
      withAddresses([out, x, bias], 1, ([o, a, b]) => wasm.addBias(o, a, b, rows, bias.length));
    },
    addColumnSums(out, x) {
      const rows = requireRows("add column sums", x.length, out.length);
      withAddresses([out, x], 1, ([o, a]) => wasm.addColumnSums(o, a, rows, out.length));
    },
    activate(kind, out, x, parameter) {
      requireLength(`apply ${kind}`, "out", out.length, x.length);
      const number = KINDS.indexOf(kind);
      withAddresses([out, x], 1, ([o, a]) => wasm.activate(number, o, a, x.length, parameter));
    },
    activateBackward(kind, out, x, gradient, parameter) {
      requireLength(`differentiate ${kind}`, "out", out.length, x.length);
      requireLength(`differentiate ${kind}`, "gradient", gradient.length, x.length);
      const number = KINDS.indexOf(kind);
      withAddresses([out, x, gradient], 1, ([o, a, g]) => {
        wasm.activateBackward(number, o, a, g, x.length, parameter);
      });
    },
    add(out, x) {
      requireLength("add", "out", out.length, x.length);
      withAddresses([out, x], 1, ([o, a]) => wasm.add(o, a, x.length));
    },
    multiplyAdd(out, x, factor) {
      requireLength("add a multiple", "out", out.length, x.length);
      withAddresses([out, x], 1, ([o, a]) => wasm.multiplyAdd(o, a, x.length, factor));
    },
    scale(out, factor) {
      withAddresses([out], 1, ([o]) => wasm.scale(o, out.length, factor));
    },
    softmax(out, x, columns) {
      requireLength("apply softmax", "out", out.length, x.length);
      const rows = requireRows("apply softmax", x.length, columns);
      withAddresses([out, x], 1, ([o, a]) => wasm.softmax(o, a, rows, columns));
    },
    crossEntropy(losses, probabilities, logits, labels, columns) {
      const action = "compute the cross-entropy";
      const rows = requireRows(action, logits.length, columns);
      requireLength(action, "probabilities", probabilities.length, logits.length);
      requireLength(action, "losses", losses.length, rows);
      requireLength(action, "labels", labels.length, rows);
      requireLabels(labels, columns);
      withLabels(labels, (y) =>
        withAddresses([losses, probabilities, logits], 2, ([l, p, x]) => {
          wasm.crossEntropy(l, p, x, y, rows, columns);
        }));
    },
    crossEntropyBackward(out, probabilities, labels, columns, factor) {
      const action = "differentiate the cross-entropy";
      const rows = requireRows(action, probabilities.length, columns);
      requireLength(action, "out", out.length, probabilities.length);
      requireLength(action, "labels", labels.length, rows);
      requireLabels(labels, columns);
      withLabels(labels, (y) =>
        withAddresses([out, probabilities], 1, ([o, p]) => {
          wasm.crossEntropyBackward(o, p, y, rows, columns, factor);
        }));
    },
    sum: (x) => withAddresses([x], 0, ([a]) => wasm.sum(a, x.length)),
    sumOfSquares: (x) => withAddresses([x], 0, ([a]) => wasm.sumOfSquares(a, x.length)),
    sgd(parameters, gradients, learningRate) {
      requireLength("update", "gradients", gradients.length, parameters.length);
      kernels.multiplyAdd(parameters, gradients, -learningRate);
    },
    momentum(parameters, velocities, gradients, learningRate, momentum) {
      requireLength("update", "velocities", velocities.length, parameters.length);
      requireLength("update", "gradients", gradients.length, parameters.length);
      withAddresses([parameters, velocities, gradients], 2, ([p, v, g]) => {
        wasm.momentum(p, v, g, parameters.length, learningRate, momentum);
      });
    },
    adam(parameters, means, squares, gradients, step, settings) {
      const count = parameters.length;
      requireLength("update", "means", means.length, count);
      requireLength("update", "squares", squares.length, count);
      requireLength("update", "gradients", gradients.length, count);
      const { beta1, beta2, new1, new2, rate, correction, epsilon } = adamFactors(step, settings);
      withAddresses([parameters, means, squares, gradients], 3, ([p, m, s, g]) => {
        wasm.adam(p, m, s, g, count, beta1, beta2, new1, new2, rate, correction, epsilon);
      });
    },
    fillBits(out, key0, key1) {
      fillThrough(out, (at, count, first) => wasm.fillBits(at, count, first, key0, key1));
    },
    fillUniform(out, key0, key1, low, high) {
      const range = uniformRange(low, high);
      fillThrough(out, (at, count, first) => {
        wasm.fillUniform(at, count, first, key0, key1, range.low, range.width, range.top);
      });
    },
    fillNormal(out, key0, key1, mean, std) {
      fillThrough(out, (at, count, first) => {
        wasm.fillNormal(at, count, first, key0, key1, mean, std);
      });
    },
    fillTruncatedNormal(out, key0, key1, mean, std, low, high) {
      const cut = truncation(low, high);
      const { massBelow, massAbove, mass, offset } = cut;
      fillThrough(out, (at, count, first) => {
        const law = [mean, std, cut.low, cut.high, massBelow, massAbove, mass, offset];
        wasm.fillTruncatedNormal(at, count, first, key0, key1, ...law);
      });
    },
    orthogonalRows(matrix, rows, columns) {
      requireRowVectors(matrix.length, rows, columns);
      const chunk = borrow(4 * overlapsLength(rows));
      const overlaps = view(chunk.start, overlapsLength(rows));
      const { matmul, scale } = kernels;
      const orthogonalBlock = (block: Float32Array, count: number, columns: number) =>
        wasm.orthogonalBlock(block.byteOffset, count, columns);
      const steps = { matmul, scale, orthogonalBlock };
      try {
        withAddresses([matrix], 1, ([at]) => {
          orthogonalRows(steps, view(at, matrix.length), overlaps, rows, columns);
        });
      } finally {
        memory.release(chunk);
      }
    },
  };
  return kernels;
}

const wasm = instantiate();

/** The vector kernels, or undefined where WebAssembly or its SIMD is missing. */
export const simd: Kernels | undefined = wasm && kernelsOf(wasm);
