import type * as Plot from "@observablehq/plot";
import { onlyOptions } from "../tensor/arguments.ts";

/** A column of a row type, checked by the compiler where the row's type is known. */
export type Column<Row> = Extract<keyof Row, string>;

/** A row as plain data, whatever its declared type. */
export type Values = Readonly<Record<string, unknown>>;

/** The names of a mark's options: those that name columns and must be given, those that may be, and the rest. */
export interface KnownOptions {
  readonly required: readonly string[];
  readonly columns?: readonly string[];
  readonly others?: readonly string[];
}

/**
 * Rows as plain data, after a check of what a mark was given, since cells are not type-checked when they run: throws a
 * TypeError where there are no rows, an option is unknown or missing, or a column is not there.
 */
export function checkedRows(
  mark: string,
  rows: readonly object[],
  options: object,
  known: KnownOptions,
): readonly Values[] {
  const { required, columns = [], others = [] } = known;
  if (!Array.isArray(rows) || rows.length === 0) {
    throw new TypeError(`Cannot draw ${mark} without rows: expected a non-empty array of objects`);
  }
  onlyOptions(mark, options, [...required, ...columns, ...others]);
  const given = options as Values;
  for (const name of [...required, ...columns]) {
    const column = given[name];
    if (column === undefined && !required.includes(name)) continue;
    if (typeof column !== "string" || !(column in rows[0])) {
      throw new TypeError(
        `Cannot draw ${mark} with ${name}: ${JSON.stringify(column)}: the rows have ${
          Object.keys(rows[0]).join(", ")
        }`,
      );
    }
  }
  return rows as readonly Values[];
}

/** A cell as a finite number, otherwise NaN (which is not drawn). */
export function finite(value: unknown): number {
  return typeof value === "number" && Number.isFinite(value) ? value : NaN;
}

/** Groups rows by the values of some columns, in order of first appearance. */
export function groupRows(
  rows: readonly Values[],
  columns: readonly (string | undefined)[],
): Values[][] {
  const groups = new Map<string, Values[]>();
  const named = columns.filter((column) => column !== undefined);
  for (const row of rows) {
    const key = named.map((column) => String(row[column])).join("\u0000");
    const group = groups.get(key);
    if (group) group.push(row);
    else groups.set(key, [row]);
  }
  return [...groups.values()];
}

/** The distinct values of a column, in ascending order where all are numbers, otherwise as they appear. */
export function distinct(rows: readonly Values[], column: string): unknown[] {
  const values = [...new Set(rows.map((row) => row[column]))];
  return values.every((value) => typeof value === "number")
    ? (values as number[]).sort((a, b) => a - b)
    : values;
}

/** The values that tell a mark's panels apart, in the order in which the panels should stand. */
export function panelsOf(
  rows: readonly Values[],
  { fx, fy }: { fx?: string; fy?: string },
): { fx?: unknown[]; fy?: unknown[] } {
  return {
    fx: fx === undefined ? undefined : distinct(rows, fx),
    fy: fy === undefined ? undefined : distinct(rows, fy),
  };
}

/** A Plot channel that reads one column and labels its axis with another name; undefined without that name. */
export function labelled(
  column: string,
  label: string | undefined,
): Plot.ChannelTransform | undefined {
  if (label === undefined) return undefined;
  const channel = { transform: (data: Values[]) => data.map((row) => row[column]), label };
  return channel;
}

/** Position channels that read the columns x, y, fx and fy of prepared points and are labelled as the rows' own columns. */
export function positions(
  { x, y, fx, fy }: { x: string; y: string; fx?: string; fy?: string },
): Record<"x" | "y" | "fx" | "fy", Plot.ChannelTransform | undefined> {
  return {
    x: labelled("x", x),
    y: labelled("y", y),
    fx: labelled("fx", fx),
    fy: labelled("fy", fy),
  };
}

/** The extent of finite numbers, [Infinity, -Infinity] of none. */
export function extent(values: readonly number[]): [number, number] {
  let [low, high] = [Infinity, -Infinity];
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return [low, high];
}
