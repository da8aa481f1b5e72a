/** Indices into the shared control words. */
export const NEXT_POINT = 0;
export const HEARTBEAT = 1;
export const FINISHED_WORKERS = 2;
export const STARTED_WORKERS = 3;
export const FINISHED_POINTS = 4;
const CONTROL_WORDS = 5;

const SLICE_MS = 50;
/** A worker that has heard no heartbeat for this long takes no further point. */
export const SILENCE_MS = 2000;
const START_MS = 10_000;
/** Room for the rows of one worker: addresses, not memory, until they are written. */
const LARGEST_LOG = 2 ** 30;

/** What a worker is sent; `control` and `log` are shared memory. */
export interface Job {
  readonly task: string;
  readonly points: readonly unknown[];
  readonly shared: unknown;
  readonly control: Int32Array;
  readonly log: SharedArrayBuffer;
}

/** Milliseconds in 31 bits, the same in every thread. */
export function clock(): number {
  return Date.now() & 0x7fffffff;
}

/** How many workers a sweep starts: one a core, none where threads cannot share memory or a core is all there is. */
export function availableWorkers(): number {
  const isBundled = !import.meta.url.endsWith("/experiments/workers.ts");
  if (isBundled || typeof Deno === "undefined" || typeof Worker === "undefined") return 0;
  return navigator.hardwareConcurrency > 1 ? navigator.hardwareConcurrency : 0;
}

/**
 * Runs an exported task on points in `workers` workers, and blocks until all is done: rows by the index of their point.
 *
 * A point whose task threw, or that no worker could take, has no entry: the caller runs it itself. While it waits, this
 * thread moves a heartbeat in shared memory. Interrupt ends the wait, and with it the heartbeat; each worker then ends
 * after the point that it is at.
 */
export function runInWorkers(
  task: string,
  points: readonly unknown[],
  shared: unknown,
  workers: number,
  onPoint: (done: number) => void,
): Map<number, object[]> {
  const control = new Int32Array(new SharedArrayBuffer(4 * CONTROL_WORDS));
  Atomics.store(control, HEARTBEAT, clock());
  const logs = Array.from(
    { length: Math.min(workers, points.length) },
    () => new SharedArrayBuffer(0, { maxByteLength: LARGEST_LOG }),
  );
  const threads = logs.map((log) => {
    const worker = new Worker(new URL("./sweepWorker.ts", import.meta.url), { type: "module" });
    worker.postMessage({ task, points, shared, control, log } satisfies Job);
    return worker;
  });
  try {
    waitForAll(control, threads.length, onPoint);
    return new Map(logs.flatMap(readLog));
  } finally {
    for (const thread of threads) thread.terminate();
  }
}

function waitForAll(control: Int32Array, workers: number, onPoint: (done: number) => void): void {
  const start = Date.now();
  let reported = 0;
  for (;;) {
    const finished = Atomics.load(control, FINISHED_WORKERS);
    for (const done = Atomics.load(control, FINISHED_POINTS); reported < done;) onPoint(++reported);
    if (finished === workers) return;
    if (Atomics.load(control, STARTED_WORKERS) === 0 && Date.now() - start > START_MS) return;
    Atomics.store(control, HEARTBEAT, clock());
    Atomics.wait(control, FINISHED_WORKERS, finished, SLICE_MS);
  }
}

/** Rows as text that keeps every number: JSON has no NaN, no infinities and no negative zero. */
export function encodeRows(rows: readonly object[]): string {
  return JSON.stringify(
    rows,
    (_, value) =>
      typeof value === "number" && (!Number.isFinite(value) || Object.is(value, -0))
        ? { [SPECIAL]: Object.is(value, -0) ? "-0" : String(value) }
        : value,
  );
}

/** The rows of a text of encodeRows. */
export function decodeRows(text: string): object[] {
  return JSON.parse(
    text,
    (_, value) =>
      value !== null && typeof value === "object" && SPECIAL in value
        ? Number(value[SPECIAL])
        : value,
  );
}

const SPECIAL = "number";

/** Entries of a worker's log: index of the point and length of the text, both 32 bits, then the text. */
function readLog(log: SharedArrayBuffer): [number, object[]][] {
  const bytes = new Uint8Array(log).slice(), view = new DataView(bytes.buffer);
  const entries: [number, object[]][] = [];
  for (let at = 0; at < bytes.length;) {
    const index = view.getUint32(at), length = view.getUint32(at + 4);
    at += 8;
    entries.push([index, decodeRows(new TextDecoder().decode(bytes.subarray(at, at + length)))]);
    at += length;
  }
  return entries;
}

/** Adds an entry to a worker's log. */
export function writeLog(log: SharedArrayBuffer, index: number, rows: readonly object[]): void {
  const text = new TextEncoder().encode(encodeRows(rows)), start = log.byteLength;
  log.grow(start + 8 + text.length);
  const view = new DataView(log, start);
  view.setUint32(0, index);
  view.setUint32(4, text.length);
  new Uint8Array(log, start + 8).set(text);
}
