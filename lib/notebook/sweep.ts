import { sweep as sweepRows, type SweepRow, type Task } from "../experiments/sweep.ts";
import { progress } from "./progress.ts";
import { array } from "../tensor/arguments.ts";

/**
 * Runs a task on each point of a grid, on all cores, with a progress bar; see the library's sweep for the rows.
 *
 * @throws {Error} where the task throws: the message says at which point.
 *
 * @example
 * ```ts
 * import { heNormal, mlp, relu, rng, signalTask, sweep } from "step-zero/notebook";
 * import { expect } from "@std/expect";
 *
 * const model = mlp({ widths: [8, 32, 2], activation: relu }).spec;
 * const points = [1, 2].map((seed) => ({ seed, model, weights: heNormal().spec }));
 * const rows = sweep(signalTask, points, { inputs: rng("inputs").normal([16, 8]) });
 * expect(rows.map(({ seed, layer }) => [seed, layer])).toEqual([[1, 1], [1, 2], [2, 1], [2, 2]]);
 * ```
 */
export function sweep<Point extends object, Shared, Row extends object>(
  task: Task<Point, Shared, Row>,
  points: readonly Point[],
  shared: Shared,
): SweepRow<Point, Row>[] {
  if (array("points", points, "grid({ seed: [1, 2] })").length === 0) return [];
  const onPoint = progress({ total: points.length, title: "Networks" });
  return sweepRows(task, points, shared, { onPoint });
}
