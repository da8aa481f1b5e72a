import { expect } from "@std/expect";
import { join } from "node:path";
import { schemeNames } from "../lib/mod.ts";
import { SCHEMES_ELSEWHERE } from "../lib/schemes/elsewhere.ts";
import { root } from "../tasks/place.ts";
import { SCHEMES, SCHEMES_PATH, schemesPage } from "../tasks/schemeCatalogue.ts";

/** The tables of the page: their rows' cells, headings left out. */
const tables = schemesPage().split("\n\n").filter((block) => block.startsWith("| name |"))
  .map((block) =>
    block.trimEnd().split("\n").filter((_, i) => i !== 1).map((row) =>
      row.split(/(?<!\\)\|/).slice(1, -1).map((cell) => cell.trim())
    )
  );
const [what, calibrations, numbers] = tables.map(([_, ...rows]) => rows);

Deno.test("the table of schemes in the repository is what `deno task catalogue` writes", async () => {
  expect(await Deno.readTextFile(join(root, SCHEMES_PATH))).toBe(schemesPage());
});

Deno.test("the tables of schemes have each scheme that schemeFrom() knows, and no other", () => {
  const named = what.map(([name]) => name.replaceAll("`", ""));
  expect(named).toEqual(Object.keys(SCHEMES));
  expect([...named, "autoInit"].sort()).toEqual([...schemeNames].sort());
  expect(calibrations.map(([name]) => name)).toContain("[autoInit](autoInit.ts)");
  expect(numbers.map(([name]) => name)).toEqual(
    what.map(([name]) => name).filter((name) => name !== "`edgeOfChaos`"),
  );
});

Deno.test("each row of the tables of schemes is full, its numbers finite, its TeX balanced", () => {
  expect(tables.length).toBe(3);
  for (const [headings, ...rows] of tables) {
    for (const cells of rows) {
      expect([cells[0], cells.length]).toEqual([cells[0], headings.length]);
      expect(cells.every((cell) => cell.length > 0 && !/NaN|Infinity|undefined/.test(cell)))
        .toBe(true);
    }
  }
  for (const [name, { formula }] of Object.entries(SCHEMES)) {
    expect([name, formula.split("{").length]).toEqual([name, formula.split("}").length]);
    expect(formula).not.toMatch(/[`$|]/);
  }
});

Deno.test("the table of schemes says what other libraries call them, each of which it has", () => {
  const names = Object.keys(SCHEMES_ELSEWHERE);
  expect(names.filter((name) => !Object.hasOwn(SCHEMES, name))).toEqual([]);
  const cell = (name: string) => what.find(([first]) => first === `\`${name}\``)![4];
  expect(cell("gpt2")).toBe("-");
  expect(cell("wang")).toContain("GPT-NeoX `wang_init");
  expect(cell("megatron")).toContain("GPT-NeoX `single_residual_scaled_normal` (branches 1)");
});

Deno.test("the table of schemes says whether weights are normal, cut, uniform or fixed", () => {
  const law = (name: string) => what.find(([first]) => first === `\`${name}\``)![2];
  expect(law("gpt2")).toBe("normal");
  expect(law("mitchell")).toBe("cut normal");
  expect(law("tFixup")).toBe("normal, uniform");
  expect(law("pytorchDefault")).toBe("normal, uniform");
  expect(law("zeroProjections")).toBe("normal, constant");
  expect(law("isometry")).toBe("orthogonal");
  expect(law("mimetic")).toBe("normal, pairs of factors");
});
