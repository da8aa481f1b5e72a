import { activationFrom } from "../nn/activations.ts";
import { bind, mlpSpecOf, type Model, type Params } from "../nn/model.ts";
import { onTape, type Var } from "../nn/tape.ts";
import { moments } from "../tensor/moments.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { multiplied } from "./lsuv.ts";

/** What {@linkcode equalizeRates} did to one weight, in order of use. */
export interface RateRow {
  readonly parameter: string;
  /** C: root mean square of the gradient over that of the weight, as given and as returned. */
  readonly before: number;
  readonly after: number;
  /** What the weight was multiplied by. */
  readonly factor: number;
}

/**
 * Between-layer data-dependent initialization, the step after {@linkcode krahenbuhl}: multiplies each weight by sqrt(C_l / C),
 * C the geometric mean of all C_l, so that every weight has the same rate C = rms gradient / rms weight.
 *
 * Gradients are those of y eta, eta ~ N(0, I), in expectation, on one example of the batch (m, features). A bias is multiplied by
 * the factors of the weights up to its own, so that the network stays the same function. One step is exact, where the
 * authors' code takes up to ten, each with one draw of eta, and on the way brings the outputs to std 1, which
 * {@linkcode krahenbuhl} has done. Weights are taken to be used as they are, without multipliers.
 *
 * @throws {TypeError} where the model is not an mlp. @throws {RangeError} where its activation is not relu, leakyRelu, prelu
 * or linear, or a weight or its gradients are all 0 or not finite.
 *
 * Reference: Krähenbühl, Doersch, Donahue and Darrell (2016), algorithm 2; philkr/magic_init, magic_init.py.
 *
 * @example
 * ```ts
 * import { equalizeRates, everywhere, heNormal, initialize, krahenbuhl, mlp, relu, rng } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * const model = mlp({ widths: [20, 160, 10], activation: relu });
 * const batch = rng("batch").normal([100, 20]);
 * const { params } = krahenbuhl(model, initialize(model, everywhere(heNormal()), rng("example")), batch);
 * const [first, last] = equalizeRates(model, params, batch).rows;
 * expect(last.before / first.before).toBeGreaterThan(3);
 * expect(last.after / first.after).toBeCloseTo(1, 5);
 * ```
 */
export function equalizeRates(
  model: Model,
  params: Params,
  batch: Tensor,
): { params: Params; rows: RateRow[] } {
  checkHomogeneous(model);
  const before = ratesOf(model, params, batch);
  for (const [l, rate] of before.entries()) {
    if (rate > 0 && rate < Infinity) continue;
    throw new RangeError(
      `Cannot equalize the rate of layer${l + 1}.weight: it is ${rate} on the batch`,
    );
  }
  const mean = Math.exp(before.reduce((sum, rate) => sum + Math.log(rate) / before.length, 0));
  // Where f(a z) = a f(z) for a > 0, factors r_l of product 1 keep y, hence turn dy/dW_l into (1 / r_l) dy/dW_l and C_l into
  // C_l / r_l^2. For all of these to be one C, r_l must be sqrt(C_l / C), and C the geometric mean as the product is 1.
  // Rounded, so that the last bit of log and exp, which engines differ in, reaches no weight.
  const factors = before.map((rate) => Math.fround(Math.sqrt(rate / mean)));
  const scaled: Record<string, Tensor> = { ...params };
  let signal = 1;
  for (const [l, factor] of factors.entries()) {
    const weight = `layer${l + 1}.weight`, bias = `layer${l + 1}.bias`;
    signal *= factor;
    scaled[weight] = multiplied(params[weight], factor);
    if (bias in params) scaled[bias] = multiplied(params[bias], signal);
  }
  const after = ratesOf(model, scaled, batch);
  const rows = factors.map((factor, l) => ({
    parameter: `layer${l + 1}.weight`,
    before: before[l],
    after: after[l],
    factor,
  }));
  return { params: scaled, rows };
}

function checkHomogeneous(model: Model): void {
  const { activation } = mlpSpecOf(model, "equalize the rates");
  if (["identity", "relu", "leakyRelu"].includes(activationFrom(activation).kind)) return;
  throw new RangeError(
    `Cannot equalize the rates of an mlp with ${activation.name} as it would be another function: use relu, leakyRelu, prelu or linear`,
  );
}

/**
 * C of each weight: E |gradient|^2 = E |x|^2 |J|^2, with x what the weight is given and J the Jacobian (outputs, units) of
 * the network's outputs with respect to x W + b, summed over outputs one at a time.
 */
function ratesOf(model: Model, params: Params, batch: Tensor): number[] {
  const { widths } = mlpSpecOf(model, "equalize the rates");
  const squares = Array<number>(widths.length - 1).fill(0);
  onTape((tape) => {
    for (let output = 0; output < widths[widths.length - 1]; output++) {
      tape.reset();
      const inputs = [tape.constant(batch)], sums: Var[] = [];
      const y = model.apply(bind(model, params, tape), inputs[0], (name, value) => {
        (name.endsWith(".preActivation") ? sums : inputs).push(value);
      });
      tape.backward(columnSum(y, output));
      for (const [l, { gradient }] of sums.entries()) {
        const x = rowSquares(inputs[l].data, widths[l]);
        const dz = rowSquares(gradient, widths[l + 1]);
        for (let i = 0; i < x.length; i++) squares[l] += x[i] * dz[i] / x.length;
      }
    }
  });
  return squares.map((square, l) => {
    const weight = params[`layer${l + 1}.weight`];
    return Math.sqrt(square / weight.data.length / moments(weight).meanSquare);
  });
}

/** The sum of a column: the gradient of each row is then that of its own output. */
function columnSum(y: Var, column: number): Var {
  const width = y.shape[1];
  return y.tape.operation([1], [y], (sum) => {
    for (let i = column; i < y.data.length; i += width) sum[0] += y.data[i];
  }, (dy) => {
    for (let i = column; i < y.data.length; i += width) y.gradient[i] += dy[0];
  });
}

function rowSquares(data: Float32Array, width: number): Float64Array {
  const squares = new Float64Array(data.length / width);
  for (let i = 0; i < data.length; i++) squares[Math.floor(i / width)] += data[i] ** 2;
  return squares;
}
