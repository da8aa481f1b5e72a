import { type Shape, show, sizeOf } from "../tensor/tensor.ts";
import type { Fans } from "./fans.ts";
import { text } from "../tensor/arguments.ts";

/**
 * Fans of the second operand of an einsum, its weight: fanIn is the product of its axes that the output has not
 * (contracted), fanOut of those that only the output has; an axis in all three is a batch and counts for neither.
 *
 * One-dimensional weights are said here too: "bd,d->bd" is a gain with fans 1 and 1, "bd,d->b" a projection.
 *
 * @throws {RangeError} where the equation cannot be read, repeats or sums a letter of the weight alone, or does not fit the shape.
 *
 * @example
 * ```ts
 * import { einsumFans } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * expect(einsumFans("btd,dhk->bthk", [512, 8, 64])).toEqual({ fanIn: 512, fanOut: 512 });
 * expect(einsumFans("ebd,edf->ebf", [16, 512, 2048])).toEqual({ fanIn: 512, fanOut: 2048 });
 * ```
 */
export function einsumFans(equation: string, shape: Shape): Fans {
  const { input, weight, output } = operandsOf(equation, shape);
  let fanIn = 1, fanOut = 1;
  for (const [axis, letter] of [...weight].entries()) {
    if (!output.includes(letter)) fanIn *= shape[axis];
    else if (!input.includes(letter)) fanOut *= shape[axis];
  }
  return { fanIn, fanOut };
}

/** The letters of an equation "input,weight->output" for a weight of this shape. */
export function operandsOf(equation: string, shape: Shape) {
  const match = /^([a-zA-Z.]+),([a-zA-Z]+)->([a-zA-Z.]*)$/.exec(
    text("equation", equation).replaceAll(" ", ""),
  );
  if (!match || equation.replaceAll("...", "").includes(".")) {
    throw new RangeError(
      `Cannot read the einsum "${equation}": write input,weight->output, such as btd,dhk->bthk`,
    );
  }
  const [, input, weight, output] = match;
  if (sizeOf(shape) === 0 || weight.length !== shape.length) {
    throw new RangeError(
      `Cannot take the fans of shape ${show(shape)} as "${weight}" in "${equation}": ` +
        "it needs one letter for each axis, and no size 0",
    );
  }
  for (const letter of weight) {
    if (
      weight.indexOf(letter) !== weight.lastIndexOf(letter) || !(input + output).includes(letter)
    ) {
      throw new RangeError(
        `Cannot take fans by "${equation}": ${letter} must stand once in the weight, and in the input or the output`,
      );
    }
  }
  return { input, weight, output };
}
