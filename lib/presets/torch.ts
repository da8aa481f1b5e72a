import { constant, ones, zeros } from "../initializers/constant.ts";
import { normal, uniform } from "../initializers/distributions.ts";
import type { Fans } from "../initializers/fans.ts";
import { xavierUniform } from "../initializers/named.ts";
import { paddedNormal } from "../initializers/padded.ts";
import { varianceScaling } from "../initializers/varianceScaling.ts";
import { must } from "../tensor/arguments.ts";
import type { Shape } from "../tensor/tensor.ts";
import { layer, param, type PresetParams, share } from "./layer.ts";
import { torchFans } from "./libraryFans.ts";

/**
 * `kaiming_uniform_(a = sqrt 5)`: gain^2 = 2 / (1 + 5) = 1 / 3, so U(+-1 / sqrt fanIn) of variance 1 / (3 fanIn), not He's 2 / fanIn.
 *
 * Reference: torch/nn/modules/linear.py and conv.py, reset_parameters.
 */
function kaimingSqrt5() {
  return varianceScaling({ scale: 1 / 3, mode: "fanIn", distribution: "uniform" });
}

/** Weight and bias of a linear or convolution layer; the bias has the bounds of the weight. */
export function torchDefault(shape: Shape, outputs: number): PresetParams {
  const fans = torchFans(shape);
  return {
    weight: param(shape, kaimingSqrt5(), fans),
    bias: param([outputs], kaimingSqrt5(), fans),
  };
}

/** Everything U(+-1 / sqrt size). */
function within(size: number) {
  const bound = 1 / Math.sqrt(size);
  return uniform({ low: -bound, high: bound });
}

function recurrent(gates: number) {
  return layer(["in", "hidden"], [], ({ in: inputs, hidden }) => {
    const init = within(hidden), rows = gates * hidden;
    return {
      weight_ih_l0: param([rows, inputs], init),
      weight_hh_l0: param([rows, hidden], init),
      bias_ih_l0: param([rows], init),
      bias_hh_l0: param([rows], init),
    };
  });
}

export const gainAndBias = (gain: string, bias: string, axes: readonly number[]): PresetParams => ({
  [gain]: param(axes, ones()),
  [bias]: param(axes, zeros()),
});

const convolution = (axes: number) =>
  layer(
    ["in", "out", "kernel"],
    ["groups"],
    ({ in: inputs, out, kernel, groups = 1 }) =>
      torchDefault([out, share("in", inputs, groups), ...ofAxes(kernel, axes)], out),
  );

/** Its weight is (in, out / g, ...kernel): what PyTorch takes as fanIn is out / g times the kernel, really the fanOut. */
const transposed = (axes: number) =>
  layer(
    ["in", "out", "kernel"],
    ["groups"],
    ({ in: inputs, out, kernel, groups = 1 }) =>
      torchDefault([inputs, share("out", out, groups), ...ofAxes(kernel, axes)], out),
  );

function ofAxes(kernel: Shape, axes: number): Shape {
  return must("kernel", kernel, kernel.length === axes, `of length ${axes}`);
}

/** Query, key and value in one (3 d, d) are drawn as one: their fanOut is 3 d, their std 0.7071 of three separate ones. */
const attention = layer(["width"], ["keyIn", "valueIn"], ({ width, keyIn, valueIn }) => {
  const xavier = (shape: Shape, fans: Fans = torchFans(shape)) =>
    param(shape, xavierUniform(), fans);
  const inputs: PresetParams = (keyIn ?? width) === width && (valueIn ?? width) === width
    ? { in_proj_weight: xavier([3 * width, width]) }
    : {
      q_proj_weight: xavier([width, width]),
      k_proj_weight: xavier([width, keyIn ?? width]),
      v_proj_weight: xavier([width, valueIn ?? width]),
    };
  return {
    ...inputs,
    in_proj_bias: param([3 * width], zeros()),
    "out_proj.weight": torchDefault([width, width], width).weight,
    "out_proj.bias": param([width], zeros()),
  };
});

/** PyTorch 2.13, `torch.nn`; weights are (out, in / groups, ...kernel). */
export const torch = {
  linear: layer(["in", "out"], [], ({ in: inputs, out }) => torchDefault([out, inputs], out)),
  conv1d: convolution(1),
  conv2d: convolution(2),
  conv3d: convolution(3),
  convTranspose1d: transposed(1),
  convTranspose2d: transposed(2),
  convTranspose3d: transposed(3),
  bilinear: layer(["in", "in2", "out"], [], ({ in: inputs, in2, out }) => ({
    weight: param([out, inputs, in2], within(inputs)),
    bias: param([out], within(inputs)),
  })),
  embedding: layer(["vocab", "width"], ["padding"], ({ vocab, width, padding }) => ({
    weight: param(
      [vocab, width],
      padding === undefined ? normal({ std: 1 }) : paddedNormal({ std: 1, row: padding }),
    ),
  })),
  rnn: recurrent(1),
  gru: recurrent(3),
  lstm: recurrent(4),
  multiheadAttention: attention,
  layerNorm: layer(["width"], [], ({ width }) => gainAndBias("weight", "bias", [width])),
  batchNorm: layer(["channels"], [], ({ channels }) => gainAndBias("weight", "bias", [channels])),
  prelu: layer([], ["channels"], ({ channels = 1 }) => ({
    weight: param([channels], constant({ value: 0.25 })),
  })),
};
