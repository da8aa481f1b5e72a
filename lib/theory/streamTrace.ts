import { type Activation, activationFrom } from "../nn/activations.ts";
import type { GptSpec, Model } from "../nn/model.ts";
import { checkTensor, type Tensor } from "../tensor/tensor.ts";
import { type AttentionMix, attentionMix } from "./attentionMix.ts";
import { dual } from "./dual.ts";
import { cuts } from "./gain.ts";
import { type GptLaws, gptLaws, type ScaledScheme } from "./gptLaws.ts";
import { diagonal, type Gram, gram, mean } from "./gram.ts";

/** Added to a mean square before its root, as in the model. */
const EPSILON = 1e-5;

/** A norm of the stream: what goes in, what comes out, and what each row is multiplied by. */
export interface NormTrace {
  readonly output: Gram;
  readonly scales: readonly number[];
}

export interface AttentionTrace {
  readonly kind: "attention";
  readonly name: string;
  readonly input: Gram;
  readonly output: Gram;
  readonly values: Gram;
  readonly mix: AttentionMix;
  /** What each row's queries and keys are multiplied by where these are normalized. */
  readonly queryScales: readonly number[];
  readonly keyScales: readonly number[];
}

export interface FeedForwardTrace {
  readonly kind: "feedForward";
  readonly name: string;
  readonly input: Gram;
  readonly output: Gram;
  /** Covariance of what enters the activation, and of what a gated feed-forward multiplies it by. */
  readonly before: Gram;
  readonly beside?: Gram;
  /** Mean square of what enters the activation, and E f(x) f(y) by the correlation there. */
  readonly meanSquare: number;
  readonly product: (correlation: number) => number;
}

/** One residual branch: the norm on its way in ("pre") or behind the sum ("post"), and the stream behind it. */
export interface BranchTrace {
  readonly branch: AttentionTrace | FeedForwardTrace;
  readonly norm: NormTrace;
  readonly stream: Gram;
}

export interface StreamTrace {
  readonly laws: GptLaws;
  readonly embedding: Gram;
  readonly branches: readonly BranchTrace[];
  /** The last norm's, where there is one. */
  readonly finalNorm?: NormTrace;
  /** What the head reads. */
  readonly output: Gram;
}

/** Follows the covariance of the residual stream between positions through a gpt; see `predictStream`. */
export function traceStream(
  model: Model,
  scheme: ScaledScheme,
  tokens: Tensor,
  action: string,
): StreamTrace {
  const laws = gptLaws(model, scheme, action), branches: BranchTrace[] = [];
  return { laws, branches, ...followStream(laws, tokens, (branch) => branches.push(branch)) };
}

/**
 * The same for laws of any origin, keeping nothing but the two ends: each weight's variance is asked for once, with what the
 * weight is given, in order of use.
 */
export function followStream(
  laws: GptLaws,
  tokens: Tensor,
  visit?: (branch: BranchTrace) => void,
): Omit<StreamTrace, "laws" | "branches"> {
  const { spec } = laws;
  checkTensor("tokens", tokens);
  const same = equalShares(tokens.data, tokens.data, tokens.shape[1]);
  const token = laws.variance("tokenEmbedding.weight");
  const position = laws.variance("positionEmbedding.weight");
  const embedding = gram(tokens.shape[1], (t, u) => token * same[t][u] + (t === u ? position : 0));
  let stream = embedding;
  for (let b = 1; b <= spec.blocks; b++) {
    for (const kind of ["attention", "feedForward"] as const) {
      const name = `block${b}.${kind}`, before = stream;
      const run = kind === "attention" ? attend : feed;
      if (spec.norm === "pre") {
        const norm = normalized(before, `${name}Norm`, laws);
        const branch = run(norm.output, `block${b}.`, laws);
        stream = gram(before.length, (t, u) => before[t][u] + branch.output[t][u]);
        visit?.({ branch, norm, stream });
      } else {
        const branch = run(before, `block${b}.`, laws);
        const sum = gram(before.length, (t, u) => before[t][u] + branch.output[t][u]);
        const norm = normalized(sum, `${name}Norm`, laws);
        stream = norm.output;
        visit?.({ branch, norm, stream });
      }
    }
  }
  if (spec.norm === "post") return { embedding, output: stream };
  const finalNorm = normalized(stream, "finalNorm", laws);
  return { embedding, finalNorm, output: finalNorm.output };
}

