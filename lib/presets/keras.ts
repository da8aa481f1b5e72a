import { forgetGate } from "../initializers/biases.ts";
import { zeros } from "../initializers/constant.ts";
import { uniform } from "../initializers/distributions.ts";
import type { Fans } from "../initializers/fans.ts";
import { xavierUniform } from "../initializers/named.ts";
import type { Initializer } from "../initializers/initializer.ts";
import { orthogonal } from "../initializers/orthogonal.ts";
import type { Shape } from "../tensor/tensor.ts";
import { layer, param, type PresetParam, type PresetParams, share } from "./layer.ts";
import { kerasEinsumFans, kerasFans } from "./libraryFans.ts";
import { gainAndBias } from "./torch.ts";

/** Its default for a weight, given the shape and what it takes as fans. */
type Glorot = (shape: Shape, fans: Fans) => PresetParam;

const glorotUniform: Glorot = (shape, fans) => param(shape, xavierUniform(), fans);

function withBias(kernel: PresetParam, outputs: number): PresetParams {
  return { kernel, bias: param([outputs], zeros()) };
}

/** Kernels of all gates are drawn as one (in, gates x units): Glorot's fanOut is that many times a gate's. */
function recurrent(glorot: Glorot, gates: number, bias: (rows: number) => PresetParam) {
  return layer(["in", "hidden"], [], ({ in: inputs, hidden }) => {
    const rows = gates * hidden, kernel = [inputs, rows];
    return {
      kernel: glorot(kernel, kerasFans(kernel)),
      recurrent_kernel: param([hidden, rows], orthogonal()),
      bias: bias(rows),
    };
  });
}

/** Fans (r in, r multiplier) of (...kernel, in, multiplier): the truth is (r, r multiplier). */
export function depthwise(glorot: Glorot, name: string) {
  return layer(["in", "kernel"], ["multiplier"], ({ in: inputs, kernel, multiplier = 1 }) => {
    const shape = [...kernel, inputs, multiplier];
    return {
      [name]: glorot(shape, kerasFans(shape)),
      bias: param([inputs * multiplier], zeros()),
    };
  });
}

/** The layers that Keras and TensorFlow.js have in common, by their default for weights and for the biases of an LSTM. */
export function kerasLayers(glorot: Glorot, lstmBias: Initializer, gruBias: readonly number[]) {
  return {
    dense: layer(
      ["in", "out"],
      [],
      ({ in: inputs, out }) => withBias(glorot([inputs, out], kerasFans([inputs, out])), out),
    ),
    /** (...kernel, out, in): fanIn and fanOut are swapped, which Glorot does not notice. */
    convTranspose: layer(["in", "out", "kernel"], [], ({ in: inputs, out, kernel }) => {
      const shape = [...kernel, out, inputs];
      return withBias(glorot(shape, kerasFans(shape)), out);
    }),
    embedding: layer(["vocab", "width"], [], ({ vocab, width }) => ({
      embeddings: param([vocab, width], uniform({ low: -0.05, high: 0.05 })),
    })),
    simpleRnn: recurrent(glorot, 1, (rows) => param([rows], zeros())),
    gru: recurrent(glorot, 3, (rows) => param([...gruBias, rows], zeros())),
    lstm: recurrent(glorot, 4, (rows) => param([rows], lstmBias)),
    layerNormalization: layer(["width"], [], ({ width }) => gainAndBias("gamma", "beta", [width])),
    batchNormalization: layer(
      ["channels"],
      [],
      ({ channels }) => gainAndBias("gamma", "beta", [channels]),
    ),
    prelu: layer(["shape"], [], ({ shape }) => ({ alpha: param(shape, zeros()) })),
  };
}

/** Axes between the batch and the last are shared by all inputs of attention: b, t. */
const PROJECTION = "btd,dhk->bthk", OUTPUT = "bthk,hkd->btd";

function einsum(equation: string, shape: Shape, bias: Shape): PresetParams {
  return {
    kernel: glorotUniform(shape, kerasEinsumFans(equation, shape)),
    bias: param(bias, zeros()),
  };
}

const attention = layer(["in", "heads", "headSize"], [], ({ in: inputs, heads, headSize }) => {
  const head = [heads, headSize];
  return Object.fromEntries([
    ...["query", "key", "value"].flatMap((name) =>
      Object.entries(einsum(PROJECTION, [inputs, ...head], head))
        .map(([part, value]) => [`${name}.${part}`, value])
    ),
    ...Object.entries(einsum(OUTPUT, [...head, inputs], [inputs]))
      .map(([part, value]) => [`attention_output.${part}`, value]),
  ]);
});

/** Keras 3.15, on any backend; kernels are (...kernel, in / groups, out). */
export const keras = {
  ...kerasLayers(glorotUniform, forgetGate(), [2]),
  depthwiseConv: depthwise(glorotUniform, "kernel"),
  conv: layer(
    ["in", "out", "kernel"],
    ["groups"],
    ({ in: inputs, out, kernel, groups = 1 }) => {
      const shape = [...kernel, share("in", inputs, groups), out];
      return withBias(glorotUniform(shape, kerasFans(shape)), out);
    },
  ),
  multiHeadAttention: attention,
  einsumDense: layer(["equation", "shape"], [], ({ equation, shape }) => ({
    kernel: glorotUniform(shape, kerasEinsumFans(equation, shape)),
  })),
};
