import { expect } from "@std/expect";
import { attentionRows } from "../lib/experiments/attentionMaps.ts";
import { seeds } from "../lib/experiments/compare.ts";
import { rankCollapse } from "../lib/experiments/rankCollapse.ts";
import { residualRows, streamGradientRows } from "../lib/experiments/residualStream.ts";
import { streamTask } from "../lib/experiments/streamTask.ts";
import { sweep } from "../lib/experiments/sweep.ts";
import { lecunNormal } from "../lib/initializers/named.ts";
import { relu } from "../lib/nn/activations.ts";
import { gpt, type GptOptions } from "../lib/nn/gpt.ts";
import { mlp } from "../lib/nn/mlp.ts";
import { bind, forward, type GptSpec, type Model, type Params } from "../lib/nn/model.ts";
import { nextTokens } from "../lib/nn/nextTokens.ts";
import { crossEntropy } from "../lib/nn/losses.ts";
import { everywhere, initialize } from "../lib/nn/schemes.ts";
import { onTape } from "../lib/nn/tape.ts";
import { nanoGpt } from "../lib/schemes/fixedStd.ts";
import { t5 } from "../lib/schemes/t5.ts";
import { withMultipliers } from "../lib/schemes/parametrization.ts";
import { rng } from "../lib/tensor/rng.ts";
import { predictRankCollapse } from "../lib/theory/rankCollapse.ts";

const WIDTH = 12, POSITIONS = 5;
const examples = nextTokens([3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5], { context: POSITIONS });
const model = (options: Partial<GptOptions> = {}): Model =>
  gpt({ vocabulary: 10, context: 8, width: WIDTH, heads: 3, blocks: 2, ...options });
const lecun = everywhere(lecunNormal());
const paramsOf = (model: Model): Params => initialize(model, lecun, rng("residual"));

/** The taps of one run, as plain arrays of rows. */
function tapsOf(model: Model, params: Params): Record<string, number[]> {
  return onTape((tape) => {
    const taps: Record<string, number[]> = {};
    model.apply(bind(model, params, tape), tape.constant(examples.inputs), (name, x) => {
      taps[name] = [...x.data];
    });
    return taps;
  });
}

const square = (values: number[]) => values.reduce((sum, x) => sum + x * x, 0) / values.length;
const plus = (...all: number[][]) => all[0].map((_, i) => all.reduce((sum, x) => sum + x[i], 0));

Deno.test("residualRows() of a pre-LN gpt are mean squares of what its branches have added", () => {
  const gpt = model(), params = paramsOf(gpt), t = tapsOf(gpt, params);
  const [embedded, first, second] = residualRows(gpt, params, examples.inputs);
  const attention = plus(t["block1.attention"], t["block2.attention"]);
  const feedForward = plus(t["block1.feedForward"], t["block2.feedForward"]);
  const stream = plus(t.tokenEmbedding, t.positionEmbedding, attention, feedForward);
  // Float32 sums in another order: 1e-6.
  const near = (a: number, b: number) => expect(Math.abs(a / b - 1)).toBeLessThan(2e-6);
  near(embedded.meanSquare, square(t.embedding));
  near(embedded.token, square(t.tokenEmbedding) / square(t.embedding));
  near(second.meanSquare, square(stream));
  near(second.token, square(t.tokenEmbedding) / square(stream));
  near(second.position, square(t.positionEmbedding) / square(stream));
  near(second.attention, square(attention) / square(stream));
  near(second.feedForward, square(feedForward) / square(stream));
  near(second.attentionMeanSquare, square(t["block2.attention"]));
  near(second.feedForwardMeanSquare, square(t["block2.feedForward"]));
  near(first.feedForwardMeanSquare, square(t["block1.feedForward"]));
  expect([embedded.attention, embedded.feedForwardMeanSquare]).toEqual([0, 0]);
  const row = (s: number, p: number) =>
    stream.slice((s * POSITIONS + p) * WIDTH, (s * POSITIONS + p + 1) * WIDTH);
  near(second.firstMeanSquare, square([...row(0, 0), ...row(1, 0)]));
  near(second.lastMeanSquare, square([...row(0, 4), ...row(1, 4)]));
  let products = 0;
  for (const s of [0, 1]) {
    for (let a = 0; a < POSITIONS; a++) {
      for (let b = 0; b < POSITIONS; b++) {
        const other = row(s, b);
        if (a !== b) row(s, a).forEach((x, i) => products += x * other[i]);
      }
    }
  }
  const pairs = 2 * POSITIONS * (POSITIONS - 1) * WIDTH;
  expect(second.correlation).toBeCloseTo(products / pairs / square(stream), 6);
});

