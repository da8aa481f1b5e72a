import * as Plot from "@observablehq/plot";
import { theoryStyle } from "./colors.ts";
import { composite } from "./composite.ts";
import { nameEnds } from "./labels.ts";
import { checkedRows, extent, finite, groupRows, panelsOf, positions } from "./rows.ts";
import { seriesOf, type SeriesOptions, seriesOptions } from "./series.ts";

/**
 * Points of prediction (x) against measurement (y), in each series' colour and symbol, on the line y = x.
 *
 * @throws TypeError if there are no rows or a column is not there.
 *
 * @example
 * ```ts
 * import { figure, scatter } from "step-zero/notebook";
 * import { expect } from "@std/expect";
 *
 * const rows = [16, 64, 256].map((n) => ({ predicted: n, measured: 1.01 * n, name: "normal" }));
 * const marks = [scatter(rows, { x: "predicted", y: "measured", by: "name" })];
 * expect(figure({ alt: "All points lie on the line.", marks }).svg).toContain(">y = x</text>");
 * ```
 */
export function scatter<Row extends object>(
  rows: readonly Row[],
  options: SeriesOptions<Row>,
): Plot.Markish {
  const data = checkedRows("scatter", rows, options, seriesOptions);
  const { x, y, fx, fy, label } = options;
  const channels = positions({ x, y, fx, fy });
  const series = seriesOf(data, options).map(({ name, style, rows }) => ({
    name,
    style,
    color: style.color,
    points: rows.map((row) => ({
      x: finite(row[x]),
      y: finite(row[y]),
      fx: fx && row[fx],
      fy: fy && row[fy],
    }))
      .sort((a, b) => a.x - b.x),
  }));
  const panels = groupRows(series.flatMap(({ points }) => points), ["fx", "fy"]).map((
    [{ fx, fy }],
  ) => ({ fx, fy }));
  // Both ends of the diagonal are values of the rows, and not 0 where none is below, so that a log axis shows it.
  const values = series.flatMap(({ points }) => points.flatMap((point) => [point.x, point.y]));
  const [low, high] = extent(values);
  const ends = low < 0 ? [low, high] : [extent(values.filter((value) => value > 0))[0], high];
  const diagonal = panels.flatMap((panel) => ends.map((end) => ({ x: end, y: end, ...panel })));
  return composite([
    Plot.line(diagonal, {
      ...channels,
      z: (point) => `${point.fx}\u0000${point.fy}`,
      stroke: theoryStyle.color,
      strokeDasharray: theoryStyle.dash,
    }),
    ...series.map(({ style, points }) =>
      Plot.dot(points, {
        ...channels,
        fill: style.color,
        symbol: style.symbol,
        r: 4,
        stroke: "white",
        strokeWidth: 0.75,
      })
    ),
    ...nameEnds([
      { name: "y = x", color: theoryStyle.color, points: diagonal },
      ...(label === false ? [] : series),
    ], channels),
  ], {
    panels: panelsOf(data, { fx, fy }),
    series: series.map(({ name, points }) => ({
      name: name || y,
      x: points.map((point) => point.x),
      y: points.map((point) => point.y),
    })),
  });
}
