import { expect } from "@std/expect";
import { band } from "../lib/figures/band.ts";
import { boundary } from "../lib/figures/boundary.ts";
import { colorOf, dashOf } from "../lib/figures/colors.ts";
import { confusion } from "../lib/figures/confusion.ts";
import { digits } from "../lib/figures/digits.ts";
import { figure, type FigureOptions } from "../lib/figures/figure.ts";
import { guide } from "../lib/figures/guide.ts";
import { heatMap } from "../lib/figures/heatMap.ts";
import { density, histograms } from "../lib/figures/histograms.ts";
import { placedTexts, translation } from "../lib/figures/layout.ts";
import { line } from "../lib/figures/line.ts";
import type { Plot } from "../lib/figures/mod.ts";
import { scatter } from "../lib/figures/scatter.ts";
import { strip } from "../lib/figures/strip.ts";
import { theory } from "../lib/figures/theory.ts";
import { parseXml, textsOf, vertices } from "./drawn.ts";

const drawn = (marks: Plot.Markish, options: Partial<FigureOptions> = {}) =>
  parseXml(figure({ alt: "A drawing.", ...options, marks: [marks] }).svg);

/** The numbers of a path's first point, and of the whole path where it is a horizontal or straight line. */
const start = (path: Element) =>
  path.getAttribute("d")!.match(/-?[\d.]+/g)!.slice(0, 2).map(Number);
const groups = (root: Element, label: string) =>
  [...root.querySelectorAll("g")].filter((g) => g.getAttribute("aria-label") === label);

// On a y axis from 0 to 100 that is 100 px long, one unit is one pixel: y = 0 stands at 134 px.
const pixels: Partial<FigureOptions> = { height: 178, y: { domain: [0, 100] } };
const toY = (px: number) => 134 - px;

Deno.test("band() draws the median inside the 10 % and 90 % quantiles of the seeds", () => {
  // Eleven seeds 0, 10, ..., 100: quantiles 10, 50 and 90 are among them.
  const rows = Array.from(
    { length: 11 },
    (_, seed) => [1, 2].map((x) => ({ seed, x, y: 10 * seed })),
  ).flat();
  const root = drawn(band(rows, { x: "x", y: "y" }), pixels);
  const [area] = groups(root, "area")[0].children;
  const numbers = area.getAttribute("d")!;
  expect(toY(start(area)[1])).toBe(90);
  expect(numbers).toMatch(/v80h-[\d.]+z$/);
  expect(toY(start(groups(root, "line")[0].children[0])[1])).toBe(50);
});

Deno.test("band() ends a line where more than half of the seeds miss, and lets infinite values count as large", () => {
  const rows = [0, 1, 2, 3].flatMap((seed) =>
    [1, 2, 3, 4].map((x) => ({
      x,
      y: (x === 3 && seed < 2) || (x === 4 && seed < 3) ? NaN : 10 * seed,
    }))
  );
  const points = vertices(
    groups(drawn(band(rows, { x: "x", y: "y" }), pixels), "line")[0].children[0].getAttribute("d")!,
  );
  expect(points.map(([, y]) => toY(y / 10))).toEqual([15, 15, 25]);
  // Two of five seeds are infinite: the median is finite, the 90 % quantile reaches as high as anything drawn.
  const diverged = [10, 20, 30, Infinity, Infinity].flatMap((y) => [1, 2].map((x) => ({ x, y })));
  const root = drawn(
    band([...diverged, ...diverged.map(({ x }) => ({ x: x + 2, y: 80 }))], { x: "x", y: "y" }),
    pixels,
  );
  expect(start(groups(root, "area")[0].children[0])).toEqual([44, toY(80)]);
  expect(toY(start(groups(root, "line")[0].children[0])[1])).toBe(30);
  expect(textsOf(root.outerHTML).join()).toContain("Not drawn: y (4 of 20 values are not finite).");
});

