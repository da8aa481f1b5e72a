/** The shape of the repository: what may import what, and how long a thing may be. */
import { expect } from "@std/expect";
import { basename, join, relative, resolve } from "node:path";
import { codeCells } from "../tasks/cells.ts";
import { courseNotebooks, root } from "../tasks/place.ts";
import { run } from "../tasks/run.ts";

/** Imports point down: each folder of lib may use itself and these. */
const below: Record<string, string[]> = { numerics: [], tensor: ["numerics"] };
below.initializers = ["tensor", ...below.tensor];
below.data = ["tensor", ...below.tensor];
below.audit = ["initializers", ...below.initializers];
below.presets = ["initializers", ...below.initializers];
below.streams = ["presets", ...below.presets];
below.nn = ["initializers", ...below.initializers];
below.checkpoints = ["nn", ...below.nn];
below.theory = ["nn", ...below.nn];
below.schemes = ["theory", ...below.theory];
below.experiments = ["schemes", ...below.schemes];
below["mod.ts"] = ["experiments", "audit", "presets", "streams", ...below.experiments];
below.commandLine = ["checkpoints", "audit", "presets", ...below.experiments];
below.figures = ["experiments", ...below.experiments];
below.notebook = ["figures", "mod.ts", ...below.figures];

/** What is imported from outside, and the program. */
const doors = [
  ...["lib/mod.ts", "lib/checkpoints/mod.ts", "lib/data/mod.ts", "lib/notebook/mod.ts"],
  "lib/commandLine/main.ts",
];

interface Source {
  /** From the repository's root. */
  readonly path: string;
  readonly lines: number;
  /** What it imports by a relative path, from the repository's root. */
  readonly imports: readonly string[];
}

function* filesIn(folder: string): Generator<string> {
  for (const entry of Deno.readDirSync(join(root, folder))) {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory) yield* filesIn(path);
    else if (path.endsWith(".ts")) yield path;
  }
}

function read(path: string): Source {
  const text = Deno.readTextFileSync(join(root, path));
  const code = text.replace(/\/\*\*[^]*?\*\//g, ""); // examples in comments import what they like
  const names = [...code.matchAll(/(?:\bfrom\s|\bimport[\s(]|new URL\()\s*"(\.[^"]+)"/g)];
  const imports = names.map(([, name]) =>
    relative(root, resolve(root, path, "..", name)).replaceAll("\\", "/")
  );
  return { path, lines: text.trimEnd().split("\n").length, imports };
}

const folderOf = (path: string) => path.split("/")[1];
const lib = [...filesIn("lib")].map(read);

/** Imports that do not point down. */
function wrongImports(sources: readonly Source[]): string[] {
  return sources.flatMap(({ path, imports }) => {
    const folder = folderOf(path);
    return imports
      .filter((name) =>
        !name.startsWith("lib/") || ![folder, ...below[folder] ?? []].includes(folderOf(name))
      )
      .map((name) => `${path} imports ${name}`);
  });
}

Deno.test("imports in lib point down only", () => {
  expect(lib.flatMap(({ imports }) => imports).length).toBeGreaterThan(100);
  expect(wrongImports(lib)).toEqual([]);
  // Would it be seen?
  const up = { path: "lib/tensor/x.ts", lines: 1, imports: ["lib/nn/tape.ts", "tasks/run.ts"] };
  expect(wrongImports([up]).length).toBe(2);
});

/** Compiled to WebAssembly, not imported. */
const compiled = "lib/numerics/simd/assembly/";

Deno.test("every file of lib is reached from a door", () => {
  const imports = new Map(lib.map((source) => [source.path, source.imports]));
  const reached = new Set<string>();
  const queue = [...doors];
  for (let path = queue.pop(); path !== undefined; path = queue.pop()) {
    if (reached.has(path)) continue;
    reached.add(path);
    queue.push(...imports.get(path) ?? []);
  }
  const unreached = lib.map(({ path }) => path)
    .filter((path) => !reached.has(path) && !path.startsWith(compiled));
  expect(unreached).toEqual([]);
});

Deno.test("a file of lib reads in one sitting", () => {
  const long = lib.filter(({ path, lines }) => lines > 250 && !path.endsWith("kernels.wasm.ts"));
  expect(long.map(({ path, lines }) => `${path}: ${lines} lines`)).toEqual([]);
  const vague = lib.filter(({ path }) =>
    /^(utils?|helpers?|common|misc)\.ts$/.test(basename(path))
  );
  expect(vague.map(({ path }) => path)).toEqual([]);
});

Deno.test("no number in lib comes from Math.random", () => {
  const random = lib.filter(({ path }) =>
    Deno.readTextFileSync(join(root, path)).includes("Math.random")
  );
  expect(random.map(({ path }) => path)).toEqual([]);
});

/** A folder of somebody's machine, or a registry's address. */
const ofAMachine =
  /(?<![\w.~:/])\/(?:home|root|work|Users|tmp)\/\w|[A-Z]:\\\\?Users|file:\/\/\/\w|\/\/(?:registry\.|pypi\.org\/simple|files\.pythonhosted)/;

Deno.test("tracked files name no folder of a machine and no registry", async () => {
  for (const bad of ["/ho" + "me/me/x", "file:/" + "//x", "https://regi" + "stry.npmjs.org"]) {
    expect(bad).toMatch(ofAMachine);
  }
  expect("https://example.org/work/x lib/root/y").not.toMatch(ofAMachine);
  const { ok, text } = await run(["git", "ls-files"]);
  if (!ok) return; // a copy without its history
  const named = text.trim().split("\n")
    .filter((name) => name !== "deno.lock" && /\.(ts|py|md|json|txt|ipynb|cff)$|^\.ci/.test(name))
    .filter((name) => ofAMachine.test(Deno.readTextFileSync(join(root, name))));
  expect(named).toEqual([]);
});

for (const path of courseNotebooks()) {
  Deno.test(`${basename(path)} is short, imports at the top, and stays small`, async () => {
    const cells = await codeCells(path);
    const lengths = cells.map((cell) => cell.trim().split("\n").length);
    expect(cells.length).toBeLessThanOrEqual(15);
    expect(Math.max(...lengths)).toBeLessThanOrEqual(25);
    const late = cells.slice(1).filter((cell) => /^import\b|\bimport\(/m.test(cell));
    expect(late).toEqual([]);
    expect((await Deno.stat(path)).size).toBeLessThan(400_000);
  });
}
