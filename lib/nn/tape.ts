import { Arena } from "../numerics/arena.ts";
import { callable, must } from "../tensor/arguments.ts";
import { checkTensor, type Shape, show, sizeOf, type Tensor } from "../tensor/tensor.ts";

/** A value on a tape, and the gradient of the loss with respect to it once `backward` has run. */
export interface Var {
  readonly tape: Tape;
  readonly shape: Shape;
  readonly data: Float32Array;
  /** As long as `data`, zeros until `backward`; empty where no gradient is needed. */
  readonly gradient: Float32Array;
  readonly needsGradient: boolean;
}

/**
 * Records operations in order, and differentiates them in reverse order.
 *
 * A gradient starts at +0. Each operation computes its contribution whole, then adds it: so the bits of a
 * gradient depend on the order of the operations alone. Results live in the tape's arena: `reset` and `release`
 * end the life of every Var made before, so copy what is to be kept.
 *
 * @example
 * ```ts
 * import { dot, meanSquaredError, Tape, tensor } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * const tape = new Tape();
 * const w = tape.parameter(tensor([2, 1], [3, 4]));
 * const y = dot(tape.constant(tensor([1, 2], [1, 2])), w); // 3 + 8 = 11
 * tape.backward(meanSquaredError(y, tensor([1, 1], [10])));
 * expect([...w.gradient]).toEqual([2, 4]); // 2 (11 - 10) x
 * ```
 */
export class Tape {
  readonly #arena = new Arena();
  readonly #variables = new Set<Var>();
  #steps: (() => void)[] = [];
  #isSpent = false;

  /** Data without a gradient. It is used where it is, not copied. */
  constant(x: Tensor): Var {
    const { shape, data } = checkTensor("x", x);
    return this.#variable(shape, data, false);
  }

  /** Data with a gradient. It is used where it is, not copied, and must not change before `backward`. */
  parameter(x: Tensor): Var {
    const { shape, data } = checkTensor("x", x);
    return this.#variable(shape, data, true);
  }

  /**
   * One operation, forward and backward side by side: `forward` fills the zeros it is given with the result;
   * `backward` adds to the gradient of each input that needs one. Operations of your own are built with this.
   *
   * @throws {TypeError} where an input is not a live Var of this tape.
   */
  operation(
    shape: Shape,
    inputs: readonly Var[],
    forward: (result: Float32Array) => void,
    backward: (gradient: Float32Array) => void,
  ): Var {
    for (const input of inputs) this.#check(input);
    const result = this.#arena.take(sizeOf(shape));
    forward(result);
    const y = this.#variable(shape, result, inputs.some((input) => input.needsGradient));
    if (y.needsGradient) this.#steps.push(() => backward(y.gradient));
    return y;
  }

  /** Zeros for what an operation keeps from forward to backward; they live as long as its result. */
  scratch(length: number): Float32Array {
    return this.#arena.take(length);
  }

  /**
   * Fills the gradient of every Var that `loss` depends on with d loss / d Var.
   *
   * @throws {RangeError} where the loss is not one number.
   * @throws {TypeError} where the loss is of another tape, depends on no parameter, or `backward` has run before.
   */
  backward(loss: Var): void {
    this.#check(loss);
    if (loss.data.length !== 1) {
      throw new RangeError(
        `Cannot go backward from shape ${show(loss.shape)}: the loss must be one number`,
      );
    }
    if (!loss.needsGradient) {
      throw new TypeError("Cannot go backward: the loss depends on no parameter");
    }
    if (this.#isSpent) {
      throw new TypeError("Cannot go backward twice on one tape: reset it, then go forward again");
    }
    this.#isSpent = true;
    loss.gradient[0] = 1;
    for (let i = this.#steps.length - 1; i >= 0; i--) this.#steps[i]();
  }

  /** Forgets all operations and uses their memory again. */
  reset(): void {
    this.#forget();
    this.#arena.reset();
  }

  /** Forgets all operations and gives their memory back. */
  release(): void {
    this.#forget();
    this.#arena.release();
  }

  #forget(): void {
    this.#variables.clear();
    this.#steps = [];
    this.#isSpent = false;
  }

  #variable(shape: Shape, data: Float32Array, needsGradient: boolean): Var {
    const gradient = this.#arena.take(needsGradient ? data.length : 0);
    const variable = { tape: this, shape, data, gradient, needsGradient };
    this.#variables.add(variable);
    return variable;
  }

  #check(variable: Var): void {
    if (this.#variables.has(variable)) return;
    throw new TypeError(
      "Cannot use a variable of another tape, or from before reset(): make it again on this tape",
    );
  }
}

/** Variables that were given. @throws {TypeError} where one is none. */
export function checkVars(given: Readonly<Record<string, Var>>): void {
  for (const [name, x] of Object.entries(given)) {
    must(
      name,
      x,
      x?.tape instanceof Tape,
      "a variable, such as tape.constant(tensor([1, 2], [3, 4]))",
    );
  }
}

/** A tape that was given. @throws {TypeError} where it is none. */
export function checkTape(tape: Tape): Tape {
  return must("tape", tape, tape instanceof Tape, "a tape, such as new Tape()");
}

/**
 * What `work` returns when given a fresh tape, whose memory is given back afterwards, also after an error.
 *
 * @throws {TypeError} where work is no function.
 *
 * @example
 * ```ts
 * import { dot, onTape, tensor } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * const one = tensor([1, 1], [1]);
 * const y = onTape((tape) => dot(tape.constant(one), tape.constant(one)).data[0]);
 * expect(y).toBe(1);
 * ```
 */
export function onTape<T>(work: (tape: Tape) => T): T {
  callable("work", work, "(tape) => 1");
  const tape = new Tape();
  try {
    return work(tape);
  } finally {
    tape.release();
  }
}
