import { escapeHtml } from "../figures/html.ts";
import { count, onlyOptions, text } from "../tensor/arguments.ts";
import { broadcast, messageInterval } from "./kernel.ts";
import { formatNumber } from "./numbers.ts";

/** What a progress bar is drawn on. */
export interface Screen {
  /** Draws HTML, with the same in plain text, in place of what was drawn before. */
  draw(html: string, text: string): void;
  /** The shortest time between two drawings, in ms. */
  interval(): number;
}

/** A display below the running cell that is drawn anew in place. */
export function redrawn(): Screen {
  const transient = { display_id: crypto.randomUUID() };
  let type = "display_data";
  return {
    draw(html, text) {
      broadcast(type, { data: { "text/html": html, "text/plain": text }, metadata: {}, transient });
      type = "update_display_data";
    },
    interval: () => messageInterval(),
  };
}

function state(done: number, seconds: number, total: number | undefined): string {
  const rate = done / seconds;
  const parts = total === undefined ? `${done} steps` : `${done} of ${total}`;
  const left = total === undefined ? "" : `, ${Math.ceil(Math.max(0, total - done) / rate)} s left`;
  return `${parts}, ${formatNumber(rate, 2)} per second${left}`;
}

/** A progress bar with its rate and the time left, drawn as often as a reader can follow. */
export class Bar {
  done = 0;
  #start: number;
  #drawn: number;

  constructor(
    readonly title: string,
    readonly total: number | undefined,
    readonly screen: Screen,
    readonly clock: () => number,
  ) {
    this.#start = this.#drawn = clock();
  }

  /** Counts one step more; `detail` gives a text and HTML to show with the bar. */
  step(detail: () => { text: string; html: string }): void {
    this.done++;
    const now = this.clock();
    if (now - this.#drawn < this.screen.interval()) return;
    this.#drawn = now;
    const { title, total, done } = this;
    const { text, html } = detail();
    const line = state(done, (now - this.#start) / 1000, total) + text;
    const bar = total === undefined
      ? "<progress></progress>"
      : `<progress max="${total}" value="${done}"></progress>`;
    this.screen.draw(
      `<div>${escapeHtml(title)} ${bar} ${escapeHtml(line)}</div>${html}`,
      `${title}: ${line}`,
    );
  }

  /** Replaces the bar by a line, which must be the same at every run: no times and no rates. */
  end(line: string): void {
    const text = `${this.title}: ${line}`;
    this.screen.draw(`<div>${escapeHtml(text)}</div>`, text);
  }
}

/** progress() with the screen and the clock (in milliseconds) given to it. */
export function countdown(
  total: number,
  title: string,
  screen: Screen,
  clock: () => number,
): () => void {
  const bar = new Bar(title, total, screen, clock);
  return () => {
    bar.step(() => ({ text: "", html: "" }));
    if (bar.done === total) bar.end(`${total} of ${total}`);
  };
}

/**
 * A progress bar for work in a loop: returns a function to call after each of its `total` parts. After the last, one
 * line stays that is the same at every run.
 *
 * @throws RangeError if total is not an integer >= 1.
 *
 * @example
 * ```ts
 * import { progress, repeat, seeds } from "step-zero/notebook";
 * import { expect } from "@std/expect";
 *
 * const done = progress({ total: 3, title: "Networks" });
 * const rows = repeat(seeds(3), (rng) => {
 *   const [z] = rng.normal([1]).data;
 *   done();
 *   return [{ z }];
 * });
 * expect(rows.length).toBe(3);
 * ```
 */
export function progress(options: { total: number; title: string }): () => void {
  onlyOptions("progress", options, ["total", "title"]);
  const { total, title } = options;
  return countdown(count("total", total), text("title", title), redrawn(), () => performance.now());
}
