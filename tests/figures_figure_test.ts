import { expect } from "@std/expect";
import { Buffer } from "node:buffer";
import { band } from "../lib/figures/band.ts";
import { figure } from "../lib/figures/figure.ts";
import { line } from "../lib/figures/line.ts";
import { Plot } from "../lib/figures/mod.ts";
import { placedTexts } from "../lib/figures/layout.ts";
import { svgElement } from "../lib/figures/document.ts";
import { theory } from "../lib/figures/theory.ts";
import { parseXml, textsOf } from "./drawn.ts";

const layers = Array.from({ length: 30 }, (_, i) => i + 1);
const names = ["zeros", "too small", "Xavier", "He", "too large"];
const signals = names.flatMap((name, k) =>
  [1, 2, 3].flatMap((seed) =>
    layers.map((layer) => ({
      name,
      seed,
      layer,
      meanSquare: [0, 1e-2, 0.5, 1, 3][k] ** layer * (1 + seed / 10),
    }))
  )
);
const columns = { x: "layer", y: "meanSquare", by: "name" } as const;
const logY = { type: "log", label: "mean square" } as const;
const drawn = () => figure({ alt: "Five schemes.", y: logY, marks: [band(signals, columns)] });

Deno.test("figure() refuses to draw without alt text", () => {
  for (const alt of [undefined, "", "  "]) {
    expect(() => figure({ alt: alt as string, marks: [] })).toThrow(TypeError);
  }
});

Deno.test("figure() shows one img with its alt text, and the alt text alone without HTML", () => {
  const alt = `He > Xavier & "zeros"`;
  const { svg, html, ...shown } = figure({ alt, marks: [line(signals.slice(0, 3), columns)] });
  expect(shown.alt).toBe(alt);
  expect(html).toMatch(/^<img alt="He &gt; Xavier &amp; &quot;zeros&quot;" [^>]*>$/);
  const base64 = /src="data:image\/svg\+xml;base64,([^"]*)"/.exec(html)![1];
  expect(Buffer.from(base64, "base64").toString()).toBe(svg);
  const bundle = (figure({ alt, marks: [Plot.frame()] }) as unknown as Record<
    symbol,
    () => Record<string, string>
  >)
    [Symbol.for("Jupyter.display")]();
  expect(Object.keys(bundle).sort()).toEqual(["text/html", "text/plain"]);
  expect(bundle["text/plain"]).toBe(alt);
});

