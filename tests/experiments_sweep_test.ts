import { expect } from "@std/expect";
import { repeat, seeds } from "../lib/experiments/compare.ts";
import { learningCurve, outcome, stepsUntil } from "../lib/experiments/learningCurve.ts";
import { propagate } from "../lib/experiments/propagate.ts";
import { grid, sweep } from "../lib/experiments/sweep.ts";
import { escapeTask, signalTask, trainingTask } from "../lib/experiments/tasks.ts";
import { heNormal, lecunNormal } from "../lib/initializers/named.ts";
import { leakyRelu } from "../lib/nn/activations.ts";
import { mlp } from "../lib/nn/mlp.ts";
import { sgd } from "../lib/nn/optimizers.ts";
import { everywhere, initialize } from "../lib/nn/schemes.ts";
import { rng } from "../lib/tensor/rng.ts";

const model = mlp({ widths: [3, 6, 2], activation: leakyRelu(0.2) });
const inputs = rng("sweep").normal([12, 3]);
const examples = { inputs, targets: Uint8Array.from({ length: 12 }, (_, i) => i % 2) };
const training = { optimizer: sgd({ learningRate: 0.2, momentum: 0.5 }), steps: 10, batchSize: 4 };

Deno.test("grid() combines the axes, the last one fastest", () => {
  expect(grid({ a: [1, 2], b: ["x", "y", "z"] }).map(({ a, b }) => a + b))
    .toEqual(["1x", "1y", "1z", "2x", "2y", "2z"]);
  expect(grid({ a: [1], b: [] })).toEqual([]);
  expect(grid({})).toEqual([{}]);
});

Deno.test("sweep() gives the rows of closures, from plain data", () => {
  const points = grid({ init: ["He", "LeCun"], seed: [1, 2] }).map((point) => ({
    ...point,
    ...training,
    lossBelow: 0.6,
    model: model.spec,
    weights: (point.init === "He" ? heNormal() : lecunNormal()).spec,
  }));
  const closures = <Row extends object>(
    run: (init: typeof heNormal, rng: ReturnType<typeof seeds>[0]) => Row[],
  ) =>
    [heNormal, lecunNormal].flatMap((init) =>
      repeat(seeds(2), (rng) => run(init as typeof heNormal, rng))
    );
  const start = (init: typeof heNormal, rng: ReturnType<typeof seeds>[0]) =>
    initialize(model, everywhere(init()), rng);
  const plain = (rows: object[]) => JSON.parse(JSON.stringify(rows));

  const signals = sweep(signalTask, JSON.parse(JSON.stringify(points)) as typeof points, {
    inputs,
  });
  expect(plain(signals.map(({ seed, layer, meanSquare, gradientMeanSquare }) => ({
    seed,
    layer,
    meanSquare,
    gradientMeanSquare,
  })))).toEqual(
    plain(
      closures((init, rng) =>
        propagate(model, start(init, rng), inputs, { rng }).map((row) => ({
          layer: row.layer,
          meanSquare: row.meanSquare,
          gradientMeanSquare: row.gradientMeanSquare,
        }))
      ),
    ),
  );

  const outcomes = sweep(trainingTask, points, { examples });
  expect(outcomes.map(({ loss, accuracy }) => ({ loss, accuracy }))).toEqual(
    closures((init, rng) => [
      outcome(learningCurve(model, start(init, rng), examples, { ...training, rng })),
    ]).map(({ loss, accuracy }) => ({ loss, accuracy })),
  );
  expect(outcomes[2]).toMatchObject({ init: "LeCun", seed: 1, steps: 10, batchSize: 4 });
  expect(Object.keys(outcomes[0])).not.toContain("model");

  expect(sweep(escapeTask, points, { examples }).map((row) => row.stepsUntil)).toEqual(
    closures((init, rng) => [{
      steps: stepsUntil(model, start(init, rng), examples, { ...training, rng, lossBelow: 0.6 }),
    }]).map(({ steps }) => steps),
  );
});

Deno.test("sweep() keeps grid order, lets a task's column stand, and isolates points", () => {
  const points = [{ id: 2, value: "b" }, { id: 1, value: "a" }];
  const rows = sweep(
    (point, { factor }: { factor: number }) => {
      point.id *= factor;
      return [{ value: point.id }, { value: -point.id }];
    },
    points,
    { factor: 10 },
  );
  const expected: typeof rows = [ // its type is the task's too
    { id: 2, value: 20 },
    { id: 2, value: -20 },
    { id: 1, value: 10 },
    { id: 1, value: -10 },
  ];
  expect(rows).toEqual(expected);
});

Deno.test("sweep() names the point at which a task throws", () => {
  const fail = ({ depth }: { depth: number }) => {
    if (depth === 30) throw new RangeError("too deep");
    return [{ depth }];
  };
  const points = [{ depth: 2 }, { depth: 30 }];
  expect(() => sweep(fail, points, {})).toThrow('point 2 of 2, {"depth":30}: too deep');
  try {
    sweep(fail, points, {});
  } catch (error) {
    expect((error as Error).cause).toBeInstanceOf(RangeError);
  }
});

Deno.test("sweep() refuses points that no worker could be sent", () => {
  expect(() => sweep(() => [], [{ seed: 1 }, { init: heNormal() }], {})).toThrow("point 2");
});
