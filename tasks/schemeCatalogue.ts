/** The page of schemes for whole models: what each is, and what it does to a GPT-2, drawn from the code. */
import { describeScheme, gpt, type Law, mlp, type SchemeRow, tanh, withGates } from "../lib/mod.ts";
import { SCHEMES_ELSEWHERE } from "../lib/schemes/elsewhere.ts";
import { calibrationTable } from "./calibrationCatalogue.ts";
import { named } from "./namesElsewhere.ts";
import { PUBLISHED } from "./publishedSchemes.ts";
import { SCALING } from "./scalingSchemes.ts";
import { type SchemeEntry, SHAPE } from "./schemeEntry.ts";

export const SCHEMES_PATH = "lib/schemes/README.md";

/** Every scheme that looks at no data, by name. */
export const SCHEMES: Readonly<Record<string, SchemeEntry>> = { ...PUBLISHED, ...SCALING };

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

/** In the words of the table of initializers. */
const LAWS: Readonly<Record<Law["distribution"], string>> = {
  constant: "constant",
  uniform: "uniform",
  normal: "normal",
  truncatedNormal: "cut normal",
  orthogonal: "orthogonal",
  structured: "pairs of factors",
};

/** The page as it should be. */
export function schemesPage(): string {
  const entries = Object.entries(SCHEMES);
  const ofGpt = entries.filter(([, { needs }]) => needs !== "mlp");
  return `<!-- deno-fmt-ignore-file -->
<!-- Written by \`deno task catalogue\` from tasks/schemeCatalogue.ts. -->

# Schemes

A scheme chooses the initializer of every parameter of a model. Biases start at 0 and gains at 1 but for \`pytorchDefault\` and \`edgeOfChaos\`.
d is the model's width, n and m a weight's fanIn and fanOut, k the columns of a head, L the number of blocks, l = 1 ... L a block;
ends are the last weights of residual branches.

What is a matrix of its own kind, not a rule for a whole model, is an [initializer](../initializers/README.md); \`byRole\` and \`everywhere\` make a
scheme of them. IDInit is \`byRole({ residual: idInitZero() }, everywhere(idInit()))\`; GPT-NeoX's orthogonal weights with scaled_orthogonal
outputs are \`byRole({ residual: scaledOrthogonal({ layers: L }) }, everywhere(orthogonal({ gain: Math.SQRT2 })))\`.

| name | std | law of weights | use it for | elsewhere | reference |
| --- | --- | --- | --- | --- | --- |
${entries.map(([name, entry]) => row(name, entry)).join("\n")}

## Schemes that look at data, or at theory

\`autoInit\` is a scheme like those above; the others are given a model, its parameters and a batch, and return new parameters and what
they did to each weight.

${calibrationTable()}

## What each does to GPT-2's 124 million weights

The std of each weight as it is stored; where it is multiplied in use, times that; and its share of the learning rate (lr), where
that is not 1. Width 768, 12 blocks and heads, a head of its own; schemes that are not for a gpt are left out.

| name | ${COLUMNS.map(([heading]) => heading).join(" | ")} |
| --- |${" --- |".repeat(COLUMNS.length)}
${ofGpt.map(([name, entry]) => numbers(name, entry)).join("\n")}
`;
}

function row(name: string, entry: SchemeEntry): string {
  const { formula, use, reference } = entry;
  const weights = rowsOf(entry).filter(({ role }) => role !== "bias" && role !== "gain");
  const laws = new Set(weights.map(({ distribution }) => LAWS[distribution]));
  const names = (SCHEMES_ELSEWHERE[name] ?? []).map(named).join("; ") || "-";
  const cells = [`\`${name}\``, `$\`${formula}\`$`, [...laws].join(", "), use, names, reference];
  return `| ${cells.join(" | ")} |`;
}

/** What a scheme gives to each parameter of a model that it is made for. */
function rowsOf({ scheme, needs }: SchemeEntry): SchemeRow[] {
  if (needs === "mlp") return describeScheme(mlp({ widths: [8, 4], activation: tanh }), scheme);
  const { gates = false, ...options } = Object(needs);
  const bare = gpt({ ...SHAPE, tiedHead: false, ...options });
  return describeScheme(gates ? withGates(bare) : bare, scheme);
}

function numbers(name: string, entry: SchemeEntry): string {
  const rows = rowsOf(entry);
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