Deno.test("band(), line() and theory() draw each series in its own colour and dash", () => {
  const rows = ["He", "Xavier"].flatMap((name) => [1, 2].map((x) => ({ name, x, y: x })));
  for (const mark of [band, line]) {
    const lines = groups(drawn(mark(rows, { x: "x", y: "y", by: "name" })), "line");
    expect(lines.map((g) => g.getAttribute("stroke"))).toEqual(["He", "Xavier"].map(colorOf));
    expect(lines.map((g) => g.getAttribute("stroke-dasharray") ?? "")).toEqual(
      ["He", "Xavier"].map(dashOf),
    );
  }
  const dashed = groups(drawn(theory(rows, { x: "x", y: "y", by: "name" })), "line");
  expect(dashed.map((g) => [g.getAttribute("stroke"), g.getAttribute("stroke-dasharray")])).toEqual(
    Array(2).fill(["black", "6 4"]),
  );
});

Deno.test("a series without `by` takes its name from `label`, and false draws none", () => {
  const rows = [1, 2].map((x) => ({ x, y: x }));
  expect(textsOf(drawn(line(rows, { x: "x", y: "y", label: "one run" })).outerHTML)).toContain(
    "one run",
  );
  const bare = textsOf(drawn(theory(rows, { x: "x", y: "y", label: false })).outerHTML);
  expect(bare).not.toContain("theory");
});

Deno.test("marks label their axes with the columns they read", () => {
  const rows = [1, 2].map((layer) => ({ layer, std: layer }));
  for (const mark of [band, line, theory]) {
    expect(textsOf(drawn(mark(rows, { x: "layer", y: "std" })).outerHTML)).toEqual(
      expect.arrayContaining(["layer", "std"]),
    );
  }
});

Deno.test("marks refuse no rows, a column that is not there, and an option they do not know", () => {
  const rows = [{ layer: 1, std: 2, name: "He" }];
  // Cells are not type-checked when they run, so what the compiler refuses must be refused again.
  const loose = { band, line, theory, scatter } as unknown as Record<
    string,
    (rows: unknown, options: object) => unknown
  >;
  for (const [name, mark] of Object.entries(loose)) {
    expect(() => mark([], { x: "layer", y: "std" })).toThrow(`Cannot draw ${name} without rows`);
    expect(() => mark(rows, { x: "layer", y: "sdt" })).toThrow(
      `Cannot draw ${name} with y: "sdt": the rows have layer, std, name`,
    );
    expect(() => mark(rows, { x: "layer" })).toThrow(TypeError);
    expect(() => mark(rows, { x: "layer", y: "std", colour: "name" })).toThrow(TypeError);
  }
});

Deno.test("strip() draws every row apart from the others in its category, and the median as a tick", () => {
  const rows = ["He", "Xavier"].flatMap((name) =>
    Array.from({ length: 15 }, (_, i) => ({ name, accuracy: (i % 5) / 10 }))
  );
  const root = drawn(strip(rows, { x: "accuracy", by: "name" }));
  const columns: [number, number][] = [];
  for (const group of groups(root, "dot")) {
    const [first] = group.children;
    const places = [...group.children].map((dot) => {
      if (dot.hasAttribute("cx")) {
        return [Number(dot.getAttribute("cx")), Number(dot.getAttribute("cy"))];
      }
      const [x, y] = translation(first);
      return dot === first
        ? [x, y]
        : [x + Number(dot.getAttribute("x")), y + Number(dot.getAttribute("y"))];
    });
    expect(places.length).toBe(15);
    const middle = places.map(([x]) => x).sort((a, b) => a - b)[7];
    columns.push([places.filter(([x]) => Math.abs(x - middle) < 0.3).length, middle]);
    places.forEach(([x, y], i) => {
      // The diameter is 6.4 px; places are rounded to 0.1 px.
      for (const [a, b] of places.slice(i + 1)) {
        expect(Math.hypot(a - x, b - y)).toBeGreaterThan(6.2);
      }
    });
  }
  const ticks = [...groups(root, "tick")[0].children];
  // The median, 0.2, is the value of three rows of each category.
  expect(columns).toEqual(ticks.map((tick) => [3, Number(tick.getAttribute("x1"))]));
  expect(textsOf(root.outerHTML)).toEqual(expect.arrayContaining(["He", "Xavier", "accuracy"]));
});

Deno.test("scatter() draws y = x from the smallest to the largest value, on log axes too", () => {
  const rows = [{ p: 1, m: 2 }, { p: 0, m: 5 }, { p: 100, m: 1000 }];
  const log = { type: "log" } as const;
  const root = drawn(scatter(rows, { x: "p", y: "m" }), { x: log, y: log });
  expect(textsOf(root.outerHTML)).toContain("y = x");
  const [diagonal] = groups(root, "line")[0].children;
  expect(diagonal.getAttribute("d")).toMatch(/^M44,[\d.]+l[\d.]+-[\d.]+$/);
  expect(root.outerHTML).not.toContain("NaN");
});

