/** Initializers whose entries are constant, or independent draws of one law. */
import {
  constant,
  heNormal,
  heUniform,
  type Initializer,
  lecunNormal,
  lecunUniform,
  lora,
  normal,
  ones,
  randomWalk,
  scaledUniform,
  type Shape,
  sirenFirst,
  sirenHidden,
  truncatedNormal,
  uniform,
  uniformScaling,
  varianceScaling,
  xavierNormal,
  xavierUniform,
  zeros,
} from "../lib/mod.ts";
import { type Case, fixed, OBLONG } from "./initializerCase.ts";
import { spreadOf } from "./lawDistance.ts";

const WEIGHTS: readonly Shape[] = [[40, 300], [300, 40], [96, 130], [3, 5, 20, 48], [7, 30, 70]];

function entryWise(init: Initializer, wrong: Case["wrong"]): Case {
  const not = { structure: "its entries are independent" };
  return { init, shapes: WEIGHTS, not, spread: (shape) => spreadOf(init.law(shape)), wrong };
}

export const SCALED: Readonly<Record<string, readonly Case[]>> = {
  zeros: [fixed(zeros(), OBLONG, () => 0, "ones", ones())],
  ones: [fixed(ones(), OBLONG, () => 1, "zeros", zeros())],
  constant: [
    fixed(constant({ value: -2.5 }), OBLONG, () => -2.5, "sign", constant({ value: 2.5 })),
  ],
  normal: [
    entryWise(normal({ mean: 3, std: 0.02 }), [
      "variance given as std",
      normal({ mean: 3, std: 4e-4 }),
      "variance",
    ]),
  ],
  uniform: [
    entryWise(uniform({ low: -0.3, high: 0.3 }), [
      "bound used as std",
      uniform({ low: -0.3 * Math.sqrt(3), high: 0.3 * Math.sqrt(3) }),
      "bounds",
    ]),
  ],
  truncatedNormal: [
    entryWise(truncatedNormal({ std: 0.02 }), [
      "correction missing",
      truncatedNormal({ parentStd: 0.02 }),
      "variance",
    ]),
  ],
  varianceScaling: [
    entryWise(varianceScaling({ scale: 3, mode: "fanGeoAvg" }), [
      "fanIn alone",
      varianceScaling({ scale: 3 }),
      "variance",
    ]),
  ],
  lecunNormal: [entryWise(lecunNormal(), ["He's gain", heNormal(), "variance"])],
  lecunUniform: [entryWise(lecunUniform(), ["normal", lecunNormal(), "kurtosis"])],
  xavierNormal: [
    entryWise(xavierNormal(), ["fanIn alone", xavierNormal({ mode: "fanIn" }), "variance"]),
  ],
  xavierUniform: [
    entryWise(xavierUniform(), [
      "bound used as std",
      (shape, stream) => normal({ std: xavierUniform().law(shape).high })(shape, stream),
      "KS",
    ]),
  ],
  heNormal: [entryWise(heNormal(), ["fans swapped", heNormal({ mode: "fanOut" }), "variance"])],
  heUniform: [entryWise(heUniform(), ["gain missing", lecunUniform(), "variance"])],
  uniformScaling: [
    entryWise(uniformScaling({ factor: 1.5 }), [
      "sqrt(3) missing",
      (shape, stream) => {
        const high = uniformScaling({ factor: 1.5 }).law(shape).std;
        return stream.uniform(shape, { low: -high, high });
      },
      "variance",
    ]),
  ],
  scaledUniform: [
    {
      ...entryWise(scaledUniform(), ["LeCun's", lecunUniform(), "bounds"]),
      not: {
        structure: "its entries are independent",
        shard: "its law is that of the whole tensor, which a part does not know",
      },
    },
  ],
  randomWalk: [
    entryWise(randomWalk(), ["linear", randomWalk({ activation: "linear" }), "variance"]),
  ],
  sirenFirst: [entryWise(sirenFirst(), ["a hidden layer's", sirenHidden(), "variance"])],
  sirenHidden: [entryWise(sirenHidden(), ["omega missing", sirenHidden({ omega: 1 }), "bounds"])],
  lora: [
    entryWise(lora({ part: "down" }), ["sqrt(5) missing", heUniform(), "variance"]),
    fixed(lora({ part: "up" }), OBLONG, () => 0, "both drawn", lora({ part: "down" })),
  ],
};
