import { kernels, type Operand } from "../numerics/kernels.ts";
import { finite } from "../tensor/arguments.ts";
import { type Shape, show } from "../tensor/tensor.ts";
import { type Activation, checkActivation } from "./activations.ts";
import { checkVars, type Var } from "./tape.ts";

// Letters: m rows (examples), k inputs, n outputs; dx is the gradient of the loss with respect to x.

/**
 * y = x w, and + b on each row where there is a bias: (m, k) by (k, n) gives (m, n). Backward: dx = dy w^T, dw = x^T dy, db = sum of
 * dy over rows. The bits are those of {@linkcode addBias} after a product.
 *
 * @throws {RangeError} where a shape has not two axes, the inner sizes differ, or b is not one value a column.
 *
 * @example
 * ```ts
 * import { dot, onTape, tensor } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * const y = onTape((tape) => {
 *   const x = tape.constant(tensor([1, 2], [1, 2]));
 *   return [...dot(x, tape.constant(tensor([2, 1], [3, 4]))).data];
 * });
 * expect(y).toEqual([11]);
 * ```
 */
export function dot(x: Var, w: Var, b?: Var): Var {
  checkVars(b === undefined ? { x, w } : { x, w, b });
  const [m, k] = axes(x, 2, "multiply"), [inner, n] = axes(w, 2, "multiply");
  if (k !== inner) {
    throw new RangeError(
      `Cannot multiply ${show(x.shape)} by ${show(w.shape)}: inner sizes are ${k} and ${inner}`,
    );
  }
  if (b) checkBias(b, [m, n]);
  return x.tape.operation(
    [m, n],
    b ? [x, w, b] : [x, w],
    (y) => {
      kernels.matmul(y, 0, n, m, k, n, rows(x.data, k), rows(w.data, n), false);
      if (b) kernels.addBias(y, y, b.data);
    },
    (dy) => {
      if (b?.needsGradient) kernels.addColumnSums(b.gradient, dy);
      if (x.needsGradient) {
        kernels.matmul(x.gradient, 0, k, m, n, k, rows(dy, n), columns(w.data, n), true);
      }
      if (w.needsGradient) {
        kernels.matmul(w.gradient, 0, n, k, m, n, columns(x.data, k), rows(dy, n), true);
      }
    },
  );
}

/**
 * y = x + b on each row: (..., n) and (n) give (..., n). Backward: dx = dy, db = sum of dy over rows.
 *
 * @throws {RangeError} where x has fewer than two axes or b is not one value a column.
 *
 * @example
 * ```ts
 * import { addBias, onTape, tensor } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * const y = onTape((tape) => {
 *   const x = tape.constant(tensor([2, 1], [1, 2]));
 *   return [...addBias(x, tape.constant(tensor([1], [5]))).data];
 * });
 * expect(y).toEqual([6, 7]);
 * ```
 */
export function addBias(x: Var, b: Var): Var {
  checkVars({ x, b });
  checkBias(b, x.shape);
  return x.tape.operation(
    x.shape,
    [x, b],
    (y) => kernels.addBias(y, x.data, b.data),
    (dy) => {
      if (x.needsGradient) kernels.add(x.gradient, dy);
      if (b.needsGradient) kernels.addColumnSums(b.gradient, dy);
    },
  );
}

/**
 * y = f(x), element by element. Backward: dx = f'(x) dy.
 *
 * @throws {TypeError} where x is no variable, or the activation none.
 *
 * @example
 * ```ts
 * import { activate, onTape, relu, tensor } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * const y = onTape((tape) => [...activate(tape.constant(tensor([2], [-1, 3])), relu).data]);
 * expect(y).toEqual([0, 3]);
 * ```
 */
export function activate(x: Var, activation: Activation): Var {
  checkVars({ x });
  const { kind, parameter } = checkActivation(activation);
  return x.tape.operation(
    x.shape,
    [x],
    (y) => kernels.activate(kind, y, x.data, parameter),
    (dy) => kernels.activateBackward(kind, x.gradient, x.data, dy, parameter),
  );
}

/**
 * z = x + y, element by element. Backward: dx = dz, dy = dz.
 *
 * @throws {RangeError} where the shapes differ.
 *
 * @example
 * ```ts
 * import { add, onTape, tensor } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * const z = onTape((tape) => {
 *   const x = tape.constant(tensor([2], [1, 2]));
 *   return [...add(x, x).data];
 * });
 * expect(z).toEqual([2, 4]);
 * ```
 */
export function add(x: Var, y: Var): Var {
  sameShapes(x, y, "add");
  return x.tape.operation(
    x.shape,
    [x, y],
    (z) => {
      z.set(x.data);
      kernels.add(z, y.data);
    },
    (dz) => {
      if (x.needsGradient) kernels.add(x.gradient, dz);
      if (y.needsGradient) kernels.add(y.gradient, dz);
    },
  );
}

/**
 * z = x y, element by element, as gates do. Backward: dx = y dz, dy = x dz.
 *
 * @throws {RangeError} where the shapes differ.
 *
 * @example
 * ```ts
 * import { multiply, onTape, tensor } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * const z = onTape((tape) => {
 *   const x = tape.constant(tensor([2], [1, 2])), y = tape.constant(tensor([2], [3, 4]));
 *   return [...multiply(x, y).data];
 * });
 * expect(z).toEqual([3, 8]);
 * ```
 */
export function multiply(x: Var, y: Var): Var {
  sameShapes(x, y, "multiply");
  return x.tape.operation(
    x.shape,
    [x, y],
    (z) => kernels.multiply(z, x.data, y.data),
    (dz) => {
      if (x.needsGradient) kernels.addProducts(x.gradient, y.data, dz);
      if (y.needsGradient) kernels.addProducts(y.gradient, x.data, dz);
    },
  );
}

/**
 * y = factor x. Backward: dx = factor dy.
 *
 * @throws {RangeError} where the factor is not finite.
 *
 * @example
 * ```ts
 * import { onTape, scale, tensor } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * const y = onTape((tape) => [...scale(tape.constant(tensor([2], [1, 2])), 0.5).data]);
 * expect(y).toEqual([0.5, 1]);
 * ```
 */
export function scale(x: Var, factor: number): Var {
  checkVars({ x });
  finite("factor", factor);
  return x.tape.operation(
    x.shape,
    [x],
    (y) => {
      y.set(x.data);
      kernels.scale(y, factor);
    },
    (dy) => kernels.multiplyAdd(x.gradient, dy, factor),
  );
}

/** A row-major matrix whose rows have `width` elements. */
function rows(data: Float32Array, width: number): Operand {
  return { data, rowStride: width, columnStride: 1 };
}

/** The same matrix transposed. */
function columns(data: Float32Array, width: number): Operand {
  return { data, rowStride: 1, columnStride: width };
}

function checkBias(b: Var, shape: Shape): void {
  const n = shape[shape.length - 1];
  if (shape.length >= 2 && b.shape.length === 1 && b.shape[0] === n) return;
  throw new RangeError(
    `Cannot add a bias of shape ${show(b.shape)} to ${show(shape)}: it must be (${n})`,
  );
}

function sameShapes(x: Var, y: Var, verb: string): void {
  checkVars({ x, y });
  if (show(x.shape) === show(y.shape)) return;
  throw new RangeError(
    `Cannot ${verb} ${show(x.shape)} and ${show(y.shape)}: the shapes must be the same`,
  );
}

function axes(x: Var, count: number, verb: string): readonly number[] {
  if (x.shape.length === count) return x.shape;
  throw new RangeError(`Cannot ${verb} shape ${show(x.shape)} as it must have ${count} axes`);
}
