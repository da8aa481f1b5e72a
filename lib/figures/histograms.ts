import * as Plot from "@observablehq/plot";
import { rampColor, type SchemeKey } from "./colors.ts";
import { composite } from "./composite.ts";
import { nameEnds } from "./labels.ts";
import {
  checkedRows,
  type Column,
  extent,
  groupRows,
  labelled,
  panelsOf,
  positions,
  type Values,
} from "./rows.ts";
import { seriesOf } from "./series.ts";

/** One bin of a histogram, as histogram() and layerHistograms() give them. */
export interface Bin {
  readonly low: number;
  readonly high: number;
  readonly density: number;
}

/** What density() takes: columns that tell series and panels apart, and how the series are named. */
export interface DensityOptions<Row> {
  readonly by?: Column<Row>;
  readonly fx?: Column<Row>;
  readonly fy?: Column<Row>;
  readonly label?: string | false;
  readonly schemes?: Readonly<Record<string, SchemeKey>>;
}

// A histogram's outline: the vertices of a line over its bins.
const outline = (bins: readonly Values[]) =>
  bins.flatMap((bin) => [bin.low, bin.high].map((x) => ({ x: Number(x), y: Number(bin.density) })));

const checkedBins = (
  mark: string,
  rows: readonly object[],
  options: object,
  known: Parameters<typeof checkedRows>[3],
) => {
  const columns = { low: "low", high: "high", density: "density" };
  checkedRows(mark, rows, columns, { required: Object.keys(columns) });
  return checkedRows(mark, rows, options, known);
};

/**
 * Histograms (rows with low, high and density) as outlines on one axis, so that a density of theory can be drawn over
 * them; each series is named at its peak.
 *
 * @throws TypeError if there are no rows or a column is not there.
 *
 * @example
 * ```ts
 * import { density, figure, histogram, rng } from "step-zero/notebook";
 * import { expect } from "@std/expect";
 *
 * const rows = histogram(rng("doc").normal([1000]).data);
 * const { svg } = figure({ alt: "A bell.", x: { label: "weight" }, marks: [density(rows)] });
 * expect(svg).toContain(">density</text>");
 * ```
 */
export function density<Row extends Bin>(
  rows: readonly Row[],
  options: DensityOptions<Row> = {},
): Plot.Markish {
  const known = { required: [], columns: ["by", "fx", "fy"], others: ["label", "schemes"] };
  const data = checkedBins("density", rows, options, known);
  const { fx, fy, label } = options;
  const channels = { ...positions({ x: "x", y: "density", fx, fy }), x: "x" };
  const lines = seriesOf(data, options).map(({ name, style, rows }) => ({
    name,
    color: style.color,
    dash: style.dash,
    points: groupRows(rows, [fx, fy]).flatMap((bins) => {
      const panel = { fx: fx && bins[0][fx], fy: fy && bins[0][fy] };
      return outline(bins).map((point) => ({ ...point, ...panel }));
    }),
  }));
  const peaks = lines.map(({ name, color, points }) => {
    const highest = groupRows(points, ["fx", "fy"]).map((group) => {
      const peak = extent(group.map((point) => Number(point.y)))[1];
      return group.find((point) => point.y === peak) as unknown as (typeof points)[number];
    });
    return { name, color, points: highest };
  });
  return composite([
    ...lines.map(({ color, points }) =>
      Plot.areaY(points, {
        ...channels,
        y: undefined,
        y1: 0,
        y2: labelled("y", "density"),
        fill: color,
        fillOpacity: 0.2,
      })
    ),
    ...lines.map(({ color, dash, points }) =>
      Plot.lineY(points, {
        ...channels,
        stroke: color,
        strokeWidth: 1.5,
        strokeDasharray: dash || undefined,
      })
    ),
    ...(label === false ? [] : nameEnds(peaks, channels)),
  ], { panels: panelsOf(data, { fx, fy }), defaults: { x: { label: "value" } } });
}

/** What histograms() takes: the column whose values get a histogram each, and one for small multiples. */
export interface HistogramsOptions<Row> {
  readonly by: Column<Row>;
  readonly fx?: Column<Row>;
}

/** How far the highest bin reaches into the row above, in rows. */
const reach = 1.2;

function ridge(bins: readonly Values[], base: number) {
  const peak = extent(bins.map((bin) => Number(bin.density)))[1] || 1;
  return outline(bins).map(({ x, y }) => ({ x, low: base, high: base + reach * y / peak }));
}

/**
 * A histogram (rows with low, high and density) for each layer or other value of `by`, one below the other on a shared
 * axis, from dark to light. Each is as high as the next at its peak: compare their widths, not their heights.
 *
 * @throws TypeError if there are no rows or a column is not there.
 *
 * @example
 * ```ts
 * import { figure, histogram, histograms, rng } from "step-zero/notebook";
 * import { expect } from "@std/expect";
 *
 * const rows = [1, 2, 3].flatMap((layer) =>
 *   histogram(rng(layer).normal([500], { std: 1 / layer }).data, { range: [-3, 3] }).map((bin) => ({ layer, ...bin }))
 * );
 * const { svg } = figure({ alt: "Narrower and narrower.", marks: [histograms(rows, { by: "layer" })] });
 * expect(svg).toContain(">layer</text>");
 * ```
 */
export function histograms<Row extends Bin>(
  rows: readonly Row[],
  options: HistogramsOptions<Row>,
): Plot.Markish {
  const data = checkedBins("histograms", rows, options, { required: ["by"], columns: ["fx"] });
  const { by, fx } = options;
  const groups = groupRows(data, [by]);
  const names = groups.map(([row]) => String(row[by]));
  const marks = groups.flatMap((group, i) => {
    const color = rampColor(groups.length < 2 ? 0.4 : i / (groups.length - 1));
    return groupRows(group, [fx]).flatMap((bins) => {
      const points = ridge(bins, -i).map((point) => ({ ...point, fx: fx && bins[0][fx] }));
      const channels = { x: "x", fx: labelled("fx", fx) };
      return [
        Plot.areaY(points, {
          ...channels,
          y1: "low",
          y2: "high",
          fill: color,
          fillOpacity: 0.75,
          stroke: color,
        }),
      ];
    });
  });
  return composite(marks, {
    panels: panelsOf(data, { fx }),
    defaults: {
      height: 100 + 34 * groups.length,
      x: { label: "value" },
      y: {
        label: by,
        ticks: names.map((_, i) => -i),
        tickFormat: (place: number) => names[-place],
      },
    },
  });
}
