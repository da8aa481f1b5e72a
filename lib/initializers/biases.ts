import { logf } from "../numerics/elementary.ts";
import { aboveZero, finite, onlyOptions, shown } from "../tensor/arguments.ts";
import { type Shape, show, sizeOf } from "../tensor/tensor.ts";
import { type Initializer, initializer } from "./initializer.ts";
import { structuredLaw } from "./structured.ts";

/**
 * The bias with which a sigmoid says `prior` before it has seen anything: every entry is -ln((1 - prior) / prior).
 *
 * For classifiers of rare things: the loss starts small, not with thousands of false alarms. prior 0.01 when left out.
 *
 * @throws {RangeError} where the prior is not in (0, 1), or so near to an end that the bias overflows.
 *
 * Reference: Lin, Goyal, Girshick, He and Dollár (2017).
 *
 * @example
 * ```ts
 * import { focalPrior } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * expect(focalPrior().law([90]).mean).toBeCloseTo(-Math.log(99), 6);
 * ```
 */
export function focalPrior(options: { prior?: number } = {}): Initializer {
  onlyOptions("focalPrior", options, ["prior"]);
  const prior = aboveZero("prior", options.prior ?? 0.01);
  const value = -logf((1 - prior) / prior);
  if (!Number.isFinite(value)) {
    throw new RangeError(
      `Cannot use prior as it must be a probability above 0 and below 1: current value is ${prior}`,
    );
  }
  return initializer(
    { name: "focalPrior", prior },
    () => ({ distribution: "constant", mean: value, std: 0, low: value, high: value }),
    (shape) => {
      const data = new Float32Array(sizeOf(shape)).fill(value);
      return { shape: [...shape], data };
    },
  );
}

/** The order of an LSTM's gates in its biases: input i, forget f, cell g, output o; "ifgo" is PyTorch's, Keras' and Flax's. */
export type GateOrder = string;

/**
 * The four biases of an LSTM, (4 hidden), 0 but for the forget gate's, which are `value`, so that cells remember at the start.
 *
 * value 1 when left out. PyTorch adds two such vectors: give the other zeros.
 *
 * @throws {RangeError} where the value is not finite, gates is not an order of i, f, g and o, or 4 does not divide the first axis.
 *
 * Reference: Jozefowicz, Zaremba and Sutskever (2015); Gers, Schmidhuber and Cummins (2000).
 *
 * @example
 * ```ts
 * import { forgetGate, rng } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * expect([...forgetGate()([8], rng("any")).data]).toEqual([0, 0, 1, 1, 0, 0, 0, 0]);
 * ```
 */
export function forgetGate(options: { value?: number; gates?: GateOrder } = {}): Initializer {
  onlyOptions("forgetGate", options, ["value", "gates"]);
  const value = finite("value", options.value ?? 1), gates = checkGates(options.gates ?? "ifgo");
  return initializer(
    { name: "forgetGate", value, gates },
    (shape) => {
      quarterOf(shape);
      return structuredLaw(value, 1 / 4, 1 / 4, Math.min(0, value), Math.max(0, value));
    },
    (shape) => {
      const quarter = quarterOf(shape), data = new Float32Array(4 * quarter);
      const start = quarter * gates.indexOf("f");
      return { shape: [...shape], data: data.fill(value, start, start + quarter) };
    },
  );
}

/**
 * The four biases of an LSTM, (4 hidden): b = ln U(1, longest - 1) for the forget gate, -b for the input gate, 0 for the others.
 *
 * Cells then forget over times between 1 and `longest` steps, the span of what is to be remembered. One entry has mean 0;
 * with T = longest - 1 and l = ln T its variance is (T (l^2 - 2 l + 2) - 2) / (2 (T - 1)).
 *
 * @throws {RangeError} where longest is not above 2, gates is not an order of i, f, g and o, or 4 does not divide the first axis.
 *
 * Reference: Tallec and Ollivier (2018).
 *
 * @example
 * ```ts
 * import { chrono, rng } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * const [input, forget, cell] = chrono({ longest: 100 })([4], rng("example")).data;
 * expect([input + forget, cell]).toEqual([0, 0]);
 * ```
 */
export function chrono(options: { longest: number; gates?: GateOrder }): Initializer {
  onlyOptions("chrono", options, ["longest", "gates"]);
  const longest = finite("longest", options.longest), gates = checkGates(options.gates ?? "ifgo");
  const high = Math.fround(longest - 1), bound = logf(high);
  if (!(high > 1 && high < Infinity)) {
    throw new RangeError(
      `Cannot use longest as it must be a number of steps above 2: current value is ${longest}`,
    );
  }
  return initializer(
    { name: "chrono", longest, gates },
    (shape) => {
      quarterOf(shape);
      return structuredLaw(1, 0, meanSquareOfLog(high) / 2, -bound, bound);
    },
    (shape, rng) => {
      const quarter = quarterOf(shape), data = new Float32Array(4 * quarter);
      const times = rng.uniform([quarter], { low: 1, high }).data;
      const forget = data.subarray(quarter * gates.indexOf("f"));
      const input = data.subarray(quarter * gates.indexOf("i"));
      for (let k = 0; k < quarter; k++) {
        forget[k] = Math.min(logf(times[k]), bound);
        input[k] = -forget[k];
      }
      return { shape: [...shape], data };
    },
  );
}

/** E ln^2 u for u uniform on [1, high]; by series where high is so near 1 that the closed form cancels. */
function meanSquareOfLog(high: number): number {
  const width = high - 1, l = Math.log(high);
  if (width < 1e-3) return width ** 2 / 3 - width ** 3 / 4;
  return (high * (l * l - 2 * l + 2) - 2) / width;
}

function checkGates(gates: GateOrder): GateOrder {
  if (typeof gates === "string" && [...gates].sort().join("") === "fgio") return gates;
  throw new RangeError(
    `Cannot use gates ${shown(gates)}: give the letters i, f, g and o in the order of the biases`,
  );
}

/** How many biases each gate has. */
function quarterOf(shape: Shape): number {
  const size = sizeOf(shape);
  if (shape.length > 0 && size > 0 && shape[0] % 4 === 0) return size / 4;
  throw new RangeError(
    `Cannot share shape ${show(shape)} among four gates: use a shape (4 hidden) or (4, hidden)`,
  );
}
