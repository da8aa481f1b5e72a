/** The compiled kernels on the library's memory. */
import { linearMemory } from "../memory.ts";
import { base64 } from "./kernels.wasm.ts";

type Numeric = (...args: number[]) => number;

/** What the module exports; arrays are byte addresses, counts and strides count elements. */
export interface KernelExports {
  readonly activate: Numeric;
  readonly activateBackward: Numeric;
  readonly adam: Numeric;
  readonly add: Numeric;
  readonly addBias: Numeric;
  readonly addColumnProducts: Numeric;
  readonly addColumnSums: Numeric;
  readonly addProducts: Numeric;
  readonly addRotated: Numeric;
  readonly attention: Numeric;
  readonly attentionBackward: Numeric;
  readonly crossEntropy: Numeric;
  readonly crossEntropyBackward: Numeric;
  readonly fillBits: Numeric;
  readonly fillNormal: Numeric;
  readonly fillTruncatedNormal: Numeric;
  readonly fillUniform: Numeric;
  readonly gatherRows: Numeric;
  readonly matmul: Numeric;
  readonly momentum: Numeric;
  readonly multiply: Numeric;
  readonly multiplyAdd: Numeric;
  readonly multiplyColumns: Numeric;
  readonly orthogonalBlock: Numeric;
  readonly scale: Numeric;
  readonly scatterRows: Numeric;
  readonly softmax: Numeric;
  readonly standardize: Numeric;
  readonly standardizeBackward: Numeric;
  readonly sum: Numeric;
  readonly sumOfSquares: Numeric;
  readonly windows: Numeric;
  /** Where its constants end, and where its work space ends. */
  readonly endOfConstants: WebAssembly.Global;
  readonly firstFree: WebAssembly.Global;
}

/** The kernels' functions, or undefined where WebAssembly or its SIMD is missing. */
export function instantiate(): KernelExports | undefined {
  if (linearMemory === undefined) return undefined;
  try {
    const module = new WebAssembly.Module(Uint8Array.from(atob(base64), (c) => c.charCodeAt(0)));
    const { exports } = new WebAssembly.Instance(module, { env: { memory: linearMemory } });
    return exports as unknown as KernelExports;
  } catch (error) {
    if (error instanceof WebAssembly.CompileError) return undefined;
    throw error;
  }
}
