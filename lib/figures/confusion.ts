import * as Plot from "@observablehq/plot";
import { composite } from "./composite.ts";
import { checkedRows, type Column, distinct, groupRows } from "./rows.ts";

/** What confusion() takes: the columns of the true and the predicted class, one row for each example. */
export interface ConfusionOptions<Row> {
  readonly actual: Column<Row>;
  readonly predicted: Column<Row>;
}

// From white to blue by the share p of the true class; digits are white from where that has the better contrast.
const shade = (p: number) =>
  `rgb(${[0, 114, 178].map((c) => Math.round(255 + (c - 255) * Math.sqrt(p))).join(",")})`;

/**
 * How often each true class (down) was taken for each class (across), as counts, shaded by the share of the true class;
 * a place never taken is blank.
 *
 * @throws TypeError if there are no rows or a column is not there.
 *
 * @example
 * ```ts
 * import { confusion, figure } from "step-zero/notebook";
 * import { expect } from "@std/expect";
 *
 * const rows = [[3, 3], [3, 5], [5, 5], [5, 5]].map(([digit, guess]) => ({ digit, guess }));
 * const marks = [confusion(rows, { actual: "digit", predicted: "guess" })];
 * expect(figure({ alt: "One 3 is taken for a 5.", marks }).svg).toContain(">2</text>");
 * ```
 */
export function confusion<Row extends object>(
  rows: readonly Row[],
  options: ConfusionOptions<Row>,
): Plot.Markish {
  const data = checkedRows("confusion", rows, options, { required: ["actual", "predicted"] });
  const { actual, predicted } = options;
  const cells = groupRows(data, [actual]).flatMap((sameClass) =>
    groupRows(sameClass, [predicted]).map((group) => ({
      actual: group[0][actual],
      predicted: group[0][predicted],
      count: group.length,
      share: group.length / sameClass.length,
    }))
  );
  const domain = distinct([
    ...cells.map(({ actual }) => ({ k: actual })),
    ...cells.map(({ predicted }) => ({ k: predicted })),
  ], "k");
  const channels = { x: "predicted", y: "actual" };
  const colors = (color: (share: number) => string) =>
    ({
      value: (cell: (typeof cells)[number]) => color(cell.share),
      scale: null,
    }) as unknown as Plot.ChannelValueSpec;
  const scale = { type: "band", domain, tickSize: 0, padding: 0.04, grid: false } as const;
  return composite([
    Plot.cell(cells, { ...channels, fill: colors(shade) }),
    Plot.text(cells, {
      ...channels,
      text: (cell) => String(cell.count),
      fill: colors((share) => share > 0.4 ? "white" : "black"),
      fontVariant: "tabular-nums",
    }),
  ], {
    defaults: {
      width: 110 + 44 * domain.length,
      aspectRatio: 1,
      x: { ...scale, label: predicted },
      y: { ...scale, label: actual },
    },
  });
}
