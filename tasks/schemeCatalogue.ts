/** The page of schemes for whole models: what each is, and what it does to a GPT-2, drawn from the code. */
import {
  bert,
  completeP,
  deepNorm,
  depthMup,
  describeScheme,
  fixup,
  fullMegatron,
  gpt,
  gpt2,
  type GptOptions,
  layerScale,
  llama,
  megatron,
  mimetic,
  mitchell,
  mup,
  nanoGpt,
  olmo,
  pytorchDefault,
  reZero,
  rng,
  type Scheme,
  type SchemeRow,
  skipInit,
  smallInit,
  spectral,
  t5,
  tFixup,
  uMup,
  unitScaling,
  wang,
  withGates,
  zeroProjections,
} from "../lib/mod.ts";
import { calibrationTable } from "./calibrationCatalogue.ts";

export const SCHEMES_PATH = "lib/schemes/README.md";

interface Entry {
  readonly scheme: Scheme;
  /** What it draws, in TeX: d width, n fanIn, m fanOut, k columns of a head, L blocks, l a block from 1. */
  readonly formula: string;
  readonly use: string;
  readonly reference: string;
  /** What the model must be, beside a gpt of GPT-2's shape with a head of its own. */
  readonly needs?: Partial<GptOptions> & { gates?: boolean };
}

const SHAPE = { vocabulary: 50257, context: 1024, width: 768, heads: 12, blocks: 12 };
const narrow = (blocks: number) => gpt({ ...SHAPE, width: 192, heads: 3, blocks, tiedHead: false });
const post = { norm: "post" } as const;

/** Every scheme that needs no data, by name; those that do are named on the page. */
export const SCHEMES: Readonly<Record<string, Entry>> = {
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
  tFixup: {
    scheme: tFixup(),
    formula: "\\text{Xavier}, \\times 0.67 L^{-1/4}; \\text{ embeddings } (9L)^{-1/4}/\\sqrt{d}",
    use: "transformers without normalization or warm-up",
    reference: "Huang et al. (2020)",
  },
  fixup: {
    scheme: fixup(),
    formula: "\\sqrt{2/m} \\times (2L)^{-1/(2w-2)}, w \\text{ weights a branch; ends and head } 0",
    use: "residual networks without normalization",
    reference: "Zhang, Dauphin and Ma (2019)",
  },
  zeroProjections: {
    scheme: zeroProjections(nanoGpt()),
    formula: "\\text{ends of branches } 0",
    use: "any pre-LN model: each block starts as nothing",
    reference: "Goyal et al. (2017); Zhang, Dauphin and Ma (2019)",
  },
  skipInit: {
    scheme: skipInit(nanoGpt()),
    formula: "x + g f(x), g = 0",
    use: "networks without normalization, one gate a branch",
    reference: "De and Smith (2020)",
    needs: { gates: true },
  },
  reZero: {
    scheme: reZero(nanoGpt()),
    formula: "x + g f(x), g = 0",
    use: "as skipInit",
    reference: "Bachlechner et al. (2020)",
    needs: { gates: true },
  },
  layerScale: {
    scheme: layerScale(nanoGpt()),
    formula: "x + g \\odot f(x), g = 0.1, 10^{-5} \\text{ or } 10^{-6} \\text{ by depth}",
    use: "deep vision transformers, one gate a channel",
    reference: "Touvron et al. (2021)",
    needs: { gates: true },
  },
  mimetic: {
    scheme: mimetic({ rng: rng("catalogue"), otherwise: nanoGpt() }),
    formula: "W_Q W_K^T \\approx 0.7 Z + 0.7 I, \\; W_V W_O = 0.4 Z - 0.4 I",
    use: "vision transformers on small data",
    reference: "Trockman and Kolter (2023)",
  },
  spectral: {
    scheme: spectral(),
    formula: "\\min(1, \\sqrt{m/n})/\\sqrt{n}",
    use: "features that are learned at any width",
    reference: "Yang, Simon and Bernstein (2023)",
  },
  mup: {
    scheme: mup({ base: narrow(12), scheme: nanoGpt() }),
    formula:
      "\\sigma/\\sqrt{n/n_0}, \\text{ head } \\times n_0/n, \\text{ scores } 1/k \\text{ (here } d_0 = 192)",
    use: "settings tuned on a narrow model, kept for a wide one",
    reference: "Yang et al. (2022); microsoft/mup",
  },
  depthMup: {
    scheme: depthMup({ base: narrow(3), scheme: nanoGpt() }),
    formula: "\\text{as mup, branches } \\sqrt{L_0/L} \\text{ (here } L_0 = 3)",
    use: "and for a deeper one",
    reference: "Yang, Yu, Zhu and Hayou (2023)",
  },
  completeP: {
    scheme: completeP({ base: narrow(3), scheme: nanoGpt() }),
    formula: "\\text{as mup, branches } L_0/L",
    use: "as depthMup, with every layer learning features",
    reference: "Dey et al. (2025)",
  },
  unitScaling: {
    scheme: unitScaling(),
    formula: "1, \\times 1/\\sqrt{n} \\text{ in use}",
    use: "low-precision training",
    reference: "Blake, Orr and Luschi (2023)",
  },
  uMup: {
    scheme: uMup({ positions: 1024 }),
    formula: "1, \\times 1/\\sqrt{n} \\text{ in use, head } 1/n, \\text{ branches } 1/\\sqrt{L}",
    use: "muP in low precision",
    reference: "Blake et al. (2024); graphcore-research/unit-scaling",
  },
  pytorchDefault: {
    scheme: pytorchDefault(),
    formula: "U(\\pm 1/\\sqrt{n}), \\text{ embeddings } N(0, 1)",
    use: "to see what happens when nobody chooses",
    reference: "torch 2.13",
  },
};

