import * as Plot from "@observablehq/plot";
import { composite } from "./composite.ts";
import { nameEnds } from "./labels.ts";
import { checkedRows, finite, panelsOf, positions } from "./rows.ts";
import { seriesOf, type SeriesOptions, seriesOptions } from "./series.ts";

/**
 * A line through the rows of each series, in their order, named at its end: for values without seeds.
 *
 * @throws TypeError if there are no rows or a column is not there.
 *
 * @example
 * ```ts
 * import { figure, line } from "step-zero/notebook";
 * import { expect } from "@std/expect";
 *
 * const rows = [1, 2, 3].map((step) => ({ step, loss: 1 / step }));
 * const { svg } = figure({ alt: "The loss falls.", marks: [line(rows, { x: "step", y: "loss", label: "one run" })] });
 * expect(svg).toContain(">one run</text>");
 * ```
 */
export function line<Row extends object>(
  rows: readonly Row[],
  options: SeriesOptions<Row>,
): Plot.Markish {
  const data = checkedRows("line", rows, options, seriesOptions);
  const { x, y, fx, fy, label } = options;
  const channels = positions({ x, y, fx, fy });
  const lines = seriesOf(data, options).map(({ name, style, rows }) => ({
    name,
    style,
    color: style.color,
    points: rows.map((row) => ({
      x: row[x],
      y: finite(row[y]),
      fx: fx && row[fx],
      fy: fy && row[fy],
    })),
  }));
  return composite([
    ...lines.map(({ style, points }) =>
      Plot.lineY(points, {
        ...channels,
        stroke: style.color,
        strokeWidth: 2.5,
        strokeDasharray: style.dash || undefined,
      })
    ),
    ...(label === false ? [] : nameEnds(lines, channels)),
  ], {
    panels: panelsOf(data, { fx, fy }),
    series: lines.map(({ name, points }) => ({
      name: name || y,
      x: points.map((point) => Number(point.x)),
      y: points.map((point) => point.y),
    })),
  });
}
