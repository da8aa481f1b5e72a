import { zeros } from "../initializers/constant.ts";
import { truncatedNormal } from "../initializers/distributions.ts";
import type { Fans } from "../initializers/fans.ts";
import type { Shape } from "../tensor/tensor.ts";
import { depthwise, kerasLayers } from "./keras.ts";
import { layer, param } from "./layer.ts";
import { tfjsFans } from "./libraryFans.ts";

/**
 * glorotNormal, the default of dense, convolution and recurrent kernels: a normal of std sqrt(2 / (fanIn + fanOut)) cut at two of
 * these and not corrected, so that the std drawn is 0.8796 of Glorot's.
 *
 * Reference: tfjs-layers/src/initializers.ts, VarianceScaling.
 */
function glorotNormal(shape: Shape, fans: Fans) {
  const parentStd = Math.sqrt(2 / (fans.fanIn + fans.fanOut));
  return param(shape, truncatedNormal({ parentStd, cut: 2 }), fans);
}

/** TensorFlow.js 4.22; the LSTM's forget gate starts at 0 unless unitForgetBias is asked for, whatever its documentation says. */
export const tfjs = {
  ...kerasLayers(glorotNormal, zeros(), []),
  depthwiseConv: depthwise(glorotNormal, "depthwise_kernel"),
  conv: layer(["in", "out", "kernel"], [], ({ in: inputs, out, kernel }) => {
    const shape = [...kernel, inputs, out];
    return {
      kernel: glorotNormal(shape, tfjsFans(shape)),
      bias: param([out], zeros()),
    };
  }),
};
