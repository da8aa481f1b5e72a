/**
 * Figures: Observable Plot in the course's theme, and its composite marks. A mark takes rows (arrays of flat objects)
 * and gives Plot marks; figure() draws them.
 *
 * @module
 */
export * as Plot from "@observablehq/plot";
export { band } from "./band.ts";
export { boundary, type BoundaryOptions } from "./boundary.ts";
export {
  colorOf,
  dashOf,
  rampColor,
  type SchemeKey,
  schemeKeys,
  schemeOf,
  type SeriesStyle,
  symbolOf,
} from "./colors.ts";
export { confusion, type ConfusionOptions } from "./confusion.ts";
export { digits, type DigitsOptions } from "./digits.ts";
export { type Figure, figure, type FigureOptions } from "./figure.ts";
export { guide, type GuideOptions } from "./guide.ts";
export { heatMap, type HeatMapOptions } from "./heatMap.ts";
export {
  type Bin,
  density,
  type DensityOptions,
  histograms,
  type HistogramsOptions,
} from "./histograms.ts";
export { line } from "./line.ts";
export { scatter } from "./scatter.ts";
export type { SeriesOptions } from "./series.ts";
export { strip, type StripOptions } from "./strip.ts";
export { theory, type TheoryOptions } from "./theory.ts";
