/** Opens JupyterLab on the course's first notebook; further arguments are handed to JupyterLab. */
import * as place from "./place.ts";
import { run } from "./run.ts";
import { setUp } from "./setup.ts";
import { task } from "./stop.ts";

const port = 8888;

/** Only the course's kernel, and no list of extensions from the network. */
const settings = [
  "--KernelSpecManager.allowed_kernelspecs=deno",
  "--KernelSpecManager.ensure_native_kernel=False",
  "--MultiKernelManager.default_kernel_name=deno",
  "--LabApp.extension_manager=readonly",
];

/** The command that starts JupyterLab on a notebook (none: on the folder). */
export function labCommand(notebook: string | undefined): string[] {
  return [
    place.python,
    "-m",
    "jupyterlab",
    ...(notebook === undefined ? [] : [notebook]),
    `--ServerApp.root_dir=${place.root}`,
    ...settings,
    ...(Deno.uid() === 0 ? ["--allow-root"] : []),
  ];
}

/** Marks the course's notebooks as trusted, so that their saved figures and sliders work. */
async function trustNotebooks(): Promise<void> {
  const notebooks = place.courseNotebooks();
  if (notebooks.length > 0) await run([place.python, "-m", "nbformat.sign", ...notebooks]);
}

function isTaken(port: number): boolean {
  try {
    Deno.listen({ hostname: "127.0.0.1", port }).close();
    return false;
  } catch (error) {
    if (error instanceof Deno.errors.AddrInUse) return true;
    throw error;
  }
}

async function lab(): Promise<void> {
  await setUp();
  await trustNotebooks();
  if (isTaken(port) && !Deno.args.some((argument) => argument.includes("port"))) {
    console.log(`Port ${port} is taken: JupyterLab uses the next free one, printed below.`);
  }
  console.log("Starting JupyterLab; press Ctrl-C here, twice, to end it.");
  const [program, ...args] = labCommand(place.courseNotebooks().at(0));
  // JupyterLab asks before it ends, so the first Ctrl-C must not end this process.
  Deno.addSignalListener("SIGINT", () => {});
  const child = new Deno.Command(program, {
    args: [...args, "--log-level=WARN", ...Deno.args],
    cwd: place.root,
    env: { DENO_NO_UPDATE_CHECK: "1" },
    stdin: "inherit",
    stdout: "inherit",
    stderr: "inherit",
  }).spawn();
  Deno.exit((await child.status).code);
}

if (import.meta.main) await task(lab);
