import type { Model, ParamSpec } from "../nn/model.ts";
import { gptOf, scalesLogits } from "./anatomy.ts";

/** The multipliers of fairseq's transformers: tokens times sqrt(d) where they are looked up, not where a tied head is. */
export function tokensTimes(scheme: string, spec: ParamSpec, model: Model): number {
  const { width, tiedHead } = gptOf(scheme, model);
  if (spec.kind === "tokenEmbedding") return Math.sqrt(width);
  return tiedHead && scalesLogits(spec, model) ? 1 / Math.sqrt(width) : 1;
}
