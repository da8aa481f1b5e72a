import { expect } from "@std/expect";
import { characters, mobyDick } from "../lib/data/mod.ts";
import { fromText } from "../lib/experiments/languageRuns.ts";
import { SCALING_RUNS, scalingRuns } from "../lib/experiments/scalingRuns.ts";
import { languageData, languageTask } from "../lib/mod.ts";

const runs = await fromText(await Deno.readTextFile(SCALING_RUNS));

Deno.test("scalingRuns() has every width, depth and learning rate three times, in one order", async () => {
  const rows = await scalingRuns();
  const values = (
    experiment: string,
    column: "name" | "width" | "blocks" | "seed" | "learningRate",
  ) => [...new Set(rows.filter((row) => row.experiment === experiment).map((row) => row[column]))];
  expect(values("width", "name")).toEqual(["standard", "muP"]);
  expect(values("width", "width")).toEqual([16, 32, 64, 128]);
  expect(values("depth", "name")).toEqual(["standard", "depth-muP", "CompleteP"]);
  expect(values("depth", "blocks")).toEqual([2, 4, 8]);
  for (const experiment of ["width", "depth"]) {
    expect(values(experiment, "seed")).toEqual([1, 2, 3]);
  }
  expect(values("width", "learningRate").length).toBe(8);
  expect(values("depth", "learningRate").length).toBe(6);
  expect(rows.length).toBe(2 * 4 * 8 * 3 + 3 * 3 * 6 * 3);
  expect(new Set(rows.map((row) => JSON.stringify({ ...row, loss: 0 }))).size).toBe(rows.length);
  rows.forEach((row, i) => expect(row.loss).toBe(runs[i].rows.at(-1)!.validationLoss));
});

Deno.test("cached runs begin as their settings make them again, to the last bit", async () => {
  const text = await mobyDick(), tokenizer = characters(text);
  const data = languageData(text, tokenizer, { context: 32, prompt: "The whale " });
  const some = runs.filter(({ name, point: { seed, model, optimizer } }) =>
    seed === 3 && model.width <= 32 && (name === "muP" || model.blocks === 4) &&
    optimizer.learningRate === 2 ** -6
  );
  expect(some.map(({ name }) => name))
    .toEqual(["muP", "muP", "standard", "depth-muP", "CompleteP"]);
  for (const { point, rows } of some) {
    const again = languageTask({ ...point, steps: 11 }, data);
    expect(again.map(({ step, loss }) => [step, loss]))
      .toEqual(rows.slice(0, 3).map(({ step, loss }) => [step, loss]));
  }
});

Deno.test("runs of the two experiments with equal settings have equal losses", () => {
  const equal = (experiment: string) =>
    runs.filter((run) =>
      run.experiment === experiment && run.name === "standard" && run.point.model.width === 32 &&
      run.point.model.blocks === 2 && run.point.optimizer.learningRate <= 2 ** -4 &&
      run.point.optimizer.learningRate >= 2 ** -9
    );
  expect(equal("depth").length).toBe(18);
  expect(equal("depth").map(({ rows }) => rows)).toEqual(equal("width").map(({ rows }) => rows));
});
