/** Writes the tables of initializers, from `lib/initializers/catalogue.ts`, and of schemes, from `schemeCatalogue.ts`. */
import { join } from "node:path";
import { CATALOGUE } from "../lib/initializers/catalogue.ts";
import type { CatalogueEntry } from "../lib/initializers/catalogueEntry.ts";
import { fromSpec } from "../lib/initializers/spec.ts";
import { named } from "./namesElsewhere.ts";
import { root } from "./place.ts";
import { SCHEMES_PATH, schemesPage } from "./schemeCatalogue.ts";

export const CATALOGUE_PATH = "lib/initializers/README.md";

/** Options that an initializer does not do without, with values that it takes. */
export const NEEDED: Readonly<Record<string, Readonly<Record<string, string | number>>>> = {
  constant: { value: 1 },
  normal: { std: 1 },
  uniform: { low: 0, high: 1 },
  truncatedNormal: { std: 1 },
  scaledOrthogonal: { layers: 2 },
  sparse: { sparsity: 0.5 },
  icnr: { upscale: 2 },
  lora: { part: "up" },
  chrono: { longest: 9 },
  paddedNormal: { std: 1, row: 0 },
};

/** The page as it should be. */
export function cataloguePage(): string {
  const rows = Object.entries(CATALOGUE).map(([name, entry]) => row(name, entry));
  return `<!-- deno-fmt-ignore-file -->
<!-- Written by \`deno task catalogue\` from lib/initializers/catalogue.ts. -->

# Initializers

Every initializer that \`fromSpec\` knows. n is fanIn, m is fanOut, Q an orthogonal matrix, Z a matrix of
N(0, 1 / d), k a kernel's size along an axis. Normal means normal; std is always that of what is drawn.
The words of a condition, such as "truncated true", are options of this library. Options in bold must be
given; the others are what is shown when left out. truncatedNormal takes parentStd, the std before the cut,
in place of std, and then low and high in place of cut.

| name | formula | law | options | use it for | elsewhere | reference |
| --- | --- | --- | --- | --- | --- | --- |
${rows.join("\n")}
`;
}

function row(name: string, entry: CatalogueEntry): string {
  const { formula, law, use, elsewhere = [], beware, reference } = entry;
  const names = [...elsewhere.map(named), ...(beware ? [`Beware: ${beware}`] : [])].join("; ");
  const cells = [
    `\`${name}\``,
    `$\`${formula}\`$`,
    law,
    optionsOf(name),
    use,
    names || "-",
    reference,
  ];
  return `| ${cells.join(" | ")} |`;
}

function optionsOf(name: string): string {
  const needed = NEEDED[name] ?? {};
  const { name: _, ...options } = fromSpec({ name, ...needed }).spec;
  const told = Object.entries(options).map(([option, value]) =>
    option in needed ? `**${option}**` : `${option} ${value}`
  );
  return told.join(", ") || "-";
}

if (import.meta.main) {
  for (const [path, page] of [[CATALOGUE_PATH, cataloguePage()], [SCHEMES_PATH, schemesPage()]]) {
    await Deno.writeTextFile(join(root, path), page);
    console.log(`wrote ${path}`);
  }
}
