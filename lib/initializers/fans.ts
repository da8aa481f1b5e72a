import { array, count, oneOf, onlyOptions } from "../tensor/arguments.ts";
import { type Shape, show, sizeOf } from "../tensor/tensor.ts";

/** How many inputs one output unit sums (fanIn), and how many outputs one input feeds (fanOut). */
export interface Fans {
  readonly fanIn: number;
  readonly fanOut: number;
}

/**
 * Where a weight's axes stand, g being the groups:
 * - "jax", this library's own: (...kernel, in / g, out), transposed convolutions too;
 * - "keras": the same, but transposed (...kernel, out, in) and depthwise (...kernel, in, multiplier);
 * - "torch": (out, in / g, ...kernel), transposed (in, out / g, ...kernel).
 */
export type Layout = "jax" | "keras" | "torch";

/** "depthwise" is Keras' kernel with a multiplier; in the other layouts such a layer is a convolution with groups = in. */
export type FanLayer = "convolution" | "transposed" | "depthwise" | "embedding";

export interface FanOptions {
  /** "jax" when left out. */
  layout?: Layout;
  /** "convolution", of which a dense layer is the kind without a kernel, when left out. */
  layer?: FanLayer;
  /** 1 when left out. */
  groups?: number;
  /** One number for all axes of the kernel, or one for each; 1 when left out. */
  stride?: number | readonly number[];
}

const LAYOUTS: readonly Layout[] = ["jax", "keras", "torch"];
const LAYERS: readonly FanLayer[] = ["convolution", "transposed", "depthwise", "embedding"];

/**
 * Fans of a dense weight (in, out) or of a convolution kernel (...kernel, in, out), in other layouts and layers by `options`.
 *
 * With r the product of the kernel's sizes (1 for dense), g groups and s the product of the strides: a convolution has
 * fanIn = r in / g and fanOut = r out / (g s), a transposed one fanIn = r in / (g s) and fanOut = r out / g, averages over
 * the places away from the border. An embedding (words, width) sums one row: fanIn = 1, fanOut = width.
 *
 * @throws {RangeError} where the shape has fewer than two axes (its fans cannot be known: pass them) or no elements, the
 * groups do not divide its channels, or a stride has no axis of the kernel to go along.
 * @throws {TypeError} where an option is not known.
 *
 * @example
 * ```ts
 * import { fansOf } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * expect(fansOf([784, 256])).toEqual({ fanIn: 784, fanOut: 256 });
 * expect(fansOf([3, 3, 64, 128])).toEqual({ fanIn: 576, fanOut: 1152 });
 * expect(fansOf([128, 16, 3, 3], { layout: "torch", groups: 4 })).toEqual({
 *   fanIn: 144,
 *   fanOut: 288,
 * });
 * ```
 */
export function fansOf(shape: Shape, options: FanOptions = {}): Fans {
  onlyOptions("fansOf", options, ["layout", "layer", "groups", "stride"]);
  const layout = oneOf("layout", options.layout ?? "jax", LAYOUTS);
  const layer = oneOf("layer", options.layer ?? "convolution", LAYERS);
  const groups = count("groups", options.groups ?? 1);
  checkAxes(shape);
  if (layer === "embedding") return embeddingFans(shape, options);
  if (layer === "depthwise" && (layout !== "keras" || groups > 1)) {
    throw new RangeError(
      'Cannot take depthwise fans but in layout "keras" and without groups: ' +
        "elsewhere a depthwise layer is a convolution with groups = in",
    );
  }
  const { kernel, inputs, outputs } = axesOf(shape, layout, layer);
  const taps = sizeOf(kernel), steps = stepsOf(options.stride ?? 1, kernel);
  switch (layer) {
    case "depthwise":
      return { fanIn: taps, fanOut: taps * outputs / steps };
    case "convolution": // the shape holds in / g and out
      checkGroups(shape, groups, outputs);
      return { fanIn: taps * inputs, fanOut: taps * outputs / groups / steps };
    case "transposed": // of groups only PyTorch knows here: its shape holds in and out / g
      if (layout !== "torch") checkGroups(shape, groups, 1);
      checkGroups(shape, groups, inputs);
      return { fanIn: taps * inputs / groups / steps, fanOut: taps * outputs };
  }
}

