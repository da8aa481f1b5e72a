import { count, oneOf, onlyOptions } from "../tensor/arguments.ts";
import { type Shape, show, sizeOf } from "../tensor/tensor.ts";
import { type Initializer, initializer } from "./initializer.ts";
import { kernelOf } from "./structured.ts";
import { varianceScaling, type VarianceScalingOptions } from "./varianceScaling.ts";

export interface IcnrOptions extends VarianceScalingOptions {
  /** How many times each spatial axis grows. */
  upscale: number;
  /** How output channels become pixels: "pixelShuffle" (PyTorch), when left out, or "depthToSpace" (TensorFlow, ONNX). */
  order?: "pixelShuffle" | "depthToSpace";
}

/**
 * A kernel before a pixel shuffle whose upscale^axes outputs for one channel are copies of each other: the first image is an
 * upscaling by nearest neighbor, without a checkerboard.
 *
 * The copied kernel, (...kernel, in, out / copies), is drawn by {@linkcode varianceScaling} with the same options, scale 2 when left
 * out; channel c has copies c copies ... c copies + copies - 1 for "pixelShuffle", c, c + channels ... for "depthToSpace".
 *
 * @throws {RangeError} where upscale is not an integer >= 1, its copies do not divide the outputs, the shape has no
 * kernel axis or no elements, or an option is wrong.
 *
 * Reference: Aitken, Ledig, Theis, Caballero, Wang and Shi (2017).
 *
 * @example
 * ```ts
 * import { icnr, rng } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * const [a, b, c, d] = icnr({ upscale: 2 })([1, 1, 1, 4], rng("example")).data;
 * expect([b, c, d]).toEqual([a, a, a]);
 * ```
 */
export function icnr(options: IcnrOptions): Initializer {
  onlyOptions("icnr", options, ["upscale", "order", "scale", "mode", "distribution"]);
  const { scale = 2, mode = "fanIn", distribution = "normal" } = options;
  const upscale = count("upscale", options.upscale);
  const order = oneOf("order", options.order ?? "pixelShuffle", ["pixelShuffle", "depthToSpace"]);
  const base = varianceScaling({ scale, mode, distribution });
  return initializer(
    { name: "icnr", upscale, order, scale, mode, distribution },
    (shape, fans) => ({
      ...base.law(channelsOf(shape, upscale), fans),
      distribution: "structured",
    }),
    (shape, rng, fans) => {
      const small = base(channelsOf(shape, upscale), rng, fans);
      const outputs = shape[shape.length - 1], channels = small.shape[shape.length - 1];
      const data = Float32Array.from({ length: sizeOf(shape) }, (_, k) => {
        const row = Math.floor(k / outputs), output = k % outputs;
        const channel = order === "pixelShuffle"
          ? Math.floor(output * channels / outputs)
          : output % channels;
        return small.data[row * channels + channel];
      });
      return { shape: [...shape], data };
    },
  );
}

/** The shape of the kernel that is copied. */
function channelsOf(shape: Shape, upscale: number): Shape {
  const { kernel, inputs, outputs } = kernelOf("a sub-pixel kernel", shape, "one of size 1");
  const copies = upscale ** kernel.length;
  if (outputs % copies === 0) return [...kernel, inputs, outputs / copies];
  throw new RangeError(
    `Cannot make a sub-pixel kernel of shape ${show(shape)} as ${copies} copies do not divide ` +
      `${outputs} outputs: use a multiple`,
  );
}
