import { constant, zeros } from "../initializers/constant.ts";
import type { Model } from "../nn/model.ts";
import type { Scheme } from "../nn/schemes.ts";
import { finite, onlyOptions, trueOrFalse } from "../tensor/arguments.ts";
import { blocksOf, ownHead } from "./anatomy.ts";

// Schemes that silence residual branches at the start, so that a network of any depth starts as its stem and head.

/**
 * Zero-init projections: the last weight of each residual branch 0, all else by `otherwise`. The head too where `head` is true, so
 * that the first loss is ln C.
 *
 * @throws {TypeError} where `otherwise` is no scheme.
 * @throws {RangeError} where the model has no blocks, or the head is to be 0 and is tied.
 *
 * Reference: Goyal et al. (2017) for the last gain of a block; Zhang, Dauphin and Ma (2019) for weights.
 *
 * @example
 * ```ts
 * import { describeScheme, gpt, nanoGpt, zeroProjections } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * const model = gpt({ vocabulary: 27, context: 8, width: 16, heads: 2, blocks: 3 });
 * const end = describeScheme(model, zeroProjections(nanoGpt())).find(({ role }) => role === "residual");
 * expect(end?.std).toBe(0);
 * ```
 */
export function zeroProjections(otherwise: Scheme, options: { head?: boolean } = {}): Scheme {
  onlyOptions("zeroProjections", options, ["head"]);
  checkOtherwise("zeroProjections", otherwise);
  trueOrFalse("head", options.head ?? false);
  return (spec, model) => {
    blocksOf("zeroProjections", model);
    if (options.head === true) ownHead("zeroProjections of the head", model);
    const isZero = spec.role === "residual" || (spec.role === "output" && options.head === true);
    return isZero ? zeros() : otherwise(spec, model);
  };
}

/**
 * SkipInit: gates 0, all else by `otherwise`, for a model {@linkcode withGates}.
 *
 * @throws {RangeError} where the model has no gates.
 *
 * Reference: De and Smith (2020).
 *
 * @example
 * ```ts
 * import { describeScheme, gpt, nanoGpt, skipInit, withGates } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * const model = gpt({ vocabulary: 27, context: 8, width: 16, heads: 2, blocks: 3 });
 * const gate = describeScheme(withGates(model), skipInit(nanoGpt())).at(-1);
 * expect([gate?.kind, gate?.mean]).toEqual(["gate", 0]);
 * ```
 */
export function skipInit(otherwise: Scheme): Scheme {
  return gatesAt("skipInit", () => 0, otherwise);
}

/**
 * ReZero: gates 0, all else by `otherwise`, for a model {@linkcode withGates}: what SkipInit is, for networks without
 * normalization. The authors' transformer has one gate for both branches of a block.
 *
 * @throws {RangeError} where the model has no gates.
 *
 * Reference: Bachlechner et al. (2020); majumderb/rezero, transformer/rztx.py.
 *
 * @example
 * ```ts
 * import { describeScheme, gpt, nanoGpt, reZero, withGates } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * const model = gpt({ vocabulary: 27, context: 8, width: 16, heads: 2, blocks: 3 });
 * const gate = describeScheme(withGates(model), reZero(nanoGpt())).at(-1);
 * expect([gate?.kind, gate?.mean]).toEqual(["gate", 0]);
 * ```
 */
export function reZero(otherwise: Scheme): Scheme {
  return gatesAt("reZero", () => 0, otherwise);
}

/**
 * LayerScale: gates, one for each channel, at `value`, all else by `otherwise`, for a model {@linkcode withGates}.
 *
 * Where value is left out it is 0.1 for up to 18 blocks, 1e-5 for up to 24, 1e-6 for more: the paper's. Of the authors' models of 36
 * blocks the narrowest has 1e-5.
 *
 * @throws {RangeError} where the model has no gates, or value is not finite.
 *
 * Reference: Touvron et al. (2021), section 2; facebookresearch/deit, cait_models.py.
 *
 * @example
 * ```ts
 * import { describeScheme, gpt, layerScale, nanoGpt, withGates } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * const model = gpt({ vocabulary: 27, context: 8, width: 16, heads: 2, blocks: 3 });
 * const gate = describeScheme(withGates(model, "channel"), layerScale(nanoGpt())).at(-1);
 * expect([gate?.shape, gate?.mean]).toEqual(["(16)", 0.1]);
 * ```
 */
export function layerScale(otherwise: Scheme, options: { value?: number } = {}): Scheme {
  onlyOptions("layerScale", options, ["value"]);
  if (options.value !== undefined) finite("value", options.value);
  const byDepth = (depth: number) => depth <= 18 ? 0.1 : depth <= 24 ? 1e-5 : 1e-6;
  return gatesAt(
    "layerScale",
    (model) => options.value ?? byDepth(blocksOf("layerScale", model)),
    otherwise,
  );
}

function checkOtherwise(name: string, otherwise: Scheme): void {
  if (typeof otherwise === "function" && !("law" in otherwise)) return;
  throw new TypeError(
    `Cannot make ${name} without a scheme for all else: pass one, such as gpt2() or everywhere(heNormal())`,
  );
}

function gatesAt(name: string, value: (model: Model) => number, otherwise: Scheme): Scheme {
  checkOtherwise(name, otherwise);
  return (spec, model) => {
    if (!model.params.some(({ kind }) => kind === "gate")) {
      throw new RangeError(`Cannot use ${name} with a model without gates: pass withGates(model)`);
    }
    return spec.kind === "gate" ? constant({ value: value(model) }) : otherwise(spec, model);
  };
}
