import { expect } from "@std/expect";
import { parseHTML } from "linkedom";
import { figure } from "../lib/figures/figure.ts";
import { line } from "../lib/figures/line.ts";
import { explore, type Frame } from "../lib/notebook/explore.ts";

const frames: Frame[] = [0.5, 1, 2].map((factor) => {
  const rows = [1, 2, 3].map((layer) => ({ layer, std: factor ** layer }));
  const marks = [line(rows, { x: "layer", y: "std" })];
  return { label: `× ${factor}`, figure: figure({ alt: `Factor <${factor}>`, marks }) };
});

/** The slider as a browser would see it, with its script run. */
function opened(html: string) {
  const { document } = parseHTML(`<!doctype html><html><body>${html}</body></html>`);
  return document as unknown as Document;
}

Deno.test("explore() without scripts shows its first figure, hides the slider and says why", () => {
  const document = opened(explore({ frames, label: "factor", alt: "Growth." }).html);
  const [controls, figures] = document.querySelector("div")!.children;
  expect(controls.getAttribute("style")).toContain("display:none");
  expect([...figures.children].map((frame) => frame.getAttribute("style"))).toEqual([
    null,
    "display:none",
    "display:none",
  ]);
  expect(document.querySelector("noscript")?.textContent).toContain("Trust Notebook");
});

Deno.test("explore() with its script shows the slider, and the figure it stands at", () => {
  const document = opened(explore({ frames, label: "factor", alt: "Growth." }).html);
  new Function("document", document.querySelector("script")!.textContent!)(document);
  const [controls, figures] = document.querySelector("div")!.children;
  expect((controls as HTMLElement).style.display).toBe("");
  const input = controls.querySelector("input")! as HTMLInputElement;
  expect(input.getAttribute("type")).toBe("range");
  expect(input.getAttribute("max")).toBe("2");
  input.value = "2";
  (input.oninput as unknown as () => void)();
  expect([...figures.children].map((frame) => (frame as HTMLElement).style.display)).toEqual([
    "none",
    "none",
    "",
  ]);
  expect(controls.querySelector("output")?.textContent).toBe("× 2");
  expect(input.getAttribute("aria-valuetext")).toBe("× 2");
});

Deno.test("explore() gives its alt text to readers without HTML, and each figure its own", () => {
  const shown = explore({ frames, label: "factor", alt: "Growth." });
  const bundle = (shown as unknown as Record<symbol, () => Record<string, string>>)
    [Symbol.for("Jupyter.display")]();
  expect(bundle["text/plain"]).toBe("Growth.");
  expect(bundle["text/html"].match(/alt="Factor &lt;/g)?.length).toBe(3);
});

Deno.test("explore() is the same at every run and differs between sliders", () => {
  const html = explore({ frames, label: "factor", alt: "Growth." }).html;
  expect(explore({ frames, label: "factor", alt: "Growth." }).html).toBe(html);
  const name = (text: string) => /explore-[0-9a-f]{8}/.exec(text)?.[0];
  expect(name(explore({ frames, label: "gain", alt: "Growth." }).html)).not.toBe(name(html));
});

Deno.test("explore() cannot be broken by its labels", () => {
  const odd = frames.map((frame) => ({ ...frame, label: '</script><b>"' }));
  const html = explore({ frames: odd, label: "<i>", alt: "Growth." }).html;
  expect(html.match(/<\/script>/g)?.length).toBe(1);
  expect(html).not.toContain("<b>");
  expect(html).not.toContain("<i>");
});

Deno.test("explore() refuses too few or many frames, no alt text and no label", () => {
  const make = (part: object) => () =>
    explore({ frames, label: "factor", alt: "Growth.", ...part });
  expect(make({ frames: frames.slice(0, 1) })).toThrow(
    "Cannot make a slider over 1 figures: it takes 2 to 12",
  );
  expect(make({ frames: Array(13).fill(frames[0]) })).toThrow(RangeError);
  expect(make({ alt: "" })).toThrow(TypeError);
  expect(make({ label: undefined })).toThrow(TypeError);
  const large = { ...frames[0].figure, html: "x".repeat(99_000) };
  expect(make({ frames: Array(4).fill({ label: 1, figure: large }) })).toThrow(
    "the limit is 300 kB",
  );
});
