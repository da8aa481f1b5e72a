/** The page of an audit: whole, safe to open, readable on a phone. */
import { expect } from "@std/expect";
import { parseHTML } from "linkedom";
import { chromium } from "playwright-core";
import { findingGroups } from "../lib/audit/findingGroups.ts";
import {
  audit,
  auditReport,
  heNormal,
  lecunNormal,
  normal,
  rng,
  type Tensor,
  zeros,
} from "../lib/mod.ts";
import { chromiumPath } from "./labSession.ts";

const evil = `</code><script>alert("x")</script>&'`;
const long = "encoder.layers.0.self_attention.query_key_value_projection.weight";

const weights = {
  right: heNormal()([60, 40], rng("right")),
  [long]: lecunNormal()([60, 40], rng("long")),
  [evil]: { shape: [2, 3], data: new Float32Array(6).fill(NaN) },
  bias: zeros()([40], rng("any")),
  narrow: normal({ std: 1 })([60, 40], rng("narrow")),
};
const page = auditReport(
  audit(weights, { against: (name) => name === "bias" ? zeros() : heNormal() }),
  { title: `A model & its "name"` },
);

Deno.test("auditReport() tells findings first, worst first, and links them to their tensor", () => {
  const { document } = parseHTML(page) as unknown as { document: Document };
  const texts = [...document.querySelectorAll(".findings li")].map((item) => item.textContent);
  expect(texts.length).toBe(3);
  expect(texts[0]).toBe(
    `${evil}error: 6 NaN and 0 infinite among 6 entries.` +
      "To do: find the division, overflow or uninitialized memory that made them.",
  );
  expect(texts[1]).toContain("the gain sqrt(2) is missing");
  expect(document.querySelector("header p")!.textContent).toBe(
    "5 tensors, 7,246 entries, 5 with an expected law: 1 error, 2 warnings.",
  );
  for (const link of document.querySelectorAll(".findings a")) {
    const target = document.querySelector(link.getAttribute("href")!)!;
    expect(target.querySelector("h3")!.textContent).toBe(link.textContent);
  }
  expect(document.body.children[0].tagName).toBe("HEADER");
  expect(auditReport([], { title: "Empty" })).toContain("<p>None.</p>");
});

Deno.test("auditReport() tells once what is wrong with four tensors or more", () => {
  const trained = (i: number): Tensor => {
    const { shape, data } = heNormal()([60, 40], rng("trained").child(i));
    return { shape, data: data.map((x) => x ** 3) };
  };
  const groupsOf = (count: number) => {
    const tensors = Array.from({ length: count }, (_, i) => [`w${i}`, trained(i)] as const);
    const rows = audit({ ...weights, ...Object.fromEntries(tensors) }, {
      against: (name) => name === "bias" ? zeros() : heNormal(),
    });
    const { document } = parseHTML(auditReport(rows, { title: "Many" })) as unknown as {
      document: Document;
    };
    const items = [...document.querySelectorAll(".findings > li")].map((li) => li.textContent!);
    const own = [...document.querySelectorAll("article")].map((a) => a.textContent!);
    return { groups: findingGroups(rows), items, own, document };
  };
  expect(groupsOf(3).groups.map(({ rows }) => rows.length)).toEqual([1, 1, 1, 1, 1, 1]);
  const { groups, items, own, document } = groupsOf(4);
  expect(groups.map(({ rows, finding }) => [rows.map(({ name }) => name), finding.severity]))
    .toEqual([
      [[evil], "error"],
      [[long], "warning"],
      [["narrow"], "warning"],
      [["w0", "w1", "w2", "w3"], "warning"],
    ]);
  expect(items.at(-1)).toMatch(/^4 tensors, such as w0warning: mean .*\.All 4w0w1w2w3$/);
  expect([...document.querySelectorAll("details a")].map((a) => a.getAttribute("href"))).toEqual(
    ["#t5", "#t6", "#t7", "#t8"],
  );
  // Each tensor keeps its own numbers.
  for (const text of own.slice(-4)) expect(text).toContain("neither heNormal nor a known mistake");
  expect(new Set(own.slice(-4).map((text) => text.match(/kurtosis [\d.]+/)![0])).size).toBe(4);
});

Deno.test("auditReport() gives the numbers of a tensor, and of a constant only its law", () => {
  const { document } = parseHTML(page) as unknown as { document: Document };
  const facts = [...document.querySelectorAll("article")].map((article) =>
    [...article.querySelectorAll("dt")].map((term) => term.textContent)
  );
  const law = ["expected", "fits"], moments = ["mean", "std", "kurtosis", "zeros"];
  expect(facts[0]).toEqual([...law, ...moments, "largest singular value", "effective rank"]);
  expect(facts[3]).toEqual(law);
});

