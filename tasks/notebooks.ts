/**
 * Formats and runs notebooks from top to bottom and writes their outputs into them. Arguments name
 * notebooks ("02", or a path; none: all of the course); `--check` compares instead of writing.
 */
import { basename, resolve } from "node:path";
import { formatCells } from "./cells.ts";
import * as place from "./place.ts";
import { echo, type Finished, run } from "./run.ts";
import { setUp } from "./setup.ts";
import { Stop, task } from "./stop.ts";

/** Runs notebooks in fresh kernels and writes them, or compares them with their files. */
export function execute(paths: readonly string[], check: boolean): Promise<Finished> {
  const script = resolve(import.meta.dirname!, "execute.py");
  return run([place.python, script, ...(check ? ["--check"] : []), ...paths], { onText: echo });
}

function named(argument: string): string[] {
  if (argument.endsWith(".ipynb")) return [resolve(argument)];
  const found = place.courseNotebooks().filter((path) => basename(path).startsWith(argument));
  if (found.length === 0) throw new Stop(`No notebook's name starts with "${argument}"`);
  return found;
}

async function notebooks(): Promise<void> {
  await setUp();
  const check = Deno.args.includes("--check");
  const names = Deno.args.filter((argument) => argument !== "--check");
  const paths = names.length > 0 ? names.flatMap(named) : place.courseNotebooks();
  if (!check) await formatCells(paths);
  if (!(await execute(paths, check)).ok) Deno.exit(1);
}

if (import.meta.main) await task(notebooks);
