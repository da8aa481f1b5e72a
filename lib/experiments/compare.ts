import { array, callable, count, object, text } from "../tensor/arguments.ts";
import { type Rng, rng } from "../tensor/rng.ts";
import { checkRows } from "./groups.ts";

/**
 * Runs each variant and stacks the rows, the variant's name in an added column (`name`, unless another is given).
 *
 * @throws {TypeError} where a run returns no array, or its rows have that column already.
 *
 * @example
 * ```ts
 * import { compare } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * const rows = compare({ half: 0.5, double: 2 }, (factor) => [{ value: 10 * factor }]);
 * expect(rows).toEqual([{ name: "half", value: 5 }, { name: "double", value: 20 }]);
 * ```
 */
export function compare<Variant, Row extends object, Column extends string = "name">(
  variants: Readonly<Record<string, Variant>>,
  run: (variant: Variant, name: string) => readonly Row[],
  column: Column = "name" as Column,
): (Record<Column, string> & Row)[] {
  object("variants", variants, "variants by name, such as { He: heNormal() }");
  callable("run", run, "(variant) => rows");
  text("column", column);
  return Object.entries(variants).flatMap(([name, variant]) =>
    labelled(column, name, run(variant, name))
  );
}

/**
 * Runs each value and stacks the rows, the value in a column of the given name.
 *
 * @throws {TypeError} where a run returns no array, or its rows have that column already.
 *
 * @example
 * ```ts
 * import { vary } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * const rows = vary("width", [64, 256], (width) => [{ std: 1 / Math.sqrt(width) }]);
 * expect(rows).toEqual([{ width: 64, std: 0.125 }, { width: 256, std: 0.0625 }]);
 * ```
 */
export function vary<Value extends string | number, Row extends object, Column extends string>(
  column: Column,
  values: readonly Value[],
  run: (value: Value) => readonly Row[],
): (Record<Column, Value> & Row)[] {
  text("column", column);
  callable("run", run, "(value) => rows");
  return array("values", values).flatMap((value) => labelled(column, value, run(value)));
}

/**
 * Runs once per seed and stacks the rows, the seed's number, from 1, in column `seed`.
 *
 * @throws {TypeError} where a run returns no array, or its rows have that column already.
 *
 * @example
 * ```ts
 * import { repeat, seeds } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * const rows = repeat(seeds(3), (rng) => [{ draw: rng.uniform([1]).data[0] }]);
 * expect(rows.map(({ seed }) => seed)).toEqual([1, 2, 3]);
 * expect(new Set(rows.map(({ draw }) => draw)).size).toBe(3);
 * ```
 */
export function repeat<Row extends object>(
  seeds: readonly Rng[],
  run: (rng: Rng) => readonly Row[],
): ({ seed: number } & Row)[] {
  callable("run", run, "(rng) => rows");
  return array("seeds", seeds, "seeds(3)").flatMap((rng, i) => labelled("seed", i + 1, run(rng)));
}

/**
 * The random streams that `n` repetitions start from: seed i of n is `rng(course).child("seed").child(i)`, the same for all n.
 *
 * @throws {RangeError} where n is not an integer >= 1.
 *
 * @example
 * ```ts
 * import { seeds } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * expect(seeds(20)[4].path).toBe(seeds(5)[4].path);
 * ```
 */
export function seeds(n: number, course = "course"): Rng[] {
  text("course", course);
  return Array.from({ length: count("n", n) }, (_, i) => seedOf(i + 1, course));
}

/** The random stream of one seed number. */
export function seedOf(seed: number, course = "course"): Rng {
  return rng(course).child("seed").child(seed);
}

function labelled<Row extends object, Column extends string, Value>(
  column: Column,
  value: Value,
  rows: readonly Row[],
): (Record<Column, Value> & Row)[] {
  if (!Array.isArray(rows)) {
    throw new TypeError(
      `Cannot stack what the run of ${column} ${value} returned: return an array of rows`,
    );
  }
  return checkRows(rows).map((row) => {
    if (column in row) {
      throw new TypeError(`Cannot add column "${column}" as the rows have it: give another name`);
    }
    return { [column]: value, ...row } as Record<Column, Value> & Row;
  });
}
