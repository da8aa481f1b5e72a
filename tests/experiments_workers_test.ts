import { expect } from "@std/expect";
import {
  clock,
  decode,
  encode,
  ENDED,
  FIRST_STATE,
  HEARTBEAT,
  type Outcome,
  readEntries,
  SILENCE_MS,
  takePoints,
  writeEntry,
} from "../lib/experiments/job.ts";
import { grid, sweep } from "../lib/experiments/sweep.ts";
import { escapeTask, signalTask, trainingTask } from "../lib/experiments/tasks.ts";
import { availableWorkers, runInWorkers } from "../lib/experiments/workers.ts";
import { heNormal } from "../lib/initializers/named.ts";
import { normal } from "../lib/initializers/distributions.ts";
import { linear, relu } from "../lib/nn/activations.ts";
import { mlp } from "../lib/nn/mlp.ts";
import { sgd } from "../lib/nn/optimizers.ts";
import { rng } from "../lib/tensor/rng.ts";
import { CALLS, type Point, STEPS, trained } from "./fixtures/faultyWorker.ts";

const inputs = rng("workers").normal([20, 6]);
const model = mlp({ widths: [6, 16, 16, 3], activation: relu }).spec;
const crew = { module: new URL("./fixtures/faultyWorker.ts", import.meta.url), startMs: 10_000 };

/** Runs a task of the fixture on shared words that this thread sees too. */
function run(task: string, points: readonly Point[], workers: number, deaths = 0) {
  const words = new Int32Array(new SharedArrayBuffer(400)), done: number[] = [];
  const work = { task, points, shared: { words, deaths } };
  const outcomes = runInWorkers(work, workers, (n) => done.push(n), crew);
  return { outcomes, words, done };
}

const rowsOf = (outcomes: Map<number, Outcome>) =>
  [...outcomes].sort(([a], [b]) => a - b).map(([, outcome]) => "rows" in outcome && outcome.rows);

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

