import { fromText } from "./languageRuns.ts";

/** How well a small gpt did at one learning rate, on Moby-Dick, character by character. */
export interface ScalingRow {
  /** What the run is part of: a comparison of widths, or of depths. */
  readonly experiment: string;
  /** The parametrization. */
  readonly name: string;
  readonly width: number;
  readonly blocks: number;
  readonly learningRate: number;
  readonly seed: number;
  /** Of text not learned from, after the last step, in nats a character; Infinity where the run diverged. */
  readonly loss: number;
}

/** Where the runs are stored; `deno task scaling-runs` writes it. */
export const SCALING_RUNS = new URL("./cached/scalingRuns.jsonl", import.meta.url);

/**
 * What came of gpts of several widths and depths at many learning rates, trained beforehand: languageTask gives each loss again from
 * the settings in the file, to the last bit.
 *
 * @throws {TypeError} where the file is not the one that was written.
 *
 * @example
 * ```ts
 * import { scalingRuns } from "step-zero/notebook";
 * import { expect } from "@std/expect";
 *
 * const rows = await scalingRuns();
 * expect(new Set(rows.map(({ experiment }) => experiment))).toEqual(new Set(["width", "depth"]));
 * expect(Math.min(...rows.map(({ loss }) => loss))).toBeGreaterThan(2); // nats: they are small and learned briefly
 * ```
 */
export async function scalingRuns(): Promise<ScalingRow[]> {
  const runs = await fromText(await Deno.readTextFile(SCALING_RUNS));
  return runs.map(({ experiment, name, point: { model, optimizer, seed }, rows }) => ({
    ...{ experiment, name, width: model.width, blocks: model.blocks },
    ...{ learningRate: optimizer.learningRate, seed, loss: rows[rows.length - 1].validationLoss! },
  }));
}
