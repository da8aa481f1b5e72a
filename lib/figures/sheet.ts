import { svgElement } from "./document.ts";
import { fontFamily, textWidth, wrapText } from "./text.ts";

/** What stands around a plot, from top to bottom. */
export interface Surroundings {
  readonly title?: string;
  readonly subtitle?: string;
  readonly legends: readonly Element[];
  readonly notes: readonly string[];
}

interface Paragraph {
  readonly fontSize: number;
  readonly weight?: number;
  readonly fill: string;
}

const left = 4;
/** Room for half a tick label left of a ramp. */
const rampIndent = 12;

function paragraph(
  sheet: Element,
  text: string,
  y: number,
  width: number,
  { fontSize, weight, fill }: Paragraph,
) {
  for (const line of wrapText(text, fontSize, width - 2 * left)) {
    y += fontSize * 1.3;
    const element = svgElement("text", { x: left, y: y.toFixed(1), "font-size": fontSize, fill });
    if (weight) element.setAttribute("font-weight", String(weight));
    element.textContent = line;
    sheet.appendChild(element);
  }
  return y;
}

function ramp(sheet: Element, legend: Element, x: number, y: number): number {
  for (const name of ["style", "class", "viewBox", "font-family"]) legend.removeAttribute(name);
  for (
    const [name, value] of [["x", x + rampIndent], ["y", y], ["font-size", 12], [
      "overflow",
      "visible",
    ]] as const
  ) {
    legend.setAttribute(name, String(value));
  }
  for (const tick of legend.querySelectorAll(".tick")) tick.setAttribute("text-anchor", "middle");
  sheet.appendChild(legend);
  return Number(legend.getAttribute("width")) + 24;
}

function swatches(sheet: Element, legend: Element, x: number, y: number): number {
  const start = x;
  for (const item of legend.children) {
    const [swatch] = item.children;
    if (!swatch || item.tagName.toLowerCase() === "style") continue;
    const label = item.textContent?.trim() ?? "";
    swatch.setAttribute("x", String(x));
    swatch.setAttribute("y", String(y + 6));
    const text = svgElement("text", { x: x + 20, y: y + 18, "font-size": 13 });
    text.textContent = label;
    sheet.appendChild(swatch);
    sheet.appendChild(text);
    x += 20 + textWidth(label, 13) + 14;
  }
  return x - start + 10;
}

function legendRow(sheet: Element, legends: readonly Element[], y: number): number {
  let x = left;
  for (const legend of legends) {
    x += (legend.tagName.toLowerCase() === "svg" ? ramp : swatches)(sheet, legend, x, y);
  }
  return legends.length > 0
    ? y + (legends.some((legend) => legend.tagName.toLowerCase() === "svg") ? 56 : 30)
    : y;
}

/** One SVG of title, legends, plot and notes, on white. */
export function assemble(
  plot: Element,
  width: number,
  height: number,
  around: Surroundings,
): Element {
  const sheet = svgElement("svg", {
    xmlns: "http://www.w3.org/2000/svg",
    "font-family": fontFamily,
    "font-size": 14,
  });
  const ground = svgElement("rect", { width: "100%", height: "100%", fill: "white" });
  sheet.appendChild(ground);
  let y = 4;
  if (around.title) {
    y = paragraph(sheet, around.title, y, width, { fontSize: 17, weight: 600, fill: "black" });
  }
  if (around.subtitle) {
    y = paragraph(sheet, around.subtitle, y, width, { fontSize: 14, fill: "#444" });
  }
  if (y > 4) y += 8;
  y = legendRow(sheet, around.legends, y + (around.legends.length > 0 ? 4 : 0));
  const group = svgElement("g", { "text-anchor": "middle", transform: `translate(0,${y})` });
  for (const child of [...plot.childNodes]) group.appendChild(child);
  sheet.appendChild(group);
  y += height;
  for (const note of around.notes) {
    y = paragraph(sheet, note, y, width, { fontSize: 13, fill: "#444" });
  }
  if (around.notes.length > 0) y += 8;
  sheet.setAttribute("width", String(width));
  sheet.setAttribute("height", String(Math.ceil(y)));
  sheet.setAttribute("viewBox", `0 0 ${width} ${Math.ceil(y)}`);
  return sheet;
}
