import { normal, uniform } from "../initializers/distributions.ts";
import type { Initializer } from "../initializers/initializer.ts";
import { checkModel, type Model, type ParamSpec } from "../nn/model.ts";
import { checkScheme, chosenBy, type Scheme } from "../nn/schemes.ts";
import { oneOf, onlyOptions } from "../tensor/arguments.ts";
import { headSizeOf, ownHead, scalesLogits, scalesScores } from "./anatomy.ts";
import { type Parametrization, parametrization } from "./parametrization.ts";
import { ownFans } from "./spectral.ts";

export interface MupOptions {
  /** A narrow model of the same kind, whose tuned settings are to be kept: at its width muP is `scheme` itself. */
  base: Model;
  /** How the base model is initialized. */
  scheme: Scheme;
  /** "adam" when left out. */
  optimizer?: "sgd" | "adam";
  /** "table8" when left out: a multiplier at the head, as in the mup package; "table3" has none. */
  form?: "table3" | "table8";
}

/** How many times wider than the base model a weight is: on its input side, and on its output side. */
interface Widening {
  readonly fanIn: number;
  readonly fanOut: number;
}

/**
 * muP: from a base model to one whose weights are i times wider at their inputs, o times at their outputs:
 *
 *     hidden   std / sqrt(i)                     Adam 1/i   SGD o/i
 *     input    std                               Adam 1     SGD o     (embeddings, biases, gains: i = 1)
 *     head     std / i                           Adam 1/i   SGD 1/i   in the form of table 3
 *     head     std, multiplier 1/i               Adam 1     SGD i     in the form of table 8
 *
 * with std the base scheme's, and learning rates as shares of the base model's. Constants stay, draws are uniform
 * where the base's are and normal else: mup's own xavier_ and kaiming_ functions are so `everywhere(xavierNormal())` or the like. Scores of
 * attention get 1/k in place of 1/sqrt(k), equal at the base's k: the multiplier of queries is sqrt(base k / k). A tied head
 * is an input, and the multiplier 1/i stands at the norm before it.
 *
 * @throws {RangeError} where the base model has no counterpart of a parameter, or head and embedding are tied in table 3's form.
 *
 * Reference: Yang et al. (2022), tables 3 and 8; microsoft/mup, init.py, optim.py, layer.py.
 *
 * @example
 * ```ts
 * import { describeScheme, everywhere, lecunNormal, mlp, mup, relu } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * const of = (width: number) => mlp({ widths: [784, width, width, 10], activation: relu, bias: false });
 * const scheme = mup({ base: of(64), scheme: everywhere(lecunNormal()) });
 * const [input, hidden, head] = describeScheme(of(256), scheme);
 * expect([input.std, hidden.std, head.std]).toEqual([1 / 28, 1 / 16, 1 / 8]);
 * expect([input.learningRate, hidden.learningRate, head.multiplier]).toEqual([1, 1 / 4, 1 / 4]);
 * ```
 */
export function mup(options: MupOptions): Parametrization {
  onlyOptions("mup", options, ["base", "scheme", "optimizer", "form"]);
  const base = checkModel(options.base), scheme = checkScheme("widen a model", options.scheme);
  const optimizer = oneOf("optimizer", options.optimizer ?? "adam", ["sgd", "adam"]);
  const form = oneOf("form", options.form ?? "table8", ["table3", "table8"]);
  const inTable8 = (spec: ParamSpec) => spec.role === "output" && form === "table8";
  return parametrization((spec, model) => {
    if (form === "table3") ownHead("mup in the form of table 3", model);
    const { fanIn } = wideningOf(spec, base);
    const share = inTable8(spec) ? 1 : fanIn ** (spec.role === "output" ? -1 : -0.5);
    return scaledFrom(counterpart(spec, base), base, scheme, share);
  }, {
    multiplier: (spec, model) => {
      if (scalesScores(spec, model)) {
        return Math.sqrt(headSizeOf("mup", base) / headSizeOf("mup", model));
      }
      if (form === "table3" || !scalesLogits(spec, model)) return 1;
      const { fanIn, fanOut } = wideningOf(spec, base);
      return 1 / (spec.role === "output" ? fanIn : fanOut);
    },
    learningRate: (spec) => {
      const { fanIn, fanOut } = wideningOf(spec, base);
      if (inTable8(spec)) return optimizer === "adam" ? 1 : fanIn;
      return optimizer === "adam" ? 1 / fanIn : fanOut / fanIn;
    },
  });
}

/** How much wider a parameter is than its counterpart in the base model. */
function wideningOf(spec: ParamSpec, base: Model): Widening {
  const own = ownFans(spec), small = ownFans(counterpart(spec, base));
  return { fanIn: own.fanIn / small.fanIn, fanOut: own.fanOut / small.fanOut };
}

/** The base model's parameter of the same name; in a block that it does not have, that of its first block. */
function counterpart(spec: ParamSpec, base: Model): ParamSpec {
  const inFirst = spec.name.replace(/^block\d+\./, "block1.");
  const found = base.params.find(({ name }) => name === spec.name) ??
    base.params.find(({ name }) => name === inFirst);
  if (found?.role === spec.role && found.shape.length === spec.shape.length) return found;
  throw new RangeError(
    `Cannot scale ${spec.name} as the base model has no such parameter: ` +
      "make the base with the same options, its widths aside",
  );
}

function scaledFrom(spec: ParamSpec, base: Model, scheme: Scheme, share: number): Initializer {
  const init = chosenBy(scheme, spec, base);
  const { distribution, mean, std } = init.law(spec.shape, spec.fans);
  if (distribution === "constant") return init;
  if (distribution !== "uniform" || mean !== 0) return normal({ std: share * std });
  const high = Math.sqrt(3) * share * std;
  return uniform({ low: -high, high });
}
