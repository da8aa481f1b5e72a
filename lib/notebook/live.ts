import { count, must, onlyOptions, text } from "../tensor/arguments.ts";
import { formatNumber } from "./numbers.ts";
import { Bar, redrawn, type Screen } from "./progress.ts";

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

/** live() with the screen and the clock (in milliseconds) given to it. */
export function drive<Row extends object, Result>(
  run: Generator<Row, Result>,
  options: LiveOptions<Row>,
  screen: Screen,
  clock: () => number,
): LiveRun<Row, Result> {
  onlyOptions("live", options, ["total", "y", "title"]);
  const { total, y, title = "Run" } = options;
  must("run", run, typeof run?.next === "function", "a generator, such as train(...) returns");
  text("title", title);
  if (total !== undefined) count("total", total);
  if (y !== undefined) text("y", y);
  const rows: Row[] = [];
  const values: number[] = [];
  const current: { rows: Row[]; result: Result | undefined } = { rows, result: undefined };
  live.last = current;
  const bar = new Bar(title, total, screen, clock);
  const detail = () => ({
    text: y === undefined ? "" : `, ${y} ${formatNumber(values[values.length - 1])}`,
    html: curve(values),
  });
  const end = (state: string) => {
    const ends = values.length === 0
      ? []
      : [values[0], values[values.length - 1]].map((value) => formatNumber(value));
    bar.end(state + (ends.length === 0 ? "" : `, ${y} from ${ends.join(" to ")}`));
  };
  try {
    for (let next = run.next();; next = run.next()) {
      if (next.done) {
        current.result = next.value;
        end(`${rows.length} steps`);
        return { rows, result: next.value };
      }
      rows.push(next.value);
      if (y !== undefined) values.push(Number(next.value[y]));
      bar.step(detail);
    }
  } catch (error) {
    end(`stopped by an error after ${rows.length} steps`);
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
