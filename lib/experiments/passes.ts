import { checkRows } from "./groups.ts";

/** The two directions in which a layer is measured. */
export type Pass = "signal, forward" | "gradient, backward";

/**
 * Each row twice: once as `pass` "signal, forward" with its `meanSquare` as `size`, once as "gradient, backward" with
 * its `gradientMeanSquare`, all signals first; so that one figure can show the two in panels, `fx: "pass"`.
 *
 * @throws {TypeError} where rows are no array of objects.
 *
 * @example
 * ```ts
 * import { bothPasses } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * const rows = bothPasses([{ layer: 1, meanSquare: 2, gradientMeanSquare: 3 }]);
 * expect(rows.map(({ pass, size }) => `${pass}: ${size}`)).toEqual([
 *   "signal, forward: 2",
 *   "gradient, backward: 3",
 * ]);
 * ```
 */
export function bothPasses<
  Row extends { readonly meanSquare: number; readonly gradientMeanSquare: number },
>(rows: readonly Row[]): (Row & { readonly pass: Pass; readonly size: number })[] {
  return [
    ...checkRows(rows).map((row) => ({
      ...row,
      pass: "signal, forward" as const,
      size: row.meanSquare,
    })),
    ...rows.map((row) => ({
      ...row,
      pass: "gradient, backward" as const,
      size: row.gradientMeanSquare,
    })),
  ];
}
