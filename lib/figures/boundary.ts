import * as Plot from "@observablehq/plot";
import { composite } from "./composite.ts";
import { gridOf } from "./grid.ts";
import { checkedRows, type Column, groupRows, panelsOf } from "./rows.ts";
import { array, text } from "../tensor/arguments.ts";

/** What boundary() takes: the columns of an even grid and of the probability of class 1 at each place. */
export interface BoundaryOptions<Row, Point> {
  readonly x: Column<Row>;
  readonly y: Column<Row>;
  readonly fill: Column<Row>;
  readonly fx?: Column<Row>;
  /** Labelled examples to draw over it, with the same columns for their places; in every panel alike without `fx`. */
  readonly points?: readonly Point[];
  /** The column of a point's label, 0 or 1. */
  readonly label?: Column<Point>;
}

// 64 shades are as smooth as the eye wants, and take a third of the bytes.
const level = (p: number) => Math.round(p * 64) / 64;

const classes = [
  { color: "#0072B2", pale: "#8FC3E3", symbol: "circle" },
  { color: "#D55E00", pale: "#F2B48C", symbol: "triangle" },
] as const;

/**
 * A classifier's decision: the probability of class 1 by colour on an even grid (blue at 0, white at 1/2, vermilion at
 * 1), the boundary at 1/2 as a black line, and labelled points over it.
 *
 * @throws TypeError if there are no rows or a column is not there.
 * @throws RangeError if the rows are not an even grid.
 *
 * @example
 * ```ts
 * import { boundary, figure } from "step-zero/notebook";
 * import { expect } from "@std/expect";
 *
 * const places = [-1, 0, 1];
 * const rows = places.flatMap((y) => places.map((x) => ({ x, y, p: (x + 1) / 2 })));
 * const marks = [boundary(rows, { x: "x", y: "y", fill: "p", points: [{ x: 1, y: 0, label: 1 }], label: "label" })];
 * expect(figure({ alt: "Split at x = 0.", marks }).svg).toContain("<image");
 * ```
 */
export function boundary<Row extends object, Point extends object>(
  rows: readonly Row[],
  options: BoundaryOptions<Row, Point>,
): Plot.Markish {
  const known = { required: ["x", "y", "fill"], columns: ["fx"], others: ["points", "label"] };
  const data = checkedRows("boundary", rows, options, known);
  const { x, y, fill, fx, points = [], label } = options;
  array("points", points);
  if (label !== undefined) text("label", label);
  const fields = groupRows(data, [fx]).flatMap((group) => {
    const grid = gridOf(group, { x, y, fill });
    if (!grid) {
      throw new RangeError(
        "Cannot draw a boundary: its rows must stand on an even grid of numbers",
      );
    }
    const { values, ...frame } = grid;
    const place = { ...frame, fx: fx && (() => group[0][fx]) };
    return [
      Plot.raster(values.map(level), place),
      Plot.contour(values, {
        ...place,
        clip: true,
        value: (p: number) => p,
        thresholds: [0.5],
        stroke: "black",
        strokeWidth: 1.5,
      }),
    ];
  });
  const dots = classes.map(({ color, symbol }, k) =>
    Plot.dot(
      points.filter((point) => Number((point as Record<string, unknown>)[label ?? ""]) === k),
      {
        x,
        y,
        fx: fx !== undefined && points.length > 0 && fx in points[0] ? fx : undefined,
        symbol,
        fill: color,
        stroke: "white",
        strokeWidth: 0.75,
        r: 3.2,
      },
    )
  );
  // Where class 1 reaches the edge, the boundary's line closes along it: the frame covers that part.
  const frame = Plot.frame({ stroke: "#BBBBBB", strokeWidth: 2 });
  return composite([...fields, frame, ...dots], {
    panels: panelsOf(data, { fx }),
    defaults: {
      width: fx === undefined ? 480 : 720,
      aspectRatio: 1,
      x: { label: x },
      y: { label: y, grid: false },
      color: {
        type: "linear",
        interpolate: "rgb",
        domain: [0, 0.5, 1],
        range: [classes[0].pale, "#FFFFFF", classes[1].pale],
        legend: true,
        label: "probability of class 1",
      },
    },
  });
}
