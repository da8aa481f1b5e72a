import { array, callable, count, object, onlyOptions } from "../tensor/arguments.ts";
import type { Outcome } from "./job.ts";
import { TASKS } from "./tasks.ts";
import { availableWorkers, runInWorkers } from "./workers.ts";
import { checkRows } from "./groups.ts";

/** The columns of a point that a row can carry: its strings, numbers and booleans. */
export type Labels<Point> = {
  [Key in keyof Point as Point[Key] extends string | number | boolean ? Key : never]: Point[Key];
};

/** A row of a sweep: the point's labels, and the task's own columns above those of the same name. */
export type SweepRow<Point, Row> = Omit<Labels<Point>, keyof Row> & Row;

/**
 * Work on plain data: one of the exported tasks, which a worker can find by name. A long one calls `onStep` at each of its
 * steps, which throws in a worker that nobody waits for any more.
 */
export type Task<Point, Shared, Row> = (
  point: Point,
  shared: Shared,
  onStep?: () => void,
) => readonly Row[];

/**
 * Every combination of the values of some axes, the last axis fastest.
 *
 * @throws {TypeError} where the axes are no object of arrays.
 *
 * @example
 * ```ts
 * import { grid } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * expect(grid({ depth: [2, 10], seed: [1, 2] })).toEqual([
 *   { depth: 2, seed: 1 },
 *   { depth: 2, seed: 2 },
 *   { depth: 10, seed: 1 },
 *   { depth: 10, seed: 2 },
 * ]);
 * ```
 */
export function grid<Axes extends Readonly<Record<string, readonly unknown[]>>>(
  axes: Axes,
): { [Key in keyof Axes]: Axes[Key][number] }[] {
  object("axes", axes, "an array of values by name, such as { depth: [2, 10] }");
  return Object.entries(axes).reduce<Record<string, unknown>[]>(
    (points, [name, values]) =>
      points.flatMap((point) => array(name, values).map((value) => ({ ...point, [name]: value }))),
    [{}],
  ) as { [Key in keyof Axes]: Axes[Key][number] }[];
}

/** What sweep() takes beside its task and data. */
export interface SweepOptions {
  /** Called after each point with the number of points that are done, and of all. */
  readonly onPoint?: (done: number, total: number) => void;
  /** Number of worker threads, 0 for none; one a core when left out. */
  readonly workers?: number;
}

/**
 * Runs a task on each point of a grid and stacks the rows, in grid order, each with the point's strings, numbers and
 * booleans as columns (a column of the task's own stands above one of the same name). `shared` is data for all points.
 *
 * The library's own tasks run on all cores, with the same rows as on one; the call returns when all is done. A worker
 * whose task throws is replaced and the point done again, once. After Interrupt the workers end within two seconds and a step.
 *
 * @throws {TypeError} where a point is not plain data.
 * @throws {RangeError} where `workers` is not an integer >= 0.
 * @throws {Error} where the task throws: the message says at which point, `cause` holds what was thrown.
 *
 * @example
 * ```ts
 * import { grid, heNormal, mlp, relu, rng, signalTask, sweep } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * const points = grid({ width: [32, 64], seed: [1, 2] }).map((point) => ({
 *   ...point,
 *   model: mlp({ widths: [8, point.width, 2], activation: relu }).spec,
 *   weights: heNormal().spec,
 * }));
 * const rows = sweep(signalTask, points, { inputs: rng("inputs").normal([16, 8]) });
 * expect(rows.map(({ width, seed, layer }) => [width, seed, layer])[5]).toEqual([64, 1, 2]);
 * ```
 */
export function sweep<Point extends object, Shared, Row extends object>(
  task: Task<Point, Shared, Row>,
  points: readonly Point[],
  shared: Shared,
  options: SweepOptions = {},
): SweepRow<Point, Row>[] {
  onlyOptions("sweep", options, ["onPoint", "workers"]);
  callable("task", task, "signalTask");
  array("points", points, "grid({ seed: [1, 2] })");
  const { onPoint = () => {}, workers = availableWorkers() } = options;
  if (workers !== 0) count("workers", workers);
  callable("onPoint", onPoint, "(done, total) => {}");
  const copies = points.map(plainCopy);
  const name = Object.keys(TASKS).find((known) => TASKS[known] === task);
  const total = points.length, threads = Math.min(workers, total);
  const outcomes = name !== undefined && threads > 0 && total > 1
    ? runInWorkers({ task: name, points: copies, shared }, threads, (done) => onPoint(done, total))
    : new Map<number, Outcome>();
  let done = outcomes.size;
  return points.flatMap((point, i) => {
    const outcome = outcomes.get(i) ?? attempt(task, copies[i], shared);
    if ("error" in outcome) {
      const { error: cause } = outcome, where = `point ${i + 1} of ${total}`;
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new Error(`Cannot run ${where}, ${JSON.stringify(point)}: ${reason}`, { cause });
    }
    if (!outcomes.has(i)) onPoint(++done, total);
    return (outcome.rows as readonly Row[]).map((row) => ({ ...labelsOf(point), ...row }));
  });
}

function attempt<Point, Shared, Row extends object>(
  task: Task<Point, Shared, Row>,
  point: Point,
  shared: Shared,
): Outcome {
  try {
    return { rows: checkRows(task(point, shared)) };
  } catch (error) {
    return { error };
  }
}

function labelsOf<Point extends object>(point: Point): Labels<Point> {
  return Object.fromEntries(
    Object.entries(point).filter(([, value]) =>
      ["string", "number", "boolean"].includes(typeof value)
    ),
  ) as Labels<Point>;
}

/** What a worker would be sent. */
function plainCopy<Point>(point: Point, i: number): Point {
  try {
    return structuredClone(point);
  } catch (cause) {
    throw new TypeError(
      `Cannot sweep point ${
        i + 1
      } as it is not plain data: give the specs of models, activations and initializers`,
      { cause },
    );
  }
}
