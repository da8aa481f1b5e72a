/** The kernels in plain JavaScript: the specification of every bit, and the fallback where there is no vector unit. */
import { requireRowVectors } from "./checks.ts";
import { fillBits, fillNormal, fillTruncatedNormal, fillUniform } from "./draws.ts";
import {
  activate,
  activateBackward,
  adam,
  add,
  addBias,
  addColumnSums,
  momentum,
  multiplyAdd,
  scale,
  sgd,
} from "./elementwise.ts";
import type { Kernels } from "./interface.ts";
import { matmul } from "./matmul.ts";
import { orthogonalBlock, orthogonalRows, overlapsLength } from "./orthogonal.ts";
import { crossEntropy, crossEntropyBackward, softmax, sum, sumOfSquares } from "./reductions.ts";

const steps = { matmul, scale, orthogonalBlock };

export const reference: Kernels = {
  name: "reference",
  matmul,
  addBias,
  addColumnSums,
  activate,
  activateBackward,
  add,
  multiplyAdd,
  scale,
  softmax,
  crossEntropy,
  crossEntropyBackward,
  sum,
  sumOfSquares,
  sgd,
  momentum,
  adam,
  fillBits,
  fillUniform,
  fillNormal,
  fillTruncatedNormal,
  orthogonalRows(matrix: Float32Array, rows: number, columns: number): void {
    requireRowVectors(matrix.length, rows, columns);
    const overlaps = new Float32Array(overlapsLength(rows));
    orthogonalRows(steps, matrix, overlaps, rows, columns);
  },
};
