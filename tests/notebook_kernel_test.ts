import { expect } from "@std/expect";
import { figure } from "../lib/figures/figure.ts";
import { line } from "../lib/figures/line.ts";
import { display } from "../lib/notebook/display.ts";
import { broadcast, inKernel, show } from "../lib/notebook/kernel.ts";
import { md } from "../lib/notebook/text.ts";

/** What is printed while `run` runs. */
function printed(run: () => void): unknown[] {
  const lines: unknown[] = [];
  const log = console.log;
  console.log = (line: unknown) => lines.push(line);
  try {
    run();
  } finally {
    console.log = log;
  }
  return lines;
}

Deno.test("outside a kernel the guard does nothing", () => {
  expect(inKernel).toBe(false);
  expect(Object.hasOwn(globalThis, Symbol.for("step-zero.guarded"))).toBe(false);
  expect(() => broadcast("stream", { name: "stdout", text: "lost" })).not.toThrow();
});

Deno.test("show() prints plain text outside a kernel", () => {
  expect(printed(() => show({ "text/html": "<b>a</b>", "text/plain": "a" }))).toEqual(["a"]);
});

Deno.test("display() shows what tells Jupyter how, and any other value as text", () => {
  const drawn = figure({
    alt: "One line.",
    marks: [line([{ x: 1, y: 1 }, { x: 2, y: 2 }], { x: "x", y: "y" })],
  });
  const values = [md`$\sigma$`, drawn, "text", NaN, [1, 2], null, undefined, 10n];
  expect(printed(() => values.forEach(display))).toEqual(
    ["$\\sigma$", "One line.", "text", "NaN", "[ 1, 2 ]", "null", "undefined", "10n"],
  );
});
