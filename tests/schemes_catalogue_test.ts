import { expect } from "@std/expect";
import { join } from "node:path";
import { schemeNames } from "../lib/mod.ts";
import { root } from "../tasks/place.ts";
import { SCHEMES, SCHEMES_PATH, schemesPage } from "../tasks/schemeCatalogue.ts";

/** Schemes that plain data does not name, as they need a model or a stream. */
const UNNAMED = ["mimetic", "mup", "depthMup", "completeP"];

Deno.test("the table of schemes in the repository is what `deno task catalogue` writes", async () => {
  expect(await Deno.readTextFile(join(root, SCHEMES_PATH))).toBe(schemesPage());
});

Deno.test("the table of schemes has each scheme that schemeFrom() knows, and those it does not", () => {
  expect(Object.keys(SCHEMES).sort()).toEqual([...schemeNames, ...UNNAMED].sort());
});

Deno.test("each row of the tables of schemes is full, its numbers finite, its TeX balanced", () => {
  const rows = schemesPage().split("\n").filter((line) => line.startsWith("| `"));
  expect(rows.length).toBe(2 * Object.keys(SCHEMES).length);
  rows.forEach((row, i) => {
    const cells = row.split("|").slice(1, -1).map((cell) => cell.trim());
    expect(cells.length).toBe(i < rows.length / 2 ? 4 : 10);
    expect(cells.every((cell) => cell.length > 0 && !/NaN|Infinity/.test(cell))).toBe(true);
  });
  for (const [name, { formula }] of Object.entries(SCHEMES)) {
    expect([name, formula.split("{").length]).toEqual([name, formula.split("}").length]);
    expect(formula).not.toMatch(/[`$|]/);
  }
});
