import type { InitializerSpec } from "../initializers/initializer.ts";
import { fromSpec, initializerNames } from "../initializers/spec.ts";
import type { ModelSpec } from "../nn/model.ts";
import { modelFrom } from "../nn/modelFrom.ts";
import { everywhere, type Scheme } from "../nn/schemes.ts";
import { onlyOptions, shown } from "../tensor/arguments.ts";
import { rng } from "../tensor/rng.ts";
import { autoInit } from "./autoInit.ts";
import { deepNorm } from "./deepNorm.ts";
import { completeP, depthMup } from "./depthMup.ts";
import { edgeOfChaos } from "./edgeOfChaos.ts";
import { schemeMeantBy } from "./elsewhere.ts";
import { bert, gpt2, llama, megatron, nanoGpt } from "./fixedStd.ts";
import { fixup } from "./fixup.ts";
import { isometry } from "./isometry.ts";
import { mimetic, type MimeticSchemeOptions } from "./mimetic.ts";
import { mup, type MupOptions } from "./mup.ts";
import { smallInit, wang } from "./neox.ts";
import { fullMegatron, mitchell, olmo } from "./olmo.ts";
import { ngpt, olmoFanIn, olmoLlama, olmoLlamaDepth } from "./olmoCore.ts";
import { pytorchDefault } from "./pytorchDefault.ts";
import { layerScale, reZero, skipInit, zeroProjections } from "./skips.ts";
import { spectral } from "./spectral.ts";
import { subLn } from "./subLn.ts";
import { t5 } from "./t5.ts";
import { tFixup } from "./tFixup.ts";
import { uMup, unitScaling } from "./unitScaling.ts";

/** A scheme as plain data: its name, or that of an initializer for every weight, with its options. */
export type SchemeSpec = InitializerSpec | WidenedSpec | PartialSpec;

/** A scheme that carries the settings of a base model over to larger ones, as plain data. */
export interface WidenedSpec {
  readonly name: "mup" | "depthMup" | "completeP";
  readonly base: ModelSpec;
  readonly scheme: SchemeSpec;
  /** Of mup alone, as is `form`. */
  readonly optimizer?: MupOptions["optimizer"];
  readonly form?: MupOptions["form"];
}

/** A scheme that leaves all but a part of the model to another, as plain data. */
export interface PartialSpec {
  readonly name: "skipInit" | "reZero" | "layerScale" | "zeroProjections" | "mimetic";
  /** Of all else; gpt2's when left out. */
  readonly otherwise?: SchemeSpec;
  /** Of layerScale. */
  readonly value?: number;
  /** Of zeroProjections. */
  readonly head?: boolean;
  /** Of mimetic, which does not do without: its pairs come from `rng(seed)`. */
  readonly seed?: string | number;
  readonly queryKey?: MimeticSchemeOptions["queryKey"];
  readonly valueOutput?: MimeticSchemeOptions["valueOutput"];
}

const WIDENED = { mup, depthMup, completeP };

/** Schemes without options refuse them, as a spec may come from a file. */
const plain = (name: string, scheme: () => Scheme) => (options: object): Scheme => {
  onlyOptions(name, options, []);
  return scheme();
};

const PARTIAL: Readonly<Record<string, (otherwise: Scheme, options: never) => Scheme>> = {
  skipInit: (otherwise, options) => plain("skipInit", () => skipInit(otherwise))(options),
  reZero: (otherwise, options) => plain("reZero", () => reZero(otherwise))(options),
  layerScale,
  zeroProjections,
  mimetic: (otherwise, { seed, ...options }: Omit<PartialSpec, "name" | "otherwise">) => {
    onlyOptions("mimetic", options, ["queryKey", "valueOutput"]);
    if (seed !== undefined) return mimetic({ rng: rng(seed), otherwise, ...options });
    throw new TypeError(
      'Cannot draw the pairs of mimetic without a seed: give one, such as { "name": "mimetic", "seed": "pairs" }',
    );
  },
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
  olmoLlama,
  olmoLlamaDepth,
  ngpt: plain("ngpt", ngpt),
  olmoFanIn: plain("olmoFanIn", olmoFanIn),
  deepNorm: plain("deepNorm", deepNorm),
  subLn: plain("subLn", subLn),
  tFixup,
  fixup: plain("fixup", fixup),
  spectral,
  unitScaling: plain("unitScaling", unitScaling),
  uMup,
  edgeOfChaos,
  isometry,
  autoInit,
  pytorchDefault,
};

/** The names of all schemes of whole models; {@linkcode schemeFrom} knows those of initializers too. */
export const schemeNames: readonly string[] = [FACTORIES, PARTIAL, WIDENED].flatMap(Object.keys);

/**
 * The scheme of a spec: one of `schemeNames`, or an initializer's spec for every weight, biases 0 and gains 1.
 *
 * mup, depthMup and completeP take the spec of a base model and of its scheme; skipInit, reZero, layerScale, zeroProjections and
 * mimetic the spec `otherwise` of all that they leave alone, gpt2's when left out.
 *
 * @throws {TypeError} where the name is not known, or an option is not one of the scheme's. A name in another spelling, or
 * another library's, is told in ours.
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
 * expect(() => std({ name: "wang_init" })).toThrow('GPT-NeoX\'s is {"name":"wang"}');
 * ```
 */
export function schemeFrom(spec: SchemeSpec): Scheme {
  const { name, ...options } = checkSpec(spec);
  if (isWidened(spec)) {
    const { name, base, scheme, ...options } = spec;
    return WIDENED[name]({ base: modelFrom(base), scheme: schemeFrom(scheme), ...options });
  }
  if (Object.hasOwn(PARTIAL, name)) {
    const { otherwise = { name: "gpt2" }, ...rest } = options as Omit<PartialSpec, "name">;
    return PARTIAL[name](schemeFrom(otherwise), rest as never);
  }
  if (Object.hasOwn(FACTORIES, name)) return FACTORIES[name](options as never);
  if (initializerNames.includes(name)) return everywhere(fromSpec(spec as InitializerSpec));
  const meant = schemeMeantBy(name, schemeNames);
  throw new TypeError(
    `Cannot find a scheme named "${name}": ` +
      (meant
        ? `${meant.library ? `${meant.library}'s is` : "write"} ${JSON.stringify(meant.spec)}`
        : `choose one of ${schemeNames.join(", ")}, ` +
          `or an initializer for every weight: ${initializerNames.join(", ")}`),
  );
}

function checkSpec(spec: SchemeSpec): SchemeSpec {
  if (typeof Object(spec).name === "string" && typeof spec === "object") return spec;
  const named = typeof spec === "string" ? spec : "gpt2";
  throw new TypeError(
    `Cannot find a scheme in ${shown(spec)}: give a spec, such as { "name": "${named}" }`,
  );
}

function isWidened(spec: SchemeSpec): spec is WidenedSpec {
  return Object.hasOwn(WIDENED, spec.name);
}
