import { normal } from "../initializers/distributions.ts";
import { orthogonal } from "../initializers/orthogonal.ts";
import type { Fans } from "../initializers/fans.ts";
import type { ParamSpec } from "../nn/model.ts";
import { oneOf, onlyOptions } from "../tensor/arguments.ts";
import { weightsBy } from "./anatomy.ts";
import { type Parametrization, parametrization } from "./parametrization.ts";

export interface SpectralOptions {
  /** Whose learning rates: "adam" when left out. */
  optimizer?: "sgd" | "adam";
  /** "normal" when left out, whose largest singular value is one to two times sqrt(m / n); "orthogonal" has exactly that. */
  distribution?: "normal" | "orthogonal";
}

/**
 * The spectral condition: a weight (n, m) gets norm sqrt(m / n), from std min(1, sqrt(m / n)) / sqrt(n) or from an orthogonal
 * matrix times sqrt(m / n), and so do its updates, at learning rates m / n for SGD and 1 / n for Adam.
 *
 * Embeddings, biases and gains take one input each: n = 1 for them.
 *
 * Reference: Yang, Simon and Bernstein (2023); Adam's rates are {@linkcode mup}'s.
 *
 * @example
 * ```ts
 * import { describeScheme, mlp, relu, spectral } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * const rows = describeScheme(mlp({ widths: [100, 400, 4], activation: relu, bias: false }), spectral());
 * expect(rows[0].std).toBe(0.1);
 * expect(rows[1].std).toBeCloseTo(0.1 / 20, 12);
 * expect(rows[1].learningRate).toBe(1 / 400);
 * ```
 */
export function spectral(options: SpectralOptions = {}): Parametrization {
  onlyOptions("spectral", options, ["optimizer", "distribution"]);
  const optimizer = oneOf("optimizer", options.optimizer ?? "adam", ["sgd", "adam"]);
  const kind = oneOf("distribution", options.distribution ?? "normal", ["normal", "orthogonal"]);
  const scheme = weightsBy((spec) => {
    const { fanIn, fanOut } = ownFans(spec);
    if (spec.role !== "embedding" && kind === "orthogonal") {
      return orthogonal({ gain: Math.sqrt(fanOut / fanIn) });
    }
    return normal({ std: Math.min(1, Math.sqrt(fanOut / fanIn)) / Math.sqrt(fanIn) });
  });
  return parametrization(scheme, {
    learningRate: (spec) => {
      const { fanIn, fanOut } = ownFans(spec);
      return optimizer === "sgd" ? fanOut / fanIn : 1 / fanIn;
    },
  });
}

/** Fans as scaling laws count them: a row of a table, a bias and a gain have one input. */
export function ownFans({ role, shape, fans }: ParamSpec): Fans {
  const single = role === "embedding" || role === "bias" || role === "gain";
  return single ? { fanIn: 1, fanOut: shape[shape.length - 1] } : fans;
}
