/** For every initializer what is known of it. */
import { BIASES } from "./initializerBiases.ts";
import type { Case } from "./initializerCase.ts";
import { COMPLEX } from "./initializerComplex.ts";
import { MATRICES } from "./initializerMatrices.ts";
import { SCALED } from "./initializerScaled.ts";

export const TABLE: Readonly<Record<string, readonly Case[]>> = {
  ...SCALED,
  ...COMPLEX,
  ...MATRICES,
  ...BIASES,
};
