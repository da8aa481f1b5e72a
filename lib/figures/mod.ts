/**
 * Figures: Observable Plot in the course's theme, and its composite marks. A mark takes rows (arrays of flat objects)
 * and gives Plot marks; figure() draws them.
 *
 * @module
 */
export * from "./band.ts";
export {
  colorOf,
  dashOf,
  rampColor,
  type SchemeKey,
  schemeKeys,
  schemeOf,
  symbolOf,
  theoryStyle,
} from "./colors.ts";
export * from "./figure.ts";
export * from "./line.ts";
export * from "./theory.ts";
export type { SeriesOptions } from "./series.ts";
