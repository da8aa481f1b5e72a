import * as Plot from "@observablehq/plot";
import { composite } from "./composite.ts";
import { gridOf } from "./grid.ts";
import { checkedRows, type Column, distinct, groupRows, labelled, panelsOf } from "./rows.ts";

/** What heatMap() takes: the columns of a grid's places and of the value at each, and for small multiples. */
export interface HeatMapOptions<Row> {
  readonly x: Column<Row>;
  readonly y: Column<Row>;
  readonly fill: Column<Row>;
  readonly fx?: Column<Row>;
}

// A band scale puts its first value on top: names stand as they come, numbers grow upwards.
const fromBelow = (places: unknown[]) => typeof places[0] === "number" ? places.reverse() : places;

/**
 * A value by colour on a grid, with the ramp's legend: blue through white to red where some value is negative, viridis
 * otherwise (`color: { ... }` of the figure changes it). An even grid of numbers becomes a raster, others cells.
 *
 * @throws TypeError if there are no rows or a column is not there.
 * @throws RangeError if two rows stand at one place.
 *
 * @example
 * ```ts
 * import { figure, heatMap } from "step-zero/notebook";
 * import { expect } from "@std/expect";
 *
 * const rows = [0, 1, 2].flatMap((step) => [1, 2].map((unit) => ({ step, unit, weight: step - unit })));
 * const marks = [heatMap(rows, { x: "step", y: "unit", fill: "weight" })];
 * expect(figure({ alt: "Two rows of weights.", marks }).svg).toContain("<image");
 * ```
 */
export function heatMap<Row extends object>(
  rows: readonly Row[],
  options: HeatMapOptions<Row>,
): Plot.Markish {
  const data = checkedRows("heatMap", rows, options, {
    required: ["x", "y", "fill"],
    columns: ["fx"],
  });
  const { x, y, fill, fx } = options;
  const diverging = data.some((row) => Number(row[fill]) < 0);
  const color = {
    type: diverging ? "diverging" : "linear",
    scheme: diverging ? "burd" : "viridis",
  } as const;
  const panels = groupRows(data, [fx]).map((group) => ({
    group,
    grid: gridOf(group, { x, y, fill }),
  }));
  const even = panels.every(({ grid }) => grid !== undefined);
  const cells = even ? {} : {
    x: { type: "band", domain: distinct(data, x), tickSize: 0, padding: 0 },
    y: { type: "band", domain: fromBelow(distinct(data, y)), tickSize: 0, padding: 0 },
  } as const;
  return composite(
    panels.map(({ group, grid }) => {
      if (!grid || !even) {
        return Plot.cell(group, { x, y, fill, fx: labelled(fx ?? "", fx), inset: 0.5 });
      }
      const { values, ...frame } = grid;
      return Plot.raster(values, {
        ...frame,
        fx: fx && (() => group[0][fx]),
        imageRendering: "pixelated",
      });
    }),
    {
      panels: panelsOf(data, { fx }),
      defaults: {
        color: { ...color, legend: true, label: fill },
        x: { label: x, ...cells.x },
        y: { label: y, grid: false, ...cells.y },
      },
    },
  );
}
