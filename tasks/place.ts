/** Where things are: the repository, and the Python environment that set-up makes inside it. */
import { dirname, join } from "node:path";

export const windows = Deno.build.os === "windows";
export const root = dirname(import.meta.dirname!);
export const requirements = join(root, "requirements.txt");
export const notebooks = join(root, "notebooks");

export const venv = join(root, ".venv");
const programs = join(venv, windows ? "Scripts" : "bin");
export const python = join(programs, windows ? "python.exe" : "python");
export const deno = join(programs, windows ? "deno.exe" : "deno");

/** The course's notebooks in reading order, as full paths. */
export function courseNotebooks(): string[] {
  return [...Deno.readDirSync(notebooks)]
    .filter((entry) => entry.isFile && entry.name.endsWith(".ipynb"))
    .map((entry) => join(notebooks, entry.name))
    .sort();
}

export function exists(path: string): boolean {
  try {
    Deno.statSync(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
