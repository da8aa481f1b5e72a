/** A Deno newer than the course's, for the tests that hold for both. */
import { join } from "node:path";
import { exists, python, venv, windows } from "../tasks/place.ts";
import { run } from "../tasks/run.ts";

const version = "2.9.6";

/** The path of the newer Deno, installed on first use; undefined where it cannot be had. */
export async function newestDeno(): Promise<string | undefined> {
  const folder = join(venv, `deno-${version}`);
  const program = join(folder, "bin", windows ? "deno.exe" : "deno");
  if (!exists(program)) {
    const pip = [python, "-m", "pip", "install", "--quiet", "--no-deps", "--retries", "0"];
    await run([...pip, "--target", folder, `deno==${version}`]);
  }
  return (await run([program, "--version"])).ok ? program : undefined;
}
