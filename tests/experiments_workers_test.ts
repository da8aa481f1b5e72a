import { expect } from "@std/expect";
import { grid, sweep } from "../lib/experiments/sweep.ts";
import { signalTask, trainingTask } from "../lib/experiments/tasks.ts";
import {
  availableWorkers,
  clock,
  decodeRows,
  encodeRows,
  FINISHED_WORKERS,
  HEARTBEAT,
  type Job,
  runInWorkers,
  SILENCE_MS,
  writeLog,
} from "../lib/experiments/workers.ts";
import { heNormal } from "../lib/initializers/named.ts";
import { normal } from "../lib/initializers/distributions.ts";
import { linear, relu } from "../lib/nn/activations.ts";
import { mlp } from "../lib/nn/mlp.ts";
import { sgd } from "../lib/nn/optimizers.ts";
import { rng } from "../lib/tensor/rng.ts";

const inputs = rng("workers").normal([20, 6]);
const model = mlp({ widths: [6, 16, 16, 3], activation: relu }).spec;

Deno.test("sweep() gives the same rows, in the same order, on any number of workers", () => {
  const points = grid({ seed: [1, 2, 3, 4, 5, 6, 7] })
    .map((point) => ({ ...point, model, weights: heNormal().spec }));
  const alone = sweep(signalTask, points, { inputs }, { workers: 0 });
  expect(alone.length).toBe(21);
  for (const workers of [1, 2, 3]) {
    const done: number[] = [];
    const onPoint = (n: number) => done.push(n);
    expect(sweep(signalTask, points, { inputs }, { workers, onPoint })).toEqual(alone);
    expect(done).toEqual([1, 2, 3, 4, 5, 6, 7]);
  }
});

Deno.test("sweep() trains to the same bits in a worker", () => {
  const examples = { inputs, targets: Uint8Array.from({ length: 20 }, (_, i) => i % 3) };
  const optimizer = sgd({ learningRate: 0.1, momentum: 0.9 });
  const points = [1, 2].map((seed) => (
    { seed, model, weights: heNormal().spec, optimizer, steps: 30, batchSize: 4 }
  ));
  const alone = sweep(trainingTask, points, { examples }, { workers: 0 });
  expect(sweep(trainingTask, points, { examples }, { workers: 2 })).toEqual(alone);
});

Deno.test("sweep() keeps NaN and infinities that a worker found", () => {
  const points = [1, 2].map((seed) => ({
    seed,
    model: mlp({ widths: [6, ...Array(40).fill(64)], activation: linear }).spec,
    weights: normal({ std: 1e3 }).spec,
  }));
  const rows = sweep(signalTask, points, { inputs }, { workers: 2 });
  expect(rows.some(({ meanSquare }) => meanSquare === Infinity)).toBe(true);
  expect(rows).toEqual(sweep(signalTask, points, { inputs }, { workers: 0 }));
});

Deno.test("sweep() names the point at which a worker's task throws", () => {
  const points = [1, 2, 3].map((seed) => ({
    seed,
    model,
    weights: seed === 2 ? { name: "heNormal", gain: 1 } : heNormal().spec,
  }));
  expect(() => sweep(signalTask, points, { inputs }, { workers: 2 })).toThrow("point 2 of 3");
});

Deno.test("runInWorkers() leaves out the points whose task threw, so that they can be run again", () => {
  const points = [1, 2].map((seed) => ({ seed, model, weights: { name: "none" } }));
  expect(runInWorkers("signalTask", points, { inputs }, 1, () => {})).toEqual(new Map());
});

Deno.test("a worker takes no point once the heartbeat has been silent", async () => {
  const control = new Int32Array(new SharedArrayBuffer(20));
  Atomics.store(control, HEARTBEAT, clock() - SILENCE_MS);
  const log = new SharedArrayBuffer(0, { maxByteLength: 1 << 20 });
  const points = [{ seed: 1, model, weights: heNormal().spec }];
  const worker = new Worker(import.meta.resolve("../lib/experiments/sweepWorker.ts"), {
    type: "module",
  });
  worker.postMessage(
    { task: "signalTask", points, shared: { inputs }, control, log } satisfies Job,
  );
  while (Atomics.load(control, FINISHED_WORKERS) === 0) {
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  worker.terminate();
  expect(log.byteLength).toBe(0);
});

Deno.test("rows pass through a worker's log unchanged", () => {
  const rows = [{ a: NaN, b: -Infinity, c: -0, d: 0.1 + 0.2, e: "NaN", f: true }, { a: 5e-324 }];
  expect(decodeRows(encodeRows(rows))).toEqual(rows);
  expect(Object.is((decodeRows(encodeRows(rows))[0] as { c: number }).c, -0)).toBe(true);
  const log = new SharedArrayBuffer(0, { maxByteLength: 1 << 16 });
  writeLog(log, 7, rows);
  writeLog(log, 8, []);
  expect(new DataView(log).getUint32(0)).toBe(7);
  expect(log.byteLength).toBe(16 + new TextEncoder().encode(encodeRows(rows)).length + 2);
});

Deno.test("availableWorkers() is one a core, and none on a single core", () => {
  const cores = navigator.hardwareConcurrency;
  expect(availableWorkers()).toBe(cores > 1 ? cores : 0);
});
