import { dirname, join } from "node:path";
import { venv, windows } from "./place.ts";

/**
 * The course's kernel: the environment's own Deno, found from the spec's own folder so that the
 * repository can be moved, interrupted by message (a signal would kill it), without colour codes.
 */
const kernelspec = {
  argv: [
    `{resource_dir}/../../../../${windows ? "Scripts/deno.exe" : "bin/deno"}`,
    "jupyter",
    "--kernel",
    "--conn",
    "{connection_file}",
  ],
  display_name: "Deno",
  language: "typescript",
  interrupt_mode: "message",
  env: { NO_COLOR: "1", DENO_NO_UPDATE_CHECK: "1" },
};

/** JupyterLab's settings until the reader changes them: no question about news at the start. */
const overrides = { "@jupyterlab/apputils-extension:notification": { fetchNews: "false" } };

const jupyter = join(venv, "share", "jupyter");

/** What set-up writes for Jupyter: full path to text. */
export const jupyterFiles: Readonly<Record<string, string>> = {
  [join(jupyter, "kernels", "deno", "kernel.json")]: JSON.stringify(kernelspec, null, 1) + "\n",
  [join(jupyter, "lab", "settings", "overrides.json")]: JSON.stringify(overrides, null, 1) + "\n",
};

export async function writeJupyterFiles(): Promise<void> {
  for (const [path, text] of Object.entries(jupyterFiles)) {
    await Deno.mkdir(dirname(path), { recursive: true });
    await Deno.writeTextFile(path, text);
  }
}
