import type { Tensor } from "./tensor.ts";

/** What a model learns from: one row of `inputs` an example, and its class label or its row of regression targets. */
export interface Examples {
  readonly inputs: Tensor;
  readonly targets: Uint8Array | Tensor;
}
