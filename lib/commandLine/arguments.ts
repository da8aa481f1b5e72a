import { parseArgs } from "node:util";
import { UsageError } from "./terminal.ts";

/** A command's options by name: true for those that take a value. */
export type Known = Readonly<Record<string, boolean>>;

/**
 * The positions and options of a command line; an option is `--name value`, `--name=value` or, without a value, `--name`.
 *
 * @throws {UsageError} where an option is not known or its value is missing.
 */
export function parsed(
  args: readonly string[],
  known: Known,
): { positions: string[]; values: Record<string, string>; flags: ReadonlySet<string> } {
  const types = Object.entries(known).map(([name, takesValue]) =>
    [name, { type: takesValue ? "string" : "boolean" } as const] as const
  );
  try {
    const { positionals, values } = parseArgs({
      args: [...args],
      options: Object.fromEntries(types),
      allowPositionals: true,
    });
    const given = Object.entries(values);
    return {
      positions: positionals,
      values: Object.fromEntries(given.filter(([name]) => known[name])) as Record<string, string>,
      flags: new Set(given.filter(([name]) => !known[name]).map(([name]) => name)),
    };
  } catch (error) {
    const [what] = (error as Error).message.split(". "); // the rest is advice for other programs
    throw new UsageError(what);
  }
}

/** The words of a command line that must be there, and no more. @throws {UsageError} where one is missing. */
export function positionsOf(positions: readonly string[], names: readonly string[]): string[] {
  if (positions.length === names.length) return [...positions];
  throw new UsageError(
    positions.length < names.length
      ? `${names[positions.length]} is missing`
      : `"${positions[names.length]}" is one word too many: put a name with blanks in quotes`,
  );
}

/** A value as a number, true or false where it reads as one, else as the text it is. */
export function valueOf(text: string): string | number | boolean {
  if (text === "true" || text === "false") return text === "true";
  return text.trim() !== "" && Number.isFinite(Number(text)) ? Number(text) : text;
}
