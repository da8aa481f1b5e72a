import { formatNumber, texNumber } from "./numbers.ts";
import { must } from "../tensor/arguments.ts";

/** A value that Jupyter shows by its MIME bundle. */
export interface Displayed {
  readonly text: string;
}

/** Text with its MIME bundle, as Jupyter asks for it. */
function displayed(text: string, data: Readonly<Record<string, string>>): Displayed {
  return Object.defineProperty({ text }, Symbol.for("Jupyter.display"), { value: () => data });
}

// A backslash stays, as LaTeX needs it, except where it was only there to write ` or ${ in a template.
function raw(
  strings: TemplateStringsArray,
  values: readonly unknown[],
  math: (before: string) => boolean,
): string {
  must(
    "text",
    strings,
    Array.isArray(strings?.raw),
    "a template: write md`...` or tex`...`",
  );
  let text = "";
  strings.raw.forEach((part, i) => {
    text += part.replaceAll("\\`", "`").replaceAll("\\${", "${");
    if (i === values.length) return;
    const value = values[i];
    text += typeof value !== "number"
      ? String(value)
      : math(text)
      ? texNumber(value)
      : formatNumber(value);
  });
  return text;
}

const insideMath = (text: string) =>
  (text.replaceAll(/\\./g, "").match(/\$\$?/g)?.length ?? 0) % 2 === 1;

/**
 * Markdown with LaTeX kept whole: a tagged template in which backslashes need no doubling. Numbers are written to four
 * significant digits, in LaTeX inside $...$.
 *
 * @throws {TypeError} where it is called as a function, not as a template.
 *
 * @example
 * ```ts
 * import { md } from "step-zero/notebook";
 * import { expect } from "@std/expect";
 *
 * expect(md`He uses $\sigma^2 = \frac{2}{n} = ${2 / 300}$.`.text).toBe("He uses $\\sigma^2 = \\frac{2}{n} = 0.006667$.");
 * ```
 */
export function md(strings: TemplateStringsArray, ...values: unknown[]): Displayed {
  const text = raw(strings, values, insideMath);
  return displayed(text, { "text/markdown": text, "text/plain": text });
}

/**
 * A formula on its own line, in LaTeX without dollar signs; numbers are written to four significant digits.
 *
 * @throws {TypeError} where it is called as a function, not as a template.
 *
 * @example
 * ```ts
 * import { tex } from "step-zero/notebook";
 * import { expect } from "@std/expect";
 *
 * expect(tex`\operatorname{Var}(w) = ${1.5e-9}`.text).toBe("\\operatorname{Var}(w) = 1.5 \\times 10^{-9}");
 * ```
 */
export function tex(strings: TemplateStringsArray, ...values: unknown[]): Displayed {
  const text = raw(strings, values, () => true);
  return displayed(text, { "text/latex": `$$${text}$$`, "text/plain": text });
}
