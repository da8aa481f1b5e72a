import { activationFrom } from "../nn/activations.ts";
import { sizesOf } from "../nn/cnn.ts";
import { windowsAlong } from "../nn/convolution.ts";
import type { CnnSpec } from "../nn/model.ts";
import { derivativeMeanSquare, outputMeanSquare } from "./gain.ts";
import type { PredictedRow } from "./predict.ts";
import type { LayerVariances } from "./varianceMap.ts";

/** A mean square at each place of an image. */
interface Places {
  readonly height: number;
  readonly width: number;
  readonly values: Float64Array;
}

/**
 * What `predict` gives for a cnn: mean squares at each place, a sum over the taps that lie inside the image,
 *
 *     E z_l(p)^2 = channels Var(w_l) sum over taps t of E h_(l-1)(s p + t)^2 + Var(b_l),
 *
 * and back through the same sums, of which the rows are means over places. Gradients at two places are uncorrelated, as the
 * last layer's weights for them are independent, so that those of a kernel add up over places.
 */
export function predictImages(
  spec: CnnSpec,
  variances: readonly Required<LayerVariances>[],
  inputMeanSquare: number,
): PredictedRow[] {
  const f = activationFrom(spec.activation), sizes = sizesOf(spec), last = sizes.length - 1;
  const [height, width] = spec.image, input = new Float64Array(height * width);
  const outputs: Places[] = [{ height, width, values: input.fill(inputMeanSquare) }];
  const sums: Places[] = [];
  for (let l = 0; l < last; l++) {
    const { weightVariance, biasVariance } = variances[l];
    sums.push(
      mapped(
        windowSums(spec, l, outputs[l], sizes[l + 1]),
        (sum) => sizes[l][2] * weightVariance * sum + biasVariance,
      ),
    );
    outputs.push(mapped(sums[l], (q) => outputMeanSquare(f, q)));
  }
  const head = variances[last], { values } = outputs[last];
  const logits = sizes[last][2] * head.weightVariance * total(values) + head.biasVariance;
  const gradients = sums.map(({ height, width, values }) => ({
    height,
    width,
    values: new Float64Array(values.length),
  }));
  for (let l = last - 1; l >= 0; l--) {
    const slope = sums[l].values.map((q) => derivativeMeanSquare(f, q));
    const above = l === last - 1
      ? slope.map(() => spec.outputs * head.weightVariance)
      : spread(spec, l + 1, gradients[l + 1], gradients[l]).values
        .map((sum) => spec.channels[l + 1] * variances[l + 1].weightVariance * sum);
    gradients[l].values.set(above.map((gradient, p) => gradient * slope[p]));
  }
  const rows = sums.map((sum, l) => ({
    layer: l + 1,
    meanSquare: mean(sum.values),
    medianMeanSquare: mean(sum.values),
    activationMeanSquare: mean(outputs[l + 1].values),
    gradientMeanSquare: mean(gradients[l].values),
    weightGradientMeanSquare: kernelGradient(spec, l, outputs[l], gradients[l]),
  }));
  return [...rows, {
    ...{ layer: last + 1, meanSquare: logits, medianMeanSquare: logits },
    ...{ activationMeanSquare: logits, gradientMeanSquare: 1 },
    weightGradientMeanSquare: mean(values),
  }];
}

/** Calls `visit(place of the output, place of the input)` for every tap of every window of a layer that lies inside its input. */
function visitTaps(
  { kernel, strides }: CnnSpec,
  layer: number,
  input: Places,
  output: Places,
  visit: (to: number, from: number) => void,
): void {
  const stride = strides[layer], options = { kernelSize: kernel, stride, padding: "same" } as const;
  const top = windowsAlong(input.height, options).before;
  const left = windowsAlong(input.width, options).before;
  for (let to = 0; to < output.values.length; to++) {
    const y = Math.floor(to / output.width) * stride - top, x = to % output.width * stride - left;
    for (let tap = 0; tap < kernel * kernel; tap++) {
      const row = y + Math.floor(tap / kernel), column = x + tap % kernel;
      if (row < 0 || row >= input.height || column < 0 || column >= input.width) continue;
      visit(to, row * input.width + column);
    }
  }
}

function windowSums(
  spec: CnnSpec,
  layer: number,
  input: Places,
  [height, width]: readonly number[],
) {
  const output = { height, width, values: new Float64Array(height * width) };
  visitTaps(spec, layer, input, output, (to, from) => output.values[to] += input.values[from]);
  return output;
}

/** The transpose of `windowSums`: what each place of a layer's input is sent back. */
function spread(spec: CnnSpec, layer: number, output: Places, { height, width }: Places): Places {
  const input = { height, width, values: new Float64Array(height * width) };
  visitTaps(spec, layer, input, output, (to, from) => input.values[from] += output.values[to]);
  return input;
}

/** E (dL/dW)^2, the mean over taps of the sum over places. */
function kernelGradient(spec: CnnSpec, layer: number, input: Places, output: Places): number {
  let sum = 0;
  visitTaps(
    spec,
    layer,
    input,
    output,
    (to, from) => sum += input.values[from] * output.values[to],
  );
  return sum / spec.kernel ** 2;
}

/** Places that are alike, of which an image has many, are computed once. */
function mapped({ height, width, values }: Places, f: (value: number) => number): Places {
  const known = new Map<number, number>();
  const of = (value: number) => {
    if (!known.has(value)) known.set(value, f(value));
    return known.get(value)!;
  };
  return { height, width, values: values.map(of) };
}

function total(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0);
}

function mean(values: Float64Array): number {
  return total(values) / values.length;
}
