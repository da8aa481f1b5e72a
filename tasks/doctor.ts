/** Checks the installation from end to end and says what is wrong, a line for each check. */
import { join } from "node:path";
import * as place from "./place.ts";
import { run } from "./run.ts";
import { isSetUp, pinnedDeno } from "./setup.ts";
import { task } from "./stop.ts";

async function doctor(): Promise<void> {
  let healthy = true;
  function report(ok: boolean, finding: string, remedy = ""): boolean {
    console.log(ok ? `ok      ${finding}` : `PROBLEM ${finding}: ${remedy}`);
    healthy &&= ok;
    return ok;
  }
  const again = "run `deno task lab`, which sets up what is missing";
  const pinned = await pinnedDeno();
  report(true, `Deno ${Deno.version.deno} runs the tasks`);
  report(
    !place.exists(join(place.root, "package.json")),
    "no package.json beside deno.json",
    "delete it, or the kernel finds no npm package",
  );
  if (report(await isSetUp(), "the set-up in .venv is complete and up to date", again)) {
    const anew = `delete the folder .venv and ${again}`;
    const version = async (...argv: string[]) => (await run(argv)).text.trim().split("\n")[0];
    const python = await version(place.python, "--version");
    report(python.startsWith("Python 3"), python, anew);
    const lab = await version(place.python, "-m", "jupyterlab", "--version");
    report(/^\d/.test(lab), `JupyterLab ${lab}`, anew);
    const deno = await version(place.deno, "--version");
    report(deno.startsWith(`deno ${pinned} `), `the kernel is ${deno}`, `not ${pinned}: ${anew}`);
    const sum = await ask(["1 + 1"]);
    report(sum.plain === "2", "the kernel answers 1 + 1", sum.problem);
    const figure = await ask([
      'import { figure } from "step-zero/notebook";',
      'figure({ alt: "An empty figure", marks: [] })',
    ]);
    report(figure.html.includes("<img alt="), "a figure comes back", figure.problem);
  }
  console.log(healthy ? "All is well" : "Something is wrong: see the lines marked PROBLEM");
  if (!healthy) Deno.exit(1);
}

/** What a fresh kernel shows for the last of some cells, and the runner's complaint if it fails. */
async function ask(cells: string[]): Promise<{ plain: string; html: string; problem: string }> {
  // Inside the repository, where the kernel finds deno.json.
  const folder = await Deno.makeTempDir({ dir: place.venv });
  const notebook = join(folder, "doctor.ipynb");
  try {
    const empty = { cell_type: "code", execution_count: null, metadata: {}, outputs: [] };
    await Deno.writeTextFile(
      notebook,
      JSON.stringify({ cells: cells.map((source) => ({ ...empty, source })), metadata: {} }),
    );
    const { ok, text } = await run([
      place.python,
      join(import.meta.dirname!, "execute.py"),
      notebook,
    ]);
    const last = JSON.parse(await Deno.readTextFile(notebook)).cells.at(-1);
    const data: Record<string, string[]> = last.outputs[0]?.data ?? {};
    const shown = (type: string) => data[type]?.join("") ?? "";
    return {
      plain: shown("text/plain"),
      html: shown("text/html"),
      problem: ok ? `it shows ${JSON.stringify(data)}` : text.trim(),
    };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

if (import.meta.main) await task(doctor);
