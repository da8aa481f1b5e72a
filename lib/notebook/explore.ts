import { array, must, onlyOptions } from "../tensor/arguments.ts";
import type { Figure } from "../figures/figure.ts";
import { escapeHtml } from "../figures/html.ts";

/** One position of the slider. */
export interface Frame {
  readonly label: string | number;
  readonly figure: Figure;
}

/** What explore() takes: up to twelve frames, what the slider changes, and what a reader should see in all of them. */
export interface ExploreOptions {
  readonly frames: readonly Frame[];
  readonly label: string;
  readonly alt: string;
}

const maxFrames = 12;
const sizeLimit = 300_000;

// FNV-1a, 32 bits: the same slider has the same class at every run, and two sliders have different ones.
function hash(text: string): string {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  return (h >>> 0).toString(16).padStart(8, "0");
}

// Arrow, Home and End keys are the range input's own. The controls start hidden: where scripts are not run (a notebook
// not yet trusted), they would be dead.
const script = (name: string, labels: readonly string[]) => `
for (const root of document.querySelectorAll(".${name}")) {
  const labels = ${JSON.stringify(labels).replaceAll("<", "\\u003c")};
  const [controls, frames] = root.children;
  const input = controls.querySelector("input");
  const show = () => {
    [...frames.children].forEach((frame, i) => frame.style.display = i === Number(input.value) ? "" : "none");
    controls.querySelector("output").textContent = labels[input.value];
    input.setAttribute("aria-valuetext", labels[input.value]);
  };
  controls.style.display = "";
  input.oninput = show;
  show();
}`;

function html({ frames, label }: ExploreOptions): string {
  const labels = frames.map((frame) => String(frame.label));
  const figures = frames.map(({ figure }, i) =>
    `<div${i === 0 ? "" : ' style="display:none"'}>${figure.html}</div>`
  );
  const body = figures.join("");
  const name = `explore-${hash(label + labels + body)}`;
  return `<div class="${name}"><div style="display:none;margin:4px 0"><label>${
    escapeHtml(label)
  } ` +
    `<input type="range" min="0" max="${frames.length - 1}" step="1" value="0" ` +
    `style="width:280px;vertical-align:middle"></label> <output style="font-weight:600">` +
    `${escapeHtml(labels[0])}</output></div><div>${body}</div>` +
    `<noscript>This is the first of ${frames.length} figures (${escapeHtml(label)} ${
      escapeHtml(labels[0])
    }). ` +
    `To move the slider, choose Trust Notebook.</noscript><script>${
      script(name, labels)
    }</script></div>`;
}

/**
 * A slider over figures drawn beforehand. It is moved by mouse or arrow keys, works in exported HTML without a kernel,
 * and shows its first figure and a note where scripts are not trusted.
 *
 * @throws TypeError if there is no alt text or label.
 * @throws RangeError if there are not 2 to 12 frames, or more than 300 kB of them.
 *
 * @example
 * ```ts
 * import { explore, figure, line } from "step-zero/notebook";
 * import { expect } from "@std/expect";
 *
 * const frames = [0.5, 1, 2].map((factor) => {
 *   const rows = [1, 2, 3].map((layer) => ({ layer, std: factor ** layer }));
 *   return { label: factor, figure: figure({ alt: `Factor ${factor}`, marks: [line(rows, { x: "layer", y: "std" })] }) };
 * });
 * expect(explore({ frames, label: "factor", alt: "Growth by layer." }).html).toContain('type="range"');
 * ```
 */
export function explore(options: ExploreOptions): { readonly html: string; readonly alt: string } {
  onlyOptions("explore", options, ["frames", "label", "alt"]);
  const { frames, label, alt } = options;
  for (const [name, text] of Object.entries({ alt, label })) {
    if (typeof text !== "string" || text.trim() === "") {
      throw new TypeError(
        `Cannot make a slider without ${name}: give it as a sentence for a reader`,
      );
    }
  }
  for (const { figure } of array("frames", frames, "[{ label: 1, figure }]").map(Object)) {
    must(
      "a frame's figure",
      figure,
      typeof figure?.html === "string",
      "what figure({ ... }) gives",
    );
  }
  if (frames.length < 2 || frames.length > maxFrames) {
    throw new RangeError(
      `Cannot make a slider over ${frames.length} figures: it takes 2 to ${maxFrames}`,
    );
  }
  const shown = html(options);
  if (shown.length > sizeLimit) {
    throw new RangeError(
      `Cannot make a slider of ${Math.ceil(shown.length / 1000)} kB: the limit is ${
        sizeLimit / 1000
      } kB. ` +
        "Give it fewer or smaller figures",
    );
  }
  const bundle = () => ({ "text/html": shown, "text/plain": alt });
  return Object.defineProperty({ html: shown, alt }, Symbol.for("Jupyter.display"), {
    value: bundle,
  });
}
