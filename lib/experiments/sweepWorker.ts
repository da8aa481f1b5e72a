/** One of the workers of a sweep: takes points in order, as long as the sweep's thread shows a heartbeat. */
import { TASKS } from "./tasks.ts";
import {
  clock,
  FINISHED_POINTS,
  FINISHED_WORKERS,
  HEARTBEAT,
  type Job,
  NEXT_POINT,
  SILENCE_MS,
  STARTED_WORKERS,
  writeLog,
} from "./workers.ts";

const scope = self as unknown as { onmessage(event: MessageEvent<Job>): void; close(): void };

scope.onmessage = ({ data: { task, points, shared, control, log } }) => {
  Atomics.add(control, STARTED_WORKERS, 1);
  const run = TASKS[task] as (point: unknown, shared: unknown) => readonly object[];
  for (;;) {
    const index = Atomics.add(control, NEXT_POINT, 1);
    if (index >= points.length || !isWatched(control)) break;
    try {
      writeLog(log, index, run(points[index], shared));
      Atomics.add(control, FINISHED_POINTS, 1);
    } catch {
      // The sweep's own thread runs this point again, and reports what it throws.
      continue;
    }
  }
  Atomics.add(control, FINISHED_WORKERS, 1);
  Atomics.notify(control, FINISHED_WORKERS);
  scope.close();
};

/** Whether the sweep's thread has moved the heartbeat of late. */
function isWatched(control: Int32Array): boolean {
  return clock() - Atomics.load(control, HEARTBEAT) < SILENCE_MS;
}
