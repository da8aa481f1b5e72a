/** Float32 element by element: biases, activations, sums of arrays, optimizer updates. */
import { scalarFunctions } from "./activations.ts";
import { requireLength, requireRows } from "./checks.ts";
import type { ActivationKind, AdamSettings } from "./interface.ts";

const f = Math.fround;

export function addBias(out: Float32Array, x: Float32Array, bias: Float32Array): void {
  requireLength("add a bias", "out", out.length, x.length);
  const rows = requireRows("add a bias", x.length, bias.length);
  for (let i = 0, at = 0; i < rows; i++) {
    for (let j = 0; j < bias.length; j++, at++) out[at] = x[at] + bias[j];
  }
}

export function addColumnSums(out: Float32Array, x: Float32Array): void {
  const rows = requireRows("add column sums", x.length, out.length);
  const sums = new Float32Array(out.length);
  for (let i = 0, at = 0; i < rows; i++) {
    for (let j = 0; j < sums.length; j++, at++) sums[j] += x[at];
  }
  add(out, sums);
}

export function activate(
  kind: ActivationKind,
  out: Float32Array,
  x: Float32Array,
  parameter: number,
): void {
  requireLength(`apply ${kind}`, "out", out.length, x.length);
  const { value } = scalarFunctions[kind];
  const p = f(parameter);
  for (let i = 0; i < x.length; i++) out[i] = value(x[i], p);
}

export function activateBackward(
  kind: ActivationKind,
  out: Float32Array,
  x: Float32Array,
  gradient: Float32Array,
  parameter: number,
): void {
  requireLength(`differentiate ${kind}`, "out", out.length, x.length);
  requireLength(`differentiate ${kind}`, "gradient", gradient.length, x.length);
  const { derivative } = scalarFunctions[kind];
  const p = f(parameter);
  for (let i = 0; i < x.length; i++) out[i] += f(derivative(x[i], p) * gradient[i]);
}

export function add(out: Float32Array, x: Float32Array): void {
  requireLength("add", "out", out.length, x.length);
  for (let i = 0; i < x.length; i++) out[i] += x[i];
}

export function multiplyAdd(out: Float32Array, x: Float32Array, factor: number): void {
  requireLength("add a multiple", "out", out.length, x.length);
  const a = f(factor);
  for (let i = 0; i < x.length; i++) out[i] += f(a * x[i]);
}

export function multiply(out: Float32Array, x: Float32Array, y: Float32Array): void {
  requireLength("multiply", "out", out.length, x.length);
  requireLength("multiply", "y", y.length, x.length);
  for (let i = 0; i < x.length; i++) out[i] = x[i] * y[i];
}

export function addProducts(out: Float32Array, x: Float32Array, y: Float32Array): void {
  requireLength("add products", "out", out.length, x.length);
  requireLength("add products", "y", y.length, x.length);
  for (let i = 0; i < x.length; i++) out[i] += f(x[i] * y[i]);
}

export function scale(out: Float32Array, factor: number): void {
  const a = f(factor);
  for (let i = 0; i < out.length; i++) out[i] *= a;
}

export function sgd(parameters: Float32Array, gradients: Float32Array, learningRate: number): void {
  requireLength("update", "gradients", gradients.length, parameters.length);
  const rate = f(learningRate);
  for (let i = 0; i < parameters.length; i++) parameters[i] -= f(rate * gradients[i]);
}

export function momentum(
  parameters: Float32Array,
  velocities: Float32Array,
  gradients: Float32Array,
  learningRate: number,
  momentum: number,
): void {
  requireLength("update", "velocities", velocities.length, parameters.length);
  requireLength("update", "gradients", gradients.length, parameters.length);
  const rate = f(learningRate), keep = f(momentum);
  for (let i = 0; i < parameters.length; i++) {
    velocities[i] = f(keep * velocities[i]) + gradients[i];
    parameters[i] -= f(rate * velocities[i]);
  }
}

/** The float32 factors of Adam's update number `step`. */
export interface AdamFactors {
  readonly beta1: number;
  readonly beta2: number;
  /** 1 - beta1 and 1 - beta2. */
  readonly new1: number;
  readonly new2: number;
  /** learningRate / (1 - beta1^step). */
  readonly rate: number;
  /** 1 / (1 - beta2^step). */
  readonly correction: number;
  readonly epsilon: number;
}

export function adamFactors(step: number, settings: AdamSettings): AdamFactors {
  const { learningRate, beta1, beta2, epsilon } = settings;
  if (!(Number.isInteger(step) && step >= 1)) {
    throw new RangeError(`Cannot update as step must be an integer >= 1: current value is ${step}`);
  }
  return {
    beta1: f(beta1),
    beta2: f(beta2),
    new1: f(1 - beta1),
    new2: f(1 - beta2),
    rate: f(learningRate / (1 - power(beta1, step))),
    correction: f(1 / (1 - power(beta2, step))),
    epsilon: f(epsilon),
  };
}

/** x^n by squaring, so that its float64 bits are the same everywhere. */
function power(x: number, n: number): number {
  let result = 1;
  for (let square = x, rest = n; rest > 0; rest = Math.floor(rest / 2), square *= square) {
    if (rest % 2 === 1) result *= square;
  }
  return result;
}

export function adam(
  parameters: Float32Array,
  means: Float32Array,
  squares: Float32Array,
  gradients: Float32Array,
  step: number,
  settings: AdamSettings,
): void {
  requireLength("update", "means", means.length, parameters.length);
  requireLength("update", "squares", squares.length, parameters.length);
  requireLength("update", "gradients", gradients.length, parameters.length);
  const { beta1, beta2, new1, new2, rate, correction, epsilon } = adamFactors(step, settings);
  for (let i = 0; i < parameters.length; i++) {
    const g = gradients[i];
    const mean = f(f(beta1 * means[i]) + f(new1 * g));
    const square = f(f(beta2 * squares[i]) + f(new2 * f(g * g)));
    means[i] = mean;
    squares[i] = square;
    parameters[i] -= f(f(rate * mean) / f(f(Math.sqrt(f(correction * square))) + epsilon));
  }
}