Deno.test("density() draws true densities, named at the peak, under a curve of theory", () => {
  const rows = [{ low: 0, high: 1, density: 0.25 }, { low: 1, high: 2, density: 0.75 }];
  const root = drawn(density(rows, { label: "He" }), { height: 178, y: { domain: [0, 1] } });
  const path = groups(root, "line")[0].children[0];
  expect(toY(start(path)[1])).toBe(25);
  expect(path.getAttribute("d")).toMatch(/^M44,109h[\d.]+v-50h[\d.]+$/);
  const area = vertices(groups(root, "area")[0].children[0].getAttribute("d")!);
  expect(Math.max(...area.map(([, y]) => y))).toBe(1340); // down to a density of 0
  expect(textsOf(root.outerHTML)).toContain("He");
});

Deno.test("histograms() stacks one histogram for each layer, the first on top, in every panel", () => {
  const rows = ["He", "Xavier"].flatMap((name) =>
    [1, 2, 3].flatMap((layer) =>
      [0, 1].map((low) => ({ name, layer, low, high: low + 1, density: layer / 2 }))
    )
  );
  const root = drawn(histograms(rows, { by: "layer", fx: "name" }));
  expect(groups(root, "area").length).toBe(6);
  const texts = placedTexts(root);
  const [one, two, three] = ["1", "2", "3"].map((name) =>
    texts.find(({ element, x }) => element.textContent === name && x < 60)!.y
  );
  expect(one < two && two < three).toBe(true);
  const floor = (area: Element) =>
    Math.max(...vertices(area.querySelector("path")!.getAttribute("d")!).map(([, y]) => y));
  // Layer by layer, in both panels: the drawing stands on the line of its layer's name; the sheet is 4 px down.
  const floors = groups(root, "area").map((area) => floor(area) / 10 + 4);
  floors.forEach((y, i) =>
    expect(Math.abs(y - [one, two, three][Math.floor(i / 2)])).toBeLessThan(0.2)
  );
  expect(texts.map(({ element }) => element.textContent)).toEqual(
    expect.arrayContaining(["layer", "He", "Xavier"]),
  );
});

Deno.test("heatMap() makes an even grid one image, with a legend", () => {
  const rows = [0, 1, 2].flatMap((step) =>
    [1, 2].map((unit) => ({ step, unit, weight: step - 1 }))
  );
  const root = drawn(heatMap(rows, { x: "step", y: "unit", fill: "weight" }));
  expect(root.querySelectorAll("image").length).toBe(2); // the map and its legend
  expect(root.querySelectorAll("image")[1].getAttribute("image-rendering")).toBe("pixelated");
  expect(textsOf(root.outerHTML)).toEqual(expect.arrayContaining(["step", "unit", "weight"]));
});

Deno.test("heatMap() makes names and uneven places cells, numbers growing upwards", () => {
  const rows = [2, 4, 32].flatMap((depth) =>
    ["fanIn", "fanOut"].map((mode) => ({ depth, mode, ratio: depth }))
  );
  const root = drawn(heatMap(rows, { x: "mode", y: "depth", fill: "ratio" }));
  expect(groups(root, "cell")[0].children.length).toBe(6);
  const place = (name: string) =>
    placedTexts(root).find(({ element, x }) => element.textContent === name && x < 60)!.y;
  expect(place("32")).toBeLessThan(place("2"));
});

Deno.test("heatMap() refuses two values at one place", () => {
  const rows = [{ x: 1, y: 1, v: 1 }, { x: 1, y: 1, v: 2 }];
  expect(() => heatMap(rows, { x: "x", y: "y", fill: "v" })).toThrow(
    "Cannot colour the place x 1, y 1 by more than one v",
  );
});

const field = [-1, -0.5, 0, 0.5, 1].flatMap((y) =>
  [-1, -0.5, 0, 0.5, 1].map((x) => ({ x, y, p: (x + 1) / 2 }))
);

