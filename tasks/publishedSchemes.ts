import {
  bert,
  deepNorm,
  fullMegatron,
  gpt2,
  llama,
  megatron,
  mitchell,
  nanoGpt,
  ngpt,
  olmo,
  olmoFanIn,
  olmoLlama,
  olmoLlamaDepth,
  smallInit,
  subLn,
  t5,
  tFixup,
  wang,
} from "../lib/mod.ts";
import { type SchemeEntry } from "./schemeEntry.ts";

const post = { norm: "post" } as const;

/** Schemes of transformers that are a table of stds, by name. */
export const PUBLISHED: Readonly<Record<string, SchemeEntry>> = {
  gpt2: {
    scheme: gpt2(),
    formula: "0.02, \\text{ positions } 0.01, \\text{ ends of branches } 0.02/\\sqrt{2L}",
    use: "pre-LN language models of GPT-2's size",
    reference: "Radford et al. (2019); openai/gpt-2",
  },
  nanoGpt: {
    scheme: nanoGpt(),
    formula: "0.02, \\text{ ends } 0.02/\\sqrt{2L}",
    use: "as gpt2; what most code calls GPT-2's",
    reference: "nanoGPT; Hugging Face transformers",
  },
  megatron: {
    scheme: megatron({ std: 0.006 }),
    formula: "\\sigma, \\text{ ends } \\sigma/\\sqrt{2L} \\text{ (here } \\sigma = 0.006)",
    use: "larger models, whose std falls with the width",
    reference: "Shoeybi et al. (2019); Megatron-LM; GPT-NeoX scaled_normal",
  },
  fullMegatron: {
    scheme: fullMegatron(),
    formula: "\\text{as megatron, head } 1/\\sqrt{d}, \\text{ cut at } 3\\sigma",
    use: "OLMo's variant of it",
    reference: "allenai/OLMo",
  },
  llama: {
    scheme: llama(),
    formula: "0.02",
    use: "models whose code says no more than initializer_range",
    reference: "Hugging Face transformers",
  },
  bert: {
    scheme: bert(),
    formula: "0.02 \\text{ cut at } 2\\sigma, \\text{ uncorrected}",
    use: "encoders after BERT",
    reference: "google-research/bert",
  },
  olmo: {
    scheme: olmo(),
    formula: "0.02 \\text{ cut at } 3\\sigma",
    use: "with normed queries and keys, as OLMo 2 has",
    reference: "allenai/OLMo",
  },
  mitchell: {
    scheme: mitchell(),
    formula: "1/\\sqrt{d}, \\text{ ends } 1/\\sqrt{2 n l}, \\text{ cut at } 3\\sigma",
    use: "deep stacks: later branches start smaller",
    reference: "allenai/OLMo",
  },
  olmoLlama: {
    scheme: olmoLlama(),
    formula:
      "0.02, \\text{ ends and linear gates } 0.02/\\sqrt{2L}, \\text{ head } 1/\\sqrt{d}; \\text{ embeddings } 1",
    use: "OLMo-core's llama, cut at 3 sigma",
    reference: "allenai/OLMo-core",
  },
  olmoLlamaDepth: {
    scheme: olmoLlamaDepth(),
    formula: "\\text{as olmoLlama, } 0.02/\\sqrt{2l} \\text{ in block } l",
    use: "OLMo-core's llama_depth, cut at 3 sigma",
    reference: "allenai/OLMo-core",
  },
  ngpt: {
    scheme: ngpt(),
    formula: "1/\\sqrt{d}, \\text{ ends } 1/\\sqrt{2Ld}",
    use: "the start of nGPT, whose weights are normalized after each step",
    reference: "Loshchilov et al. (2024); allenai/OLMo-core",
  },
  olmoFanIn: {
    scheme: olmoFanIn(),
    formula: "1/\\sqrt{n} \\text{ cut at } 3\\sigma; \\text{ embeddings } 1",
    use: "OLMo-core's fan_in: each weight keeps variance, no matter how deep",
    reference: "allenai/OLMo-core",
  },
  t5: {
    scheme: t5(),
    formula: "1/\\sqrt{n}, \\text{ queries } 1/\\sqrt{d k}, \\text{ embeddings and head } 1",
    use: "T5, whose scores are not divided by sqrt(k)",
    reference: "Raffel et al. (2020); transformers; mesh-tensorflow",
  },
  smallInit: {
    scheme: smallInit(),
    formula: "\\sqrt{2/(5d)}",
    use: "post-LN and narrow models",
    reference: "Nguyen and Salazar (2019); GPT-NeoX small_init",
  },
  wang: {
    scheme: wang(),
    formula: "\\sqrt{2/(5d)}, \\text{ ends } 2/(L\\sqrt{d})",
    use: "GPT-J and GPT-NeoX-20B",
    reference: "Black et al. (2022); GPT-NeoX wang_init",
  },
  deepNorm: {
    scheme: deepNorm(),
    formula:
      "\\text{Xavier}, \\times (8L)^{-1/4} \\text{ for values, outputs, feed-forward}; x \\leftarrow LN((2L)^{1/4} x + f)",
    use: "very deep post-LN stacks",
    reference: "Wang et al. (2022); torchscale",
    needs: post,
  },
  subLn: {
    scheme: subLn(),
    formula: "\\text{Xavier}, \\times \\sqrt{\\ln 2L} \\text{ for values, outputs, feed-forward}",
    use: "Magneto, without its norms inside branches, which a gpt here does not have",
    reference: "Wang et al. (2022), Foundation Transformers; torchscale",
  },
  tFixup: {
    scheme: tFixup(),
    formula: "\\text{Xavier}, \\times 0.67 L^{-1/4}; \\text{ embeddings } (9L)^{-1/4}/\\sqrt{d}",
    use: "transformers without normalization or warm-up",
    reference: "Huang et al. (2020)",
  },
};
