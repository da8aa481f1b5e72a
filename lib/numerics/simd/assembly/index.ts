export { activate, activateBackward } from "./activations";
export { fillBits, fillNormal, fillTruncatedNormal, fillUniform } from "./draws";
export { adam, add, addBias, addColumnSums, momentum, multiplyAdd, scale } from "./elementwise";
export { FIRST_FREE as firstFree, matmul } from "./matmul";
export { orthogonalBlock } from "./orthogonal";
export { crossEntropy, crossEntropyBackward, softmax, sum, sumOfSquares } from "./reductions";

/** End of the constants; the work space begins at 65536. */
export const endOfConstants: usize = __heap_base;
