/** The library: experiments, training and orthogonal matrices as a reader makes them, products and fills as it calls its own kernels. */
import { mlp, orthogonal, relu, rng, sgd, tensor, train } from "../lib/mod.ts";
import { Arena } from "../lib/numerics/arena.ts";
import { kernels } from "../lib/numerics/kernels.ts";
import { convolutionStep } from "./convolution.ts";
import { experiments } from "./experiments.ts";
import { languageStep } from "./language.ts";
import { serve } from "./serve.ts";
import * as works from "./works.ts";

const stream = rng("bench");

function matmul(n: number): works.Prepared {
  const arena = new Arena();
  const [a, b, c] = [...works.factors(n), new Float32Array(n * n)].map((values) => {
    const copy = arena.take(n * n);
    copy.set(values);
    return copy;
  });
  const x = { data: a, rowStride: n, columnStride: 1 },
    y = { data: b, rowStride: n, columnStride: 1 };
  return {
    call: () => kernels.matmul(c, 0, n, n, n, n, x, y, false),
    result: () => works.meanSize(c),
  };
}

function trainingStep(): works.Prepared {
  const model = mlp({ widths: works.WIDTHS, activation: relu });
  const params = Object.fromEntries(model.params.map(({ name, shape, role }) => {
    const layer = Number(name.match(/\d+/)![0]);
    const values = role === "bias" ? new Float32Array(shape[0]) : works.weights(layer);
    return [name, tensor(shape, values)];
  }));
  const { inputs, labels } = works.batch();
  const examples = { inputs: tensor([works.BATCH, works.WIDTHS[0]], inputs), targets: labels };
  const optimizer = sgd({ learningRate: works.LEARNING_RATE });
  const run = train(model, params, examples, { steps: 1e9, optimizer, rng: stream });
  let loss = NaN;
  return {
    call: () => {
      const { done, value } = run.next();
      if (!done) loss = value.loss;
    },
    result: () => loss,
  };
}

/** Draws into an array that is there already. */
function fill(draw: (out: Float32Array) => void): () => works.Prepared {
  return () => {
    const out = new Float32Array(works.FILL);
    return { call: () => draw(out), result: () => works.rootMeanSquare(out) };
  };
}

function orthogonalMatrix(n: number): works.Prepared {
  const draw = () => orthogonal()([n, n], stream).data;
  return { call: draw, result: () => works.rootMeanSquare(draw()) };
}

await serve({
  ...Object.fromEntries(works.matmulSizes.map((n) => [`matmul ${n}`, () => matmul(n)])),
  "training step": trainingStep,
  "language model step": languageStep,
  "convolution": convolutionStep,
  "normal fill": fill((out) => kernels.fillNormal(out, 1, 2, 0, 1)),
  "uniform fill": fill((out) => kernels.fillUniform(out, 1, 2, 0, 1)),
  "truncated normal fill": fill((out) => kernels.fillTruncatedNormal(out, 1, 2, 0, 1, -2, 2)),
  ...Object.fromEntries(
    works.orthogonalSizes.map((n) => [`orthogonal ${n}`, () => orthogonalMatrix(n)]),
  ),
  ...experiments,
});
