import { count, finite, onlyOptions } from "../tensor/arguments.ts";
import { type Shape, show, sizeOf } from "../tensor/tensor.ts";
import { type Initializer, initializer } from "./initializer.ts";
import { orthogonalMatrix } from "./orthogonal.ts";
import { kernelOf, structuredLaw, tapAt, type Weight } from "./structured.ts";

/**
 * A convolution that passes its inputs on: 1 at the tap in the middle, floor(size / 2), from channel c to channel c; 0 elsewhere.
 *
 * A shape (...kernel, in / groups, out); each group of out / groups outputs passes on its own inputs, as many as there are.
 *
 * @throws {RangeError} where groups is not an integer >= 1 that divides the outputs, or the shape has no kernel axis or no elements.
 *
 * Reference: PyTorch, `torch.nn.init.dirac_`; Zagoruyko and Komodakis (2017), DiracNets, for the idea.
 *
 * @example
 * ```ts
 * import { dirac, rng } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * expect([...dirac()([3, 1, 2], rng("any")).data]).toEqual([0, 0, 1, 0, 0, 0]);
 * ```
 */
export function dirac(options: { groups?: number } = {}): Initializer {
  onlyOptions("dirac", options, ["groups"]);
  const groups = count("groups", options.groups ?? 1);
  const weightOf = (shape: Shape) => {
    const weight = kernelOf("a Dirac kernel", shape, "identity() for (in, out)");
    if (weight.outputs % groups === 0) return weight;
    throw new RangeError(
      `Cannot make a Dirac kernel of shape ${show(shape)} as ${groups} groups do not divide ` +
        `${weight.outputs} outputs: choose a divisor`,
    );
  };
  const passed = ({ inputs, outputs }: Weight) => Math.min(inputs, outputs / groups);
  return initializer(
    { name: "dirac", groups },
    (shape) => {
      const share = groups * passed(weightOf(shape)) / sizeOf(shape);
      return structuredLaw(1, share, share, 0, 1);
    },
    (shape) => {
      const weight = weightOf(shape), { kernel, inputs, outputs } = weight;
      const data = new Float32Array(sizeOf(shape));
      const middle = tapAt(kernel, (size) => Math.floor(size / 2)) * inputs * outputs;
      for (let group = 0; group < groups; group++) {
        for (let c = 0; c < passed(weight); c++) {
          data[middle + c * outputs + group * outputs / groups + c] = 1;
        }
      }
      return { shape: [...shape], data };
    },
  );
}

/**
 * gain times an orthogonal (in, out) matrix at one tap, floor((size - 1) / 2), and 0 at all others: with gain 1 and circular
 * padding the convolution keeps every norm, at any depth.
 *
 * Its rows are orthonormal, which takes in <= out. One entry has mean 0 and std gain / sqrt(taps out).
 *
 * @throws {RangeError} where the gain is not finite, in > out, or the shape has no kernel axis or no elements.
 *
 * Reference: Xiao, Bahri, Sohl-Dickstein, Schoenholz and Pennington (2018); the tap is that of JAX's delta_orthogonal.
 *
 * @example
 * ```ts
 * import { deltaOrthogonal, rng } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * const { data } = deltaOrthogonal({ gain: 2 })([3, 1, 1], rng("example"));
 * expect([...data].map(Math.abs)).toEqual([0, 2, 0]);
 * ```
 */
export function deltaOrthogonal(options: { gain?: number } = {}): Initializer {
  onlyOptions("deltaOrthogonal", options, ["gain"]);
  const gain = finite("gain", options.gain ?? 1);
  const weightOf = (shape: Shape) => {
    const weight = kernelOf("a delta-orthogonal kernel", shape, "orthogonal() for (in, out)");
    if (weight.inputs <= weight.outputs) return weight;
    throw new RangeError(
      `Cannot make a delta-orthogonal kernel of shape ${show(shape)} as it needs in <= out: ` +
        `got ${weight.inputs} > ${weight.outputs}`,
    );
  };
  return initializer(
    { name: "deltaOrthogonal", gain },
    (shape) => {
      const { taps, outputs } = weightOf(shape), bound = Math.abs(gain);
      return structuredLaw(gain, 0, 1 / (taps * outputs), -bound, bound);
    },
    (shape, rng) => {
      const { kernel, inputs, outputs } = weightOf(shape);
      const data = new Float32Array(sizeOf(shape));
      const tap = tapAt(kernel, (size) => Math.floor((size - 1) / 2));
      data.set(orthogonalMatrix(inputs, outputs, gain, rng), tap * inputs * outputs);
      return { shape: [...shape], data };
    },
  );
}
