/** Sets up and runs every check there is; the last line counts them. */
import { join } from "node:path";
import { checkFormat, checkModules } from "./cells.ts";
import { execute } from "./notebooks.ts";
import { courseNotebooks, deno, exists, root } from "./place.ts";
import { echo, type Finished, run } from "./run.ts";
import { setUp } from "./setup.ts";
import { task } from "./stop.ts";
import { Tally } from "./tally.ts";

const code = ["lib", "tests", "tasks", "bench"];
const documents = ["README.md", "CONTRIBUTING.md"];

async function test(): Promise<void> {
  await setUp();
  const started = performance.now();
  const tally = new Tally();

  async function check(name: string, work: Promise<Finished>): Promise<void> {
    const { ok, text } = await work;
    tally.add(ok);
    console.log(`${ok ? "ok" : "FAILED"} | ${name}`);
    if (!ok) echo(text);
  }
  const existing = (names: string[]) => names.filter((name) => exists(join(root, name)));
  const notebooks = courseNotebooks();
  await check("format", run([deno, "fmt", "--check"]));
  await check("lint", run([deno, "lint"]));
  await check("types", run([deno, "check", ...existing(code)]));
  await check("notebooks: format", checkFormat(notebooks));
  await check("notebooks: types and lint", checkModules(notebooks));

  console.log("Tests and documentation examples");
  const tests = await run(
    [deno, "test", "-A", "--doc", "--frozen", ...existing(["lib", "tests", ...documents])],
    { onText: echo },
  );
  tally.addDenoTest(tests.ok, tests.text);

  console.log("Notebooks, run and compared with what is committed");
  const executed = await execute(notebooks, true);
  for (const [, word] of executed.text.matchAll(/^(ok|FAILED) \w+\.ipynb/gm)) {
    tally.add(word === "ok");
  }

  console.log(`\nTook ${Math.round((performance.now() - started) / 1000)} s`);
  console.log(tally.toString());
  if (tally.failed > 0) Deno.exit(1);
}

if (import.meta.main) await task(test);
