import * as Plot from "@observablehq/plot";
import { quantile } from "../experiments/quantiles.ts";
import { composite } from "./composite.ts";
import { nameEnds } from "./labels.ts";
import {
  checkedRows,
  extent,
  finite,
  groupRows,
  labelled,
  panelsOf,
  positions,
  type Values,
} from "./rows.ts";
import { seriesOf, type SeriesOptions, seriesOptions } from "./series.ts";

interface Spread {
  readonly x: unknown;
  readonly low: number;
  readonly y: number;
  readonly high: number;
  readonly fx?: unknown;
  readonly fy?: unknown;
}

function spreadOf(
  rows: readonly Values[],
  { x, y, fx, fy }: Record<string, string | undefined>,
  most: number,
): Spread {
  const values = rows.map((row) => Number(row[y!])).filter((value) => !Number.isNaN(value));
  const enough = values.length > 0 && 2 * values.length >= most;
  const at = (p: number) => enough ? quantile(values, p) : NaN;
  return {
    x: rows[0][x!],
    low: at(0.1),
    y: at(0.5),
    high: at(0.9),
    fx: fx && rows[0][fx],
    fy: fy && rows[0][fy],
  };
}

// Where more than a tenth of the seeds are infinite, the band reaches as high as anything that is drawn.
function capped(spreads: readonly Spread[], cap: number): Spread[] {
  return spreads.map((spread) => ({
    ...spread,
    y: finite(spread.y),
    low: finite(spread.low),
    high: Math.min(spread.high, cap),
  }));
}

/**
 * A line at the median over seeds inside a band from the 10 % to the 90 % quantile, for each series, named at its end.
 *
 * All rows of a series that share x (and panel) are taken as its seeds. A NaN is a missing value: where more than half
 * of the seeds miss, the line ends. An infinite value is larger than all others: where the median is infinite, the line
 * ends; where only the upper quantile is, the band reaches as high as anything drawn.
 *
 * @throws TypeError if there are no rows or a column is not there.
 *
 * @example
 * ```ts
 * import { band, figure } from "step-zero/notebook";
 * import { expect } from "@std/expect";
 *
 * const rows = [0, 1, 2].flatMap((seed) => [1, 2, 3].map((layer) => ({ seed, layer, std: 1 + seed * layer, name: "He" })));
 * const { svg } = figure({ alt: "Spread grows with depth.", marks: [band(rows, { x: "layer", y: "std", by: "name" })] });
 * expect(svg).toContain(">He</text>");
 * ```
 */
export function band<Row extends object>(
  rows: readonly Row[],
  options: SeriesOptions<Row>,
): Plot.Markish {
  const data = checkedRows("band", rows, options, seriesOptions);
  const { x, y, fx, fy, label } = options;
  const measured = seriesOf(data, options).map(({ name, style, rows }) => {
    const groups = groupRows(rows, [fx, fy, x]);
    const most = Math.max(...groups.map((group) => group.length));
    return {
      name,
      style,
      rows,
      spreads: groups.map((group) => spreadOf(group, { x, y, fx, fy }, most)),
    };
  });
  const quantiles = measured.flatMap(({ spreads }) =>
    spreads.flatMap(({ low, y, high }) => [low, y, high])
  );
  const cap = extent(quantiles.filter(Number.isFinite))[1];
  const series = measured.map(({ spreads, ...rest }) => ({
    ...rest,
    spreads: capped(spreads, cap),
  }));
  const channels = positions({ x, y, fx, fy });
  return composite([
    ...series.map(({ style, spreads }) =>
      Plot.areaY(spreads, {
        ...channels,
        y: undefined,
        y1: labelled("low", y),
        y2: labelled("high", y),
        fill: style.color,
        fillOpacity: 0.2,
      })
    ),
    ...series.map(({ style, spreads }) =>
      Plot.lineY(spreads, {
        ...channels,
        stroke: style.color,
        strokeWidth: 2.5,
        strokeDasharray: style.dash || undefined,
      })
    ),
    ...(label === false ? [] : nameEnds(
      series.map(({ name, style, spreads }) => ({
        name,
        color: style.color,
        points: spreads,
      })),
      channels,
    )),
  ], {
    panels: panelsOf(data, { fx, fy }),
    series: series.map(({ name, rows }) => ({
      name: name || y,
      x: rows.map((row) => Number(row[x])),
      y: rows.map((row) => Number(row[y])),
    })),
  });
}
