import { kernels } from "../numerics/kernels.ts";
import type { Windows } from "../numerics/sequenceInterface.ts";
import { count, oneOf, onlyOptions } from "../tensor/arguments.ts";
import { show } from "../tensor/tensor.ts";
import { checkVars, type Var } from "./tape.ts";

export interface ConvolutionOptions {
  /** Pixels from one window to the next, in both directions: 1 when left out. */
  stride?: number;
  /** "valid" (when left out): windows inside the image only; "same": zeros around it, so that ceil(size / stride) windows fit. */
  padding?: "valid" | "same";
  /** Equal groups of channels that are convolved by themselves, as many as channels for a depthwise convolution: 1 when left out. */
  groups?: number;
}

/**
 * y[m, i, j, o] = sum over (a, b, c) of x[m, s i + a - top, s j + b - left, c] kernel[a, b, c, o], a cross-correlation.
 *
 * x is (images, height, width, channels), the kernel (height, width, channels / groups, out), y (images, rows, columns, out). "same"
 * puts the smaller half of an odd number of zeros above and left, as TensorFlow and JAX do.
 *
 * @throws {RangeError} where a shape has not four axes, channels do not fit, or "valid" leaves no window.
 *
 * @example
 * ```ts
 * import { conv2d, onTape, tensor } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * const y = onTape((tape) => {
 *   const x = tape.constant(tensor([1, 1, 3, 1], [1, 2, 4]));
 *   return [...conv2d(x, tape.constant(tensor([1, 2, 1, 1], [-1, 1]))).data];
 * });
 * expect(y).toEqual([1, 2]); // differences of neighbors
 * ```
 */
export function conv2d(x: Var, kernel: Var, options: ConvolutionOptions = {}): Var {
  checkVars({ x, kernel });
  onlyOptions("conv2d", options, ["stride", "padding", "groups"]);
  const { tape } = x, { groups = 1 } = options, windows = windowsOf(x, kernel, options);
  const { images, outHeight, outWidth, depth } = windows, out = kernel.shape[3];
  const m = images * outHeight * outWidth, n = out / groups;
  const k = windows.kernelHeight * windows.kernelWidth * depth;
  const all = Array.from({ length: groups }, (_, group) => ({
    windows: { ...windows, firstChannel: group * depth },
    rows: tape.scratch(m * k),
    /** Of its columns in y and in the kernel. */
    offset: group * n,
  }));
  return tape.operation(
    [images, outHeight, outWidth, out],
    [x, kernel],
    (y) => {
      for (const { windows, rows, offset } of all) {
        kernels.windowRows(rows, x.data, windows);
        const a = { data: rows, rowStride: k, columnStride: 1 };
        const b = { data: kernel.data, offset, rowStride: out, columnStride: 1 };
        kernels.matmul(y, offset, out, m, k, n, a, b, false);
      }
    },
    (dy) => {
      const whole = tape.scratch(x.needsGradient ? x.data.length : 0);
      for (const { windows, rows, offset } of all) {
        const g = { data: dy, offset, rowStride: out, columnStride: 1 };
        if (kernel.needsGradient) {
          const a = { data: rows, rowStride: 1, columnStride: k };
          kernels.matmul(kernel.gradient, offset, out, k, m, n, a, g, true);
        }
        if (!x.needsGradient) continue;
        const b = { data: kernel.data, offset, rowStride: 1, columnStride: out };
        kernels.matmul(rows, 0, k, m, n, k, g, b, false); // rows are no longer needed
        kernels.addWindowRows(whole, rows, windows);
      }
      if (x.needsGradient) kernels.add(x.gradient, whole);
    },
  );
}

/** The windows of the first group. */
function windowsOf(x: Var, kernel: Var, options: ConvolutionOptions): Windows {
  const { stride = 1, padding = "valid", groups = 1 } = options;
  count("stride", stride);
  count("groups", groups);
  oneOf("padding", padding, ["valid", "same"]);
  const [images, height, width, channels] = x.shape;
  const [kernelHeight, kernelWidth, depth, out] = kernel.shape;
  const fits = x.shape.length === 4 && kernel.shape.length === 4 && channels === depth * groups &&
    out % groups === 0 && x.data.length > 0 && kernel.data.length > 0;
  if (!fits) {
    throw new RangeError(
      `Cannot convolve ${show(x.shape)} with a kernel ${
        show(kernel.shape)
      } in ${groups} groups: they must be (images, height, width, channels) and (height, width, channels / groups, out)`,
    );
  }
  const along = (size: number, kernelSize: number) =>
    windowsAlong(size, { kernelSize, stride, padding });
  const vertical = along(height, kernelHeight), horizontal = along(width, kernelWidth);
  if (!(vertical.windows > 0 && horizontal.windows > 0)) {
    throw new RangeError(
      `Cannot convolve ${show(x.shape)} as the kernel ${
        show(kernel.shape)
      } is larger: use padding "same"`,
    );
  }
  return {
    ...{ images, height, width, channels, kernelHeight, kernelWidth, stride, depth },
    ...{ top: vertical.before, left: horizontal.before, firstChannel: 0 },
    ...{ outHeight: vertical.windows, outWidth: horizontal.windows },
  };
}

/** How many windows there are along an axis of the image, and how many zeros stand before it. */
export function windowsAlong(
  size: number,
  { kernelSize, stride, padding }: {
    kernelSize: number;
    stride: number;
    padding: "valid" | "same";
  },
): { windows: number; before: number } {
  const windows = padding === "same"
    ? Math.ceil(size / stride)
    : Math.floor((size - kernelSize) / stride) + 1;
  const outside = Math.max((windows - 1) * stride + kernelSize - size, 0);
  return { windows, before: Math.floor(outside / 2) };
}
