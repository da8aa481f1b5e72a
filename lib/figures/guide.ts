import * as Plot from "@observablehq/plot";
import { finite, onlyOptions } from "../tensor/arguments.ts";
import { composite } from "./composite.ts";
import { endLabelOptions } from "./labels.ts";

/** Where a guide stands, at an x or at a y, and its name. */
export type GuideOptions =
  & { readonly label: string }
  & ({ readonly x: number } | { readonly y: number });

const color = "#444444";

/**
 * A thin line across the panel at a value worth seeing, with its name: at the right edge for a y, at the top for an x.
 *
 * @throws TypeError if neither x nor y is given, or no label.
 *
 * @example
 * ```ts
 * import { figure, guide, line } from "step-zero/notebook";
 * import { expect } from "@std/expect";
 *
 * const rows = [0, 1, 2].map((step) => ({ step, loss: 2.3 - step / 10 }));
 * const marks = [line(rows, { x: "step", y: "loss" }), guide({ y: Math.LN10, label: "ln 10" })];
 * expect(figure({ alt: "The loss starts at ln 10.", marks }).svg).toContain(">ln 10</text>");
 * ```
 */
export function guide(options: GuideOptions): Plot.Markish {
  onlyOptions("guide", options, ["x", "y", "label"]);
  const { label } = options;
  if (("x" in options) === ("y" in options) || typeof label !== "string") {
    throw new TypeError("Cannot draw a guide: give it an x or a y, and a label");
  }
  finite("its place", "y" in options ? options.y : options.x);
  if ("y" in options) {
    return composite([
      Plot.ruleY([options.y], { stroke: color, strokeWidth: 1 }),
      Plot.text([options.y], {
        ...endLabelOptions,
        y: (y) => y,
        frameAnchor: "right",
        text: () => label,
        fill: color,
      }),
    ]);
  }
  return composite([
    Plot.ruleX([options.x], { stroke: color, strokeWidth: 1 }),
    Plot.text([options.x], {
      x: (x) => x,
      frameAnchor: "top",
      text: () => label,
      textAnchor: "start",
      dx: 5,
      dy: 6,
      fill: color,
      fontWeight: 600,
      stroke: "white",
      strokeWidth: 4,
    }),
  ]);
}
