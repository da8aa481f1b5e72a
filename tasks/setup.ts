/**
 * Makes everything the course needs, once: a Python environment in `.venv` with the pinned
 * packages, the kernelspec and Lab's settings, and the npm packages in Deno's cache. Running it again takes no time.
 */
import { join } from "node:path";
import { jupyterFiles, writeJupyterFiles } from "./jupyterFiles.ts";
import * as place from "./place.ts";
import { findPython } from "./python.ts";
import { run } from "./run.ts";
import { Stop, task } from "./stop.ts";

const stampFile = join(place.venv, "step-zero.stamp");

/** Sets up what is missing; the stamp is written last, so that a broken run is resumed. */
export async function setUp(): Promise<void> {
  await checkDeno();
  const stamp = await currentStamp();
  if (await isSetUp(stamp)) return;
  console.log("Setting up, once");
  await makeEnvironment();
  await installPackages();
  await writeJupyterFiles();
  await cacheModules();
  await Deno.writeTextFile(stampFile, stamp);
}

/** The Deno version that requirements.txt pins for the kernel. */
export async function pinnedDeno(): Promise<string> {
  const pin = (await Deno.readTextFile(place.requirements)).match(/^deno==(.*)$/m);
  if (!pin) throw new Stop("requirements.txt does not pin deno");
  return pin[1].trim();
}

/** Whether the finished set-up in `.venv` is the one that this folder's files ask for. */
export async function isSetUp(stamp?: string): Promise<boolean> {
  stamp ??= await currentStamp();
  return [place.python, place.deno, stampFile].every(place.exists) &&
    await Deno.readTextFile(stampFile) === stamp;
}

/** A newer Deno may start the tasks, since they do their work with the pinned one. */
async function checkDeno(): Promise<void> {
  const pinned = await pinnedDeno();
  const number = (version: string) =>
    version.split(".").reduce((sum, part) => 1000 * sum + parseInt(part), 0);
  if (number(Deno.version.deno) < number(pinned)) {
    throw new Stop(
      `Deno ${Deno.version.deno} is too old: run \`deno upgrade ${pinned}\`, or put ` +
        `\`npx --prefer-offline -y deno@${pinned}\` in place of \`deno\`.`,
    );
  }
}

/** Changes when the packages, Jupyter's files, the folder or the home of Deno's cache do. */
async function currentStamp(): Promise<string> {
  const parts = [
    await Deno.readTextFile(place.requirements),
    await Deno.readTextFile(join(place.root, "deno.lock")),
    JSON.stringify(jupyterFiles),
    place.root,
    ...["DENO_DIR", "HOME", "LOCALAPPDATA"].map((name) => Deno.env.get(name) ?? ""),
  ];
  const bytes = new TextEncoder().encode(JSON.stringify(parts));
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex();
}

async function makeEnvironment(): Promise<void> {
  if ((await run([place.python, "-m", "pip", "--version"])).ok) return;
  const python = await findPython();
  await removeEnvironment();
  const { ok, text } = await run([...python, "-m", "venv", place.venv]);
  if (ok) return;
  await removeEnvironment();
  throw new Stop(
    /ensurepip|No module named .?venv/.test(text)
      ? "Python's venv module is missing: install it (on Debian and Ubuntu, " +
        "`sudo apt install python3-venv`) and run this again."
      : `Python could not make the environment .venv:\n${text.trim()}`,
  );
}

async function removeEnvironment(): Promise<void> {
  if (place.exists(place.venv)) await Deno.remove(place.venv, { recursive: true });
}

const noNetwork = (registry: string) =>
  `${registry} cannot be reached: the first set-up needs the network, later starts do not; ` +
  `connect and run this again.`;

async function installPackages(): Promise<void> {
  const pip = [place.python, "-m", "pip", "install", "--disable-pip-version-check"];
  const pins = (await Deno.readTextFile(place.requirements)).match(/^[\w.-]+==\S+$/gm) ?? [];
  if ((await run([...pip, "--no-index", "-r", place.requirements])).ok) return;
  // One small package alone: without a network it fails at once, the whole list after a minute.
  const small = ["--force-reinstall", "--no-deps", "--retries", "0", pins[pins.length - 1]];
  const first = await run([...pip, ...small]);
  if (!first.ok && /from versions: none|connection|timed out/i.test(first.text)) {
    throw new Stop(noNetwork("PyPI"));
  }
  console.log("  Python packages, 350 MB when unpacked");
  const { ok, text } = await run([...pip, "-r", place.requirements], {
    onText: reportPackages(pins.length),
  });
  if (!ok) {
    const reasons = text.match(/^ERROR: .*$/gm) ?? text.trim().split("\n").slice(-3);
    throw new Stop(`The Python packages could not be installed:\n${reasons.join("\n")}`);
  }
}

/** Says, from what pip prints, how far it is. */
function reportPackages(total: number): (piece: string) => void {
  let text = "", said = 0;
  return (piece) => {
    text += piece;
    const count = text.match(/^Collecting /gm)?.length ?? 0;
    if (count >= said + 20) {
      said = count - count % 20;
      console.log(`  ${said} of ${total} fetched`);
    }
    if (piece.includes("Installing collected packages")) console.log("  unpacking them");
  };
}

async function cacheModules(): Promise<void> {
  console.log("  npm packages");
  const { ok, text } = await run([place.deno, "install", "--frozen"], { env: { NO_COLOR: "1" } });
  if (ok) return;
  if (/error sending request|connect|dns|timed out/i.test(text)) {
    throw new Stop(noNetwork("The npm registry"));
  }
  throw new Stop(`The npm packages could not be installed:\n${text.trim()}`);
}

if (import.meta.main) await task(setUp);