const COLUMNS: readonly [heading: string, parameter: string][] = [
  ["tokens", "tokenEmbedding.weight"],
  ["positions", "positionEmbedding.weight"],
  ["query", "block1.query.weight"],
  ["value", "block1.value.weight"],
  ["attentionOut, first", "block1.attentionOut.weight"],
  ["attentionOut, last", "block12.attentionOut.weight"],
  ["feedForwardIn", "block12.feedForwardIn.weight"],
  ["feedForwardOut, last", "block12.feedForwardOut.weight"],
  ["head", "head.weight"],
];

/** The page as it should be. */
export function schemesPage(): string {
  const names = Object.entries(SCHEMES);
  return `<!-- deno-fmt-ignore-file -->
<!-- Written by \`deno task catalogue\` from tasks/schemeCatalogue.ts. -->

# Schemes

A scheme chooses the initializer of every parameter of a model. Biases start at 0 and gains at 1 but for \`pytorchDefault\`.
d is the model's width, n and m a weight's fanIn and fanOut, k the columns of a head, L the number of blocks, l = 1 ... L a block;
ends are the last weights of residual branches.

| name | std | use it for | reference |
| --- | --- | --- | --- |
${
    names.map(([name, { formula, use, reference }]) =>
      `| \`${name}\` | $\`${formula}\`$ | ${use} | ${reference} |`
    ).join("\n")
  }

## Schemes that look at data, or at theory

\`autoInit\` is a scheme like those above; the others are given a model, its parameters and a batch, and return new parameters and what
they did to each weight.

${calibrationTable()}

## What each does to GPT-2's 124 million weights

The std of each weight as it is stored; where it is multiplied in use, times that; and its share of the learning rate (lr), where
that is not 1. Width 768, 12 blocks and heads, a head of its own.

| name | ${COLUMNS.map(([heading]) => heading).join(" | ")} |
| --- |${" --- |".repeat(COLUMNS.length)}
${names.map(([name, entry]) => numbers(name, entry)).join("\n")}
`;
}

function numbers(name: string, { scheme, needs = {} }: Entry): string {
  const { gates = false, ...options } = needs;
  const bare = gpt({ ...SHAPE, tiedHead: false, ...options });
  const rows = describeScheme(gates ? withGates(bare) : bare, scheme);
  const cells = COLUMNS.map(([, parameter]) => {
    return cell(rows.find((row) => row.parameter === parameter)!);
  });
  return `| \`${name}\` | ${cells.join(" | ")} |`;
}

function cell({ std, multiplier, learningRate }: SchemeRow): string {
  const factor = multiplier === 1 ? "" : ` x ${short(multiplier)}`;
  return `${short(std)}${factor}${learningRate === 1 ? "" : `, lr ${short(learningRate)}`}`;
}

function short(value: number): string {
  return String(Number(value.toPrecision(4)));
}
