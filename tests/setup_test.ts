import { expect } from "@std/expect";
import { dirname, join } from "node:path";
import { jupyterFiles } from "../tasks/jupyterFiles.ts";
import * as place from "../tasks/place.ts";

/** A copy of what set-up reads, in a folder whose name is as awkward as folders' names get. */
async function copyOfTheRepository(): Promise<string> {
  const copy = join(await Deno.makeTempDir(), "Übung eins, it's Zero");
  await Deno.mkdir(join(copy, "tasks"), { recursive: true });
  for (const name of ["requirements.txt", "deno.json", "deno.lock"]) {
    await Deno.copyFile(join(place.root, name), join(copy, name));
  }
  for (const { name } of Deno.readDirSync(join(place.root, "tasks"))) {
    if (name.endsWith(".ts")) {
      await Deno.copyFile(join(place.root, "tasks", name), join(copy, "tasks", name));
    }
  }
  return copy;
}

/** Writes a shell script that stands in for Python and gives the folder to put on PATH. */
async function fakePython(repository: string, script: string): Promise<string> {
  const folder = join(repository, "bin");
  await Deno.mkdir(folder);
  await Deno.writeTextFile(join(folder, "python3"), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  return folder;
}

async function setUpIn(repository: string, env: Record<string, string>) {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", join(repository, "tasks", "setup.ts")],
    env: { NO_COLOR: "1", DENO_NO_UPDATE_CHECK: "1", ...env },
  }).output();
  const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes).trim();
  return { code, printed: decode(stdout), complaint: decode(stderr) };
}

async function remove(repository: string): Promise<void> {
  await Deno.remove(dirname(repository), { recursive: true });
}

/** PATHs of this test replace the whole PATH; fakes still need the shell's own programs. */
const shell = "/usr/bin:/bin";
const notOnWindows = { ignore: place.windows };

Deno.test("set-up says that Python is missing and leaves nothing behind", async () => {
  const repository = await copyOfTheRepository();
  const { code, complaint } = await setUpIn(repository, { PATH: join(repository, "nothing") });
  expect(code).toBe(1);
  expect(complaint).toMatch(/^Python was not found: install Python 3\.11 or newer .*$/);
  expect(place.exists(join(repository, ".venv"))).toBe(false);
  await remove(repository);
});

Deno.test("set-up says that Python is too old", notOnWindows, async () => {
  const repository = await copyOfTheRepository();
  const folder = await fakePython(repository, "echo 3 9; exit 1");
  const { code, complaint } = await setUpIn(repository, { PATH: folder });
  expect(code).toBe(1);
  expect(complaint).toBe(
    "Python 3.9 is too old: install Python 3.11 or newer and run this again.",
  );
  await remove(repository);
});

Deno.test(
  "set-up without the venv module names the package and leaves no .venv",
  notOnWindows,
  async () => {
    const repository = await copyOfTheRepository();
    // Debian's own behaviour: half an environment, then a failure that names ensurepip.
    const folder = await fakePython(
      repository,
      `[ "$1" = -c ] && { echo 3 12; exit 0; }
mkdir -p "$3/bin" && touch "$3/bin/python3"
echo "The virtual environment was not created successfully because ensurepip is not available."
exit 1`,
    );
    const { code, complaint } = await setUpIn(repository, { PATH: `${folder}:${shell}` });
    expect(code).toBe(1);
    expect(complaint).toMatch(/^Python's venv module is missing: install it .*python3-venv.*$/);
    expect(place.exists(join(repository, ".venv"))).toBe(false);
    await remove(repository);
  },
);

Deno.test(
  "set-up without a network says so in seconds and can be resumed",
  notOnWindows,
  async () => {
    const repository = await copyOfTheRepository();
    const started = performance.now();
    const { code, complaint } = await setUpIn(repository, {
      PIP_CONFIG_FILE: "/dev/null",
      PIP_INDEX_URL: "http://127.0.0.1:9/simple",
      PIP_FIND_LINKS: "",
      PIP_NO_CACHE_DIR: "1",
    });
    expect(code).toBe(1);
    expect(complaint).toMatch(/^PyPI cannot be reached: the first set-up needs the network.*$/);
    // Wide, for a busy machine: nothing may wait for a connection to time out.
    expect(performance.now() - started).toBeLessThan(60_000);
    expect(place.exists(join(repository, ".venv", "step-zero.stamp"))).toBe(false);
    await remove(repository);
  },
);

Deno.test("set-up refuses a Deno older than the pinned one", async () => {
  const repository = await copyOfTheRepository();
  const requirements = join(repository, "requirements.txt");
  const text = await Deno.readTextFile(requirements);
  await Deno.writeTextFile(requirements, text.replace(/^deno==.*$/m, "deno==99.1.0"));
  const { code, complaint } = await setUpIn(repository, {});
  expect(code).toBe(1);
  expect(complaint).toMatch(
    /^Deno \S+ is too old: run `deno upgrade 99\.1\.0`, .*`npx --prefer-offline -y deno@99\.1\.0`.*$/,
  );
  await remove(repository);
});

Deno.test("set-up has nothing to do the second time", async () => {
  await setUpIn(place.root, {});
  const started = performance.now();
  const second = await setUpIn(place.root, {});
  expect(second).toEqual({ code: 0, printed: "", complaint: "" });
  expect(performance.now() - started).toBeLessThan(3000);
});

Deno.test("the kernelspec moves with the folder, and Interrupt does not kill the kernel", () => {
  const [path, text] = Object.entries(jupyterFiles).find(([path]) => path.endsWith("kernel.json"))!;
  const spec = JSON.parse(text);
  expect(spec.argv[0].startsWith("{resource_dir}/")).toBe(true);
  expect(text).not.toContain(place.root);
  expect(place.exists(spec.argv[0].replace("{resource_dir}", dirname(path)))).toBe(true);
  expect(spec.interrupt_mode).toBe("message");
  expect(spec.env.NO_COLOR).toBe("1");
  expect(spec.language).toBe("typescript");
});

Deno.test("requirements.txt pins every package", async () => {
  const lines = (await Deno.readTextFile(place.requirements)).split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"));
  expect(lines.length).toBeGreaterThan(80);
  for (const line of lines) expect(line).toMatch(/^[\w.-]+==[\w.]+(; .*)?$/);
});
