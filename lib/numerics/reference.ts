/** The kernels in plain JavaScript: the specification of every bit, and the fallback where there is no vector unit. */
import { attention, attentionBackward } from "./attention.ts";
import { requireRowVectors } from "./checks.ts";
import { fillBits, fillNormal, fillTruncatedNormal, fillUniform } from "./draws.ts";
import {
  activate,
  activateBackward,
  adam,
  add,
  addBias,
  addColumnSums,
  addProducts,
  momentum,
  multiply,
  multiplyAdd,
  scale,
  sgd,
} from "./elementwise.ts";
import type { Kernels } from "./interface.ts";
import { matmul } from "./matmul.ts";
import { standardize, standardizeBackward } from "./normalization.ts";
import { orthogonalBlock, orthogonalRows, overlapsLength } from "./orthogonal.ts";
import { crossEntropy, crossEntropyBackward, softmax, sum, sumOfSquares } from "./reductions.ts";
import { addColumnProducts, addRotated, gatherRows, multiplyColumns, scatterRows } from "./rows.ts";
import { addWindowRows, windowRows } from "./windows.ts";

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
  multiply,
  addProducts,
  multiplyColumns,
  addColumnProducts,
  gatherRows,
  scatterRows,
  addRotated,
  softmax,
  crossEntropy,
  crossEntropyBackward,
  standardize,
  standardizeBackward,
  attention,
  attentionBackward,
  windowRows,
  addWindowRows,
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
