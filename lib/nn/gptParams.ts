import type { GptSpec, ParamSpec, Role } from "./model.ts";

/**
 * The parameters of a gpt, in the order in which they are used.
 *
 * Fans of a table of embeddings are those of its product with one-hot rows: fanIn is the number of its rows. Fans of norms are 1.
 */
export function gptParams(spec: GptSpec): ParamSpec[] {
  const { vocabulary, context, width, blocks, feedForwardWidth: inner } = spec;
  const embedding = (kind: string, rows: number) =>
    matrix(`${kind}.weight`, kind, "embedding", rows, width);
  return [
    embedding("tokenEmbedding", vocabulary),
    ...spec.positions === "learned" ? [embedding("positionEmbedding", context)] : [],
    ...Array.from({ length: blocks }, (_, index) => {
      const params = [
        ...norm("attentionNorm", spec),
        ...linear("query", "hidden", width, width, spec.bias),
        ...linear("key", "hidden", width, width, spec.bias),
        ...spec.qkNorm
          ? ["query", "key"].map((name) => gain(`${name}Norm`, width / spec.heads))
          : [],
        ...linear("value", "hidden", width, width, spec.bias),
        ...linear("attentionOut", "residual", width, width, spec.bias),
        ...norm("feedForwardNorm", spec),
        ...linear("feedForwardIn", "hidden", width, inner, spec.bias),
        ...spec.feedForward === "swiglu"
          ? linear("feedForwardGate", "hidden", width, inner, spec.bias)
          : [],
        ...linear("feedForwardOut", "residual", inner, width, spec.bias),
      ];
      return params.map((param) => ({
        ...param,
        name: `block${index + 1}.${param.name}`,
        block: { index, count: blocks },
      }));
    }).flat(),
    ...spec.norm === "pre" ? norm("finalNorm", spec) : [],
    ...spec.tiedHead ? [] : [matrix("head.weight", "head", "output", width, vocabulary)],
  ];
}

function matrix(name: string, kind: string, role: Role, fanIn: number, fanOut: number): ParamSpec {
  return { name, shape: [fanIn, fanOut], fans: { fanIn, fanOut }, role, kind };
}

function linear(kind: string, role: Role, fanIn: number, fanOut: number, bias: boolean) {
  const weight = matrix(`${kind}.weight`, kind, role, fanIn, fanOut);
  if (!bias) return [weight];
  const { fans } = weight;
  return [weight, { name: `${kind}.bias`, shape: [fanOut], fans, role: "bias" as const, kind }];
}

const ALONE = { fanIn: 1, fanOut: 1 };

function gain(name: string, width: number): ParamSpec {
  return { name: `${name}.weight`, shape: [width], fans: ALONE, role: "gain", kind: "normGain" };
}

function norm(name: string, { width, normKind, bias }: GptSpec): ParamSpec[] {
  if (normKind === "rmsNorm" || !bias) return [gain(name, width)];
  return [
    gain(name, width),
    { name: `${name}.bias`, shape: [width], fans: ALONE, role: "bias", kind: "normShift" },
  ];
}
