import type { InitializerSpec } from "../initializers/initializer.ts";
import { fromSpec, initializerNames } from "../initializers/spec.ts";
import type { ModelSpec } from "../nn/model.ts";
import { modelFrom } from "../nn/modelFrom.ts";
import { everywhere, type Scheme } from "../nn/schemes.ts";
import { onlyOptions } from "../tensor/arguments.ts";
import { deepNorm } from "./deepNorm.ts";
import { completeP, depthMup } from "./depthMup.ts";
import { bert, gpt2, llama, megatron, nanoGpt } from "./fixedStd.ts";
import { fixup } from "./fixup.ts";
import { mup } from "./mup.ts";
import { smallInit, wang } from "./neox.ts";
import { fullMegatron, mitchell, olmo } from "./olmo.ts";
import { pytorchDefault } from "./pytorchDefault.ts";
import { layerScale, reZero, skipInit, zeroProjections } from "./skips.ts";
import { spectral } from "./spectral.ts";
import { t5 } from "./t5.ts";
import { tFixup } from "./tFixup.ts";
import { uMup, unitScaling } from "./unitScaling.ts";

/** A scheme as plain data: its name, or that of an initializer for every weight, with its options. */
export type SchemeSpec = InitializerSpec | WidenedSpec;

/** A scheme that carries the settings of a base model over to larger ones, as plain data. */
export interface WidenedSpec {
  readonly name: "mup" | "depthMup" | "completeP";
  readonly base: ModelSpec;
  readonly scheme: SchemeSpec;
  /** Of mup alone, as is `form`. */
  readonly optimizer?: "sgd" | "adam";
  readonly form?: "table3" | "table8";
}

const WIDENED = { mup, depthMup, completeP };

/** Schemes without options refuse them, as a spec may come from a file. */
const plain = (name: string, scheme: () => Scheme) => (options: object): Scheme => {
  onlyOptions(name, options, []);
  return scheme();
};

const FACTORIES: Readonly<Record<string, (options: never) => Scheme>> = {
  gpt2: plain("gpt2", gpt2),
  nanoGpt: plain("nanoGpt", nanoGpt),
  megatron,
  fullMegatron: plain("fullMegatron", fullMegatron),
  llama,
  bert: plain("bert", bert),
  t5: plain("t5", t5),
  smallInit: plain("smallInit", smallInit),
  wang: plain("wang", wang),
  olmo: plain("olmo", olmo),
  mitchell: plain("mitchell", mitchell),
  deepNorm: plain("deepNorm", deepNorm),
  tFixup,
  fixup: plain("fixup", fixup),
  skipInit: plain("skipInit", () => skipInit(gpt2())),
  reZero: plain("reZero", () => reZero(gpt2())),
  layerScale: (options) => layerScale(gpt2(), options),
  zeroProjections: plain("zeroProjections", () => zeroProjections(gpt2())),
  spectral,
  unitScaling: plain("unitScaling", unitScaling),
  uMup,
  pytorchDefault,
};

/** The names of whole-model schemes that {@linkcode schemeFrom} knows, beside those of initializers and of {@linkcode WidenedSpec}. */
export const schemeNames: readonly string[] = Object.keys(FACTORIES);

/**
 * The scheme of a spec: one of `schemeNames`, an initializer's spec for every weight, biases 0 and gains 1, or mup, depthMup or
 * completeP with the spec of a base model and of its scheme.
 *
 * skipInit, reZero, layerScale and zeroProjections start all that they leave alone as gpt2 does.
 *
 * @throws {TypeError} where the name is not known, or an option is not one of the scheme's.
 *
 * @example
 * ```ts
 * import { describeScheme, gpt, schemeFrom } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * const model = gpt({ vocabulary: 65, context: 32, width: 64, heads: 4, blocks: 8 });
 * const std = (spec: { name: string }) =>
 *   describeScheme(model, schemeFrom(spec)).find((row) => row.kind === "attentionOut")!.std;
 * expect(std({ name: "gpt2" })).toBe(0.02 / Math.sqrt(16));
 * expect(std({ name: "lecunNormal" })).toBe(1 / 8);
 * ```
 */
export function schemeFrom(spec: SchemeSpec): Scheme {
  if (isWidened(spec)) {
    const { name, base, scheme, ...options } = spec;
    return WIDENED[name]({ base: modelFrom(base), scheme: schemeFrom(scheme), ...options });
  }
  const { name, ...options } = Object(spec) as InitializerSpec;
  if (Object.hasOwn(FACTORIES, name)) return FACTORIES[name](options as never);
  if (initializerNames.includes(name)) return everywhere(fromSpec(spec));
  throw new TypeError(
    `Cannot find a scheme named "${name}": choose one of ${schemeNames.join(", ")}, ` +
      `or an initializer for every weight: ${initializerNames.join(", ")}`,
  );
}

function isWidened(spec: SchemeSpec): spec is WidenedSpec {
  return Object.hasOwn(WIDENED, Object(spec).name);
}
