import type { SchemeKey, SeriesStyle } from "./colors.ts";
import { seriesStyles } from "./colors.ts";
import { type Column, groupRows, type KnownOptions, type Values } from "./rows.ts";

/** What every mark that draws series takes: columns of the rows by name, and how the series are named and coloured. */
export interface SeriesOptions<Row> {
  readonly x: Column<Row>;
  readonly y: Column<Row>;
  /** The column whose values tell the series apart; one series without it. */
  readonly by?: Column<Row>;
  /** Columns that tell the panels of small multiples apart. */
  readonly fx?: Column<Row>;
  readonly fy?: Column<Row>;
  /** The series' name where there is no `by`; false draws no names at the lines' ends. */
  readonly label?: string | false;
  /** Which scheme a name stands for where the name itself does not tell, such as { "N(0, 0.01²)": "small" }. */
  readonly schemes?: Readonly<Record<string, SchemeKey>>;
}

/** The names of those options. */
export const seriesOptions: KnownOptions = {
  required: ["x", "y"],
  columns: ["by", "fx", "fy"],
  others: ["label", "schemes"],
};

/** The rows of one series, with its name and style. */
export interface Series {
  readonly name: string;
  readonly style: SeriesStyle;
  readonly rows: readonly Values[];
}

/** Splits rows into named and styled series, in order of first appearance. */
export function seriesOf(
  rows: readonly Values[],
  { by, label, schemes }: {
    by?: string;
    label?: string | false;
    schemes?: Readonly<Record<string, SchemeKey>>;
  },
): Series[] {
  const nameOf = (row: Values) => by === undefined ? (label || "") : String(row[by]);
  const groups = groupRows(rows, [by]);
  const styles = seriesStyles(groups.map(([row]) => nameOf(row)), schemes);
  return groups.map((group) => {
    const name = nameOf(group[0]);
    return { name, style: styles.get(name)!, rows: group };
  });
}
