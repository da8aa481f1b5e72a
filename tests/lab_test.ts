/** The course as a student meets it: JupyterLab in a browser, a notebook, Run All. */
import { expect } from "@std/expect";
import { basename, join, relative } from "node:path";
import { courseNotebooks, exists, root } from "../tasks/place.ts";
import { chromiumPath, photograph, runAll, startLab } from "./labSession.ts";

const notebook = courseNotebooks().find((path) => basename(path).startsWith("02")) ??
  join(root, "tests", "fixtures", "figures.ipynb");
const needsBrowser = { ignore: !exists(chromiumPath) };

interface CommittedCell {
  readonly cell_type: string;
  readonly outputs: { readonly data?: Readonly<Record<string, string[]>> }[];
}

/** The alt texts of the figures under each code cell, as committed. */
async function committedFigures(): Promise<string[][]> {
  const { cells }: { cells: CommittedCell[] } = JSON.parse(await Deno.readTextFile(notebook));
  return cells.filter((cell) => cell.cell_type === "code").map(({ outputs }) => {
    const html = outputs.flatMap((output) => output.data?.["text/html"] ?? []).join("");
    return [...html.matchAll(/<img alt="([^"]*)"/g)].map(([, alt]) => unescape(alt));
  });
}

function unescape(text: string): string {
  const characters: Record<string, string> = { lt: "<", gt: ">", quot: '"', "#39": "'", amp: "&" };
  return text.replace(/&(lt|gt|quot|#39|amp);/g, (_, name) => characters[name]);
}

for (const theme of ["JupyterLab Light", "JupyterLab Dark"] as const) {
  Deno.test(
    `${theme}: every figure stands under its own cell with its alt text`,
    needsBrowser,
    async () => {
      const session = await startLab(theme);
      try {
        const page = await session.open(relative(root, notebook));
        if (theme === "JupyterLab Light") await runAll(page); // Dark: as opened, not yet trusted
        const shown = await page.locator(".jp-CodeCell").evaluateAll((cells) =>
          cells.map((cell) =>
            [...cell.querySelectorAll<HTMLImageElement>(".jp-OutputArea-output img")].map((
              image,
            ) => ({
              alt: image.alt,
              drawn: image.complete && image.naturalWidth > 100,
            }))
          )
        );
        const expected = await committedFigures();
        expect(expected.flat().length).toBeGreaterThan(1);
        expect(shown).toEqual(expected.map((alts) => alts.map((alt) => ({ alt, drawn: true }))));
        expect(await page.locator('[data-mime-type="application/vnd.jupyter.stderr"]').count())
          .toBe(
            0,
          );
        for (const alt of expected.flatMap((alts) => alts.slice(0, 1))) {
          expect(await page.getByRole("img", { name: alt, exact: true }).first().isVisible()).toBe(
            true,
          );
        }
        const folder = await Deno.makeTempDir({ prefix: "step-zero-screenshots-" });
        const name = theme.toLowerCase().replace(" ", "-");
        console.log("Screenshots:", ...await photograph(page, join(folder, name)));
      } finally {
        await session.close();
      }
    },
  );
}
