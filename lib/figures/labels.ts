import * as Plot from "@observablehq/plot";
import { svgElement } from "./document.ts";
import { type PlacedText, placedTexts, translation } from "./layout.ts";

/** The class of text marks that name a line at its end; figure() moves them apart. */
const endLabelClass = "end-label";
/** How far right of the line's end its name stands, in pixels. */
const gap = 12;
const lineHeight = 17;

/** Options of a text mark whose texts name lines at their ends. */
export const endLabelOptions: Plot.TextOptions = {
  textAnchor: "start",
  dx: gap,
  className: endLabelClass,
  fontWeight: 600,
  stroke: "white",
  strokeWidth: 4,
};

/** A line's name and colour, and its points in drawing order. */
export interface NamedLine {
  readonly name: string;
  readonly color: string;
  readonly points: readonly {
    readonly x: unknown;
    readonly y: unknown;
    readonly fx?: unknown;
    readonly fy?: unknown;
  }[];
}

// Keeps, in each panel, the last point of each line that the axes can show.
const lastShown: Plot.InitializerFunction = (data, facets, channels, scales) => {
  const points = data as { name: string }[];
  const places = scales as unknown as Record<string, (value: unknown) => number>;
  const shown = (axis: string, i: number) => {
    const values = channels[axis]?.value as unknown as ArrayLike<unknown>;
    return Number.isFinite(places[axis](values[i]));
  };
  const lasts = facets.map((index) => {
    const last = new Map<string, number>();
    for (const i of index) {
      if (shown("x", i) && shown("y", i)) last.set(points[i].name, i);
    }
    return [...last.values()];
  });
  return { data, facets: lasts, channels: {} };
};

/** Marks that write each line's name at its end, in every panel, on the given position channels. */
export function nameEnds(
  lines: readonly NamedLine[],
  channels: Pick<Plot.TextOptions, "x" | "y" | "fx" | "fy">,
): Plot.Markish[] {
  const points = lines.flatMap(({ name, color, points }) =>
    points.map((point) => ({ ...point, name, color }))
  );
  if (points.every(({ name }) => name === "")) return [];
  const options: Plot.TextOptions = {
    ...channels,
    text: "name",
    fill: { value: "color", scale: null } as unknown as Plot.ChannelValueSpec,
    ...endLabelOptions,
  };
  return [Plot.text(points, Plot.initializer(options, lastShown))];
}

/** Positions at least `step` apart, in the order given by `wanted` and as near to it as least squares allows, inside [low, high]. */
export function spread(
  wanted: readonly number[],
  step: number,
  low: number,
  high: number,
): number[] {
  const order = wanted.map((_, i) => i).sort((i, j) => wanted[i] - wanted[j] || i - j);
  const blocks: { sum: number; count: number }[] = [];
  order.forEach((i, rank) => {
    let block = { sum: wanted[i] - rank * step, count: 1 };
    for (
      let last = blocks.at(-1);
      last && last.sum / last.count > block.sum / block.count;
      last = blocks.at(-1)
    ) {
      blocks.pop();
      block = { sum: last.sum + block.sum, count: last.count + block.count };
    }
    blocks.push(block);
  });
  const places = new Array<number>(wanted.length);
  let rank = 0;
  const top = Math.max(low, high - (wanted.length - 1) * step);
  for (const { sum, count } of blocks) {
    for (let k = 0; k < count; k++, rank++) {
      places[order[rank]] = Math.min(Math.max(sum / count, low), top) + rank * step;
    }
  }
  return places;
}

interface Panel {
  readonly labels: PlacedText[];
  readonly x: number;
  readonly y: number;
}

function panelsOf(svg: Element): Panel[] {
  const texts = new Map(placedTexts(svg).map((text) => [text.element, text]));
  const panels = new Map<string, Panel>();
  for (const group of svg.querySelectorAll(`.${endLabelClass}`)) {
    const faceted = group.parentElement !== svg;
    const [x, y] = faceted ? translation(group) : [0, 0];
    const panel = panels.get(`${x},${y}`) ?? { labels: [], x, y };
    panels.set(`${x},${y}`, panel);
    for (const element of group.querySelectorAll("text")) {
      const text = texts.get(element);
      if (text) panel.labels.push(text);
    }
  }
  return [...panels.values()];
}

// In small multiples a series is named only in the last panel of its row that holds it.
function dropRepeated(panels: readonly Panel[]): void {
  for (const panel of panels) {
    const later = panels.filter((other) => other.y === panel.y && other.x > panel.x);
    const names = new Set(
      later.flatMap((other) => other.labels.map(({ element }) => element.textContent)),
    );
    for (const label of panel.labels.splice(0)) {
      if (names.has(label.element.textContent)) label.element.remove();
      else panel.labels.push(label);
    }
  }
}

/** The part of a plot that one panel draws in, before the panel is moved to its place. */
export interface PanelBounds {
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** A line that ends well inside its panel has its name above its end, where what goes on does not run through it. */
const inside = 24;
const raised = 15;

// Labels that have to keep apart: all in the right margin, and inside the panel those that share a column.
function crowds(labels: readonly PlacedText[], right: number): PlacedText[][] {
  const inMargin = labels.filter(({ x }) => x - gap >= right - inside);
  const columns: PlacedText[][] = [];
  for (
    const label of labels.filter((one) => !inMargin.includes(one)).sort((a, b) => a.left - b.left)
  ) {
    const column = columns.at(-1);
    if (column && label.left < Math.max(...column.map((one) => one.right))) column.push(label);
    else columns.push([label]);
  }
  return [inMargin, ...columns];
}

function moveTo(element: Element, shift: number, tied: boolean): void {
  const [x, top] = translation(element);
  element.setAttribute("transform", `translate(${x},${top + shift})`);
  if (!tied) return;
  element.parentElement?.appendChild(svgElement("path", {
    d: `M${x + 2 - gap},${top}L${x - 2},${top + shift}`,
    fill: "none",
    stroke: element.getAttribute("fill") ?? element.parentElement.getAttribute("fill") ?? "black",
    "stroke-width": 1,
  }));
}

/** Moves the end labels of each panel apart, and ties each one that moved to its line's end by a thin line. */
export function separateLabels(svg: Element, { top, right, bottom }: PanelBounds): void {
  const panels = panelsOf(svg);
  dropRepeated(panels);
  for (const { labels, x, y } of panels) {
    for (const crowd of crowds(labels, right + x)) {
      const lift = (label: PlacedText) => label.x - gap < right + x - inside ? raised : 0;
      const wanted = crowd.map((label) => label.y - lift(label));
      const places = spread(wanted, lineHeight, top + y + 6, bottom + y - 6);
      crowd.forEach((label, i) => {
        moveTo(label.element, places[i] - label.y, Math.abs(places[i] - wanted[i]) >= 4);
      });
    }
  }
}
