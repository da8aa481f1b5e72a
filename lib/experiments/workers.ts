import {
  CHANGES,
  clock,
  ENDED,
  FINISHED_POINTS,
  FIRST_STATE,
  HEARTBEAT,
  type Job,
  NEXT_POINT,
  type Outcome,
  readEntries,
  SILENCE_MS,
  STARTING,
  THREW,
} from "./job.ts";

const SLICE_MS = 50;
/** Room for the rows of one worker: addresses, not memory, until they are written. */
const LARGEST_LOG = 2 ** 30;

/** How many workers a sweep starts: one a core, none where threads cannot share memory or a core is all there is. */
export function availableWorkers(): number {
  const isBundled = !import.meta.url.endsWith("/experiments/workers.ts");
  if (isBundled || typeof Deno === "undefined" || typeof Worker === "undefined") return 0;
  return navigator.hardwareConcurrency > 1 ? navigator.hardwareConcurrency : 0;
}

/** What the workers run: a task that their module knows by name, on plain data. */
export type Work = Pick<Job, "task" | "points" | "shared">;

/** Who does it: a module that hands its job to `takePoints`; a worker that takes longer than `startMs` to start is done without. */
export interface Crew {
  readonly module: URL;
  readonly startMs: number;
}

const OWN: Crew = { module: new URL("./sweepWorker.ts", import.meta.url), startMs: 10_000 };

/** A worker at its place among the others. */
interface Thread {
  readonly worker: Worker;
  readonly log: SharedArrayBuffer;
  readonly startsUntil: number;
  /** The point that it does first, as the worker before it threw there. */
  readonly again?: number;
}

/**
 * Runs a task on points in `workers` workers, and blocks until all is done: what came of each point, by its index.
 *
 * A worker whose task throws is replaced, and the new one does that point again; if it throws too, its error stands and no
 * further point is begun. What no worker has done (as none could start, say) has no entry. While it waits, this thread
 * moves a heartbeat in shared memory: Interrupt ends the wait, the heartbeat with it, and then the workers themselves.
 *
 * @throws {TypeError} where `shared` is not plain data.
 */
export function runInWorkers(
  { task, points, shared }: Work,
  workers: number,
  onPoint: (done: number) => void,
  { module, startMs }: Crew = OWN,
): Map<number, Outcome> {
  const control = new Int32Array(new SharedArrayBuffer(4 * (FIRST_STATE + workers)));
  const logs: SharedArrayBuffer[] = [];
  const start = (again?: number): Thread => {
    const log = new SharedArrayBuffer(0, { maxByteLength: LARGEST_LOG });
    logs.push(log);
    const worker = new Worker(module, { type: "module" });
    return { worker, log, startsUntil: Date.now() + startMs, again };
  };
  // All start before the first is sent its job: they load their modules at the same time.
  const threads = Array.from({ length: workers }, () => start());
  try {
    const data = inSharedMemory(shared);
    const send = ({ worker, log, again }: Thread, place: number) =>
      worker.postMessage({ task, points, shared: data, control, log, place, again } satisfies Job);
    const replace = ({ worker, log, again }: Thread, place: number) => {
      worker.terminate();
      const { index } = readEntries(log).at(-1)!, isSecond = index === again;
      Atomics.store(control, FIRST_STATE + place, isSecond ? ENDED : STARTING);
      if (isSecond) return Atomics.store(control, NEXT_POINT, points.length);
      threads[place] = start(index);
      send(threads[place], place);
    };
    Atomics.store(control, HEARTBEAT, clock());
    threads.forEach(send);
    for (let reported = 0;;) {
      const seen = Atomics.load(control, CHANGES), done = Atomics.load(control, FINISHED_POINTS);
      while (reported < done) onPoint(++reported);
      threads.forEach((thread, place) => {
        if (Atomics.load(control, FIRST_STATE + place) === THREW) replace(thread, place);
      });
      const isOver = (thread: Thread, place: number) => hasEnded(control, thread, place);
      if (reported === points.length || threads.every(isOver)) return outcomesOf(logs);
      Atomics.store(control, HEARTBEAT, clock());
      Atomics.wait(control, CHANGES, seen, SLICE_MS);
    }
  } finally {
    Atomics.store(control, NEXT_POINT, points.length);
    Atomics.store(control, HEARTBEAT, clock() - SILENCE_MS);
    for (const { worker } of threads) worker.terminate();
  }
}

/** Whether a worker is done; one that has not started by now is told to stay away. */
function hasEnded(control: Int32Array, { startsUntil }: Thread, place: number): boolean {
  const state = FIRST_STATE + place;
  if (Date.now() > startsUntil) Atomics.compareExchange(control, state, STARTING, ENDED);
  return Atomics.load(control, state) === ENDED;
}

/** What came of each point: of one that was done again, what came the second time. */
function outcomesOf(logs: readonly SharedArrayBuffer[]): Map<number, Outcome> {
  return new Map(logs.flatMap(readEntries).map(({ index, ...outcome }) => [index, outcome]));
}

/** The same plain data, its numeric arrays in memory that all workers read without copies of their own. */
function inSharedMemory(data: unknown): unknown {
  if (typeof data === "function" || typeof data === "symbol") {
    throw new TypeError(
      `Cannot share a ${typeof data} with the points of a sweep as it is not plain data: give specs, numbers and arrays`,
    );
  }
  if (ArrayBuffer.isView(data) && "set" in data) {
    const array = data as Float32Array;
    if (array.buffer instanceof SharedArrayBuffer) return array;
    const Kind = array.constructor as Float32ArrayConstructor;
    const copy = new Kind(new SharedArrayBuffer(array.byteLength));
    copy.set(array);
    return copy;
  }
  if (Array.isArray(data)) return data.map(inSharedMemory);
  if (Object.prototype.toString.call(data) !== "[object Object]") return data;
  return Object.fromEntries(
    Object.entries(data as object).map(([name, value]) => [name, inSharedMemory(value)]),
  );
}
