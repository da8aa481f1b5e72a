import { onlyOptions } from "../tensor/arguments.ts";
import { blocksOf, endsBranch } from "./anatomy.ts";
import { mup, type MupOptions } from "./mup.ts";
import { type Parametrization, parametrization } from "./parametrization.ts";

export type DepthMupOptions = Pick<MupOptions, "base" | "scheme">;

/**
 * Depth-muP: {@linkcode mup} for Adam, and, in a model of l times the base's blocks, branches times l^(-1/2) and the learning rate of
 * what is in blocks times l^(-1/2). Its authors derive it for branches of one weight; with more, as in transformers, they find that
 * the best rate still moves with depth.
 *
 * @throws {RangeError} where a model has no blocks, or the base no counterpart of a parameter.
 *
 * Reference: Yang, Yu, Zhu and Hayou (2023), table 1; Bordelon et al. (2023).
 *
 * @example
 * ```ts
 * import { depthMup, describeScheme, gpt, nanoGpt } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * const of = (blocks: number) => gpt({ vocabulary: 27, context: 8, width: 16, heads: 2, blocks });
 * const rows = describeScheme(of(8), depthMup({ base: of(2), scheme: nanoGpt() }));
 * const end = rows.find(({ role }) => role === "residual");
 * expect([end?.multiplier, end?.learningRate]).toEqual([1 / 2, 1 / 2]);
 * ```
 */
export function depthMup(options: DepthMupOptions): Parametrization {
  return deeper("depthMup", options, 0.5);
}

/**
 * CompleteP: as {@linkcode depthMup}, with branches times 1 / l and learning rates no smaller for depth.
 *
 * Its epsilon for Adam, times 1 / (i l), i times the base's width, is the optimizer's to set.
 *
 * @throws {RangeError} where a model has no blocks, or the base no counterpart of a parameter.
 *
 * Reference: Dey et al. (2025), table 1; EleutherAI/nanoGPT-mup, branch completep, model.py.
 *
 * @example
 * ```ts
 * import { completeP, describeScheme, gpt, nanoGpt } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * const of = (blocks: number) => gpt({ vocabulary: 27, context: 8, width: 16, heads: 2, blocks });
 * const rows = describeScheme(of(8), completeP({ base: of(2), scheme: nanoGpt() }));
 * expect(rows.find(({ role }) => role === "residual")!.multiplier).toBe(1 / 4);
 * ```
 */
export function completeP(options: DepthMupOptions): Parametrization {
  return deeper("completeP", options, 1);
}

/** Branches times l^-power, learning rates in blocks times l^(power - 1). */
function deeper(name: string, options: DepthMupOptions, power: number): Parametrization {
  onlyOptions(name, options, ["base", "scheme"]);
  const wider = mup(options), baseDepth = blocksOf(name, options.base);
  return parametrization(wider, {
    multiplier: (spec, model) => {
      const deepening = blocksOf(name, model) / baseDepth;
      return wider.multiplier(spec, model) * (endsBranch(spec, model) ? deepening ** -power : 1);
    },
    learningRate: (spec, model) => {
      const deepening = blocksOf(name, model) / baseDepth;
      return wider.learningRate(spec, model) *
        (spec.block === undefined ? 1 : deepening ** (power - 1));
    },
  });
}
