import { escapeHtml } from "../figures/html.ts";
import { broadcast } from "./kernel.ts";
import { formatNumber } from "./numbers.ts";

/** The rows that a run has yielded, and what it returned at its end. */
export interface LiveRun<Row, Result> {
  readonly rows: Row[];
  readonly result: Result;
}

/** How live() draws a run: how many rows to expect, the column of its curve, and its title. */
export interface LiveOptions<Row> {
  readonly total?: number;
  readonly y?: Extract<keyof Row, string>;
  readonly title?: string;
}

const interval = 100; // ms between updates: at most ten a second
const curveWidth = 320;
const curveHeight = 80;

function curve(values: readonly number[]): string {
  const step = Math.max(1, Math.ceil(values.length / curveWidth));
  const drawn = values.filter((_, i) => i % step === 0).filter(Number.isFinite);
  if (drawn.length < 2) return "";
  const positive = drawn.every((value) => value > 0) &&
    Math.max(...drawn) > 100 * Math.min(...drawn);
  const scaled = positive ? drawn.map(Math.log) : drawn;
  const [low, high] = [Math.min(...scaled), Math.max(...scaled)];
  const points = scaled.map((value, i) => {
    const x = i * curveWidth / (scaled.length - 1);
    const y = curveHeight - 2 - (value - low) / (high - low || 1) * (curveHeight - 4);
    return `${x.toFixed(1)},${y.toFixed(1)}`;
  });
  return `<svg width="${curveWidth}" height="${curveHeight}" style="display:block"><polyline fill="none" ` +
    `stroke="currentColor" stroke-width="1.5" points="${points.join(" ")}"/></svg>`;
}

type Draw = (html: string, text: string) => void;

/** A display below the running cell that is drawn anew in place. */
function redrawn(): Draw {
  const transient = { display_id: crypto.randomUUID() };
  let type = "display_data";
  return (html, text) => {
    broadcast(type, { data: { "text/html": html, "text/plain": text }, metadata: {}, transient });
    type = "update_display_data";
  };
}

function progress(done: number, seconds: number, total: number | undefined): string {
  const rate = done / seconds;
  const count = total === undefined ? `${done} steps` : `${done} of ${total}`;
  const left = total === undefined ? "" : `, ${Math.ceil(Math.max(0, total - done) / rate)} s left`;
  return `${count}, ${formatNumber(rate, 2)} per second${left}`;
}

/** live() with the display and the clock (in milliseconds) given to it. */
export function drive<Row extends object, Result>(
  run: Generator<Row, Result>,
  { total, y, title = "Run" }: LiveOptions<Row>,
  draw: Draw,
  clock: () => number,
): LiveRun<Row, Result> {
  const rows: Row[] = [];
  const values: number[] = [];
  const current: { rows: Row[]; result: Result | undefined } = { rows, result: undefined };
  live.last = current;
  const start = clock();
  let drawn = start;
  const update = (now: number) => {
    const state = progress(rows.length, (now - start) / 1000, total);
    const bar = `<progress ${
      total === undefined ? "" : `max="${total}" value="${rows.length}"`
    }></progress>`;
    const last = y === undefined ? "" : `, ${y} ${formatNumber(values[values.length - 1])}`;
    draw(
      `<div>${escapeHtml(title)} ${bar} ${escapeHtml(state + last)}</div>${curve(values)}`,
      `${title}: ${state}`,
    );
  };
  // What stays holds no time and no rate: it is the same at every run.
  const finish = (state: string) => {
    const ends = values.length === 0
      ? []
      : [values[0], values[values.length - 1]].map((value) => formatNumber(value));
    const line = `${title}: ${state}${ends.length === 0 ? "" : `, ${y} from ${ends.join(" to ")}`}`;
    draw(`<div>${escapeHtml(line)}</div>`, line);
  };
  try {
    for (let next = run.next();; next = run.next()) {
      if (next.done) {
        current.result = next.value;
        finish(`${rows.length} steps`);
        return { rows, result: next.value };
      }
      rows.push(next.value);
      if (y !== undefined) values.push(Number(next.value[y]));
      const now = clock();
      if (now - drawn < interval) continue;
      drawn = now;
      update(now);
    }
  } catch (error) {
    finish(`stopped by an error after ${rows.length} steps`);
    throw error;
  }
}

/**
 * Runs a generator to its end and returns its rows and result, with a progress bar, rate, time left and a curve of the
 * column `y` drawn meanwhile. What stays is one line that is the same at every run. After Interrupt the rows so far are
 * in `live.last.rows`.
 *
 * @throws what the generator throws; the rows before are in `live.last.rows`.
 *
 * @example
 * ```ts
 * import { live } from "step-zero/notebook";
 * import { expect } from "@std/expect";
 *
 * function* halve() {
 *   for (let step = 0, loss = 1; step < 3; step++, loss /= 2) yield { step, loss };
 *   return "done";
 * }
 * const { rows, result } = live(halve(), { total: 3, y: "loss" });
 * expect(rows.map((row) => row.loss)).toEqual([1, 0.5, 0.25]);
 * expect(result).toBe("done");
 * ```
 */
export function live<Row extends object, Result>(
  run: Generator<Row, Result>,
  options: LiveOptions<Row> = {},
): LiveRun<Row, Result> {
  return drive(run, options, redrawn(), () => performance.now());
}

/** The last run that live() began: its rows so far, and its result if it came to its end. */
live.last = undefined as { readonly rows: object[]; readonly result: unknown } | undefined;
