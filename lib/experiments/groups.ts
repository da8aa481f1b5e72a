import { array, object } from "../tensor/arguments.ts";

/**
 * Rows that agree in some columns, together, groups in order of first appearance.
 *
 * @throws {TypeError} where a row lacks one of the columns.
 */
export function groupBy<Row extends object>(
  rows: readonly Row[],
  columns: readonly (keyof Row & string)[],
): Row[][] {
  const groups = new Map<string, Row[]>();
  checkRows(rows);
  array("by", columns, '["name"]');
  for (const row of rows) {
    for (const column of columns) {
      if (!(column in row)) {
        throw new TypeError(
          `Cannot group by "${column}": the rows have ${Object.keys(row).join(", ")}`,
        );
      }
    }
    const key = JSON.stringify(columns.map((column) => String(row[column])));
    const group = groups.get(key);
    if (group) group.push(row);
    else groups.set(key, [row]);
  }
  return [...groups.values()];
}

/** Rows that were given. @throws {TypeError} where they are none. */
export function checkRows<Row extends object>(rows: readonly Row[]): readonly Row[] {
  for (const row of array("rows", rows, "[{ x: 1, y: 2 }]")) {
    object("a row", row, "an object such as { x: 1, y: 2 }");
  }
  return rows;
}
