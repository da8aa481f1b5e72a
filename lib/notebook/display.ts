import { show } from "./kernel.ts";

type Bundle = Record<string, unknown>;

/**
 * Shows a value below the running cell at once, wherever in the cell it stands: a figure, md, tex or anything else that
 * tells Jupyter how to show it; other values as text.
 *
 * @example
 * ```ts
 * import { display, md } from "step-zero/notebook";
 * import { expect } from "@std/expect";
 *
 * expect(() => display(md`$\sigma$`)).not.toThrow();
 * ```
 */
export function display(value: unknown): void {
  const bundle = (value as { [key: symbol]: (() => Bundle) | undefined } | null | undefined)
    ?.[Symbol.for("Jupyter.display")];
  if (typeof bundle === "function") show(bundle.call(value));
  else show({ "text/plain": typeof value === "string" ? value : Deno.inspect(value) });
}
