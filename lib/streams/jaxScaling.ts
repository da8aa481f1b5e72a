/** The rule of JAX's `variance_scaling`: what its initializers of real and of complex numbers share. */
import { type JaxAxes, jaxFans } from "../presets/libraryFans.ts";
import { atLeastZero, must, oneOf, onlyOptions } from "../tensor/arguments.ts";
import { type Shape, show, sizeOf } from "../tensor/tensor.ts";
import { JaxRng } from "./jax.ts";

export interface JaxScalingOptions extends JaxAxes {
  /** The numerator of the variance. */
  scale: number;
  mode: "fan_in" | "fan_out" | "fan_avg" | "fan_geo_avg";
  /** "truncated_normal" is cut at two parent standard deviations and corrected. */
  distribution: "truncated_normal" | "normal" | "uniform";
}

export const AXES = ["inAxis", "outAxis", "batchAxis"];

/** The float32 variance of JAX's rule, scale / n, and its law, once the options are checked. */
export function scalingOf(name: string, shape: Shape, options: JaxScalingOptions) {
  onlyOptions(name, options, ["scale", "mode", "distribution", ...AXES]);
  const { scale, mode, distribution, ...axes } = options;
  oneOf("distribution", distribution, ["truncated_normal", "normal", "uniform"]);
  const variance = Math.fround(atLeastZero("scale", scale) / divisor(shape, mode, axes));
  return { variance, distribution };
}

function divisor(shape: Shape, mode: JaxScalingOptions["mode"], options: JaxAxes): number {
  if (sizeOf(shape) === 0) {
    throw new RangeError(`Cannot take the fans of shape ${show(shape)} as it has no elements`);
  }
  const { fanIn, fanOut } = jaxFans(shape, options);
  switch (oneOf("mode", mode, ["fan_in", "fan_out", "fan_avg", "fan_geo_avg"])) {
    case "fan_in":
      return fanIn;
    case "fan_out":
      return fanOut;
    case "fan_avg":
      return (fanIn + fanOut) / 2;
    case "fan_geo_avg":
      return Math.sqrt(fanIn * fanOut);
  }
}

/** A key that was given. */
export function keyOf(key: JaxRng): JaxRng {
  return must("key", key, key instanceof JaxRng, "a stream such as jaxRng(0)");
}
