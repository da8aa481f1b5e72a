import * as Plot from "@observablehq/plot";
import { Buffer } from "node:buffer";
import { logFormat, logTicks, wholeTicks } from "./axes.ts";
import { compact } from "./compact.ts";
import { hasPanels, hasWholeX, notDrawn, withMarkDefaults } from "./composite.ts";
import { document } from "./document.ts";
import { escapeHtml } from "./html.ts";
import { separateLabels } from "./labels.ts";
import { overflow, placedTexts } from "./layout.ts";
import { assemble } from "./sheet.ts";
import { fontFamily } from "./text.ts";
import { checkPlotOptions } from "./plotOptions.ts";

/** A finished figure, which Jupyter shows as an image with its alt text. */
export interface Figure {
  readonly alt: string;
  /** The drawing, one SVG. */
  readonly svg: string;
  /** HTML that shows the drawing: one img element. */
  readonly html: string;
}

/** Options of figure(): Observable Plot's own, and the alt text, which must be given. */
export interface FigureOptions
  extends Omit<Plot.PlotOptions, "document" | "figure" | "style" | "className" | "aspectRatio"> {
  readonly alt: string;
  /** How many times longer a unit of x is drawn than one of y; sets the height. */
  readonly aspectRatio?: number;
  readonly title?: string;
  readonly subtitle?: string;
  readonly caption?: string;
}

const sizeLimit = 100_000;

interface Frame {
  readonly width: number;
  readonly height: number;
  readonly marginTop: number;
  readonly marginRight: number;
  readonly marginBottom: number;
  readonly marginLeft: number;
}

type Scales = Pick<Plot.PlotOptions, "x" | "y">;

function scaleOptions(name: "x" | "y", options: Plot.PlotOptions): Plot.ScaleOptions {
  return {
    grid: name === "y",
    tickSize: 4,
    ...(name === "y" ? { tickSpacing: 50 } : { labelOffset: 38 }),
    labelAnchor: name === "x" ? "center" : "top",
    labelArrow: "none",
    ...options[name],
  } as Plot.ScaleOptions;
}

function draw(
  options: Plot.PlotOptions,
  scales: Scales,
  frame: Frame,
): (SVGElement | HTMLElement) & Plot.Plot {
  return Plot.plot({
    ...options,
    ...scales,
    ...frame,
    document,
    style: { fontFamily, fontSize: "14px" },
  });
}

function svgOf(plot: Element): Element {
  const svg = plot.tagName.toLowerCase() === "svg" ? plot : [...plot.children].at(-1)!;
  svg.setAttribute("font-size", "14");
  return svg;
}

// Ticks at powers of ten and at whole numbers need the domain, which Plot tells after a first drawing.
function withTicks(
  options: Plot.PlotOptions,
  scales: Scales,
  plot: Plot.Plot,
  { width, height }: Frame,
): Scales {
  const panels = [...(plot.scale("fx")?.domain ?? [1])].length;
  const ticked = (name: "x" | "y", count: number) => {
    const { type, domain } = plot.scale(name) ?? {};
    const ends = domain as unknown as [number, number];
    if (scales[name]!.ticks !== undefined) return scales[name];
    if (type === "log") {
      const ticks = logTicks(ends, count);
      return { tickFormat: logFormat(ticks), ...scales[name], ticks };
    }
    const whole = name === "x" && type === "linear" && hasWholeX(options);
    return whole
      ? { tickFormat: ",d", ...scales[name], ticks: wholeTicks(ends, count) }
      : scales[name];
  };
  return { x: ticked("x", width / 70 / panels), y: ticked("y", height / 45) };
}

// Margins as wide as the texts need, and the height that makes one unit of x as long as one of y where asked.
function fit(
  svg: Element,
  plot: Plot.Plot,
  frame: Frame,
  aspectRatio: number | undefined,
): Frame {
  const over = overflow(placedTexts(svg), frame.width, frame.height);
  const grow = (margin: number, by: number) => margin + (by > 0 ? Math.ceil(by) + 4 : 0);
  const fitted = {
    ...frame,
    marginTop: grow(frame.marginTop, over.top),
    marginRight: grow(frame.marginRight, over.right),
    marginBottom: grow(frame.marginBottom, over.bottom),
    marginLeft: grow(frame.marginLeft, over.left),
  };
  if (!aspectRatio) return fitted;
  const length = (name: "x" | "y") => {
    const { type, domain = [] } = plot.scale(name) ?? {};
    const ends = [...domain] as number[];
    return type === "point" || type === "band"
      ? ends.length
      : Math.abs(ends[ends.length - 1] - ends[0]);
  };
  const share = (plot.scale("fx")?.bandwidth ?? Infinity) /
    (frame.width - frame.marginLeft - frame.marginRight);
  const inner = (frame.width - fitted.marginLeft - fitted.marginRight) * Math.min(share, 1);
  const height = inner * length("y") / (length("x") * aspectRatio);
  return { ...fitted, height: Math.round(height) + fitted.marginTop + fitted.marginBottom };
}

