/** Cells run in a kernel of their own, and what came under each. */
import { join } from "node:path";
import { notebooks, python } from "../tasks/place.ts";

export interface Output {
  readonly kind: "stream" | "execute_result" | "display_data" | "error";
  readonly text: string;
  readonly data: Readonly<Record<string, string>>;
  readonly error: string;
  readonly late: boolean;
}
export interface Shown {
  readonly outputs: readonly Output[];
  readonly status: "ok" | "error";
}
export type Cell = string | { readonly source: string; readonly interrupt: number };

/** Runs cells in a fresh kernel. `deno`, where given, replaces the course's own. */
export async function show(
  cells: readonly (readonly Cell[])[],
  deno?: string,
): Promise<Shown[][]> {
  const driver = join(import.meta.dirname!, "kernel_driver.py");
  const child = new Deno.Command(python, {
    args: [driver, ...(deno ? [deno] : [])],
    cwd: notebooks,
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(JSON.stringify(cells)));
  await writer.close();
  const { success, stdout, stderr } = await child.output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
  return JSON.parse(new TextDecoder().decode(stdout));
}
