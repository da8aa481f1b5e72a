import { document, svgElement } from "./document.ts";
import { translation } from "./layout.ts";
import { scriptRuns } from "./text.ts";
import { thinPath } from "./thin.ts";

const geometric = new Set(
  "x y x1 y1 x2 y2 cx cy r rx ry d width height transform points stroke-width stroke-dasharray"
    .split(" "),
);

const round = (text: string) =>
  text.replaceAll(/-?\d*\.\d+(e[-+]?\d+)?(?![\d.]*em)/g, (digits) => {
    const tenths = Math.round(Number(digits) * 10) / 10;
    return String(tenths === 0 ? 0 : tenths);
  });

function compactAttributes(element: Element): void {
  for (const { name, value } of [...element.attributes]) {
    if (name === "xlink:href") {
      element.removeAttribute(name);
      element.setAttribute("href", value);
    } else if (name === "class" || (name === "transform" && value === "translate(0,0)")) {
      element.removeAttribute(name);
    } else if (value === "currentColor") element.setAttribute(name, "black");
    else if (name === "d") element.setAttribute(name, thinPath(value) ?? round(value));
    else if (geometric.has(name)) element.setAttribute(name, round(value));
  }
}

// Raised and lowered digits as shifted small ones: fonts disagree about (or lack) the characters.
function shiftScripts(element: Element): void {
  if (element.children.length > 0) return [...element.children].forEach(shiftScripts);
  const runs = scriptRuns(element.textContent ?? "");
  if (!runs.some(({ shift }) => shift !== 0)) return;
  element.textContent = "";
  let height = 0;
  for (const { text, shift } of runs) {
    if (shift === 0 && height === 0) {
      element.appendChild(document.createTextNode(text));
      continue;
    }
    const part = svgElement("tspan");
    // dy is measured in the run's own font size: 0.45 of 0.75em is 0.34em, undone by the next plain run.
    if (shift !== 0) part.setAttribute("font-size", "0.75em");
    const target = shift * (shift > 0 ? 0.34 : 0.16);
    const dy = (height - target) / (shift !== 0 ? 0.75 : 1);
    if (dy !== 0) part.setAttribute("dy", `${Number(dy.toFixed(3))}em`);
    height = target;
    part.textContent = text;
    element.appendChild(part);
  }
}

// Plot counts its ids up from one figure to the next; these start anew in each.
function renameIds(svg: Element): void {
  const names = new Map<string, string>();
  for (const element of svg.querySelectorAll("[id]")) {
    const id = element.getAttribute("id")!;
    names.set(id, `s${names.size + 1}`);
    element.setAttribute("id", names.get(id)!);
  }
  if (names.size === 0) return;
  for (const element of svg.querySelectorAll("*")) {
    for (const { name, value } of [...element.attributes]) {
      const id = /^(?:url\()?#([^)]+)\)?$/.exec(value)?.[1];
      if (id && names.has(id)) element.setAttribute(name, value.replace(id, names.get(id)!));
    }
  }
}

/** From so many alike on, symbols are drawn once and used again. */
const manySymbols = 10;

// Plot writes every dot's path out; here the first of them is referred to by the others.
function shareSymbols(svg: Element): void {
  let shared = 0;
  for (const group of svg.querySelectorAll("g")) {
    const [first, ...others] = group.children;
    const alike = (element: Element) =>
      element.tagName.toLowerCase() === "path" && element.attributes.length === 2 &&
      element.getAttribute("d") === first.getAttribute("d") &&
      /^translate\([^)]*\)$/.test(element.getAttribute("transform") ?? "");
    if (others.length < manySymbols || !alike(first) || !others.every(alike)) continue;
    const id = `d${++shared}`;
    const [x, y] = translation(first);
    for (const other of others) {
      const [toX, toY] = translation(other);
      group.appendChild(svgElement("use", { href: `#${id}`, x: toX - x, y: toY - y }));
      other.remove();
    }
    first.setAttribute("id", id);
  }
}

/**
 * Makes an SVG small and the same at every run: coordinates to 0.1 px, long lines thinned, no classes or style sheets,
 * ids numbered within the figure, raised digits drawn as such.
 */
export function compact(svg: Element): void {
  for (const style of svg.querySelectorAll("style")) style.remove();
  renameIds(svg);
  shareSymbols(svg);
  for (const element of [svg, ...svg.querySelectorAll("*")]) compactAttributes(element);
  for (const text of svg.querySelectorAll("text")) shiftScripts(text);
}
