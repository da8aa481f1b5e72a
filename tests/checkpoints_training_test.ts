import { expect } from "@std/expect";
import { join } from "node:path";
import {
  loadTraining,
  openCheckpoint,
  saveTraining,
  writeSafetensors,
} from "../lib/checkpoints/mod.ts";
import {
  adam,
  collect,
  gpt,
  gpt2,
  initialize,
  nextTokens,
  type Optimizer,
  rng,
  sgd,
  trainFrom,
  type TrainingState,
} from "../lib/mod.ts";

const folder = await Deno.makeTempDir();
const path = join(folder, "training.safetensors");
const stream = rng("checkpoints training").child("names: 1|2 é");
const model = gpt({ vocabulary: 11, context: 6, width: 8, heads: 2, blocks: 2 });
const params = initialize(model, gpt2(), stream);
const tokens = Array.from({ length: 200 }, (_, i) => i * i % 11);
const examples = nextTokens(tokens, { context: 6 });

const run = (from: Parameters<typeof trainFrom>[1], optimizer: Optimizer, steps: number) =>
  collect(
    trainFrom(model, from, examples, { optimizer, steps, rng: stream, batchSize: 5, warmUp: 15 }),
  );

const optimizers = [
  adam({ learningRate: 0.01 }),
  sgd({ learningRate: 0.1, momentum: 0.9 }),
  sgd({ learningRate: 0.1 }),
];
for (const optimizer of optimizers) {
  const name = `${optimizer.name}, ${"momentum" in optimizer ? optimizer.momentum : "adaptive"}`;
  Deno.test(`20 steps are 10 steps, a file and 10 steps, to the last bit (${name})`, () => {
    const whole = run({ params }, optimizer, 20), half = run({ params }, optimizer, 10);
    saveTraining(path, half.result);
    expect(loadTraining(path)).toEqual(half.result);
    const rest = run(loadTraining(path), optimizer, 10);
    expect([...half.rows, ...rest.rows]).toEqual(whole.rows);
    expect(rest.result).toEqual(whole.result);
  });
}

Deno.test("a training's file is a .safetensors file with the parameters under their own names", () => {
  const { result } = run({ params }, optimizers[0], 3);
  saveTraining(path, result);
  using checkpoint = openCheckpoint(path);
  expect(checkpoint.metadata).toEqual({
    ...{ format: "step-zero training", step: "3", rng: stream.path, carried: "2" },
  });
  expect(checkpoint.tensors.length).toBe(3 * model.params.length);
  expect(checkpoint.read("block2.query.weight")).toEqual(result.params["block2.query.weight"]);
  expect(checkpoint.read("optimizer2.block2.query.weight"))
    .toEqual(result.carried[1]["block2.query.weight"]);
});

Deno.test("loadTraining() refuses a file that holds no training", () => {
  const other = join(folder, "weights.safetensors");
  writeSafetensors(other, params);
  expect(() => loadTraining(other)).toThrow("its metadata names no training");
  expect(() => loadTraining(join(folder, "missing.safetensors"))).toThrow("there is no such file");
  const { result } = run({ params }, optimizers[0], 1);
  const write = (metadata: Record<string, string>) =>
    writeSafetensors(path, result.params, {
      metadata: { format: "step-zero training", step: "1", rng: "r", carried: "0", ...metadata },
    });
  write({ carried: "2" });
  expect(() => loadTraining(path)).toThrow("none of that name");
  for (
    const damaged of [{ carried: "-1" }, { carried: "x" }, { step: "1.5" }, { step: "" }, {
      format: "pt",
    }]
  ) {
    write(damaged as unknown as Record<string, string>);
    expect(() => loadTraining(path)).toThrow("its metadata names no training");
  }
  write({});
  expect(loadTraining(path).step).toBe(1);
});

Deno.test("saveTraining() leaves the file before it where it cannot write", () => {
  const { result } = run({ params }, optimizers[2], 2);
  saveTraining(path, result);
  const bad: TrainingState = {
    ...result,
    params: { ...params, __metadata__: params["finalNorm.bias"] },
  };
  expect(() => saveTraining(path, bad)).toThrow("__metadata__");
  expect(loadTraining(path)).toEqual(result);
});
