import { expect } from "@std/expect";
import { join } from "node:path";
import {
  explain,
  fromSpec,
  heNormal,
  heUniform,
  initializerNames,
  lecunNormal,
  schemeNames,
  truncatedNormal,
  xavierNormal,
  xavierUniform,
} from "../lib/mod.ts";
import { CATALOGUE, namesElsewhere } from "../lib/initializers/catalogue.ts";
import { FACTORIES } from "../lib/initializers/spec.ts";
import { CATALOGUE_PATH, cataloguePage, NEEDED } from "../tasks/catalogue.ts";
import { root } from "../tasks/place.ts";

Deno.test("the catalogue has one entry for each name that fromSpec() knows", () => {
  expect(Object.keys(CATALOGUE).length).toBeGreaterThan(30);
  expect(Object.keys(CATALOGUE).sort()).toEqual(Object.keys(FACTORIES).sort());
});

Deno.test("the table in the repository is what `deno task catalogue` writes", async () => {
  const text = await Deno.readTextFile(join(root, CATALOGUE_PATH));
  expect(text).toBe(cataloguePage());
});

Deno.test("each row of the table has seven cells, none of them empty", () => {
  const rows = cataloguePage().split("\n").filter((line) => line.startsWith("| `"));
  expect(rows.length).toBe(Object.keys(CATALOGUE).length);
  for (const row of rows) {
    const cells = row.split("|").slice(1, -1).map((cell) => cell.trim());
    expect(cells.length).toBe(7);
    expect(cells.every((cell) => cell.length > 0)).toBe(true);
  }
});

/** The comments above the exported functions of a folder of lib, by name. */
function docsOf(folder: string): Map<string, string> {
  const docs = new Map<string, string>();
  for (const { name } of Deno.readDirSync(join(root, folder))) {
    if (!name.endsWith(".ts")) continue;
    const text = Deno.readTextFileSync(join(root, folder, name));
    for (const { index, 1: symbol } of text.matchAll(/ \*\/\nexport function (\w+)/g)) {
      docs.set(symbol, text.slice(text.lastIndexOf("/**", index), index));
    }
  }
  return docs;
}

Deno.test("each initializer and scheme has an example, and a reference unless none is needed", () => {
  for (
    const [folder, names] of [
      ["lib/initializers", initializerNames],
      ["lib/schemes", schemeNames],
    ] as const
  ) {
    const docs = docsOf(folder);
    const lacks = (what: string) => names.filter((name) => !docs.get(name)?.includes(what));
    expect(lacks("@example")).toEqual([]);
    const needed = lacks("Reference:").filter((name) =>
      CATALOGUE[name]?.reference !== "none needed"
    );
    expect(needed).toEqual([]);
  }
  expect(docsOf("lib/initializers").get("weightOf")).not.toContain("@example"); // it can be missing
});

Deno.test("options are needed that the table says are, and no others", () => {
  for (const name of Object.keys(CATALOGUE)) {
    const needed = NEEDED[name] ?? {};
    expect(() => fromSpec({ name, ...needed })).not.toThrow();
    for (const left of Object.keys(needed)) {
      const { [left]: _, ...rest } = needed;
      expect(() => fromSpec({ name, ...rest })).toThrow();
    }
  }
});

Deno.test("TeX in the catalogue is balanced", () => {
  for (const [name, { formula }] of Object.entries(CATALOGUE)) {
    for (const [open, close] of [["{", "}"], ["\\left", "\\right"]]) {
      expect([name, formula.split(open).length]).toEqual([name, formula.split(close).length]);
    }
    expect(formula).not.toMatch(/[`$]/);
  }
});

Deno.test("conditions in the catalogue name options that the initializer has", () => {
  for (const [name, { elsewhere = [] }] of Object.entries(CATALOGUE)) {
    const { spec } = fromSpec({ name, ...NEEDED[name] });
    for (const { when = {} } of elsewhere) {
      for (const [option, choice] of Object.entries(when)) {
        expect([name, option, option in spec]).toEqual([name, option, true]);
        const first = Array.isArray(choice) ? choice[0] : choice;
        if (first !== undefined) expect(typeof first).toBe(typeof spec[option]);
      }
    }
  }
});

Deno.test("namesElsewhere() tells names apart by options", () => {
  expect(namesElsewhere(heNormal().spec)).toEqual(["PyTorch kaiming_normal_"]);
  expect(namesElsewhere(heNormal({ truncated: true }).spec)).toEqual([
    "JAX he_normal",
    "Keras HeNormal",
  ]);
  expect(namesElsewhere(heNormal({ mode: "fanAvg" }).spec)).toEqual([]);
  expect(namesElsewhere(heUniform({ negativeSlope: Math.sqrt(5) }).spec)).toEqual([
    "PyTorch kaiming_uniform_",
    "PyTorch nn.Linear, nn.Conv",
  ]);
  // GPT-NeoX calls PyTorch's, without a gain.
  expect(namesElsewhere(xavierNormal().spec)).toEqual([
    "PyTorch xavier_normal_",
    "GPT-NeoX xavier_normal",
  ]);
  expect(namesElsewhere(xavierUniform({ gain: 2 }).spec)).toEqual(["PyTorch xavier_uniform_"]);
  expect(namesElsewhere(truncatedNormal({ std: 1 }).spec)).toEqual([]);
  expect(namesElsewhere(truncatedNormal({ parentStd: 1 }).spec)).toContain(
    "Keras TruncatedNormal",
  );
  expect(namesElsewhere(truncatedNormal({ parentStd: 1 }).spec)).toContain("timm trunc_normal_tf_");
  expect(namesElsewhere(truncatedNormal({ parentStd: 1, cut: 3 }).spec)).toEqual([]);
  expect(namesElsewhere({ name: "toString" })).toEqual([]);
});

Deno.test("explain() says what other libraries call it, and nothing where none does", () => {
  expect(explain(lecunNormal({ truncated: true }), [4, 5])).toContain(
    "elsewhere: JAX lecun_normal; Keras LecunNormal; timm lecun_normal_",
  );
  expect(explain(heNormal(), [4, 5])).toContain("elsewhere: PyTorch kaiming_normal_");
  expect(explain(lecunNormal({ mode: "fanGeoAvg" }), [4, 5])).not.toContain("elsewhere");
});
