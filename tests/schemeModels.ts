/** Models that schemes are tested on, and what is expected of a parameter by name. */
import { expect } from "@std/expect";
import {
  describeScheme,
  gpt,
  type GptOptions,
  initialize,
  type Model,
  moments,
  rng,
  type SchemeRow,
  type Tensor,
} from "../lib/mod.ts";
import type { Scheme } from "../lib/mod.ts";

/** No two sizes are equal: 77 tokens, 40 positions, width 64, 4 heads of 16, feed-forward 160, 3 blocks. */
export function small(options: Partial<GptOptions> = {}): Model {
  return gpt({
    vocabulary: 77,
    context: 40,
    width: 64,
    heads: 4,
    blocks: 3,
    feedForwardWidth: 160,
    tiedHead: false,
    ...options,
  });
}

export const D = 64, K = 16, FF = 160, L = 3;

/** The std of each weight by its kind; inside blocks that of block b = 1 ... L. */
export type Stds = Record<string, number | ((b: number) => number)>;

/** Whether a scheme's laws have these stds, biases 0 and gains 1; the first that differs, as text. */
export function difference(model: Model, scheme: Scheme, stds: Stds): string | undefined {
  const rows = describeScheme(model, scheme);
  for (const { parameter, role, kind, std, mean } of rows) {
    const block = Number(/^block(\d+)/.exec(parameter)?.[1]);
    const rule = role === "bias" || role === "gain" ? 0 : stds[kind];
    if (rule === undefined) return `${parameter}: no std of ${kind} is expected`;
    const expected = typeof rule === "number" ? rule : rule(block);
    const center = role === "gain" ? 1 : 0;
    // Float64 rounding of a few operations.
    const isRight = Math.abs(std - expected) <= 1e-12 * Math.abs(expected) && mean === center;
    if (!isRight) return `${parameter}: mean ${mean}, std ${std}, not ${center}, ${expected}`;
  }
  return undefined;
}

/**
 * The largest distance, in standard errors, of what `initialize` draws from stds: sqrt((kurtosis - 1) / n) of a variance,
 * kurtosis 3 at most for all laws of independent entries here; only weights of 1,000 entries and more.
 */
export function drawnDistance(model: Model, scheme: Scheme, stds: Stds): number {
  const params = initialize(model, scheme, rng("schemes"));
  let worst = 0;
  for (const { name, kind, role, shape } of model.params) {
    if (role === "bias" || role === "gain" || shape[0] * shape[1] < 1000) continue;
    const rule = stds[kind], block = Number(/^block(\d+)/.exec(name)?.[1]);
    const expected = typeof rule === "number" ? rule : rule(block);
    const { variance, mean, count } = moments(params[name]);
    if (expected === 0) {
      expect(variance).toBe(0);
      continue;
    }
    const z = (variance / expected ** 2 - 1) / Math.sqrt(2 / count);
    worst = Math.max(worst, Math.abs(z), Math.abs(mean) / (expected / Math.sqrt(count)));
  }
  return worst;
}

/** Four and a half standard errors: one fixed seed in some 100,000 would fail by chance. */
export const MAX_Z = 4.5;

/** What a scheme does to one parameter. */
export function rowOf(model: Model, scheme: Scheme, name: string): SchemeRow {
  return describeScheme(model, scheme).find(({ parameter }) => parameter === name)!;
}

/** The largest distance of two tensors, as a share of the second's largest entry. */
export function apart(a: Tensor, b: Tensor): number {
  const size = Math.max(...b.data.map(Math.abs));
  return Math.max(...a.data.map((x, i) => Math.abs(x - b.data[i]))) / size;
}
