/** A convolution, forward and backward. */
import { conv2d, Tape, tensor } from "../lib/mod.ts";
import { kernels } from "../lib/numerics/kernels.ts";
import { convolution, noise, type Prepared, rootMeanSquare } from "./works.ts";

export function convolutionStep(): Prepared {
  const { images, size, channels, kernelSize, out } = convolution;
  const filled = (shape: number[], first: number) =>
    tensor(shape, noise(shape.reduce((a, b) => a * b), first).map((x) => x - 0.5));
  const x = filled([images, size, size, channels], 0);
  const w = filled([kernelSize, kernelSize, channels, out], 1e6);
  const tape = new Tape();
  let gradient: Float32Array = w.data;
  return {
    call: () => {
      tape.reset();
      const kernel = tape.parameter(w);
      const y = conv2d(tape.parameter(x), kernel, { padding: "same" });
      const { length } = y.data;
      const meanSquare = tape.operation(
        [],
        [y],
        (loss) => loss[0] = kernels.sumOfSquares(y.data) / length,
        () => kernels.multiplyAdd(y.gradient, y.data, 2 / length),
      );
      tape.backward(meanSquare);
      gradient = kernel.gradient;
    },
    result: () => rootMeanSquare(gradient),
  };
}
