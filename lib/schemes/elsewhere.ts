import type { InitializerSpec } from "../initializers/initializer.ts";
import { choicesOf, specMeantBy } from "../initializers/catalogue.ts";
import { type Elsewhere, neox, of, torch } from "../initializers/catalogueEntry.ts";

const transformers = of("Hugging Face transformers");
const megatronLm = of("Megatron-LM");
const olmo = of("OLMo");
const olmoCore = of("OLMo-core");
const torchscale = of("torchscale");
const xTransformers = of("x-transformers");

/** What other libraries call a scheme, by the name that `schemeFrom` knows. */
export const SCHEMES_ELSEWHERE: Readonly<Record<string, readonly Elsewhere[]>> = {
  nanoGpt: [transformers("GPT2PreTrainedModel"), of("nanoGPT")("_init_weights")],
  megatron: [
    megatronLm("scaled_init_method_normal"),
    neox("scaled_normal"),
    neox("single_residual_scaled_normal", { branches: 1 }),
    of("DeepSpeed")("adjust_init_range"),
  ],
  llama: [transformers("LlamaPreTrainedModel"), neox("normal"), megatronLm("init_method_normal")],
  bert: [of("google-research/bert")("create_initializer")],
  t5: [transformers("T5PreTrainedModel")],
  smallInit: [neox("small_init, small_init_init_method")],
  wang: [neox("wang_init, wang_init_method")],
  olmo: [olmo("normal"), olmoCore("normal")],
  mitchell: [olmo("mitchell")],
  fullMegatron: [olmo("full_megatron")],
  olmoLlama: [olmoCore("llama")],
  olmoLlamaDepth: [olmoCore("llama_depth")],
  ngpt: [olmoCore("normalized")],
  olmoFanIn: [olmoCore("fan_in")],
  deepNorm: [torchscale("deepnorm")],
  subLn: [torchscale("subln"), of("its paper")("Magneto")],
  zeroProjections: [xTransformers("zero_init_branch_output")],
  reZero: [of("rezero")("RZTXEncoderLayer, RZTXDecoderLayer")],
  layerScale: [
    of("timm")("init_values"),
    of("deit")("LayerScale_Block"),
    xTransformers("use_layerscale", { value: 0 }),
  ],
  mup: [of("mup")("set_base_shapes"), neox("use_mup")],
  pytorchDefault: [torch("reset_parameters")],
};

/**
 * The spec that a name may mean which neither schemes nor initializers have: one of `names` in another spelling, "GPT-2", or
 * another library's, "wang_init", "kaiming_normal_".
 */
export function schemeMeantBy(
  name: string,
  names: readonly string[],
): { spec: InitializerSpec; library?: string } | undefined {
  const own = names.find((known) => plain(known) === plain(name));
  if (own !== undefined) return { spec: { name: own } };
  for (const [here, rows] of Object.entries(SCHEMES_ELSEWHERE)) {
    const row = rows.find((row) =>
      row.name.split(", ").some((known) => plain(known) === plain(name))
    );
    if (row === undefined) continue;
    const options = Object.entries(row.when ?? {}).map(([option, choice]) =>
      [option, choicesOf(choice)[0]!] as const
    );
    return { spec: { name: here, ...Object.fromEntries(options) }, library: row.library };
  }
  return specMeantBy(name);
}

/** A name without case, and without what stands between its words. */
function plain(name: string): string {
  return name.replace(/[^\p{L}\p{N}]/gu, "").toLowerCase();
}
