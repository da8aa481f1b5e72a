import { ones, zeros } from "../initializers/constant.ts";
import { checkModel, type GptSpec, type Model, type ParamSpec } from "../nn/model.ts";
import type { Scheme } from "../nn/schemes.ts";

// What schemes read of a model: its blocks, widths, branches, head; clear errors where it has none.

/** Biases 0, gains 1, every other parameter by `rule`. */
export function weightsBy(rule: Scheme): Scheme {
  return (spec, model) =>
    spec.role === "bias" ? zeros() : spec.role === "gain" ? ones() : rule(spec, model);
}

/** The spec of a model that must be a gpt, and where `norm` is given one that normalizes there. */
export function gptOf(scheme: string, model: Model, norm?: GptSpec["norm"]): GptSpec {
  const { spec } = checkModel(model);
  if (spec.name !== "gpt") {
    throw new RangeError(
      `Cannot use ${scheme} with ${
        spec.name === "mlp" ? "an" : "a"
      } ${spec.name}: it is made for a transformer, see gpt`,
    );
  }
  if (norm !== undefined && spec.norm !== norm) {
    throw new RangeError(
      `Cannot use ${scheme} with norm "${spec.norm}": make the gpt with norm: "${norm}"`,
    );
  }
  return spec;
}

/** L: of how many blocks the model is made. */
export function blocksOf(scheme: string, { spec, params }: Model): number {
  const block = params.find((param) => param.block !== undefined)?.block;
  if (block !== undefined) return block.count;
  throw new RangeError(
    `Cannot use ${scheme} with a model without blocks (${spec.name}): use a residual one, such as gpt`,
  );
}

/** d: columns of the residual stream. */
export function widthOf(scheme: string, model: Model): number {
  return gptOf(scheme, model).width;
}

/** k: columns of one head's query. */
export function headSizeOf(scheme: string, model: Model): number {
  const { width, heads } = gptOf(scheme, model);
  return width / heads;
}

/** The weight that a bias is added behind, "x.weight" for "x.bias"; a weight itself; nothing for a norm's parameters. */
export function ownerOf(spec: ParamSpec, { params }: Model): ParamSpec | undefined {
  if (spec.role === "gain") return undefined;
  if (spec.role !== "bias") return spec;
  const name = spec.name.replace(/bias$/, "weight");
  return params.find((other) => other.name === name && other.role !== "gain");
}

/** Whether a parameter is at the end of a residual branch: its last weight, or that weight's bias. */
export function endsBranch(spec: ParamSpec, model: Model): boolean {
  return ownerOf(spec, model)?.role === "residual";
}

/** Whether a multiplier of this parameter multiplies the attention's scores: of queries, or of their norm's gain. */
export function scalesScores({ name, kind }: ParamSpec, { spec }: Model): boolean {
  if (spec.name === "gpt" && spec.qkNorm) return name.endsWith(".queryNorm.weight");
  return kind === "query";
}

/** Whether a multiplier of this parameter multiplies logits alone: of the head, or of the norm before a tied one. */
export function scalesLogits({ name, role }: ParamSpec, { spec }: Model): boolean {
  if (spec.name !== "gpt" || !spec.tiedHead) return role === "output";
  const norm = spec.norm === "pre" ? "finalNorm" : `block${spec.blocks}.feedForwardNorm`;
  return name.startsWith(`${norm}.`);
}

/** Refuses a head that is the token embedding, for schemes that draw the two apart. */
export function ownHead(scheme: string, model: Model): void {
  if (model.spec.name !== "gpt" || !model.spec.tiedHead) return;
  throw new RangeError(`Cannot use ${scheme} with a tied head: make the gpt with tiedHead: false`);
}

/** The weights of the residual branch that a weight belongs to, last one included; empty outside of blocks. */
export function branchOf(spec: ParamSpec, { params }: Model): ParamSpec[] {
  const index = spec.block?.index;
  let branch: ParamSpec[] = [];
  for (const other of params) {
    if (index === undefined || other.block?.index !== index) continue;
    if (other.role === "hidden" || other.role === "residual") branch.push(other);
    if (other.role !== "residual") continue;
    if (branch.includes(spec)) return branch;
    branch = [];
  }
  return [];
}
