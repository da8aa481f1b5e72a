import { zeros } from "../initializers/constant.ts";
import { lecunNormal } from "../initializers/named.ts";
import { orthogonal } from "../initializers/orthogonal.ts";
import { varianceScaling } from "../initializers/varianceScaling.ts";
import { type Shape, sizeOf } from "../tensor/tensor.ts";
import { layer, param, type PresetParam, type PresetParams, share } from "./layer.ts";
import { jaxFans } from "./libraryFans.ts";
import { gainAndBias } from "./torch.ts";

/** lecun_normal, cut at two parent stds and corrected: std 1 / sqrt fanIn as drawn. */
function lecun(shape: Shape, fans = jaxFans(shape)): PresetParam {
  return param(shape, lecunNormal({ truncated: true }), fans);
}

function withBias(kernel: PresetParam, shape: Shape): PresetParams {
  return { kernel, bias: param(shape, zeros()) };
}

/**
 * A kernel of several axes is drawn as the matrix (batch x in, out) that it is reshaped from: right for
 * attention's heads, but with a batch the fanIn is the batch times too large.
 */
function general(batch: Shape, inputs: Shape, outputs: Shape): PresetParams {
  const fans = { fanIn: sizeOf(batch) * sizeOf(inputs), fanOut: sizeOf(outputs) };
  return withBias(lecun([...batch, ...inputs, ...outputs], fans), [...batch, ...outputs]);
}

function named(prefix: string, params: PresetParams): PresetParams {
  return Object.fromEntries(
    Object.entries(params).map(([name, value]) => [`${prefix}.${name}`, value]),
  );
}

const attention = layer(["in", "heads", "width"], ["out"], (sizes) => {
  const { in: inputs, heads, width, out = inputs } = sizes;
  const each = share("width", width, heads);
  const parts = ["query", "key", "value"].map((name) =>
    named(name, general([], [inputs], [heads, each]))
  );
  return Object.assign({}, ...parts, named("out", general([], [heads, each], [out])));
});

/** One matrix per gate; the recurrent ones orthogonal. The bias stands with the recurrent ones and is 0, the forget gate's too. */
const lstm = layer(["in", "hidden"], [], ({ in: inputs, hidden }) => {
  const gates = ["i", "f", "g", "o"].map((gate) => ({
    ...named(`i${gate}`, { kernel: lecun([inputs, hidden]) }),
    ...named(`h${gate}`, withBias(param([hidden, hidden], orthogonal()), [hidden])),
  }));
  return Object.assign({}, ...gates);
});

/** Flax 0.12 on JAX 0.10, linen and nnx, which draw by the same laws; kernels are (...kernel, in / groups, out). */
export const flax = {
  dense: layer(["in", "out"], [], ({ in: inputs, out }) => withBias(lecun([inputs, out]), [out])),
  denseGeneral: layer(
    ["inputs", "outputs"],
    ["batch"],
    ({ inputs, outputs, batch = [] }) => general(batch, inputs, outputs),
  ),
  conv: layer(
    ["in", "out", "kernel"],
    ["groups"],
    ({ in: inputs, out, kernel, groups = 1 }) =>
      withBias(lecun([...kernel, share("in", inputs, groups), out]), [out]),
  ),
  convTranspose: layer(
    ["in", "out", "kernel"],
    [],
    ({ in: inputs, out, kernel }) => withBias(lecun([...kernel, inputs, out]), [out]),
  ),
  embed: layer(["vocab", "width"], [], ({ vocab, width }) => ({
    embedding: param(
      [vocab, width],
      varianceScaling(), // "fan_in" with out_axis = 0: 1 / width; the real normal, not the truncated
      jaxFans([vocab, width], { outAxis: 0 }),
    ),
  })),
  attention,
  lstm,
  layerNorm: layer(["width"], [], ({ width }) => gainAndBias("scale", "bias", [width])),
  batchNorm: layer(["channels"], [], ({ channels }) => gainAndBias("scale", "bias", [channels])),
};
