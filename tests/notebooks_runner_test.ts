import { expect } from "@std/expect";
import { join } from "node:path";
import { checkFormat, checkModules, formatCells } from "../tasks/cells.ts";
import { python, root } from "../tasks/place.ts";
import { run } from "../tasks/run.ts";

/** Writes notebooks of code cells, as an editor might leave them, to a new folder. */
async function notebooksOf(notebooks: Record<string, string[]>): Promise<Record<string, string>> {
  const folder = await Deno.makeTempDir();
  const paths: Record<string, string> = {};
  for (const [name, sources] of Object.entries(notebooks)) {
    const cells = sources.map((source, index) => ({
      cell_type: "code",
      execution_count: 10 + index,
      metadata: { execution: { "iopub.status.idle": "2024-01-01" }, tags: ["kept"] },
      outputs: [],
      source,
    }));
    paths[name] = join(folder, `${name}.ipynb`);
    const metadata = { language_info: { version: "5.9.2" }, editor: { of: "somebody" } };
    const notebook = { cells, metadata, nbformat: 4, nbformat_minor: 4 };
    await Deno.writeTextFile(paths[name], JSON.stringify(notebook));
  }
  return paths;
}

const execute = (...args: string[]) => run([python, join(root, "tasks", "execute.py"), ...args]);

Deno.test("the runner writes each notebook in one form, whatever it was before", async () => {
  const { many, other } = await notebooksOf({
    many: [
      "const x = 6 * 7\nx",
      'for (let i = 0; i < 500; i++) console.log(`líne ${i}`);\nconsole.error("to stderr");',
      "",
      'Deno.env.get("STEP_ZERO_STRICT")',
      "",
    ],
    other: ["const x = 1; x"],
  });
  expect(await execute(many, other)).toMatchObject({ ok: true });
  const text = await Deno.readTextFile(many);
  const { cells, metadata } = JSON.parse(text);
  expect(text).toBe(JSON.stringify(JSON.parse(text), null, 1) + "\n");
  expect(metadata.kernelspec).toEqual({
    display_name: "Deno",
    language: "typescript",
    name: "deno",
  });
  expect(metadata.language_info.version).toBe(undefined);
  expect(Object.keys(metadata)).toEqual(["kernelspec", "language_info"]);
  expect(cells[0].outputs[0].data).toEqual({ "text/plain": ["42"] });
  expect(cells[3].outputs[0].data).toEqual({ "text/plain": ['"1"'] });
  const streams = cells[1].outputs;
  expect(streams.map((output: { name: string }) => output.name)).toEqual(["stdout", "stderr"]);
  expect(streams[0].text).toEqual(Array.from({ length: 500 }, (_, i) => `líne ${i}\n`));
  const counts = cells.map((cell: { execution_count: number | null }) => cell.execution_count);
  expect(counts).toEqual([1, 2, null, 3, null]);
  expect(cells[0].metadata).toEqual({ tags: ["kept"] });
  // New ids are no chance either: two cells without one, and with the same source.
  expect(cells[4].id).toBe(`${cells[2].id}x`);

  expect((await execute(many, other)).ok).toBe(true);
  expect(await Deno.readTextFile(many)).toBe(text);
});

Deno.test("the runner's --check sees one changed byte and writes nothing", async () => {
  const { small } = await notebooksOf({ small: ["1 + 1", '"two"'] });
  expect((await execute(small)).ok).toBe(true);
  expect((await execute("--check", small)).ok).toBe(true);
  const changed = (await Deno.readTextFile(small)).replace('"2"', '"3"');
  await Deno.writeTextFile(small, changed);
  const { ok, text } = await execute("--check", small);
  expect(ok).toBe(false);
  expect(text).toMatch(/FAILED small\.ipynb: differs from the file in code cell 1\n/);
  expect(text).toMatch(/^- +"3"\n\+ +"2"$/m);
  expect(await Deno.readTextFile(small)).toBe(changed);
});

Deno.test("the runner names the cell and the reason where a notebook fails", async () => {
  const paths = await notebooksOf({
    syntax: ["const good = 1;", "let bad = (1;"],
    thrown: ['throw new RangeError("on purpose");'],
    unknown: ['import { x } from "no-such-module";'],
    exit: ["1", "Deno.exit(3)"],
  });
  const before = await Deno.readTextFile(paths.syntax);
  const { ok, text } = await execute(...Object.values(paths));
  expect(ok).toBe(false);
  expect(text).toMatch(/FAILED syntax\.ipynb: code cell 2\n {4}let bad[^]*Expected ',', got ';'/);
  expect(text).toMatch(/FAILED thrown\.ipynb: code cell 1\n[^]*RangeError: on purpose/);
  expect(text).toMatch(/FAILED unknown\.ipynb: code cell 1\n[^]*"no-such-module"/);
  expect(text).toMatch(/FAILED exit\.ipynb: code cell 2: the kernel died/);
  expect(await Deno.readTextFile(paths.syntax)).toBe(before);
});

Deno.test("checkModules() finds wrong types and lint across the cells of a notebook", async () => {
  const { wrong, right } = await notebooksOf({
    wrong: [
      "const width: number = 4;\n",
      "\nconst depth: string = width;\nconst twice = depth;",
    ],
    right: ['import { md } from "step-zero/notebook";', "md`text`;"],
  });
  expect(await checkModules([right])).toMatchObject({ ok: true });
  const { ok, text } = await checkModules([right, wrong]);
  expect(ok).toBe(false);
  expect(text).toMatch(/TS2322[^]*wrong\.ipynb, code cell 2, line 2, column 7/);
  expect(text).toMatch(/no-unused-vars[^]*wrong\.ipynb, code cell 2, line 3, column 7/);
});

Deno.test("formatCells() formats code cells as checkFormat() asks, and leaves text alone", async () => {
  const { loose, broken } = await notebooksOf({
    loose: ["const a={b:1}\na", "const tidy = 1;"],
    broken: ["let broken = (1;"],
  });
  const notebook = JSON.parse(await Deno.readTextFile(loose));
  const formula = "Either $a * b$ or $a_i  b_j$\n* one";
  notebook.cells.push({ cell_type: "markdown", metadata: {}, source: formula });
  await Deno.writeTextFile(loose, JSON.stringify(notebook));
  const before = await checkFormat([loose]);
  expect(before.ok).toBe(false);
  expect(before.text).toContain("loose, cell 1.ts");
  expect(before.text).not.toContain("loose, cell 2.ts");
  await formatCells([loose, broken]);
  expect((await checkFormat([loose])).ok).toBe(true);
  const { cells } = JSON.parse(await Deno.readTextFile(loose));
  expect(cells[0].source.join("")).toBe("const a = { b: 1 };\na;");
  expect(cells[2].source).toBe(formula);
  const kept = JSON.parse(await Deno.readTextFile(broken)).cells[0];
  expect(kept.source.join("")).toBe("let broken = (1;");
});
