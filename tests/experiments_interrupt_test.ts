/** Interrupt ends a sweep's cell without `finally`: its workers must notice by themselves. */
import { expect } from "@std/expect";
import { SILENCE_MS } from "../lib/experiments/job.ts";
import { NEVER, STEPS } from "./fixtures/faultyWorker.ts";
import { show } from "./kernelCells.ts";

const start = `
import { runInWorkers } from "../lib/experiments/workers.ts";
const words = new Int32Array(new SharedArrayBuffer(400));
const work = { task: "endless", points: [{ seed: 1 }, { seed: 2 }], shared: { words } };
const module = new URL("../tests/fixtures/faultyWorker.ts", \`file://\${Deno.cwd()}/\`);
const steps = (ms: number) => {
  const before = Atomics.load(words, ${STEPS});
  Atomics.wait(words, ${NEVER}, 0, ms);
  return Atomics.load(words, ${STEPS}) - before;
};`;
const sweep = "runInWorkers(work, 2, () => {}, { module, startMs: 10_000 });";

Deno.test("Interrupt stops a sweep's workers in the middle of their points", async () => {
  const [[begun], [interrupted], [running, later]] = await show([
    [`${start}\n"begun"`],
    [{ source: sweep, interrupt: 3 }],
    ["steps(100) > 0", `steps(${SILENCE_MS + 500}); steps(100)`],
  ]);
  expect(begun.status).toBe("ok");
  expect(interrupted.status).toBe("error");
  const value = (cell: typeof begun) => cell.outputs[0].data["text/plain"];
  expect([value(running), value(later)]).toEqual(["true", "0"]);
});
