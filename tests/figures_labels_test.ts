import { expect } from "@std/expect";
import { figure } from "../lib/figures/figure.ts";
import { guide } from "../lib/figures/guide.ts";
import { spread } from "../lib/figures/labels.ts";
import { placedTexts } from "../lib/figures/layout.ts";
import { line } from "../lib/figures/line.ts";
import { scriptRuns, superscript, textWidth, wrapText } from "../lib/figures/text.ts";
import { parseXml } from "./drawn.ts";

Deno.test("spread() leaves places alone that are far enough apart", () => {
  expect(spread([40, 10, 90], 17, 0, 100)).toEqual([40, 10, 90]);
});

Deno.test("spread() moves places apart around their mean, in their order", () => {
  expect(spread([50, 50, 50], 10, 0, 100)).toEqual([40, 50, 60]);
  expect(spread([52, 50], 10, 0, 100)).toEqual([56, 46]);
});

Deno.test("spread() stays inside its bounds and keeps the distance there", () => {
  for (const wanted of [[0, 1, 2], [99, 100, 100], [-50, 50, 150]]) {
    const places = spread(wanted, 20, 0, 100);
    expect(Math.min(...places)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...places)).toBeLessThanOrEqual(100);
    const sorted = [...places].sort((a, b) => a - b);
    for (let i = 1; i < sorted.length; i++) {
      expect(sorted[i] - sorted[i - 1]).toBeGreaterThanOrEqual(20);
    }
  }
});

Deno.test("spread() is isotonic regression of the places less their rank's distance", () => {
  // The closed form: at rank i, the largest over j <= i of the smallest over k >= i of the mean of z_j .. z_k.
  for (
    const wanted of [[0, 1, 2, 40, 41, 42, 43, 90], [50, 49, 20, 55, 21, 22], [
      70,
      10,
      12,
      11,
      69,
      71,
      68,
    ]]
  ) {
    const z = [...wanted].sort((a, b) => a - b).map((y, rank) => y - 10 * rank);
    const mean = (part: number[]) => part.reduce((sum, y) => sum + y, 0) / part.length;
    const fitted = z.map((_, i) =>
      10 * i +
      Math.max(
        ...z.slice(0, i + 1).map((_, j) =>
          Math.min(...z.slice(i).map((_, k) => mean(z.slice(j, i + k + 1))))
        ),
      )
    );
    const places = spread(wanted, 10, -1000, 1000).sort((a, b) => a - b);
    places.forEach((y, i) => expect(y).toBeCloseTo(fitted[i], 10));
  }
});

Deno.test("spread() is the least-squares answer", () => {
  // Any other places with the same order and distance are further from what was wanted in sum of squares.
  const wanted = [10, 12, 30, 31, 32, 70];
  const places = spread(wanted, 8, 0, 100);
  const cost = (at: readonly number[]) => at.reduce((sum, y, i) => sum + (y - wanted[i]) ** 2, 0);
  for (let i = 0; i < 6; i++) {
    for (const shift of [-0.5, 0.5]) {
      const other = places.map((y, k) =>
        shift < 0 ? (k <= i ? y + shift : y) : (k >= i ? y + shift : y)
      );
      expect(cost(other)).toBeGreaterThan(cost(places));
    }
  }
});

Deno.test("names at lines' ends do not cover each other, however close the ends are", () => {
  const names = ["zeros", "constant", "too small", "Xavier", "LeCun", "He", "orthogonal"];
  const rows = names.flatMap((name, i) =>
    [0, 1].map((step) => ({ name, step, loss: 2.3 + (step * i) / 1000 }))
  );
  const marks = [
    line([...rows, { name: "He", step: 1, loss: 4 }], { x: "step", y: "loss", by: "name" }),
    guide({ y: 2.303, label: "ln 10" }),
  ];
  const texts = placedTexts(parseXml(figure({ alt: "Close ends.", marks }).svg));
  const labels = texts.filter(({ element }) =>
    [...names, "ln 10"].includes(element.textContent ?? "")
  );
  expect(labels.length).toBe(8);
  labels.forEach((a, i) => {
    for (const b of labels.slice(i + 1)) {
      expect(a.bottom <= b.top + 2 || b.bottom <= a.top + 2).toBe(true);
    }
  });
});

Deno.test("textWidth() follows Arial's widths", () => {
  // Arial's own advance widths, in 1/1000 em: "W" 944, "i" 222, "0" 556.
  expect(textWidth("WWWW", 10)).toBeGreaterThanOrEqual(37.76);
  expect(textWidth("iiii", 10)).toBeLessThan(12);
  expect(Math.abs(textWidth("0000", 10) - 22.24)).toBeLessThan(2.3);
});

Deno.test("wrapText() breaks at blanks and loses no word", () => {
  const text =
    "Not drawn: zeros (no value is above 0), too large (12 of 300 values are not finite).";
  const lines = wrapText(text, 13, 200);
  expect(lines.join(" ")).toBe(text);
  expect(Math.max(...lines.map((one) => textWidth(one, 13)))).toBeLessThanOrEqual(200);
});

Deno.test("superscript() and scriptRuns() are each other's inverse", () => {
  expect(superscript(-12)).toBe("⁻¹²");
  expect(scriptRuns(`10${superscript(-12)} σ₂`)).toEqual([
    { text: "10", shift: 0 },
    { text: "−12", shift: 1 },
    { text: " σ", shift: 0 },
    { text: "2", shift: -1 },
  ]);
});

Deno.test("the name of a line that ends inside the panel stands above its end, in the margin it stands beside it", () => {
  const run = (name: string, steps: number, loss: number) =>
    Array.from({ length: steps }, (_, step) => ({ name, step, loss }));
  const marks = [
    line([...run("whole", 10, 1), ...run("half", 5, 2), ...run("other", 10, 3)], {
      x: "step",
      y: "loss",
      by: "name",
    }),
  ];
  const { svg } = figure({ alt: "One ends early.", height: 178, y: { domain: [0, 10] }, marks });
  const texts = placedTexts(parseXml(svg));
  const y = (name: string) => texts.find(({ element }) => element.textContent === name)!.y;
  // The y axis is 100 px long, from 38 to 138: ten pixels a unit.
  expect(y("whole")).toBeCloseTo(138 - 10, 0);
  expect(y("half")).toBeCloseTo(138 - 20 - 15, 0);
});
