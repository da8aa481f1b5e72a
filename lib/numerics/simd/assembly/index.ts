export { activate, activateBackward } from "./activations";
export { attention, attentionBackward } from "./attention";
export { fillBits, fillNormal, fillTruncatedNormal, fillUniform } from "./draws";
export { adam, add, addBias, addColumnSums, addProducts, momentum, multiply, multiplyAdd, scale } from "./elementwise";
export { FIRST_FREE as firstFree, matmul } from "./matmul";
export { standardize, standardizeBackward } from "./normalization";
export { orthogonalBlock } from "./orthogonal";
export { crossEntropy, crossEntropyBackward, softmax, sum, sumOfSquares } from "./reductions";
export { addColumnProducts, addRotated, gatherRows, multiplyColumns, scatterRows } from "./rows";
export { windows } from "./windows";

/** End of the constants; the work space begins at 65536. */
export const endOfConstants: usize = __heap_base;
