import * as Plot from "@observablehq/plot";
import { median } from "../experiments/quantiles.ts";
import type { SchemeKey } from "./colors.ts";
import { composite } from "./composite.ts";
import { checkedRows, type Column, finite, groupRows, labelled, panelsOf } from "./rows.ts";
import { seriesOf } from "./series.ts";

/** What strip() takes: the column of values, the column of categories, and columns for small multiples. */
export interface StripOptions<Row> {
  readonly x: Column<Row>;
  readonly by: Column<Row>;
  readonly fx?: Column<Row>;
  readonly schemes?: Readonly<Record<string, SchemeKey>>;
}

const radius = 3.2;

// Dots that would cover each other move up or down, by the least that keeps them apart, within their row.
const swarm: Plot.InitializerFunction = (data, facets, channels, scales) => {
  const places = scales as unknown as Record<
    string,
    ((value: unknown) => number) & { bandwidth: () => number }
  >;
  const values = (name: string) => channels[name]?.value as unknown as ArrayLike<unknown>;
  const [xs, ys] = [values("x"), values("y")];
  const y = new Float64Array(data.length);
  const half = places.y.bandwidth() / 2;
  for (const index of facets) {
    const placed: [number, number][] = [];
    const order = [...index].sort((i, j) => Number(xs[i]) - Number(xs[j]) || i - j);
    for (const i of order) {
      const px = places.x(xs[i]);
      const middle = places.y(ys[i]);
      const free = (py: number) =>
        placed.every(([a, b]) => (a - px) ** 2 + (b - py) ** 2 >= (2 * radius) ** 2);
      let offset = 0;
      for (let k = 0; k < 2 * (half - radius); k++) {
        offset = (k % 2 === 0 ? 1 : -1) * Math.ceil(k / 2);
        if (free(middle + offset)) break;
        offset = 0; // no room is left: dots that share a value lie on each other
      }
      y[i] = middle + offset;
      placed.push([px, y[i]]);
    }
  }
  return { data, facets, channels: { y: { value: y } } } as unknown as ReturnType<
    Plot.InitializerFunction
  >;
};

/**
 * A dot for each row in a strip for each category, with a tick at the category's median. Infinite values are not drawn but count in the median, NaN does not.
 *
 * @throws TypeError if there are no rows or a column is not there.
 *
 * @example
 * ```ts
 * import { figure, strip } from "step-zero/notebook";
 * import { expect } from "@std/expect";
 *
 * const rows = ["Xavier", "He"].flatMap((name) => [1, 2, 3].map((seed) => ({ name, accuracy: 1 - 0.1 * seed })));
 * const { svg } = figure({ alt: "He and Xavier agree.", marks: [strip(rows, { x: "accuracy", by: "name" })] });
 * expect(svg).toContain(">Xavier</text>");
 * ```
 */
export function strip<Row extends object>(
  rows: readonly Row[],
  options: StripOptions<Row>,
): Plot.Markish {
  const data = checkedRows("strip", rows, options, {
    required: ["x", "by"],
    columns: ["fx"],
    others: ["schemes"],
  });
  const { x, fx } = options;
  const series = seriesOf(data, options).map(({ name, style, rows }) => ({
    name,
    style,
    points: rows.map((row) => ({ x: Number(row[x]), name, fx: fx && row[fx] })),
  }));
  const channels = { x: labelled("x", x), y: "name", fx: labelled("fx", fx) };
  const medians = series.flatMap(({ name, points }) =>
    groupRows(points, ["fx"]).map((group) => {
      const values = group.map((point) => Number(point.x)).filter((value) => !Number.isNaN(value));
      return { x: values.length > 0 ? finite(median(values)) : NaN, name, fx: group[0].fx };
    })
  );
  return composite([
    Plot.tickX(medians, { ...channels, stroke: "black", strokeWidth: 2.5 }),
    ...series.map(({ style, points }) =>
      Plot.dot(
        points,
        Plot.initializer({
          ...channels,
          fill: style.color,
          symbol: style.symbol,
          r: radius,
          stroke: "white",
          strokeWidth: 0.5,
        }, swarm),
      )
    ),
  ], {
    panels: panelsOf(data, { fx }),
    defaults: {
      height: 62 + 46 * series.length,
      marginTop: 12,
      x: { grid: true, inset: 6 },
      y: {
        type: "band",
        domain: series.map(({ name }) => name),
        label: null,
        grid: false,
        padding: 0.1,
        tickSize: 0,
      },
    },
    series: series.map(({ name, points }) => ({ name, x: points.map((point) => point.x) })),
  });
}
