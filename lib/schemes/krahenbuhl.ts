import type { Model, Params, ParamSpec } from "../nn/model.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { type WeightOutput, weightOutputs } from "./weightOutputs.ts";

/** What data-dependent initialization did to one weight's channels, in order of use. */
export interface ChannelRow {
  readonly parameter: string;
  /** Channels of the output. */
  readonly channels: number;
  /** Smallest and largest std of a channel over the batch, when its turn came. */
  readonly leastStd: number;
  readonly mostStd: number;
  /** Largest distance of a channel's mean from 0. */
  readonly mostMean: number;
  /** Whether the weight has a bias, which then brings each channel's mean to 0. */
  readonly centered: boolean;
}

/**
 * Within-layer data-dependent initialization: in order of use, divides each column of a weight by the std of its channel on the
 * batch, and sets its bias so that the channel's mean is 0. A weight without bias keeps its mean; a bias is taken to be added
 * as it is, without a multiplier.
 *
 * The paper's second step, {@linkcode equalizeRates}, then rescales whole layers by their gradients.
 *
 * @throws {RangeError} where a channel is constant on the batch.
 *
 * Reference: Krähenbühl, Doersch, Donahue and Darrell (2016), algorithm 1; philkr/magic_init, magic_init.py.
 *
 * @example
 * ```ts
 * import { everywhere, krahenbuhl, initialize, mlp, normal, relu, rng } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * const model = mlp({ widths: [20, 30, 5], activation: relu });
 * const params = initialize(model, everywhere(normal({ std: 1 })), rng("example"));
 * const { rows } = krahenbuhl(model, params, rng("batch").normal([100, 20]));
 * expect(rows.map(({ channels }) => channels)).toEqual([30, 5]);
 * ```
 */
export function krahenbuhl(
  model: Model,
  params: Params,
  batch: Tensor,
): { params: Params; rows: ChannelRow[] } {
  const rows: ChannelRow[] = [];
  let calibrated = params, measured = weightOutputs(model, params, batch, channelsOf);
  for (let at = 0; at < measured.length; at++) {
    const { spec, bias, means, stds } = measured[at];
    const dead = stds.findIndex((std) => !(std > 0 && std < Infinity));
    if (dead >= 0) {
      throw new RangeError(
        `Cannot bring channel ${dead} of ${spec.name} to std 1: it is ${stds[dead]} on the batch`,
      );
    }
    calibrated = { ...calibrated, [spec.name]: columnsOver(params[spec.name], stds) };
    if (bias !== undefined) {
      const before = params[bias.name].data;
      const data = Float32Array.from(means, (mean, k) => (before[k] - mean) / stds[k]);
      calibrated = { ...calibrated, [bias.name]: { shape: bias.shape, data } };
    }
    rows.push({
      parameter: spec.name,
      channels: stds.length,
      leastStd: Math.min(...stds),
      mostStd: Math.max(...stds),
      mostMean: Math.max(...means.map(Math.abs)),
      centered: bias !== undefined,
    });
    measured = weightOutputs(model, calibrated, batch, channelsOf);
  }
  return { params: calibrated, rows };
}

interface Channels {
  readonly spec: ParamSpec;
  readonly bias?: ParamSpec;
  readonly means: number[];
  readonly stds: number[];
}

/** Mean and std of each column, in two float64 passes. */
function channelsOf({ spec, bias, output: { shape, data } }: WeightOutput): Channels {
  const width = shape[shape.length - 1], rows = data.length / width;
  const means = Array<number>(width).fill(0), squares = Array<number>(width).fill(0);
  for (let i = 0; i < data.length; i++) means[i % width] += data[i] / rows;
  for (let i = 0; i < data.length; i++) {
    squares[i % width] += (data[i] - means[i % width]) ** 2 / rows;
  }
  return { spec, bias, means, stds: squares.map(Math.sqrt) };
}

function columnsOver({ shape, data }: Tensor, divisors: readonly number[]): Tensor {
  const width = divisors.length;
  return { shape, data: data.map((w, i) => w / divisors[i % width]) };
}
