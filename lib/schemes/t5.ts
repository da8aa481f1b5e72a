import { normal } from "../initializers/distributions.ts";
import { lecunNormal } from "../initializers/named.ts";
import { headSizeOf, scalesLogits, scalesScores, weightsBy, widthOf } from "./anatomy.ts";
import { type Parametrization, parametrization } from "./parametrization.ts";

/**
 * T5: N(0, 1 / fanIn), queries N(0, 1 / (d k)) with k the columns of a head, embeddings and an untied head N(0, 1).
 *
 * T5 does not divide scores by sqrt(k), as its small queries do: the multiplier of queries is sqrt(k), which undoes the
 * division in the model. Logits of a tied head are divided by sqrt(d), as T5 does; an untied one starts near a loss of 110.
 *
 * @throws {RangeError} where the model is not a gpt.
 *
 * Reference: Raffel et al. (2020); transformers 5, modeling_t5.py (_init_weights); tensorflow/mesh, layers.py.
 *
 * @example
 * ```ts
 * import { describeScheme, gpt, t5 } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * const model = gpt({ vocabulary: 27, context: 8, width: 16, heads: 2, blocks: 3 });
 * const query = describeScheme(model, t5()).find(({ kind }) => kind === "query")!;
 * expect(query.std).toBeCloseTo(1 / Math.sqrt(16 * 8), 12);
 * expect(query.multiplier).toBe(Math.sqrt(8));
 * ```
 */
export function t5(): Parametrization {
  const scheme = weightsBy((spec, model) => {
    if (spec.role === "embedding" || spec.role === "output") return normal({ std: 1 });
    if (spec.kind !== "query") return lecunNormal();
    return normal({ std: 1 / Math.sqrt(spec.fans.fanIn * headSizeOf("t5", model)) });
  });
  return parametrization(scheme, {
    multiplier: (spec, model) => {
      if (scalesScores(spec, model)) return Math.sqrt(headSizeOf("t5", model));
      const isTied = spec.role !== "output" && scalesLogits(spec, model);
      return isTied ? 1 / Math.sqrt(widthOf("t5", model)) : 1;
    },
  });
}
