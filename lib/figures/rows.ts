import type * as Plot from "@observablehq/plot";

/** A column of a row type, checked by the compiler where the row's type is known. */
export type Column<Row> = Extract<keyof Row, string>;

/** A row as plain data, whatever its declared type. */
export type Values = Readonly<Record<string, unknown>>;

/** Rows as plain data; throws a TypeError when there are none or when a named column is not there. */
export function columnsOf(
  rows: readonly object[],
  ...columns: (string | undefined)[]
): readonly Values[] {
  if (!Array.isArray(rows) || rows.length === 0) {
    throw new TypeError("Cannot draw without rows: expected a non-empty array of objects");
  }
  const present = Object.keys(rows[0]);
  for (const column of columns) {
    if (column !== undefined && !present.includes(column)) {
      throw new TypeError(`Cannot draw column "${column}": the rows have ${present.join(", ")}`);
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

/** The quantile of ascending values by linear interpolation between ranks (type 7). */
export function quantile(sorted: readonly number[], p: number): number {
  const rank = (sorted.length - 1) * p;
  const low = Math.floor(rank);
  const high = Math.min(low + 1, sorted.length - 1);
  return sorted[low] + (sorted[high] - sorted[low]) * (rank - low);
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
