/** JupyterLab as a student sees it, in headless Chromium: for the end-to-end test. */
import { join } from "node:path";
import { type Browser, chromium, type Page } from "playwright-core";
import { labCommand } from "../tasks/lab.ts";

export const chromiumPath = "/usr/bin/chromium";

export interface LabSession {
  /** Opens a notebook, given by its path from the repository's root. */
  open(notebook: string, size?: { width: number; height: number }): Promise<Page>;
  close(): Promise<void>;
}

/** Starts a server with its own empty settings and a browser. */
export async function startLab(theme: "JupyterLab Light" | "JupyterLab Dark"): Promise<LabSession> {
  const folder = await Deno.makeTempDir();
  await writeSetting(folder, "apputils-extension/themes", { theme });
  await writeSetting(folder, "notebook-extension/tracker", { windowingMode: "none" });
  await writeSetting(folder, "docmanager-extension/plugin", { autosave: false });
  const port = freePort();
  const token = crypto.randomUUID();
  const [program, ...args] = labCommand(undefined);
  const server = new Deno.Command(program, {
    args: [
      ...args,
      "--no-browser",
      `--port=${port}`,
      "--ServerApp.port_retries=0",
      `--IdentityProvider.token=${token}`,
      "--log-level=ERROR",
    ],
    env: {
      JUPYTER_CONFIG_DIR: join(folder, "config"),
      JUPYTER_DATA_DIR: join(folder, "data"),
      JUPYTER_RUNTIME_DIR: join(folder, "runtime"),
      JUPYTERLAB_SETTINGS_DIR: join(folder, "settings"),
      JUPYTERLAB_WORKSPACES_DIR: join(folder, "workspaces"),
    },
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).spawn();
  let browser: Browser | undefined;
  const close = async () => {
    await browser?.close();
    server.kill("SIGTERM");
    await server.status;
    await Deno.remove(folder, { recursive: true });
  };
  try {
    await answers(`http://127.0.0.1:${port}/api/status?token=${token}`);
    browser = await chromium.launch({
      executablePath: chromiumPath,
      args: [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
      ],
    });
  } catch (error) {
    await close();
    throw error;
  }
  return {
    async open(notebook, viewport = { width: 1100, height: 1400 }) {
      const page = await browser.newPage({ viewport });
      await page.goto(`http://127.0.0.1:${port}/doc/tree/${encodeURI(notebook)}?token=${token}`);
      await page.locator(".jp-Notebook .jp-Cell").first().waitFor({ timeout: 60_000 });
      // Cells that are run before the kernel is connected bring up a question.
      await page.getByText("Deno | Idle").waitFor({ timeout: 60_000 });
      return page;
    },
    close,
  };
}

/** Clears all outputs, runs all cells, both by the menu, and waits until the last has run. */
export async function runAll(page: Page, timeout = 120_000): Promise<void> {
  for (const path of [["Edit", "Clear Outputs of All Cells"], ["Run", "Run All Cells"]]) {
    for (const name of path) await page.getByRole("menuitem", { name, exact: true }).click();
  }
  await page.waitForFunction(
    () => {
      const prompts = [...document.querySelectorAll(".jp-CodeCell .jp-InputPrompt")];
      return prompts.every((prompt) => /^\[\d+\]:$/.test(prompt.textContent ?? ""));
    },
    undefined,
    { timeout, polling: 200 },
  );
}

/** Screenshots of a whole notebook, screen by screen: path-1.png, path-2.png ... Gives their names. */
export async function photograph(page: Page, path: string): Promise<string[]> {
  const panel = page.locator(".jp-WindowedPanel-outer").first();
  const [height, end] = await panel.evaluate((element) => {
    const bottom = [...element.querySelectorAll(".jp-Cell")].at(-1)!.getBoundingClientRect().bottom;
    return [element.clientHeight, bottom - element.getBoundingClientRect().top + element.scrollTop];
  });
  const names: string[] = [];
  for (let top = 0; top < end; top += height - 40) {
    await panel.evaluate((element, top) => element.scrollTo(0, top), top);
    await page.waitForTimeout(300);
    names.push(`${path}-${names.length + 1}.png`);
    await panel.screenshot({ path: names.at(-1) });
  }
  return names;
}

async function writeSetting(folder: string, name: string, value: unknown): Promise<void> {
  const [extension, plugin] = name.split("/");
  const place = join(folder, "settings", "@jupyterlab", extension);
  await Deno.mkdir(place, { recursive: true });
  await Deno.writeTextFile(join(place, `${plugin}.jupyterlab-settings`), JSON.stringify(value));
}

function freePort(): number {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  listener.close();
  return listener.addr.port;
}

async function answers(address: string): Promise<void> {
  for (let attempt = 0; attempt < 120; attempt++) {
    const response = await fetch(address).catch(() => undefined);
    await response?.body?.cancel();
    if (response?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  throw new Error(`JupyterLab did not answer within 30 s at ${address}`);
}
