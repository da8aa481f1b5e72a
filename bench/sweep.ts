/** Prints the seconds, by the clock, that one sweep takes on one worker and on two, round by round in turns. */
import { expect } from "@std/expect";
import { mnist } from "../lib/data/mod.ts";
import { grid, heNormal, mlp, relu, sgd, sweep, trainingTask } from "../lib/mod.ts";
import * as works from "./works.ts";

const { widths, seeds, steps, batchSize, learningRate, rounds } = works.sweep;
const examples = (await mnist()).train.slice(0, works.DIGITS);
const model = mlp({ widths, activation: relu }).spec;
const points = grid({ seed: Array.from({ length: seeds }, (_, i) => i + 1) }).map((point) => ({
  ...point,
  ...{ model, weights: heNormal().spec, optimizer: sgd({ learningRate }), steps, batchSize },
}));

function time(workers: number) {
  const before = performance.now();
  const rows = sweep(trainingTask, points, { examples }, { workers });
  return { rows, seconds: (performance.now() - before) / 1000 };
}

const seconds = Array.from({ length: rounds }, () => {
  const [one, two] = [time(1), time(2)];
  expect(two.rows).toEqual(one.rows);
  return [one.seconds, two.seconds];
});
console.log(JSON.stringify(seconds));
