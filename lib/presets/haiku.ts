import { zeros } from "../initializers/constant.ts";
import { truncatedNormal } from "../initializers/distributions.ts";
import type { Shape } from "../tensor/tensor.ts";
import { layer, param, type PresetParams, share } from "./layer.ts";

/**
 * A normal of std 1 / sqrt(fanIn) cut at two of these and not corrected, so that the std drawn is 0.8796 of LeCun's.
 *
 * Reference: haiku/_src/basic.py, Linear; haiku/_src/conv.py, ConvND.
 */
function cut(shape: Shape, outputs: number): PresetParams {
  const fanIn = shape.slice(0, -1).reduce((product, size) => product * size, 1);
  return {
    w: param(shape, truncatedNormal({ parentStd: 1 / Math.sqrt(fanIn), cut: 2 })),
    b: param([outputs], zeros()),
  };
}

/** Haiku 0.0.17; weights are (...kernel, in / groups, out). */
export const haiku = {
  linear: layer(["in", "out"], [], ({ in: inputs, out }) => cut([inputs, out], out)),
  conv: layer(
    ["in", "out", "kernel"],
    ["groups"],
    ({ in: inputs, out, kernel, groups = 1 }) =>
      cut([...kernel, share("in", inputs, groups), out], out),
  ),
  embed: layer(["vocab", "width"], [], ({ vocab, width }) => ({
    embeddings: param([vocab, width], truncatedNormal({ parentStd: 1, cut: 2 })),
  })),
  /** One matrix for input and state, gates side by side; 1 is added to the forget gate in the layer, not to its bias. */
  lstm: layer(
    ["in", "hidden"],
    [],
    ({ in: inputs, hidden }) => cut([inputs + hidden, 4 * hidden], 4 * hidden),
  ),
};
