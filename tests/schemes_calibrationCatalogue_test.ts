import { expect } from "@std/expect";
import { join } from "node:path";
import * as stepZero from "../lib/mod.ts";
import { CALIBRATIONS, calibrationTable } from "../tasks/calibrationCatalogue.ts";
import { root } from "../tasks/place.ts";
import { schemesPage } from "../tasks/schemeCatalogue.ts";

Deno.test("the page of schemes has the table of those that look at data or at theory", () => {
  expect(schemesPage()).toContain(calibrationTable());
});

Deno.test("each row of that table is full, its TeX balanced, its link the code that cites the same source", async () => {
  const rows = calibrationTable().split("\n").slice(2);
  expect(rows.length).toBe(Object.keys(CALIBRATIONS).length);
  for (const [i, [name, { formula, reference }]] of Object.entries(CALIBRATIONS).entries()) {
    const cells = rows[i].split("|").slice(1, -1).map((cell) => cell.trim());
    expect(cells.map((cell) => cell.length > 0)).toEqual(Array(7).fill(true));
    expect([name, formula.split("{").length]).toEqual([name, formula.split("}").length]);
    expect(formula).not.toMatch(/[`$|]/);
    expect(name in stepZero).toBe(true);
    const code = await Deno.readTextFile(join(root, "lib/schemes", `${name}.ts`));
    expect(code).toContain(`Reference: ${reference}`);
  }
});
