import { choicesOf } from "../lib/initializers/catalogue.ts";
import type { Elsewhere } from "../lib/initializers/catalogueEntry.ts";

/** What another library calls something, in a cell of a table. */
export function named({ library, name, when = {} }: Elsewhere): string {
  const conditions = Object.entries(when).map(([option, choice]) => {
    const values = choicesOf(choice).map((value) =>
      typeof value === "number" ? Number(value.toPrecision(5)) : value
    );
    return values[0] === undefined ? `no ${option}` : `${option} ${values.join(" or ")}`;
  });
  return `${library} \`${name}\`${conditions.length > 0 ? ` (${conditions.join(", ")})` : ""}`;
}