Deno.test("auditReport() draws each tensor's bins to scale, and the law's over them", () => {
  const { document } = parseHTML(page) as unknown as { document: Document };
  const [article] = document.querySelectorAll("article");
  const [{ histogram, stats }] = audit({ right: weights.right });
  expect(article.querySelector("svg")!.getAttribute("aria-label")).toMatch(
    /^Histogram of right, from -0\.\d+ to 0\.\d+, std 0\.1\d+, against heNormal as a dashed line$/,
  );
  // Heights of the bars, from their tops: "M x 90 V top h width ...".
  const bars = [
    ...article.querySelector(".bars")!.getAttribute("d")!.matchAll(/M([\d.]+) 90V([\d.]+)/g),
  ];
  const filled = [...histogram.entries()].filter(([, count]) => count > 0);
  expect(bars.length).toBe(filled.length);
  const highest = Math.max(...histogram);
  const line = [
    ...article.querySelector(".law")!.getAttribute("d")!.matchAll(/[ML]([\d.]+) ([\d.]+)/g),
  ];
  const tallest = 90 - Math.min(...bars.map(([, , top]) => Number(top)));
  for (const [k, [i, count]] of filled.entries()) {
    expect(Number(bars[k][1])).toBeCloseTo(i * 320 / 48, 0);
    // Rounded to a tenth of a pixel.
    expect(Math.abs(90 - Number(bars[k][2]) - tallest * count / highest)).toBeLessThan(0.11);
  }
  // N(0, 2 / 60) in each bin by its density at the middle: the bins are a sixth of a std wide, which costs 1 % at most.
  const std = Math.sqrt(2 / 60), width = (stats.max - stats.min) / 48;
  for (const [i, [, x, y]] of line.entries()) {
    expect(Number(x)).toBeCloseTo((i + 0.5) * 320 / 48, 0);
    const z = (stats.min + (i + 0.5) * width) / std;
    const count = 2400 * width / std * Math.exp(-z * z / 2) / Math.sqrt(2 * Math.PI);
    expect(Math.abs(90 - Number(y) - tallest * count / highest)).toBeLessThan(1);
  }
});

Deno.test("auditReport() needs nothing else, and shows a hostile name as text", () => {
  const { document } = parseHTML(page) as unknown as { document: Document };
  expect(document.querySelectorAll("script, link, img, iframe, [onload], [onerror]").length).toBe(
    0,
  );
  expect(page).not.toMatch(/url\(|https?:|@import/);
  expect(page).toContain("prefers-color-scheme: dark");
  expect(document.querySelector("h1")!.textContent).toBe(`A model & its "name"`);
  const names = [...document.querySelectorAll("h3")].map((heading) => heading.textContent);
  expect(names).toEqual(Object.keys(weights));
  for (const svg of document.querySelectorAll("svg")) {
    expect(svg.getAttribute("role")).toBe("img");
    expect(svg.getAttribute("aria-label")!.length).toBeGreaterThan(20);
  }
});

Deno.test({
  name: "auditReport()'s page fits a phone and a desk, in both themes",
  ignore: !exists(chromiumPath),
  async fn() {
    const browser = await chromium.launch({
      executablePath: chromiumPath,
      args: ["--no-sandbox", "--disable-gpu"],
    });
    try {
      for (const width of [320, 1280]) {
        for (const colorScheme of ["light", "dark"] as const) {
          const tab = await browser.newPage({ viewport: { width, height: 800 }, colorScheme });
          await tab.setContent(page);
          const wide = await tab.evaluate(() => document.documentElement.scrollWidth);
          expect(wide).toBeLessThanOrEqual(width);
          expect(Math.min(...await tab.evaluate(contrasts))).toBeGreaterThanOrEqual(4.5);
          await tab.close();
        }
      }
    } finally {
      await browser.close();
    }
  },
});

/** In the browser: the contrast of each text with what lies behind it, as WCAG 2 defines it. */
function contrasts(): number[] {
  const luminance = (color: string) => {
    const [r, g, b] = color.match(/[\d.]+/g)!.slice(0, 3).map((channel) => {
      const c = Number(channel) / 255;
      return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = (element: Element): string => {
    const color = getComputedStyle(element).backgroundColor;
    return color === "rgba(0, 0, 0, 0)" && element.parentElement
      ? behind(element.parentElement)
      : color;
  };
  return [...document.querySelectorAll("h1, h2, h3, p, b, a, dt, dd, text")].map((element) => {
    const style = getComputedStyle(element);
    const ink = luminance(element.tagName === "text" ? style.fill : style.color);
    const paper = luminance(behind(element));
    return (Math.max(ink, paper) + 0.05) / (Math.min(ink, paper) + 0.05);
  });
}

function exists(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}
