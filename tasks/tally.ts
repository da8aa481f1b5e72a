import { stripVTControlCharacters } from "node:util";

/** Counts what passed, failed and was skipped, over checks and over `deno test`'s own report. */
export class Tally {
  passed = 0;
  failed = 0;
  skipped = 0;

  /** Counts one check. */
  add(ok: boolean): void {
    if (ok) this.passed++;
    else this.failed++;
  }

  /**
   * Adds the counts of `deno test`'s last line. Tests that failed to start print no such line or
   * count no failure: that is one failure.
   */
  addDenoTest(ok: boolean, text: string): void {
    const line = stripVTControlCharacters(text).match(/^(?:ok|FAILED) \| .*$/gm)?.at(-1) ?? "";
    const count = (word: string) => Number(line.match(`(\\d+) ${word}`)?.[1] ?? 0);
    this.passed += count("passed");
    this.skipped += count("ignored");
    this.failed += ok ? 0 : Math.max(1, count("failed"));
  }

  toString(): string {
    const skipped = this.skipped > 0 ? `, ${this.skipped} skipped` : "";
    return `${this.passed} passed, ${this.failed} failed${skipped}`;
  }
}