/**
 * Fans of each part of a weight that holds several side by side, such as query, key and value in one (in, 3 out).
 *
 * `parts` is how many equal ones, or the size of each along the output axis. The fans of the whole are wrong for
 * each part: Xavier on a fused (d, 3 d) has fanIn + fanOut = 4 d, and so 0.7071 times the std of three (d, d).
 *
 * @throws {RangeError} where the parts do not add up to the output axis.
 *
 * @example
 * ```ts
 * import { fusedFans } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * expect(fusedFans([2304, 768], 3, { layout: "torch" })[0]).toEqual({ fanIn: 768, fanOut: 768 });
 * expect(fusedFans([64, 96], [64, 16, 16]).map(({ fanOut }) => fanOut)).toEqual([64, 16, 16]);
 * ```
 */
export function fusedFans(
  shape: Shape,
  parts: number | readonly number[],
  options: { layout?: Layout } = {},
): Fans[] {
  onlyOptions("fusedFans", options, ["layout"]);
  checkAxes(shape);
  const axis = options.layout === "torch" ? 0 : shape.length - 1, whole = shape[axis];
  const sizes = typeof parts === "number"
    ? Array(count("parts", parts)).fill(whole / parts)
    : array("parts", parts);
  for (const size of sizes) count(`a part of ${whole} outputs`, size);
  if (sizes.reduce((sum, size) => sum + size, 0) !== whole) {
    throw new RangeError(
      `Cannot split ${whole} outputs of shape ${show(shape)} into ${
        sizes.join(" + ") || "no part"
      }`,
    );
  }
  return sizes.map((size) => fansOf(shape.with(axis, size), options));
}

function checkAxes(shape: Shape): void {
  if (sizeOf(shape) === 0) {
    throw new RangeError(`Cannot take the fans of shape ${show(shape)} as it has no elements`);
  }
  if (shape.length < 2) {
    throw new RangeError(
      `Cannot take the fans of shape ${show(shape)} as it has fewer than two axes: ` +
        "pass { fanIn, fanOut } as the last argument, use a shape (in, out), or say by einsumFans what it does",
    );
  }
}

function embeddingFans(shape: Shape, { groups, stride }: FanOptions): Fans {
  if (shape.length === 2 && groups === undefined && stride === undefined) {
    return { fanIn: 1, fanOut: shape[1] };
  }
  throw new RangeError(
    `Cannot read shape ${show(shape)} as an embedding: use (words, width), no groups, no stride`,
  );
}

function axesOf(shape: Shape, layout: Layout, layer: FanLayer) {
  const last = shape.slice(-2), swapped = layer === "transposed";
  if (layout === "torch") {
    const [a, b] = shape;
    return { kernel: shape.slice(2), inputs: swapped ? a : b, outputs: swapped ? b : a };
  }
  const [inputs, outputs] = swapped && layout === "keras" ? last.reverse() : last;
  return { kernel: shape.slice(0, -2), inputs, outputs };
}

function checkGroups(shape: Shape, groups: number, channels: number): void {
  if (channels % groups === 0) return;
  throw new RangeError(
    `Cannot share shape ${show(shape)} among ${groups} groups: they must divide ${channels}`,
  );
}

function stepsOf(stride: number | readonly number[], kernel: Shape): number {
  if (kernel.length === 0 && stride !== 1 && typeof stride === "number") {
    throw new RangeError(`Cannot use stride ${stride} for a weight of two axes: it has no kernel`);
  }
  const strides = typeof stride === "number" ? kernel.map(() => stride) : array("stride", stride);
  if (strides.length !== kernel.length) {
    throw new RangeError(
      `Cannot use ${strides.length} strides for a kernel of ${kernel.length} axes: give one for each`,
    );
  }
  return strides.reduce((product, size) => product * count("stride", size), 1);
}
