import { expect } from "@std/expect";
import { join } from "node:path";
import {
  collect,
  everywhere,
  heNormal,
  initialize,
  mlp,
  relu,
  rng,
  sgd,
  tanh,
  train,
} from "../lib/mod.ts";
import { linearMemory, memory, Pool } from "../lib/numerics/memory.ts";
import { deno, root } from "../tasks/place.ts";
import { run } from "../tasks/run.ts";

Deno.test("Pool lends ranges that do not overlap and joins those that come back", () => {
  const pool = new Pool(new ArrayBuffer(64 * 10), 64);
  const [a, b, c] = [1, 64, 65].map((bytes) => pool.reserve(bytes)!);
  expect([a, b, c]).toEqual([
    { start: 64, bytes: 64 },
    { start: 128, bytes: 64 },
    { start: 192, bytes: 128 },
  ]);
  expect([pool.free, pool.bytes]).toEqual([320, 576]);
  expect(pool.reserve(321)).toBe(undefined);
  pool.release(b);
  expect(pool.reserve(100)!.start).toBe(320); // two pieces needed: not between a and c
  expect(pool.reserve(10)!.start).toBe(128);
  pool.release({ start: 128, bytes: 64 });
  pool.release(a);
  pool.release(c);
  expect(pool.reserve(256)!.start).toBe(64); // a, b and c are one again
});

const inputs = rng("memory").normal([64, 6]);
const targets = new Uint8Array(64).map((_, i) => i % 3);

function training(activation: typeof relu, steps: number) {
  const model = mlp({ widths: [6, 16, 3], activation });
  const params = initialize(model, everywhere(heNormal()), rng("memory"));
  const options = {
    steps,
    optimizer: sgd({ learningRate: 0.01 }),
    rng: rng("memory"),
    batchSize: 8,
  };
  return train(model, params, { inputs, targets }, options);
}

Deno.test("10,000 training steps take no more memory than the first", () => {
  const before = memory.free, bytes = linearMemory?.buffer.byteLength;
  const steps = training(relu, 10_000);
  steps.next();
  const during = memory.free;
  for (let row = steps.next(); !row.done; row = steps.next()) {
    if (memory.free !== during) throw new Error(`Step ${row.value.step} took more memory`);
  }
  expect(memory.free).toBe(before);
  expect(linearMemory?.buffer.byteLength).toBe(bytes);
});

Deno.test("10,000 training steps leave nothing on the JavaScript heap", async () => {
  const script = join(root, "tests", "fixtures", "heapOfTraining.ts");
  const growth = async (...args: string[]) => {
    const { text } = await run([deno, "run", "-A", "--v8-flags=--expose-gc", script, ...args]);
    const [early, late]: number[] = JSON.parse(text);
    return late - early;
  };
  // An object of one field (32 bytes) and the place in an array that keeps it alive (8), of each of 10,000 steps, would be
  // 400,000 bytes: half of that is for what the runtime itself keeps, its compiled code above all.
  const allowed = 200_000;
  expect(await growth()).toBeLessThan(allowed);
  expect(await growth("leak")).toBeGreaterThan(allowed);
});

Deno.test("two models trained in turns do not touch each other's memory", () => {
  const alone = [collect(training(relu, 50)), collect(training(tanh, 50))];
  const turns = [training(relu, 50), training(tanh, 50)];
  const rows: unknown[][] = [[], []], results: unknown[] = [];
  for (let step = 0; step <= 50; step++) {
    turns.forEach((turn, i) => {
      const { done, value } = turn.next();
      if (done) results[i] = value;
      else rows[i].push(value);
    });
  }
  expect(rows).toEqual(alone.map((one) => one.rows));
  expect(results).toEqual(alone.map((one) => one.result));
});