Deno.test("residualRows() of a post-LN gpt account for the whole stream", () => {
  for (const normKind of ["layerNorm", "rmsNorm"] as const) {
    const post = model({ norm: "post", normKind }),
      params = paramsOf(post),
      t = tapsOf(post, params);
    const [, first] = residualRows(post, params, examples.inputs);
    // The sum of parts, each scaled by the norms behind it, is the stream itself: done by hand for one block.
    const normalize = (parts: number[][]) => {
      const out = parts.map((part) => [...part]);
      for (let from = 0; from < out[0].length; from += WIDTH) {
        const columns = Array.from({ length: WIDTH }, (_, i) => from + i);
        if (normKind === "layerNorm") {
          for (const part of out) {
            const mean = columns.reduce((sum, i) => sum + part[i], 0) / WIDTH;
            for (const i of columns) part[i] -= mean;
          }
        }
        const scale = 1 /
          Math.sqrt(square(columns.map((i) => out.reduce((sum, p) => sum + p[i], 0))));
        for (const part of out) for (const i of columns) part[i] *= scale;
      }
      return out;
    };
    const none = t.embedding.map(() => 0);
    const middle = normalize([t.tokenEmbedding, t.positionEmbedding, t["block1.attention"], none]);
    const parts = normalize([...middle.slice(0, 3), t["block1.feedForward"]]);
    plus(...parts).forEach((value, i) =>
      // but for the model's epsilon of 1e-5
      expect(Math.abs(value - t["block1.residual"][i])).toBeLessThan(2e-3)
    );
    expect(first.token).toBeCloseTo(square(parts[0]), 9);
    expect(first.attention).toBeCloseTo(square(parts[2]), 9);
    expect(first.feedForward).toBeCloseTo(square(parts[3]), 9);
  }
});

Deno.test("streamGradientRows() are those of central differences in the token embeddings", () => {
  const own = model({ tiedHead: false }), params = paramsOf(own);
  const lossAt = (params: Params) => {
    const logits = forward(own, params, examples.inputs);
    return onTape((tape) => crossEntropy(tape.constant(logits), examples.targets).data[0]);
  };
  // Token 4 occurs once, so that the gradient of its row is that of the stream at its position.
  const step = 0.02, table = params["tokenEmbedding.weight"];
  const slopes = Array.from({ length: WIDTH }, (_, i) => {
    const moved = (by: number) => {
      const data = table.data.slice();
      data[4 * WIDTH + i] += by;
      return lossAt({ ...params, "tokenEmbedding.weight": { ...table, data } });
    };
    return (moved(step) - moved(-step)) / (2 * step);
  });
  const [row] = streamGradientRows(own, params, examples);
  const wholes = onTape((tape) => {
    const variables = bind(own, params, tape);
    let embedding: Float32Array | undefined;
    const logits = own.apply(variables, tape.constant(examples.inputs), (name, x) => {
      if (name === "embedding") embedding = x.gradient;
    });
    tape.backward(crossEntropy(logits, examples.targets));
    return [...embedding!];
  });
  expect(row.gradientMeanSquare).toBeCloseTo(square(wholes), 9);
  // Float32 losses near 2 over a step of 0.02: 1e-5, and the step's own curvature.
  slopes.forEach((slope, i) => expect(Math.abs(slope - wholes[2 * WIDTH + i])).toBeLessThan(2e-3));
});

Deno.test("attentionRows() are entropy and concentration of the weights, head by head", () => {
  const own = model(), params = paramsOf(own), t = tapsOf(own, params);
  const rows = attentionRows(own, params, examples.inputs);
  expect(rows.map(({ block, head }) => [block, head]))
    .toEqual([1, 2].flatMap((block) => [1, 2, 3].map((head) => [block, head])));
  const weights = t["block2.attentionWeights"], size = POSITIONS * POSITIONS;
  let entropy = 0, spread = 0, concentration = 0;
  for (const s of [0, 1]) { // head 3 of block 2
    for (let q = 0; q < POSITIONS; q++) {
      const from = (s * 3 + 2) * size + q * POSITIONS;
      const row = weights.slice(from, from + q + 1);
      const bits = -row.reduce((sum, w) => sum + w * Math.log(w), 0);
      entropy += bits / (2 * POSITIONS);
      concentration += row.reduce((sum, w) => sum + w * w, 0) / (2 * POSITIONS);
      if (q > 0) spread += bits / Math.log(q + 1) / (2 * (POSITIONS - 1));
    }
  }
  expect(rows[5].entropy).toBeCloseTo(entropy, 9);
  expect(rows[5].concentration).toBeCloseTo(concentration, 9);
  expect(rows[5].spread).toBeCloseTo(spread, 9);
});

