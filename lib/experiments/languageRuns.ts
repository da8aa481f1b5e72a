import { decode, encode } from "./job.ts";
import type { LanguagePoint, LanguageRow } from "./languageTask.ts";

/** A training run that was made beforehand, with all that is needed to make it again. */
export interface LanguageRun {
  /** The question that the run is one answer to. */
  readonly experiment: string;
  /** The setting that the question compares. */
  readonly name: string;
  /** How Moby-Dick was cut into tokens. */
  readonly tokens: "characters" | "bytePairs";
  readonly point: LanguagePoint;
  /** What `languageTask` gives for the point, to the last bit. */
  readonly rows: readonly LanguageRow[];
}

/** A run in a file, its rows by columns; `texts` by step. */
interface StoredRun extends Omit<LanguageRun, "rows"> {
  readonly steps: readonly number[];
  readonly losses: readonly number[];
  readonly texts: Readonly<Record<string, string>>;
  readonly validationLoss: number;
}

/** Where the runs are stored; `deno task runs` writes it. */
export const LANGUAGE_RUNS = new URL("./cached/languageRuns.jsonl", import.meta.url);

/**
 * The runs of the tiny GPT on Moby-Dick that the course's notebook shows; {@linkcode languageTask} gives the rows of each
 * again from its point, to the last bit.
 *
 * @throws {TypeError} where the file is not the one that was written.
 *
 * @example
 * ```ts
 * import { languageRuns } from "step-zero/notebook";
 * import { expect } from "@std/expect";
 *
 * const runs = await languageRuns();
 * const start = runs.find(({ point }) => point.scheme.name === "zeros")!.rows[0];
 * expect(start.loss).toBeCloseTo(Math.log(runs[0].point.model.vocabulary), 5);
 * ```
 */
export async function languageRuns(): Promise<LanguageRun[]> {
  return await fromText(await Deno.readTextFile(LANGUAGE_RUNS));
}

/** The runs of a text of {@linkcode toText}. */
export async function fromText(text: string): Promise<LanguageRun[]> {
  const [first, ...lines] = text.trimEnd().split("\n"), { sha256 } = JSON.parse(first);
  const found = await sha256Of(lines);
  if (found !== sha256) {
    throw new TypeError(
      `Cannot use the cached runs as their SHA-256 must be ${sha256}: current value is ${found}; ` +
        "the file is damaged: get it again, or make the runs again (`deno task runs`, `deno task scaling-runs`)",
    );
  }
  return lines.map((line) => unpacked(decode(line) as StoredRun));
}

/** Runs as lines of JSON: first the SHA-256 of what follows, then a run on each line. */
export async function toText(runs: readonly LanguageRun[]): Promise<string> {
  const lines = runs.map((run) => encode(packed(run)));
  return [JSON.stringify({ sha256: await sha256Of(lines) }), ...lines, ""].join("\n");
}

async function sha256Of(lines: readonly string[]): Promise<string> {
  const bytes = new TextEncoder().encode(lines.join("\n"));
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function packed({ rows, ...run }: LanguageRun): StoredRun {
  return {
    ...run,
    steps: rows.map(({ step }) => step),
    losses: rows.map(({ loss }) => loss),
    texts: Object.fromEntries(
      rows.flatMap(({ step, text }) => text === undefined ? [] : [[step, text]]),
    ),
    validationLoss: rows[rows.length - 1].validationLoss ?? NaN,
  };
}

function unpacked({ steps, losses, texts, validationLoss, ...run }: StoredRun): LanguageRun {
  const rows = steps.map((step, i): LanguageRow => ({
    step,
    loss: losses[i],
    ...i === steps.length - 1 ? { validationLoss } : {},
    ...Object.hasOwn(texts, step) ? { text: texts[step] } : {},
  }));
  return { ...run, rows };
}
