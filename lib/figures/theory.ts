import * as Plot from "@observablehq/plot";
import { theoryStyle } from "./colors.ts";
import { composite } from "./composite.ts";
import { nameEnds } from "./labels.ts";
import { checkedRows, finite, groupRows, panelsOf, positions } from "./rows.ts";
import { type SeriesOptions, seriesOptions } from "./series.ts";

/** What theory() takes: the columns to draw, and a name for all its lines (default "theory"; false for none). */
export type TheoryOptions<Row> = Omit<SeriesOptions<Row>, "schemes">;

/**
 * A prediction as a dashed black line, one for each series, named once in each panel.
 *
 * @throws TypeError if there are no rows or a column is not there.
 *
 * @example
 * ```ts
 * import { figure, theory } from "step-zero/notebook";
 * import { expect } from "@std/expect";
 *
 * const rows = [1, 2, 3].map((layer) => ({ layer, meanSquare: 2 ** -layer }));
 * const { svg } = figure({ alt: "It halves.", marks: [theory(rows, { x: "layer", y: "meanSquare" })] });
 * expect(svg).toContain(">theory</text>");
 * ```
 */
export function theory<Row extends object>(
  rows: readonly Row[],
  options: TheoryOptions<Row>,
): Plot.Markish {
  const data = checkedRows("theory", rows, options, { ...seriesOptions, others: ["label"] });
  const { x, y, by, fx, fy, label = "theory" } = options;
  const channels = positions({ x, y, fx, fy });
  const lines = groupRows(data, [by]).map((group) =>
    group.map((row) => ({ x: row[x], y: finite(row[y]), fx: fx && row[fx], fy: fy && row[fy] }))
  );
  const { color, dash } = theoryStyle;
  return composite([
    ...lines.map((points) =>
      Plot.lineY(points, {
        ...channels,
        stroke: color,
        strokeWidth: 1.25,
        strokeDasharray: dash,
      })
    ),
    ...(label === false ? [] : nameEnds([{ name: label, color, points: lines[0] }], channels)),
  ], {
    panels: panelsOf(data, { fx, fy }),
    series: [{
      name: label || "theory",
      x: lines.flat().map((point) => Number(point.x)),
      y: lines.flat().map((point) => point.y),
    }],
  });
}
