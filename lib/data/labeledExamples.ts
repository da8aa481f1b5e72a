import type { Examples } from "../tensor/examples.ts";

/** Examples of a classification: `targets[i]` is the class of row i, counted from 0. */
export interface LabeledExamples extends Examples {
  readonly targets: Uint8Array;
}
