/** Writes the tables of initializers, from `lib/initializers/catalogue.ts`, and of schemes, from `schemeCatalogue.ts`. */
import { join } from "node:path";
import { CATALOGUE, choicesOf } from "../lib/initializers/catalogue.ts";
import type { CatalogueEntry, Elsewhere } from "../lib/initializers/catalogueEntry.ts";
import { root } from "./place.ts";
import { SCHEMES_PATH, schemesPage } from "./schemeCatalogue.ts";

export const CATALOGUE_PATH = "lib/initializers/README.md";

/** The page as it should be. */
export function cataloguePage(): string {
  const rows = Object.entries(CATALOGUE).map(([name, entry]) => row(name, entry));
  return `<!-- deno-fmt-ignore-file -->
<!-- Written by \`deno task catalogue\` from lib/initializers/catalogue.ts. -->

# Initializers

Every initializer that \`fromSpec\` knows. n is fanIn, m is fanOut, Q an orthogonal matrix, Z a matrix of
N(0, 1 / d), k a kernel's size along an axis. Normal means normal; std is always that of what is drawn.
The words of a condition, such as "truncated true", are options of this library.

| name | formula | law | use it for | elsewhere | reference |
| --- | --- | --- | --- | --- | --- |
${rows.join("\n")}
`;
}

function row(name: string, entry: CatalogueEntry): string {
  const { formula, law, use, elsewhere = [], beware, reference } = entry;
  const names = [...elsewhere.map(named), ...(beware ? [`Beware: ${beware}`] : [])].join("; ");
  return `| \`${name}\` | $\`${formula}\`$ | ${law} | ${use} | ${names || "-"} | ${reference} |`;
}

function named({ library, name, when = {} }: Elsewhere): string {
  const conditions = Object.entries(when).map(([option, choice]) => {
    const values = choicesOf(choice).map((value) =>
      typeof value === "number" ? Number(value.toPrecision(5)) : value
    );
    return values[0] === undefined ? `no ${option}` : `${option} ${values.join(" or ")}`;
  });
  return `${library} \`${name}\`${conditions.length > 0 ? ` (${conditions.join(", ")})` : ""}`;
}

if (import.meta.main) {
  for (const [path, page] of [[CATALOGUE_PATH, cataloguePage()], [SCHEMES_PATH, schemesPage()]]) {
    await Deno.writeTextFile(join(root, path), page);
    console.log(`wrote ${path}`);
  }
}
