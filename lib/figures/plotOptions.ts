import { array, finite, onlyOptions, text } from "../tensor/arguments.ts";

const SIDES = ["", "Top", "Right", "Bottom", "Left"];
const SCALES = ["x", "y", "fx", "fy", "r", "color", "opacity", "symbol", "length"];
const DEFAULTS = ["clamp", "nice", "zero", "round", "align", "padding", "axis", "grid", "label"];

/** What figure() takes beside its own: Plot's options, but for those that it decides. */
const KNOWN = [
  ...["alt", "title", "subtitle", "caption", "aspectRatio", "marks", "width", "height"],
  ...SIDES.flatMap((side) => [`margin${side}`, `inset${side}`]),
  ...["ariaLabel", "ariaDescription", "clip", "projection", "facet", "labelArrow"],
  ...SCALES,
  ...DEFAULTS,
];

/** Refuses options that Plot would pass over in silence. @throws {TypeError} where one is unknown or of a wrong kind. */
export function checkPlotOptions(options: object): void {
  onlyOptions("figure", options, KNOWN);
  for (const [name, value] of Object.entries(options)) {
    if (value === undefined) continue;
    if (["title", "subtitle", "caption"].includes(name)) text(name, value);
    if (["width", "height", "aspectRatio"].includes(name)) finite(name, value);
    if (name === "marks") array(name, value);
  }
}