Deno.test("streamTask() gives the rows of both instruments, multipliers included, on any number of cores", () => {
  const own = model({ normKind: "rmsNorm", bias: false }), scheme = t5();
  const points = [1, 2].map((seed) => ({
    ...{ model: own.spec as GptSpec, scheme: { name: "t5" }, seed },
  }));
  const rows = sweep(streamTask, points, { examples }, { workers: 0 });
  expect(sweep(streamTask, points, { examples }, { workers: 2 })).toEqual(rows);
  const params = initialize(own, scheme, seeds(2)[1]), run = withMultipliers(own, scheme);
  const { block, seed, gradientMeanSquare, meanSquare } = rows[5];
  expect([block, seed]).toEqual([2, 2]);
  expect(gradientMeanSquare).toBe(streamGradientRows(run, params, examples)[2].gradientMeanSquare);
  expect(meanSquare).toBe(residualRows(run, params, examples.inputs)[2].meanSquare);
});

Deno.test("rankCollapse() agrees with predictRankCollapse() where there is a skip, and collapses where not", () => {
  const width = 128, positions = 16, layers = 12;
  for (const branch of [1, 1 / Math.sqrt(layers)]) {
    const predicted = predictRankCollapse({ positions, layers, skip: 1, branch });
    const runs = seeds(4, "collapse").map((rng) =>
      rankCollapse({ positions, layers, skip: 1, branch, width, rng })
    );
    for (const layer of [1, 4, 12]) {
      const mean = runs.reduce((sum, rows) => sum + rows[layer].correlation, 0) / runs.length;
      // The one direction in which attention adds strays like a mean of `width` squares: 4.5 sqrt(4 / (4 width)), and as much bias.
      expect(Math.abs(mean - predicted[layer].correlation)).toBeLessThan(
        0.4 * predicted[layer].correlation + 0.01,
      );
    }
  }
  const pure = seeds(4, "collapse").map((rng) =>
    rankCollapse({ positions, layers: 4, skip: 0, width, rng })
  );
  const bare = predictRankCollapse({ positions, layers: 4, skip: 0 });
  for (const rows of [bare, ...pure]) {
    expect(rows[1].correlation).toBeLessThan(0.7);
    // Doubly exponential: the distance to 1 is more than squared from layer to layer.
    expect(1 - rows[3].correlation).toBeLessThan((1 - rows[2].correlation) ** 2);
  }
  const [twice, once] = [2, 1].map((x) =>
    predictRankCollapse({ positions, layers: 1, skip: x, branch: x })[1].correlation
  );
  expect(twice).toBeCloseTo(once, 12); // a common factor is no difference
  const kept = predictRankCollapse({ positions, layers: 100, skip: 1, branch: 0.1 });
  expect(kept[100].correlation).toBeLessThan(0.3);
});

Deno.test("the instruments refuse what is not a transformer, and stacks that mean nothing", () => {
  const dense = mlp({ widths: [5, 3], activation: relu }),
    params = initialize(dense, lecun, rng("x"));
  expect(() => residualRows(dense, params, examples.inputs)).toThrow("use a gpt");
  expect(() => attentionRows(dense, params, examples.inputs)).toThrow("use a gpt");
  expect(() => streamGradientRows(dense, params, examples)).toThrow("use a gpt");
  expect(() => predictRankCollapse({ positions: 0, layers: 1, skip: 1 })).toThrow("positions");
  expect(() => predictRankCollapse({ positions: 4, layers: 1, skip: -1 })).toThrow("skip");
  const typo = { positions: 4, layers: 1, skip: 1, brunch: 1 };
  expect(() => predictRankCollapse(typo)).toThrow("brunch");
  expect(residualRows(model(), initialize(model(), nanoGpt(), rng("x")), examples.inputs).length)
    .toBe(3);
});
