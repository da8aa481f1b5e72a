import type { GptOptions, Scheme } from "../lib/mod.ts";

/** A row of the table of schemes. */
export interface SchemeEntry {
  readonly scheme: Scheme;
  /** What it draws, in TeX: d width, n fanIn, m fanOut, k columns of a head, L blocks, l a block from 1. */
  readonly formula: string;
  readonly use: string;
  readonly reference: string;
  /** What the model must be, beside a gpt of GPT-2's shape with a head of its own; or an mlp. */
  readonly needs?: "mlp" | Partial<GptOptions> & { readonly gates?: boolean };
}

/** GPT-2 of 124 million weights. */
export const SHAPE = { vocabulary: 50257, context: 1024, width: 768, heads: 12, blocks: 12 };
