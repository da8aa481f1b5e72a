import type { CatalogueEntry, Choice } from "./catalogueEntry.ts";
import type { InitializerSpec } from "./initializer.ts";
import { SCALED } from "./catalogueScaled.ts";
import { STRUCTURED } from "./catalogueStructured.ts";
import { object } from "../tensor/arguments.ts";

/**
 * Every initializer that `fromSpec` knows, by name: formula, law, use, reference and what others call it.
 *
 * @example
 * ```ts
 * import { CATALOGUE } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * expect(CATALOGUE.heNormal.use).toBe("ReLU and its leaky kin");
 * ```
 */
export const CATALOGUE: Readonly<Record<string, CatalogueEntry>> = { ...SCALED, ...STRUCTURED };

/**
 * What other libraries call the initializer of a spec.
 *
 * @example
 * ```ts
 * import { heNormal, namesElsewhere } from "step-zero";
 * import { expect } from "@std/expect";
 *
 * expect(namesElsewhere(heNormal().spec)).toEqual(["PyTorch kaiming_normal_"]);
 * expect(namesElsewhere(heNormal({ truncated: true }).spec)).toEqual(["JAX he_normal", "Keras HeNormal"]);
 * ```
 */
export function namesElsewhere(spec: InitializerSpec): string[] {
  object("spec", spec, 'a spec such as { name: "heNormal" }');
  const { elsewhere = [] } = Object.hasOwn(CATALOGUE, spec.name) ? CATALOGUE[spec.name] : {};
  return elsewhere.filter(({ when = {} }) =>
    Object.entries(when).every(([option, choice]) => choicesOf(choice).includes(spec[option]))
  ).map(({ library, name }) => `${library} ${name}`);
}

/**
 * The spec of what a name means, be it this library's, whatever its case, or another's: "kaiming_normal_", "GlorotUniform".
 * Of an option that may have several values it has the first; undefined where the name is not known.
 */
export function specMeantBy(name: string): { spec: InitializerSpec; library?: string } | undefined {
  const exact = rowsElsewhere().find(({ names }) =>
    names.includes(name) || names.includes(bare(name))
  );
  const own = Object.keys(CATALOGUE).find((known) => plain(known) === plain(name));
  if (!exact && own) return { spec: { name: own } };
  const row = exact ?? rowsElsewhere().find(({ names }) => names.map(plain).includes(plain(name)));
  if (!row) return undefined;
  const options = Object.entries(row.when).map(([option, choice]) =>
    [option, choicesOf(choice)[0]] as const
  ).filter((entry): entry is [string, string | number | boolean] => entry[1] !== undefined);
  return { spec: { name: row.here, ...Object.fromEntries(options) }, library: row.library };
}

function rowsElsewhere() {
  return Object.entries(CATALOGUE).flatMap(([here, { elsewhere = [] }]) =>
    elsewhere.map(({ library, name, when = {} }) => ({
      here,
      library,
      when,
      names: name.split(", "),
    }))
  );
}

function bare(name: string): string {
  return name.slice(name.lastIndexOf(".") + 1);
}

/** A name without its module, case and underscores. */
function plain(name: string): string {
  return bare(name).replaceAll("_", "").toLowerCase();
}

/** The values that a condition allows. */
export function choicesOf(choice: Choice | readonly Choice[]): readonly Choice[] {
  return Array.isArray(choice) ? choice : [choice as Choice];
}
