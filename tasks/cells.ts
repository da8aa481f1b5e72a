/** A notebook's code cells as plain TypeScript, so that Deno's tools can format and check them. */
import { basename, join } from "node:path";
import { deno, root } from "./place.ts";
import { type Finished, run } from "./run.ts";

interface Cell {
  readonly cell_type: string;
  source: string | string[];
}

/** The sources of a notebook's code cells, in order. */
export async function codeCells(path: string): Promise<string[]> {
  const { cells }: { cells: Cell[] } = JSON.parse(await Deno.readTextFile(path));
  return cells.filter((cell) => cell.cell_type === "code").map(text);
}

function text(cell: Cell): string {
  return typeof cell.source === "string" ? cell.source : cell.source.join("");
}

/** Formats the code cells of notebooks in place; a cell that does not parse stays as it is. */
export async function formatCells(paths: readonly string[]): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    const files = await writeCells(folder, paths);
    await run([deno, "fmt", "--quiet", "--config", join(root, "deno.json"), folder]);
    for (const [path, cellFiles] of files) {
      const notebook = JSON.parse(await Deno.readTextFile(path));
      const cells = notebook.cells.filter((cell: Cell) => cell.cell_type === "code");
      for (const [index, file] of cellFiles.entries()) {
        const formatted = (await Deno.readTextFile(file)).trimEnd();
        cells[index].source = formatted.split(/(?<=\n)/);
      }
      await Deno.writeTextFile(path, JSON.stringify(notebook, null, 1) + "\n");
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Whether every code cell stands as `deno fmt` would write it. */
export async function checkFormat(paths: readonly string[]): Promise<Finished> {
  const folder = await Deno.makeTempDir();
  try {
    await writeCells(folder, paths);
    const finished = await run(
      [deno, "fmt", "--check", "--config", join(root, "deno.json"), folder],
      { env: { NO_COLOR: "1" } },
    );
    return { ...finished, text: finished.text.replaceAll(`${folder}/`, "") };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** One file a cell: "02_signals, cell 3.ts". Gives the files of each notebook. */
async function writeCells(
  folder: string,
  paths: readonly string[],
): Promise<Map<string, string[]>> {
  const files = new Map<string, string[]>();
  for (const path of paths) {
    const sources = await codeCells(path);
    files.set(path, sources.map((_, i) => join(folder, `${title(path)}, cell ${i + 1}.ts`)));
    for (const [i, file] of files.get(path)!.entries()) {
      await Deno.writeTextFile(file, sources[i].trimEnd() + "\n");
    }
  }
  return files;
}

function title(path: string): string {
  return basename(path, ".ipynb");
}

/** Runs `deno check` and `deno lint` on each notebook's cells, joined to one module. */
export async function checkModules(paths: readonly string[]): Promise<Finished> {
  const folder = await Deno.makeTempDir();
  try {
    const modules = [];
    const starts = new Map<string, number[]>();
    for (const path of paths) {
      const sources = await codeCells(path);
      const lines = [1];
      for (const source of sources) lines.push(lines.at(-1)! + source.split("\n").length);
      starts.set(title(path), lines);
      modules.push(join(folder, `${title(path)}.ts`));
      await Deno.writeTextFile(modules.at(-1)!, sources.map((source) => source + "\n").join(""));
    }
    const results = [];
    for (const tool of ["check", "lint"]) {
      const argv = [deno, tool, "--config", join(root, "deno.json"), ...modules];
      results.push(await run(argv, { env: { NO_COLOR: "1" } }));
    }
    const located = results.map(({ text }) => text).join("").replace(
      /(?:file:\/\/)?\/\S*\/([^/\s]+)\.ts:(\d+):(\d+)/g,
      (whole, name, line, column) => {
        const cell = starts.get(name)?.findLastIndex((start) => start <= Number(line));
        if (cell === undefined) return whole;
        const inCell = Number(line) - starts.get(name)![cell] + 1;
        return `${name}.ipynb, code cell ${cell + 1}, line ${inCell}, column ${column}`;
      },
    );
    return { ok: results.every(({ ok }) => ok), text: located };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