Deno.test("figure() gives one well-formed SVG, black on white, that needs nothing from outside", () => {
  const { svg } = drawn();
  const root = parseXml(svg);
  expect(root.getAttribute("xmlns")).toBe("http://www.w3.org/2000/svg");
  expect(root.children[0].getAttribute("fill")).toBe("white");
  expect(svg).not.toMatch(/<style|class=|<script|xlink:|url\(http|currentColor/);
});

Deno.test("figure() gives the same bytes each time, whatever was drawn before", () => {
  const clipped = () =>
    figure({ alt: "Clipped.", marks: [Plot.lineY([1, 3, 2], { clip: true }), Plot.frame()] }).svg;
  const first = [drawn().svg, clipped()];
  drawn();
  expect([drawn().svg, clipped()]).toEqual(first);
  expect(first[1]).toMatch(/clip-path="url\(#s1\)"/);
});

Deno.test("figure() rounds coordinates to a tenth of a pixel", () => {
  const rows = layers.map((layer) => ({ layer, meanSquare: Math.sin(layer) / 3 }));
  const { svg } = figure({
    alt: "Sine.",
    marks: [
      line(rows, { x: "layer", y: "meanSquare" }),
      Plot.dot(rows, { x: "layer", y: "meanSquare" }),
    ],
  });
  expect(
    svg.match(/ (?:[xy][12]?|c[xy]|d|transform|width|height)="[^"]*\.\d\d[^"]*"/g)?.filter((part) =>
      !/em"/.test(part)
    ) ?? [],
  )
    .toEqual([]);
});

Deno.test("figure() thins a long line to what can be seen and refuses more than 100 kB", () => {
  const noise = (n: number) =>
    Array.from({ length: n }, (_, step) => ({ step, loss: Math.abs(Math.sin(step * step)) }));
  const many = figure({ alt: "Noise.", marks: [line(noise(50_000), { x: "step", y: "loss" })] });
  expect(many.html.length).toBeLessThan(50_000);
  const dots = Array.from({ length: 4000 }, (_, i) => ({ x: i % 63, y: i % 97 }));
  expect(() => figure({ alt: "Dots.", marks: [Plot.dot(dots, { x: "x", y: "y" })] })).toThrow(
    /Cannot show a figure of \d+ kB: the limit is 100 kB/,
  );
});

Deno.test("figure() names what a log axis cannot show, and draws the rest", () => {
  const rows = [...signals, { name: "He", seed: 4, layer: 30, meanSquare: Infinity }];
  const { svg } = figure({ alt: "Five schemes.", y: logY, marks: [band(rows, columns)] });
  expect(textsOf(svg)).toContain(
    "Not drawn: zeros (no value is above 0), He (1 of 91 values are not finite).",
  );
  expect(textsOf(svg)).toContain("He");
  expect(textsOf(svg)).not.toContain("zeros");
  expect(svg).not.toMatch(/NaN|Infinity/);
});

Deno.test("figure() leaves out of any mark what its axis cannot show", () => {
  for (
    const [type, values] of [["log", [1, 0, 10, -5, 100, Infinity]], ["linear", [
      1,
      Infinity,
      3,
      NaN,
      2,
      -Infinity,
    ]]] as const
  ) {
    const marks = [Plot.lineY(values), Plot.dot(values, { x: (_, i) => i, y: (y: number) => y })];
    const { svg } = figure({ alt: "Gaps.", y: { type }, marks });
    expect(svg).not.toMatch(/NaN|Infinity/);
    expect(svg.match(/<circle/g)?.length).toBe(3);
  }
});

Deno.test("figure() names a line at the last point that its axis can show", () => {
  const rows = [8, 4, 2, 0, NaN].map((y, x) => ({ x, y }));
  const texts = placedTexts(parseXml(
    figure({
      alt: "It ends.",
      y: { type: "log" },
      marks: [
        line(rows, { x: "x", y: "y", label: "run" }),
        line([{ x: 9, y: 1 }], { x: "x", y: "y" }),
      ],
    }).svg,
  ));
  const run = texts.find(({ element }) => element.textContent === "run")!;
  const two = texts.find(({ element, x }) => element.textContent === "2" && x < 60)!;
  // The name stands 15 px above its line's end, since the line ends inside the panel.
  expect(Math.abs(run.y + 15 - two.y)).toBeLessThan(0.2);
});

Deno.test("figure() labels a log axis with powers of ten", () => {
  const { svg } = drawn();
  const raised = /<text[^>]*>10<tspan dy="-0\.453em" font-size="0\.75em">−(\d+)<\/tspan>/g;
  const powers = [...svg.matchAll(raised)].map((match) => Number(match[1]));
  expect(powers.length).toBeGreaterThan(3);
  expect(new Set(powers.slice(1).map((power, i) => power - powers[i])).size).toBe(1);
});

Deno.test("figure() writes whole numbers under layers", () => {
  const rows = [1, 2, 3, 4].map((layer) => ({ layer, meanSquare: layer }));
  const texts = textsOf(
    figure({ alt: "Four.", marks: [line(rows, { x: "layer", y: "meanSquare" })] }).svg,
  );
  expect(texts.slice(texts.indexOf("1"), texts.indexOf("1") + 4)).toEqual(["1", "2", "3", "4"]);
});

Deno.test("figure() keeps every text inside the picture", () => {
  const long = names.map((name, k) => ({
    name: `${name} with quite a long name`,
    layer: 1,
    meanSquare: 10 ** (9 * k),
  }));
  const { svg } = figure({
    alt: "Long names.",
    y: { label: "mean square of the pre-activations", tickFormat: (y: number) => `${y} units` },
    marks: [line([...long, ...long.map((row) => ({ ...row, layer: 2 }))], columns)],
  });
  const root = parseXml(svg);
  const [width, height] = ["width", "height"].map((name) => Number(root.getAttribute(name)));
  const texts = placedTexts(root);
  expect(texts.length).toBeGreaterThan(10);
  for (const { left, right, top, bottom } of texts) {
    expect(Math.min(left, top)).toBeGreaterThanOrEqual(0);
    expect(right).toBeLessThanOrEqual(width);
    expect(bottom).toBeLessThanOrEqual(height);
  }
});

Deno.test("figure() puts title, subtitle, ramp legend and caption into the one picture", () => {
  const cells = [0, 1, 2].flatMap((x) => [0, 1].map((y) => ({ x, y, value: x * y })));
  const { svg } = figure({
    alt: "Cells.",
    title: "Title",
    subtitle: "Subtitle",
    caption: "A caption that is long enough to take more than one line of this picture, ".repeat(3)
      .trim(),
    color: { legend: true, label: "the value", scheme: "viridis" },
    marks: [Plot.cell(cells, { x: "x", y: "y", fill: "value" })],
  });
  const texts = textsOf(svg);
  for (const part of ["Title", "Subtitle", "the value"]) expect(texts).toContain(part);
  expect(texts.filter((text) => text.includes("caption")).length).toBeGreaterThan(1);
  expect(svg).toMatch(/<image[^>]* href="data:image\/png;base64,/);
  expect(parseXml(svg).getAttribute("height")).not.toBe("360");
});

Deno.test("figure() draws swatches of names and colours as SVG too", () => {
  const rows = ["circle", "spiral"].map((kind, x) => ({ kind, x }));
  const { svg } = figure({
    alt: "Two kinds.",
    color: { legend: true },
    marks: [Plot.dot(rows, { x: "x", fill: "kind" })],
  });
  expect(textsOf(svg)).toEqual(expect.arrayContaining(["circle", "spiral"]));
  expect(svg).not.toMatch(/<span|<div|<figure/);
});

Deno.test("figure() draws a raster without a browser", () => {
  const { svg } = figure({
    alt: "A field.",
    color: { scheme: "viridis", legend: true },
    marks: [
      Plot.raster({
        x1: 0,
        y1: 0,
        x2: 4,
        y2: 3,
        width: 40,
        height: 30,
        fill: (x: number, y: number) => x * y,
      }),
    ],
  });
  expect(svg.match(/<image/g)?.length).toBe(2);
});

Deno.test("figure() names a series once in a row of small multiples, in its last panel", () => {
  const panels = ["relu", "tanh"].flatMap((activation) =>
    signals.map((row) => ({ ...row, activation }))
  );
  const rows = panels.filter(({ name, activation }) => name !== "He" || activation === "relu");
  const { svg } = figure({
    alt: "Two.",
    y: logY,
    marks: [band(rows, { ...columns, fx: "activation" })],
  });
  const texts = placedTexts(parseXml(svg));
  const places = (name: string) =>
    texts.filter(({ element }) => element.textContent === name).map(({ x }) => x);
  expect(places("Xavier").length).toBe(1);
  expect(places("He").length).toBe(1);
  expect(places("Xavier")[0]).toBeGreaterThan(places("He")[0]);
});

Deno.test("figure() keeps panels in the order of the rows", () => {
  const rows = ["tanh", "relu", "linear"].flatMap((fx) => [1, 2].map((x) => ({ fx, x, y: x })));
  const texts = textsOf(
    figure({ alt: "Three.", marks: [line(rows, { x: "x", y: "y", fx: "fx" })] }).svg,
  );
  expect(texts.filter((text) => ["tanh", "relu", "linear"].includes(text))).toEqual([
    "tanh",
    "relu",
    "linear",
  ]);
});

Deno.test("figure() draws theory over measurement and names it once", () => {
  const predicted = names.slice(1).flatMap((name, k) =>
    layers.map((layer) => ({ name, layer, meanSquare: [1e-2, 0.5, 1, 3][k] ** layer }))
  );
  const { svg } = figure({
    alt: "Both.",
    y: logY,
    marks: [band(signals, columns), theory(predicted, columns)],
  });
  expect(textsOf(svg).filter((text) => text === "theory").length).toBe(1);
  expect(
    svg.match(
      /stroke-dasharray="6 4"[^>]*stroke="black"|stroke="black"[^>]*stroke-dasharray="6 4"/g,
    )?.length,
  ).toBe(4);
});

Deno.test("svgElement() sets attributes in the SVG namespace", () => {
  expect(svgElement("rect", { x: 1 }).outerHTML).toContain('x="1"');
});

Deno.test("figure() names rows of panels above them, clear of the lines' names", () => {
  const rows = ["loss", "accuracy"].flatMap((fy) =>
    ["He", "Xavier"].flatMap((name) => [0, 1].map((x) => ({ fy, name, x, y: x })))
  );
  const { svg } = figure({
    alt: "Two rows.",
    marks: [band(rows, { x: "x", y: "y", by: "name", fy: "fy" })],
  });
  const texts = placedTexts(parseXml(svg));
  const named = (name: string) => texts.filter(({ element }) => element.textContent === name);
  expect(["loss", "accuracy", "He", "Xavier"].map((name) => named(name).length)).toEqual([
    1,
    1,
    2,
    2,
  ]);
  expect(named("loss")[0].y).toBeLessThan(named("accuracy")[0].y);
  expect(named("accuracy")[0].right).toBeLessThan(named("He")[0].left);
});