/**
 * Draws Observable Plot marks in the course's theme as one static SVG image with its alt text.
 *
 * Values that an axis cannot show (not finite, or not above 0 on a log axis) are left out, and a note below the figure
 * says which of the course's marks lost how many. Coordinates are rounded to 0.1 px, long lines thinned to what can be
 * seen, and the same options always give the same bytes.
 *
 * @throws TypeError if `alt` is missing or empty.
 * @throws RangeError if the image takes more than 100 kB.
 *
 * @example
 * ```ts
 * import { band, figure } from "step-zero/notebook";
 * import { expect } from "@std/expect";
 *
 * const rows = [1, 2, 3].map((layer) => ({ layer, meanSquare: 0.5 ** layer, name: "Xavier" }));
 * const drawn = figure({
 *   alt: "The mean square halves at every layer.",
 *   y: { type: "log", label: "mean square" },
 *   marks: [band(rows, { x: "layer", y: "meanSquare", by: "name" })],
 * });
 * expect(drawn.html).toContain('alt="The mean square halves at every layer."');
 * ```
 */
export function figure(all: FigureOptions): Figure {
  checkPlotOptions(all);
  const { alt, title, subtitle, caption, ...given } = all;
  if (typeof alt !== "string" || alt.trim() === "") {
    throw new TypeError(
      "Cannot draw a figure without alt text: say in `alt` what a reader should see in it",
    );
  }
  const { aspectRatio, ...options } = withMarkDefaults<Omit<FigureOptions, "alt">>(given);
  const scales = { x: scaleOptions("x", options), y: scaleOptions("y", options) };
  const frame = {
    width: options.width ?? 720,
    height: options.height ?? 360,
    marginTop: options.marginTop ?? (hasPanels(options) ? 48 : 34), // names of panels below that of y
    marginRight: options.marginRight ?? 16,
    marginBottom: options.marginBottom ?? 44,
    marginLeft: options.marginLeft ?? 44,
  };
  const place = (plot: Element & Plot.Plot, { width, height, ...margins }: Frame) => {
    const svg = svgOf(plot);
    const panelWidth = plot.scale("fx")?.bandwidth ??
      width - margins.marginLeft - margins.marginRight;
    const panelHeight = plot.scale("fy")?.bandwidth ??
      height - margins.marginTop - margins.marginBottom;
    separateLabels(svg, {
      top: margins.marginTop,
      right: margins.marginLeft + panelWidth,
      bottom: margins.marginTop + panelHeight,
    });
    return svg;
  };
  const draft = draw(options, scales, frame);
  const ticked = withTicks(options, scales, draft, frame);
  const trial = draw(options, ticked, frame);
  const fitted = fit(place(trial, frame), trial, frame, aspectRatio);
  const plot = draw(options, ticked, fitted);
  const legends = plot.tagName.toLowerCase() === "svg" ? [] : [...plot.children].slice(0, -1);
  const notes = [caption, notDrawn(options)].filter((note) => note !== undefined);
  const sheet = assemble(place(plot, fitted), fitted.width, fitted.height, {
    title,
    subtitle,
    legends,
    notes,
  });
  compact(sheet);
  return image(alt, sheet.outerHTML, sheet.getAttribute("width")!);
}

function image(alt: string, svg: string, width: string): Figure {
  const html =
    `<img alt="${escapeHtml(alt)}" width="${width}" style="max-width:100%;height:auto" ` +
    `src="data:image/svg+xml;base64,${Buffer.from(svg).toString("base64")}">`;
  if (html.length > sizeLimit) {
    throw new RangeError(
      `Cannot show a figure of ${Math.ceil(html.length / 1000)} kB: the limit is ${
        sizeLimit / 1000
      } kB. ` +
        "Draw fewer points, or a raster instead of cells",
    );
  }
  const bundle = () => ({ "text/html": html, "text/plain": alt });
  return Object.defineProperty({ alt, svg, html }, Symbol.for("Jupyter.display"), {
    value: bundle,
  });
}
