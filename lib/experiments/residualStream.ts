import { bind, type GptSpec, gptSpecOf, type Model, type Params } from "../nn/model.ts";
import { lossOf } from "../nn/losses.ts";
import { onTape, type Var } from "../nn/tape.ts";
import { kernels } from "../numerics/kernels.ts";
import { checkExamples, type Examples } from "../tensor/examples.ts";
import { checkTensor, type Tensor } from "../tensor/tensor.ts";
import type { StreamRow } from "../theory/residualStream.ts";
import type { StreamGradientRow } from "../theory/streamGradient.ts";
import { checkRows } from "./groups.ts";

/** What is measured of the residual stream behind a block: the columns that `predictStream` predicts. */
export type ResidualRow = Omit<StreamRow, "scoreStd">;

/** What puts something into the stream. */
const PARTS = ["token", "position", "attention", "feedForward"] as const;
type Parts = Record<(typeof PARTS)[number], Float64Array>;

/**
 * The residual stream of a gpt on some tokens (sequences, positions), behind the embeddings (block 0) and behind each block: its mean
 * square, and whose it is. Shares are mean squares of parts, which add up to 1 but for the parts' products; in a post-LN model
 * every norm scales all parts alike.
 *
 * @throws {TypeError} where the model is not a gpt, or a parameter is missing.
 * @throws {RangeError} where a shape does not fit.
 *
 * @example
 * ```ts
 * import { gpt, initialize, nanoGpt, residualRows, rng, tensor } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * const model = gpt({ vocabulary: 65, context: 8, width: 64, heads: 4, blocks: 2 });
 * const rows = residualRows(model, initialize(model, nanoGpt(), rng("example")), tensor([1, 3], [5, 6, 7]));
 * expect(rows.map(({ block }) => block)).toEqual([0, 1, 2]);
 * expect(rows[0].token + rows[0].position).toBeGreaterThan(0.8); // 1 but for their product
 * expect(rows[2].meanSquare).toBeGreaterThan(rows[0].meanSquare);
 * ```
 */
export function residualRows(model: Model, params: Params, tokens: Tensor): ResidualRow[] {
  const spec = gptSpecOf(model, "follow the stream"),
    [, positions] = checkTensor("tokens", tokens).shape;
  return onTape((tape) => {
    const taps: Record<string, Var> = {};
    model.apply(
      bind(model, params, tape, { gradients: false }),
      tape.constant(tokens),
      (name, x) => {
        taps[name] = x;
      },
    );
    const nothing = () => new Float64Array(taps.embedding.data.length);
    const parts: Parts = {
      token: Float64Array.from(taps.tokenEmbedding.data),
      position: Float64Array.from(taps.positionEmbedding?.data ?? nothing()),
      attention: nothing(),
      feedForward: nothing(),
    };
    const none = { attentionMeanSquare: 0, feedForwardMeanSquare: 0 };
    const rows = [{
      block: 0,
      ...measured(taps.embedding, positions),
      ...sharesOf(parts),
      ...none,
    }];
    for (let block = 1; block <= spec.blocks; block++) {
      for (const name of ["attention", "feedForward"] as const) {
        const { data } = taps[`block${block}.${name}`];
        data.forEach((value, i) => parts[name][i] += value);
        if (spec.norm === "post") normalize(parts, spec);
      }
      rows.push({
        block,
        ...measured(taps[`block${block}.residual`], positions),
        ...sharesOf(parts),
        attentionMeanSquare: meanSquareOf(taps[`block${block}.attention`].data),
        feedForwardMeanSquare: meanSquareOf(taps[`block${block}.feedForward`].data),
      });
    }
    return rows;
  });
}

/**
 * Rows of a stream once for each of its parts, with columns `part` and `share`: for a figure with a line for each.
 *
 * @example
 * ```ts
 * import { streamShares } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * const rows = streamShares([{ block: 0, token: 0.8, position: 0.2, attention: 0, feedForward: 0 }]);
 * expect(rows.length).toBe(4);
 * expect(rows[1]).toMatchObject({ block: 0, part: "position", share: 0.2 });
 * ```
 */
export function streamShares<Row extends Readonly<Record<(typeof PARTS)[number], number>>>(
  rows: readonly Row[],
): (Row & { part: string; share: number })[] {
  return checkRows(rows).flatMap((row) =>
    PARTS.map((part) => ({ ...row, part, share: row[part] }))
  );
}

