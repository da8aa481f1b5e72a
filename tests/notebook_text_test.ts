import { expect } from "@std/expect";
import { formatNumber, texNumber } from "../lib/notebook/numbers.ts";
import { md, tex } from "../lib/notebook/text.ts";

const bundle = (shown: object) =>
  (shown as Record<symbol, () => Record<string, string>>)[Symbol.for("Jupyter.display")]();

Deno.test("md keeps LaTeX whole", () => {
  const shown = md`$\sigma^2 = \frac{2}{n}$, $\nu$, $\text{u}$, $a \\ b$, \u and \x`;
  const text = "$\\sigma^2 = \\frac{2}{n}$, $\\nu$, $\\text{u}$, $a \\\\ b$, \\u and \\x";
  expect(shown.text).toBe(text);
  expect(bundle(shown)).toEqual({ "text/markdown": text, "text/plain": text });
});

Deno.test("md drops the backslash that a template needs before ` and ${", () => {
  expect(md`\`relu\` and \${x}`.text).toBe("`relu` and ${x}");
});

Deno.test("md writes numbers for reading, in LaTeX inside dollar signs", () => {
  expect(md`${1.98123} and ${1.5e-9}`.text).toBe("1.981 and 1.5×10⁻⁹");
  expect(md`costs \$5, $x = ${1.5e-9}$, then ${1.5e-9}`.text).toBe(
    "costs \\$5, $x = 1.5 \\times 10^{-9}$, then 1.5×10⁻⁹",
  );
  expect(md`$$x = ${-Infinity}$$ and ${"a_b"} ${true}`.text).toBe("$$x = -\\infty$$ and a_b true");
});

Deno.test("tex shows a formula on its own line", () => {
  const shown = tex`\frac{1}{${3}} = ${1 / 3}`;
  expect(bundle(shown)).toEqual({
    "text/latex": "$$\\frac{1}{3} = 0.3333$$",
    "text/plain": "\\frac{1}{3} = 0.3333",
  });
});

Deno.test("formatNumber() keeps four significant digits and whole numbers below a million", () => {
  const shown = [0, -0, 1, -1, 60000, 999999, 1e6, 1234567, 0.1 + 0.2, 2 / 3, 1234.56, 123456.7]
    .map((value) => formatNumber(value));
  expect(shown).toEqual(
    [
      "0",
      "−0",
      "1",
      "−1",
      "60,000",
      "999,999",
      "10⁶",
      "1.235×10⁶",
      "0.3",
      "0.6667",
      "1,235",
      "123,457",
    ],
  );
  expect(
    [1e-3, 9.99e-4, -1e-30, 5e-324, NaN, Infinity, -Infinity].map((value) => formatNumber(value)),
  )
    .toEqual(["0.001", "9.99×10⁻⁴", "−10⁻³⁰", "4.941×10⁻³²⁴", "NaN", "∞", "−∞"]);
  expect(formatNumber(Math.PI, 8)).toBe("3.1415927");
});

Deno.test("texNumber() writes the same digits for LaTeX", () => {
  expect([60000, -1e-9, 1.5e9, NaN, Infinity].map(texNumber)).toEqual(
    ["60{,}000", "-10^{-9}", "1.5 \\times 10^{9}", "\\mathrm{NaN}", "\\infty"],
  );
});
