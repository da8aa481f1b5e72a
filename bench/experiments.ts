/** Experiments of the course, as its notebooks write them. */
import { mnist } from "../lib/data/mod.ts";
import {
  everywhere,
  heNormal,
  initialize,
  learningCurve,
  median,
  mlp,
  ones,
  outcome,
  propagate,
  relu,
  repeat,
  rng,
  seeds,
  sgd,
} from "../lib/mod.ts";
import * as works from "./works.ts";

const examples = (await mnist()).train.slice(0, works.DIGITS);

/** Ready to be run again and again: the rows of each run replace those before. */
function experiment<Row>(run: () => Row[], result: (rows: Row[]) => number): works.Prepared {
  let rows: Row[] = [];
  return { call: () => void (rows = run()), result: () => result(rows) };
}

function trainingCurves(settings: typeof works.curves): works.Prepared {
  const { widths, steps, batchSize, learningRate, networks } = settings;
  const model = mlp({ widths, activation: relu }), optimizer = sgd({ learningRate });
  return experiment(
    () =>
      repeat(seeds(networks), (rng) => {
        const start = initialize(model, everywhere(heNormal()), rng);
        return learningCurve(model, start, examples, { steps, batchSize, optimizer, rng });
      }),
    (rows) =>
      median(
        seeds(networks).map((_, i) => outcome(rows.filter(({ seed }) => seed === i + 1)).loss),
      ),
  );
}

function signals(): works.Prepared {
  const { widths, networks, digits } = works.signals;
  const model = mlp({ widths, activation: relu, bias: false });
  const inputs = { shape: [digits, 784], data: examples.inputs.data.slice(0, 784 * digits) };
  return experiment(
    () =>
      repeat(seeds(networks), (rng) => {
        const params = initialize(model, everywhere(heNormal()), rng);
        return propagate(model, params, inputs, { rng });
      }),
    (rows) => works.geometricMean(rows.map((row) => row.meanSquare * row.gradientMeanSquare)),
  );
}

function deepNetworks(): works.Prepared {
  const { widths, networks } = works.deep;
  const model = mlp({ widths, activation: relu, bias: false });
  const one = ones()([1, widths[0]], rng("course"));
  return experiment(
    () =>
      repeat(seeds(networks), (rng) => {
        const params = initialize(model, everywhere(heNormal()), rng);
        return propagate(model, params, one).slice(-2, -1);
      }),
    (rows) => works.geometricMean(rows.map((row) => row.activationMeanSquare)),
  );
}

export const experiments: works.Contestant = {
  "training curves": () => trainingCurves(works.curves),
  "deep training curves": () => trainingCurves(works.deepCurves),
  "signals and gradients": signals,
  "200 deep networks": deepNetworks,
};