Deno.test("boundary() draws the line where the probability is one half, the points over it, and x as long as y", () => {
  const points = [{ x: -1, y: 0, label: 0 }, { x: 1, y: 0, label: 1 }, { x: 1, y: 1, label: 1 }];
  const root = drawn(boundary(field, { x: "x", y: "y", fill: "p", points, label: "label" }));
  const [contour] = [...groups(root, "contour")[0].querySelectorAll("path")];
  const image = root.querySelectorAll("image")[1];
  const [width, height] = ["width", "height"].map((name) => Number(image.getAttribute(name)));
  expect(Math.abs(width - height)).toBeLessThanOrEqual(1);
  expect(groups(root, "dot").map((g) => g.children.length)).toEqual([1, 2]);
  // Half of the way across, at x = 0, the boundary runs from edge to edge.
  const middle = translation(image)[0] + width / 2;
  const onBoundary = vertices(contour.getAttribute("d")!).filter(([x]) =>
    Math.abs(x / 10 - middle) < 0.2
  );
  expect(onBoundary.length).toBeGreaterThanOrEqual(2);
});

Deno.test("boundary() repeats its points in every panel, and refuses an uneven grid", () => {
  const rows = ["He", "zeros"].flatMap((name) => field.map((row) => ({ ...row, name })));
  const points = [{ x: 0, y: 0, label: 1 }];
  const root = drawn(
    boundary(rows, { x: "x", y: "y", fill: "p", fx: "name", points, label: "label" }),
  );
  expect(groups(root, "dot")[0].querySelectorAll("path, circle").length).toBe(2);
  const uneven = field.map((row) => ({ ...row, x: row.x === 1 ? 3 : row.x }));
  expect(() => boundary(uneven, { x: "x", y: "y", fill: "p" })).toThrow(
    "its rows must stand on an even grid",
  );
});

Deno.test("confusion() counts each true class in its row and leaves places never taken blank", () => {
  const rows = [[7, 7], [7, 7], [7, 1], [1, 1]].map(([actual, predicted]) => ({
    actual,
    predicted,
  }));
  const root = drawn(confusion(rows, { actual: "actual", predicted: "predicted" }));
  const texts = placedTexts(root);
  const counts: Element[] = groups(root, "text").flatMap((g) => [...g.querySelectorAll("text")]);
  expect(counts.map((text) => text.textContent)).toEqual(["2", "1", "1"]);
  const label = (name: string) =>
    texts.filter(({ element }) => element.textContent === name && !counts.includes(element));
  const [inRow7] = texts.filter(({ element }) => element === counts[1]);
  const rowOf7 = label("7").find(({ x }) => x < 60)!;
  expect(Math.abs(inRow7.y - rowOf7.y)).toBeLessThan(3);
  expect(label("1").some(({ x }) => Math.abs(x - inRow7.x) < 3)).toBe(true);
});

Deno.test("digits() draws square images with their labels, on one scale", () => {
  const rows = [0, 1, 2].map((i) => ({ pixels: Float32Array.of(0, i, -i, 1), label: `unit ${i}` }));
  const root = drawn(digits(rows, { pixels: "pixels", label: "label", columns: 2 }));
  const images = [...root.querySelectorAll("image")];
  expect(images.length).toBe(3);
  const [first, second, third] = images.map((image) =>
    ["x", "y"].map((name) => Number(image.getAttribute(name)))
  );
  expect(second[1]).toBe(first[1]);
  expect(second[0]).toBeGreaterThan(first[0]);
  expect(third[0]).toBe(first[0]);
  expect(third[1]).toBeGreaterThan(first[1]);
  expect(textsOf(root.outerHTML)).toEqual(["unit 0", "unit 1", "unit 2"]);
  expect(() => digits([{ pixels: new Uint8Array(783) }], { pixels: "pixels" })).toThrow(
    "Cannot draw 783 pixels as a square image",
  );
});

Deno.test("guide() draws a named line at an x or a y, and refuses both and neither", () => {
  const root = drawn(
    [
      guide({ y: 25, label: "quarter" }),
      guide({ x: 3, label: "third" }),
    ] as unknown as Plot.Markish,
    pixels,
  );
  expect(textsOf(root.outerHTML)).toEqual(expect.arrayContaining(["quarter", "third"]));
  expect(() => guide({ label: "nowhere" } as { x: number; label: string })).toThrow(TypeError);
  expect(() => guide({ x: 1, y: 2, label: "both" } as { x: number; label: string })).toThrow(
    TypeError,
  );
});