/** For each column of a and each of b, the share of rows in which both hold the same number. */
export function equalShares(a: ArrayLike<number>, b: ArrayLike<number>, columns: number): Gram {
  const rows = a.length / columns;
  return gram(columns, (t, u) => {
    let equal = 0;
    for (let row = 0; row < rows; row++) {
      if (a[row * columns + t] === b[row * columns + u]) equal++;
    }
    return equal / rows;
  });
}

function normalized(x: Gram, name: string, laws: GptLaws): NormTrace {
  const { width, normKind, norm } = laws.spec;
  // A layer norm takes the mean out, one of `width` directions; out of a post-LN stream it is taken already.
  const left = normKind === "layerNorm" && norm === "pre" ? 1 - 1 / width : 1;
  const gain = laws.gain(`${name}.weight`), shift = laws.variance(`${name}.bias`);
  const scales = diagonal(x).map((q) => gain / Math.sqrt(left * q + EPSILON));
  return {
    scales,
    output: gram(x.length, (t, u) => left * scales[t] * scales[u] * x[t][u] + shift),
  };
}

/** x W + b. */
function linear(x: Gram, fanIn: number, name: string, laws: GptLaws): Gram {
  const weight = fanIn * laws.variance(`${name}.weight`, x), bias = laws.variance(`${name}.bias`);
  return gram(x.length, (t, u) => weight * x[t][u] + bias);
}

function attend(input: Gram, block: string, laws: GptLaws): AttentionTrace {
  const { spec } = laws, { width, residualScale } = spec;
  const turns = turnsOf(spec, input.length);
  const heads = (name: "query" | "key") => {
    const x = linear(input, width, block + name, laws);
    const scales = diagonal(x).map((q) =>
      spec.qkNorm ? laws.gain(`${block}${name}Norm.weight`) / Math.sqrt(q + EPSILON) : 1
    );
    const turned = gram(
      x.length,
      (t, u) => scales[t] * scales[u] * turns[Math.abs(t - u)] * x[t][u],
    );
    return { scales, turned };
  };
  const queries = heads("query"), keys = heads("key");
  const mix = attentionMix(queries.turned, keys.turned, spec.causal);
  const values = linear(input, width, `${block}value`, laws);
  const mixed = linear(mix.forward(values), width, `${block}attentionOut`, laws);
  const output = gram(mixed.length, (t, u) => residualScale ** 2 * mixed[t][u]);
  return {
    ...{ kind: "attention", name: `${block}attention`, input, output, values, mix },
    ...{ queryScales: queries.scales, keyScales: keys.scales },
  };
}

/** The mean over pairs of columns of the cosine of the angle that rotary positions put between two rows, by their distance. */
function turnsOf({ positions, width, heads }: GptSpec, rows: number): number[] {
  const size = width / heads;
  return Array.from({ length: rows }, (_, distance) => {
    if (positions === "learned") return 1;
    const angles = Array.from({ length: size / 2 }, (_, k) => distance * 10000 ** (-2 * k / size));
    return mean(angles.map(Math.cos));
  });
}

function feed(input: Gram, block: string, laws: GptLaws): FeedForwardTrace {
  const { spec } = laws, { width, residualScale, feedForwardWidth } = spec;
  const isGated = spec.feedForward === "swiglu";
  const inner = linear(input, width, `${block}feedForwardIn`, laws);
  const before = isGated ? linear(input, width, `${block}feedForwardGate`, laws) : inner;
  const beside = isGated ? inner : undefined;
  const q = mean(diagonal(before));
  const activation = activationFrom(spec.activation);
  const product = dualAt(q, activation, (z) => activation.f(z));
  const active = gram(input.length, (t, u) => {
    const size = Math.sqrt(before[t][t] * before[u][u]);
    // Rows differ in size by a norm's epsilon at most, and activations are nearly homogeneous in that.
    const own = size === 0 ? product(0) : size / q * product(t === u ? 1 : before[t][u] / size);
    return own * (beside?.[t][u] ?? 1);
  });
  const out = linear(active, feedForwardWidth, `${block}feedForwardOut`, laws);
  const output = gram(out.length, (t, u) => residualScale ** 2 * out[t][u]);
  return {
    ...{ kind: "feedForward", name: `${block}feedForward`, input, output, before, beside },
    ...{ meanSquare: q, product },
  };
}

/** E f(x) f(y), or the same of its slope, for x and y of mean square q, by their correlation. */
export function dualAt(q: number, activation: Activation, f: (z: number) => number) {
  const std = Math.sqrt(q);
  return dual((z) => f(std * z), cuts(activation, std));
}
