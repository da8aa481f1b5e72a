import { expect } from "@std/expect";
import {
  adam,
  coordinateCheck,
  type CoordinateRow,
  coordinateTask,
  everywhere,
  forward,
  gpt,
  initialize,
  learningCurve,
  lecunNormal,
  linear,
  mlp,
  mup,
  nanoGpt,
  ones,
  outcome,
  parametrization,
  rng,
  schemeFrom,
  seeds,
  sgd,
  sweep,
  tanh,
  tensor,
  trainingTask,
  withMultipliers,
} from "../lib/mod.ts";
import { TASKS } from "../lib/experiments/tasks.ts";

Deno.test("coordinateCheck() is what a step of gradient descent does to a network of two weights", () => {
  // y = v w x with v = w = 1, multipliers 1 and 1/2, x = 2 and -4, targets 0: y = x / 2, loss = mean y^2.
  const model = mlp({ widths: [1, 1, 1], activation: linear, bias: false });
  const scheme = parametrization(everywhere(ones()), {
    multiplier: ({ role }) => role === "output" ? 0.5 : 1,
    learningRate: ({ role }) => role === "output" ? 4 : 1,
  });
  const examples = { inputs: tensor([2, 1], [2, -4]), targets: tensor([2, 1], [0, 0]) };
  const options = { steps: 1, optimizer: sgd({ learningRate: 1 / 64 }), rng: rng("any") };
  const rows = coordinateCheck(model, scheme, examples, { ...options, loss: "meanSquaredError" });
  // dL/dw = dL/dv = mean of 2 y x / 2 = mean of x^2 / 2 = 5; w becomes 1 - 5/64, v becomes 1 - 4 * 5/64.
  const w = 1 - 5 / 64, v = 1 - 20 / 64;
  expect(rows).toEqual([
    { step: 1, layer: "layer1.preActivation", size: 3 * (1 - w) },
    { step: 1, layer: "layer2.preActivation", size: 1.5 * (1 - v * w) },
  ]);
});

const examples = {
  inputs: rng("coordinates").normal([12, 5]),
  targets: Uint8Array.from({ length: 12 }, (_, i) => i % 3),
};
const of = (width: number) => mlp({ widths: [5, width, width, 3], activation: tanh });
const optimizer = adam({ learningRate: 0.01 });

Deno.test("coordinateCheck() measures every step against the start, as a shorter run does", () => {
  const check = (steps: number) =>
    coordinateCheck(of(8), everywhere(lecunNormal()), examples, {
      ...{ steps, optimizer, rng: rng("steps"), batchSize: 4 },
    });
  const rows = check(3), at = (step: number) => (row: CoordinateRow) => row.step === step;
  expect(rows.map(({ step }) => step)).toEqual([1, 1, 1, 2, 2, 2, 3, 3, 3]);
  for (const step of [1, 2]) expect(rows.filter(at(step))).toEqual(check(step).filter(at(step)));
  expect(rows[8].size).toBeGreaterThan(rows[2].size);
});

Deno.test("coordinateTask() draws, multiplies and trains as trainingTask() does", () => {
  const weights = { name: "mup" as const, base: of(4).spec, scheme: lecunNormal().spec };
  const point = { model: of(16).spec, weights, seed: 2, optimizer, steps: 2 };
  const rng = seeds(2)[1];
  const expected = coordinateCheck(
    of(16),
    mup({ base: of(4), scheme: everywhere(lecunNormal()) }),
    examples,
    {
      ...{ steps: 2, optimizer, rng },
    },
  );
  expect(coordinateTask(point, { examples })).toEqual(expected);
  expect(sweep(coordinateTask, [point], { examples }, { workers: 0 }))
    .toEqual(expected.map((row) => ({ seed: 2, steps: 2, ...row })));
  expect(TASKS.coordinateTask).toBe(coordinateTask); // what workers find by its name
});

Deno.test("trainingTask() takes schemes with multipliers and learning rates", () => {
  const base = of(4).spec, scheme = lecunNormal().spec;
  const point = { seed: 1, optimizer, steps: 5 };
  const loss = (width: number, weights: Parameters<typeof schemeFrom>[0]) =>
    trainingTask({ ...point, model: of(width).spec, weights }, { examples })[0].loss;
  const muP = mup({ base: of(4), scheme: everywhere(lecunNormal()) }), [rng] = seeds(1);
  const curve = learningCurve(
    withMultipliers(of(16), muP),
    initialize(of(16), muP, rng),
    examples,
    {
      ...{ steps: 5, optimizer, rng },
      learningRates: (spec) => muP.learningRate(spec, of(16)),
    },
  );
  expect(loss(16, { name: "mup", base, scheme })).toBe(outcome(curve).loss);
  expect(loss(4, { name: "mup", base, scheme })).toBe(loss(4, scheme));
  expect(loss(16, { name: "mup", base, scheme })).not.toBe(loss(16, scheme));
  expect(loss(16, { name: "mup", base, scheme }))
    .not.toBe(loss(16, { name: "mup", base, scheme, optimizer: "sgd" }));
});

Deno.test("coordinateCheck() reads a gpt's branches, stream and logits", () => {
  const sizes = { vocabulary: 9, context: 6, heads: 2, blocks: 2, tiedHead: false };
  const model = gpt({ ...sizes, width: 8 }), base = gpt({ ...sizes, width: 4 });
  const text = {
    inputs: tensor([2, 3], [1, 2, 3, 4, 5, 6]),
    targets: Int32Array.of(2, 3, 4, 5, 6, 7),
  };
  const scheme = mup({ base, scheme: nanoGpt() });
  const rows = coordinateCheck(model, scheme, text, { steps: 1, optimizer, rng: rng("gpt") });
  const stream = (block: number) =>
    ["attention", "feedForward", "residual"].map((part) => `block${block}.${part}`);
  expect(rows.map(({ layer }) => layer)).toEqual(
    ["tokenEmbedding", "positionEmbedding", "embedding", ...stream(1), ...stream(2), "logits"],
  );
  // Adam's first step moves each entry of a table that met a token by the learning rate, up or down: or not at all.
  expect(rows[0].size).toBeLessThan(0.01 * (1 + 1e-4));
  expect(rows[0].size).toBeGreaterThan(0.009);
  const params = initialize(model, scheme, rng("gpt"));
  expect(forward(model, params, text.inputs).shape).toEqual([6, 9]);
});

Deno.test("schemeFrom() turns the spec of a widened scheme into it, and refuses what it does not take", () => {
  const base = of(4).spec, scheme = lecunNormal().spec;
  const made = schemeFrom({ name: "mup", base, scheme, optimizer: "sgd", form: "table3" });
  const direct = mup({
    base: of(4),
    scheme: everywhere(lecunNormal()),
    optimizer: "sgd",
    form: "table3",
  });
  const model = of(16);
  for (const spec of model.params) {
    expect(made(spec, model).spec).toEqual(direct(spec, model).spec);
    expect((made as typeof direct).learningRate(spec, model)).toBe(
      direct.learningRate(spec, model),
    );
  }
  const deep = { ...{ name: "completeP" as const, base, scheme }, form: "table3" as const };
  expect(() => schemeFrom(deep)).toThrow('option "form" to completeP');
});
