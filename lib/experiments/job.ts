/** What a sweep's thread and its workers share: the job, words that all can change, and logs of what came out. */

/** Words of `control`: those of all, then from FIRST_STATE on the state of each worker. */
export const NEXT_POINT = 0;
export const HEARTBEAT = 1;
/** Moves whenever the state of a worker does. */
export const CHANGES = 2;
export const FINISHED_POINTS = 3;
export const FIRST_STATE = 4;

/** States of a worker. */
export const STARTING = 0;
export const WORKING = 1;
export const THREW = 2;
export const ENDED = 3;

/** A worker that has heard no heartbeat for this long ends. */
export const SILENCE_MS = 2000;

/** What a worker is sent; `control` and `log` are shared memory. */
export interface Job {
  readonly task: string;
  readonly points: readonly unknown[];
  readonly shared: unknown;
  readonly control: Int32Array;
  readonly log: SharedArrayBuffer;
  /** Of the worker, from 0. */
  readonly place: number;
  /** The point to do first, as the worker before threw there. */
  readonly again?: number;
}

/** What came of a point: its rows, or the error that its task threw. */
export type Outcome = { readonly rows: readonly object[] } | { readonly error: unknown };

/** A task as a worker calls it. */
export type Run = (point: unknown, shared: unknown, onStep: () => void) => readonly object[];

/** Milliseconds in 31 bits, the same in every thread. */
export function clock(): number {
  return Date.now() & 0x7fffffff;
}

/** Takes points in order until there are none, one throws, or the sweep's thread shows no heartbeat. */
export function takePoints(job: Job, run: Run): void {
  const { points, shared, control, log, place, again } = job, state = FIRST_STATE + place;
  if (Atomics.compareExchange(control, state, STARTING, WORKING) !== STARTING) return;
  const isWatched = () => clock() - Atomics.load(control, HEARTBEAT) < SILENCE_MS;
  const onStep = () => {
    if (!isWatched()) throw new Error("Cannot go on as nobody waits for the rows");
  };
  const next = () => Atomics.add(control, NEXT_POINT, 1);
  let end = ENDED;
  for (let index = again ?? next(); index < points.length && isWatched(); index = next()) {
    try {
      writeEntry(log, { index, rows: run(points[index], shared, onStep) });
    } catch (thrown) {
      if (!isWatched()) break;
      const { name, message, stack } = thrown instanceof Error ? thrown : new Error(String(thrown));
      writeEntry(log, { index, error: { name, message, stack } });
      end = THREW;
      break;
    }
    Atomics.add(control, FINISHED_POINTS, 1);
  }
  Atomics.store(control, state, end);
  Atomics.add(control, CHANGES, 1);
  Atomics.notify(control, CHANGES);
}

/** One line of a worker's log. */
type Entry = { readonly index: number } & Outcome;

/** Text that keeps every number: JSON has no NaN, no infinities and no negative zero. */
export function encode(value: unknown): string {
  return JSON.stringify(
    value,
    (_, value) =>
      typeof value === "number" && (!Number.isFinite(value) || Object.is(value, -0))
        ? { [SPECIAL]: Object.is(value, -0) ? "-0" : String(value) }
        : value,
  );
}

/** The value of a text of `encode`. */
export function decode(text: string): unknown {
  return JSON.parse(
    text,
    (_, value) =>
      value !== null && typeof value === "object" && SPECIAL in value
        ? Number(value[SPECIAL])
        : value,
  );
}

const SPECIAL = "$number";

/** Adds an entry to a worker's log: the length of its text in 32 bits, then the text. */
export function writeEntry(log: SharedArrayBuffer, entry: Entry): void {
  const text = new TextEncoder().encode(encode(entry)), start = log.byteLength;
  log.grow(start + 4 + text.length);
  new DataView(log, start).setUint32(0, text.length);
  new Uint8Array(log, start + 4).set(text);
}

/** The entries of a worker's log. */
export function readEntries(log: SharedArrayBuffer): Entry[] {
  const bytes = new Uint8Array(log).slice(), view = new DataView(bytes.buffer);
  const entries: Entry[] = [];
  for (let at = 0; at < bytes.length;) {
    const start = at + 4;
    at = start + view.getUint32(at);
    const entry = decode(new TextDecoder().decode(bytes.subarray(start, at))) as Entry;
    entries.push("error" in entry ? { ...entry, error: revived(entry.error as Error) } : entry);
  }
  return entries;
}

function revived({ message, ...rest }: Error): Error {
  return Object.assign(new Error(message), rest);
}
