import { finite, oneOf, onlyOptions } from "../tensor/arguments.ts";
import { type Shape, show, sizeOf } from "../tensor/tensor.ts";
import { type Initializer, initializer } from "./initializer.ts";
import { orthogonalMatrix } from "./orthogonal.ts";
import { structuredLaw, weightOf } from "./structured.ts";

/** Which axis is two halves of opposite sign. */
export type Mirror = "in" | "out" | "both";

/**
 * An orthogonal W with its mirror image, so that a network of rectifiers starts exactly linear.
 *
 * "in", for the concatenated ReLU [max(u, 0), max(-u, 0)]: inputs are halves [W; -W], and the two parts add up to W u. A plain
 * ReLU network of twice the width does the same with "out", [W, -W], in its first layer, "both", [W, -W; -W, W], in
 * the middle, "in" in its last. Each W is gain times orthogonal as in {@linkcode orthogonal}.
 *
 * @throws {RangeError} where the gain is not finite, mirror is none of the three, a mirrored axis is odd, or the shape has
 * fewer than two axes or no elements.
 *
 * Reference: Balduzzi, Frean, Leary, Lewis, Ma and McWilliams (2017).
 *
 * @example
 * ```ts
 * import { looksLinear, rng } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * const [a, b] = looksLinear()([2, 1], rng("example")).data;
 * expect([Math.abs(a), a + b]).toEqual([1, 0]);
 * ```
 */
export function looksLinear(options: { gain?: number; mirror?: Mirror } = {}): Initializer {
  onlyOptions("looksLinear", options, ["gain", "mirror"]);
  const gain = finite("gain", options.gain ?? 1);
  const mirror = oneOf("mirror", options.mirror ?? "in", ["in", "out", "both"]);
  const halvesOf = (shape: Shape) => {
    const { taps, inputs, outputs } = weightOf("a mirrored weight", shape);
    return {
      rows: taps * half(shape, inputs, mirror !== "out"),
      columns: half(shape, outputs, mirror !== "in"),
      inputs,
      outputs,
    };
  };
  return initializer(
    { name: "looksLinear", gain, mirror },
    (shape) => {
      const { rows, columns } = halvesOf(shape), bound = Math.abs(gain);
      return structuredLaw(gain, 0, 1 / Math.max(rows, columns), -bound, bound);
    },
    (shape, rng) => {
      const { rows, columns, inputs, outputs } = halvesOf(shape);
      const matrix = orthogonalMatrix(rows, columns, gain, rng);
      const data = new Float32Array(sizeOf(shape));
      const tall = mirror === "out" ? inputs : inputs / 2;
      for (let k = 0; k < data.length; k++) {
        const row = Math.floor(k / outputs), column = k % outputs;
        const tap = Math.floor(row / inputs), input = row % inputs;
        const value = matrix[(tap * tall + input % tall) * columns + column % columns];
        data[k] = (input < tall) === (column < columns) ? value : -value;
      }
      return { shape: [...shape], data };
    },
  );
}

function half(shape: Shape, size: number, mirrored: boolean): number {
  if (!mirrored) return size;
  if (size % 2 === 0) return size / 2;
  throw new RangeError(
    `Cannot mirror a weight of shape ${show(shape)} as an axis of ${size} has no halves: ` +
      "use an even size",
  );
}