/**
 * The gradient of the mean loss with respect to a gpt's residual stream, behind the embeddings (block 0) and behind each block.
 *
 * @throws {TypeError} where the model is not a gpt, a parameter is missing, or targets are not labels.
 *
 * @example
 * ```ts
 * import { gpt, initialize, nanoGpt, nextTokens, rng, streamGradientRows } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * const model = gpt({ vocabulary: 65, context: 4, width: 64, heads: 4, blocks: 2 });
 * const params = initialize(model, nanoGpt(), rng("example"));
 * const rows = streamGradientRows(model, params, nextTokens([1, 2, 3, 4, 5], { context: 4 }));
 * expect(rows[0].gradientMeanSquare).toBeGreaterThan(rows[2].gradientMeanSquare);
 * ```
 */
export function streamGradientRows(
  model: Model,
  params: Params,
  examples: Examples,
): StreamGradientRow[] {
  const { blocks } = gptSpecOf(model, "follow the stream");
  return onTape((tape) => {
    const taps: Record<string, Var> = {};
    const logits = model.apply(
      bind(model, params, tape),
      tape.constant(checkExamples(examples).inputs),
      (name, x) => {
        taps[name] = x;
      },
    );
    tape.backward(lossOf("crossEntropy", logits, examples.targets));
    return Array.from({ length: blocks + 1 }, (_, block) => ({
      block,
      gradientMeanSquare: meanSquareOf(
        taps[block === 0 ? "embedding" : `block${block}.residual`].gradient,
      ),
    }));
  });
}

function meanSquareOf(values: Float32Array): number {
  return kernels.sumOfSquares(values) / values.length;
}

/** Mean over pairs of rows of each `positions` rows of their product, as a share of the mean square: 1 where all are one. */
export function correlationOfRows(x: Var, positions: number): number {
  return measured(x, positions).correlation;
}

function measured({ data, shape: [rows, width] }: Var, positions: number) {
  const sequences = rows / positions;
  let first = 0, last = 0, whole = 0, pairs = 0;
  for (let sequence = 0; sequence < sequences; sequence++) {
    const sums = new Float64Array(width);
    let own = 0;
    for (let t = 0; t < positions; t++) {
      const from = (sequence * positions + t) * width;
      const row = data.subarray(from, from + width), square = kernels.sumOfSquares(row);
      row.forEach((value, i) => sums[i] += value);
      own += square;
      if (t === 0) first += square;
      if (t === positions - 1) last += square;
    }
    whole += own;
    pairs += sums.reduce((sum, value) => sum + value * value, 0) - own;
  }
  return {
    meanSquare: whole / (rows * width),
    firstMeanSquare: first / (sequences * width),
    lastMeanSquare: last / (sequences * width),
    correlation: positions === 1 ? 1 : pairs / ((positions - 1) * whole),
  };
}

function sharesOf(parts: Parts): Record<(typeof PARTS)[number], number> {
  let whole = 0;
  for (let i = 0; i < parts.token.length; i++) {
    whole += PARTS.reduce((sum, name) => sum + parts[name][i], 0) ** 2;
  }
  const share = (name: (typeof PARTS)[number]) =>
    parts[name].reduce((sum, value) => sum + value * value, 0) / whole;
  return {
    token: share("token"),
    position: share("position"),
    attention: share("attention"),
    feedForward: share("feedForward"),
  };
}

/** Brings each row of the parts' sum to mean square 1, and for a layer norm each part's row to mean 0. */
function normalize(parts: Parts, { width, normKind }: GptSpec): void {
  for (let from = 0; from < parts.token.length; from += width) {
    const rows = PARTS.map((name) => parts[name].subarray(from, from + width));
    if (normKind === "layerNorm") {
      for (const row of rows) {
        const mean = row.reduce((sum, value) => sum + value, 0) / width;
        row.forEach((value, i) => row[i] = value - mean);
      }
    }
    let square = 0;
    for (let i = 0; i < width; i++) square += rows.reduce((sum, row) => sum + row[i], 0) ** 2;
    const scale = 1 / Math.sqrt(square / width);
    for (const row of rows) row.forEach((value, i) => row[i] = value * scale);
  }
}
