import { expect } from "@std/expect";
import {
  colorOf,
  dashOf,
  rampColor,
  schemeKeys,
  schemeOf,
  seriesStyles,
  symbolOf,
  theoryStyle,
} from "../lib/figures/colors.ts";

type Triple = [number, number, number];

const dot = (row: Triple, [r, g, b]: Triple) => row[0] * r + row[1] * g + row[2] * b;
const times = (matrix: readonly Triple[], color: Triple): Triple =>
  matrix.map((row) => dot(row, color)) as Triple;

/** sRGB hex to linear RGB in [0, 1]. */
function linear(hex: string): Triple {
  return [1, 3, 5].map((i) => {
    const c = parseInt(hex.slice(i, i + 2), 16) / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  }) as Triple;
}

const luminance = (hex: string) => dot([0.2126, 0.7152, 0.0722], linear(hex));
const contrastOnWhite = (hex: string) => 1.05 / (luminance(hex) + 0.05);

/** Linear RGB to CIE L*a*b* under D65. */
function lab(color: Triple): Triple {
  const xyz = times(
    [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]],
    color,
  );
  const [x, y, z] = xyz.map((value, i) => {
    const t = value / [0.9505, 1, 1.089][i];
    return t > (6 / 29) ** 3 ? Math.cbrt(t) : t / (3 * (6 / 29) ** 2) + 4 / 29;
  });
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}

// Machado, Oliveira and Fernandes, 2009, severity 1, on linear RGB.
const sight: Record<string, Triple[]> = {
  full: [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
  protanopia: [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [
    -0.003882,
    -0.048116,
    1.051998,
  ]],
  deuteranopia: [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [
    -0.01182,
    0.04294,
    0.968881,
  ]],
};

const difference = (a: string, b: string, seen: Triple[]) => {
  const [p, q] = [a, b].map((hex) =>
    lab(times(seen, linear(hex)).map((c) => Math.min(1, Math.max(0, c))) as Triple)
  );
  return Math.hypot(p[0] - q[0], p[1] - q[1], p[2] - q[2]);
};

const pairs = schemeKeys.flatMap((a, i) => schemeKeys.slice(i + 1).map((b) => [a, b] as const));

Deno.test("every scheme's colour has a contrast of 3:1 or more on white", () => {
  for (const key of schemeKeys) expect(contrastOnWhite(colorOf(key))).toBeGreaterThanOrEqual(3);
  // The control: Okabe and Ito's own sky blue and orange are too light.
  expect(contrastOnWhite("#56B4E9")).toBeLessThan(3);
  expect(contrastOnWhite("#E69F00")).toBeLessThan(3);
});

Deno.test("schemes with two colours stay apart for readers with colour blindness", () => {
  // A difference of 2.3 is just noticeable side by side; thin lines want several times that.
  for (const seen of Object.values(sight)) {
    for (const [a, b] of pairs) {
      if (colorOf(a) !== colorOf(b)) {
        expect(difference(colorOf(a), colorOf(b), seen)).toBeGreaterThan(9);
      }
    }
  }
  // The controls: vermilion as it was, and red and green of one lightness, become nearly one colour.
  expect(difference("#D55E00", "#C27C00", sight.deuteranopia)).toBeLessThan(3);
  expect(difference("#A05A2C", "#6B7A2C", sight.full)).toBeGreaterThan(35);
  expect(difference("#A05A2C", "#6B7A2C", sight.deuteranopia)).toBeLessThan(20);
});

Deno.test("each scheme has its own dash and symbol, none of them theory's", () => {
  expect(new Set(schemeKeys.map(dashOf)).size).toBe(schemeKeys.length);
  expect(new Set(schemeKeys.map(symbolOf)).size).toBe(schemeKeys.length);
  expect(schemeKeys.map(dashOf)).not.toContain(theoryStyle.dash);
  expect(schemeKeys.map(colorOf)).not.toContain(theoryStyle.color);
});

Deno.test("one meaning has one colour", () => {
  expect(
    [
      "zeros",
      "constant 0.5",
      "too small",
      "too large",
      "Xavier",
      "LeCun",
      "He",
      "orthogonal",
      "GPT-2",
    ].map(colorOf),
  )
    .toEqual([
      "#767676",
      "#767676",
      "#2B93C9",
      "#B84300",
      "#0072B2",
      "#0072B2",
      "#C27C00",
      "#00875F",
      "#B5578F",
    ]);
});

Deno.test("schemeOf() finds the scheme in a display name, by whole words", () => {
  expect(
    [
      "He, fan-out",
      "heNormal",
      "Kaiming uniform",
      "xavierUniform",
      "lecunNormal",
      "LeCun (1/n)",
      "GPT-2, scaled",
    ].map(schemeOf),
  )
    .toEqual(["he", "he", "he", "xavier", "lecun", "lecun", "gpt2"]);
  expect(["the rest", "relu", "tanh", "constructor", "", "64"].map(schemeOf)).toEqual(
    Array(6).fill(undefined),
  );
  expect(() => colorOf("relu")).toThrow(RangeError);
});

Deno.test("the ramp runs evenly from dark to light and stays at 3:1 on white", () => {
  const steps = Array.from({ length: 21 }, (_, i) => lab(linear(rampColor(i / 20)))[0]);
  for (let i = 1; i < steps.length; i++) expect(steps[i]).toBeGreaterThan(steps[i - 1]);
  expect(contrastOnWhite(rampColor(1))).toBeGreaterThanOrEqual(3);
  expect(rampColor(-1)).toBe(rampColor(0));
  expect(rampColor(2)).toBe(rampColor(1));
});

Deno.test("seriesStyles() takes names that are no scheme from the ramp, and names that are told from their scheme", () => {
  const styles = seriesStyles(["relu", "He", "tanh", "N(0, 0.01²)"], { "N(0, 0.01²)": "small" });
  expect([...styles.values()].map(({ color }) => color)).toEqual([
    rampColor(0),
    colorOf("He"),
    rampColor(1),
    colorOf("small"),
  ]);
  expect(styles.get("relu")?.dash).not.toBe(styles.get("tanh")?.dash);
  expect(() => seriesStyles(["a"], { a: "tiny" as "small" })).toThrow('Cannot draw "a" as "tiny"');
});