async function sha256(value: unknown): Promise<string> {
  const bytes = new TextEncoder().encode(encode(value));
  const hash = await crypto.subtle.digest("SHA-256", bytes);
  return [...new Uint8Array(hash)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

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

Deno.test("sweep() gives rows of the same SHA-256 alone, with one worker and with two", async () => {
  const examples = { inputs, targets: Uint8Array.from({ length: 20 }, (_, i) => i % 3) };
  const optimizer = sgd({ learningRate: 0.1, momentum: 0.9 });
  const points = [1, 2, 3].map((seed) => (
    { seed, model, weights: heNormal().spec, optimizer, steps: 100, batchSize: 4, lossBelow: 0.5 }
  ));
  const hashes = [0, 1, 2].map((workers) =>
    sha256([
      sweep(signalTask, points, { inputs }, { workers }),
      sweep(trainingTask, points, { examples }, { workers }),
      sweep(escapeTask, points, { examples }, { workers }),
    ])
  );
  expect(new Set(await Promise.all(hashes)).size).toBe(1);
});

Deno.test("100 steps of training have the same SHA-256, row by row and weight by weight, in workers", async () => {
  const points = [{ seed: 1 }, { seed: 2 }];
  const here = await sha256(points.map(trained));
  for (const workers of [1, 2]) {
    expect(await sha256(rowsOf(run("trained", points, workers).outcomes))).toBe(here);
  }
  expect(await sha256([{ seed: 2 }, { seed: 1 }].map(trained))).not.toBe(here);
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

Deno.test("runInWorkers() replaces a worker that throws and does its point again, once", () => {
  const seeds = [1, 2, 3, 4, 5, 6];
  const cases: [workers: number, throwing: number[]][] = [[1, [2]], [2, [1, 6]], [2, seeds]];
  for (const [workers, throwing] of cases) {
    const points = seeds.map((seed) => ({ seed, throws: throwing.includes(seed) ? 1 : 0 }));
    const { outcomes, words, done } = run("faulty", points, workers);
    expect(rowsOf(outcomes)).toEqual(seeds.map((seed) => [{ seed }]));
    expect(words[CALLS]).toBe(6 + throwing.length);
    expect(done).toEqual(seeds);
  }
});

Deno.test("runInWorkers() reports what a task throws twice and begins no further point", async () => {
  for (const workers of [1, 2]) {
    const points = [{ seed: 1 }, { seed: 2 }, { seed: 3, throws: 2 }];
    points.push(...Array(10).fill({ seed: 4, after: 3 }));
    const { outcomes, words } = run("faulty", points, workers);
    expect(rowsOf(outcomes).slice(0, 2)).toEqual([[{ seed: 1 }], [{ seed: 2 }]]);
    const { error } = outcomes.get(2) as { error: Error };
    expect([error.name, error.message]).toEqual(["RangeError", "seed 3 failed"]);
    expect(error.stack).toContain("faultyWorker.ts");
    const calls = words[CALLS];
    expect(calls).toBeLessThan(workers === 1 ? 5 : 8); // the other of two was at a point, and may take one more
    await pause(100);
    expect(words[CALLS]).toBe(calls);
  }
});

Deno.test("sweep() names the first point at which workers' tasks throw, and the reason", () => {
  const points = [1, 2, 3, 4].map((seed) => ({
    seed,
    model,
    weights: seed === 2 || seed === 4 ? { name: "heNormal", gain: 1 } : heNormal().spec,
  }));
  const report = (workers: number) => {
    try {
      sweep(signalTask, points, { inputs }, { workers });
    } catch (error) {
      const { message, cause } = error as Error;
      return [message, (cause as Error).name, (cause as Error).message];
    }
  };
  expect(report(0)![0]).toMatch(/^Cannot run point 2 of 4, \{"seed":2,.*\}: Cannot .*gain/);
  expect(report(1)).toEqual(report(0));
  expect(report(2)).toEqual(report(0));
});

Deno.test("runInWorkers() does without a worker that dies before its first point", () => {
  const points = [1, 2, 3, 4].map((seed) => ({ seed }));
  const { outcomes, words } = run("faulty", points, 2, 1);
  expect(rowsOf(outcomes)).toEqual(points.map(({ seed }) => [{ seed }]));
  expect(words[CALLS]).toBe(4);
});

Deno.test("runInWorkers() gives up on workers that cannot start, and leaves the points to the caller", () => {
  const dead = { module: new URL("data:text/javascript,"), startMs: 300 };
  const work = { task: "faulty", points: [{ seed: 1 }, { seed: 2 }], shared: {} };
  expect(runInWorkers(work, 2, () => {}, dead)).toEqual(new Map());
});

Deno.test("sweep() refuses shared data and numbers of workers that it cannot use", () => {
  const points = [1, 2].map((seed) => ({ seed, model, weights: heNormal().spec }));
  const shared = { inputs, scale: () => 2 };
  expect(() => sweep(signalTask, points, shared, { workers: 2 })).toThrow(
    "Cannot share a function with the points of a sweep",
  );
  for (const workers of [-1, 1.5, NaN]) {
    expect(() => sweep(signalTask, points, { inputs }, { workers })).toThrow(RangeError);
  }
});

Deno.test("workers stop in the middle of a point when the thread that waits is blocked", async () => {
  const words = new Int32Array(new SharedArrayBuffer(400));
  const source = `
    import { runInWorkers } from "${import.meta.resolve("../lib/experiments/workers.ts")}";
    self.onmessage = ({ data: { words } }) => {
      const work = { task: "endless", points: [{ seed: 1 }, { seed: 2 }], shared: { words } };
      Atomics.wait = () => { for (;;); };
      runInWorkers(work, 2, () => {}, { module: new URL("${crew.module}"), startMs: 10_000 });
    };`;
  const blocked = new Worker(`data:text/javascript,${encodeURIComponent(source)}`, {
    type: "module",
  });
  blocked.postMessage({ words });
  while (words[STEPS] === 0) await pause(10);
  await pause(SILENCE_MS + 500);
  const steps = words[STEPS];
  await pause(100);
  blocked.terminate();
  expect(words[STEPS]).toBe(steps);
});

Deno.test("takePoints() takes no point once the heartbeat has been silent", () => {
  const control = new Int32Array(new SharedArrayBuffer(4 * (FIRST_STATE + 1)));
  Atomics.store(control, HEARTBEAT, clock() - SILENCE_MS);
  const log = new SharedArrayBuffer(0, { maxByteLength: 1 << 20 });
  const job = { task: "", points: [{}], shared: {}, control, log, place: 0 };
  takePoints(job, () => []);
  expect([log.byteLength, control[FIRST_STATE]]).toEqual([0, ENDED]);
});

Deno.test("entries pass through a worker's log unchanged", () => {
  const rows = [{ a: NaN, b: -Infinity, c: -0, d: 0.1 + 0.2, e: "NaN", f: true, number: 2 }, {
    a: 5e-324,
  }];
  expect(decode(encode(rows))).toEqual(rows);
  expect(Object.is((decode(encode(rows)) as { c: number }[])[0].c, -0)).toBe(true);
  const log = new SharedArrayBuffer(0, { maxByteLength: 1 << 16 });
  writeEntry(log, { index: 7, rows });
  writeEntry(log, { index: 8, rows: [] });
  writeEntry(log, { index: 9, error: { name: "RangeError", message: "é" } });
  const [first, second, third] = readEntries(log);
  expect([first, second]).toEqual([{ index: 7, rows }, { index: 8, rows: [] }]);
  expect((third as { error: Error }).error).toBeInstanceOf(Error);
  expect((third as { error: Error }).error).toMatchObject({ name: "RangeError", message: "é" });
});

Deno.test("availableWorkers() is one a core, and none on a single core", () => {
  const cores = navigator.hardwareConcurrency;
  expect(availableWorkers()).toBe(cores > 1 ? cores : 0);
});
