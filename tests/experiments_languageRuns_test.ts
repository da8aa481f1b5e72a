import { expect } from "@std/expect";
import { bytePairs, characters, mobyDick } from "../lib/data/mod.ts";
import {
  fromText,
  LANGUAGE_RUNS,
  type LanguageRun,
  languageRuns,
  toText,
} from "../lib/experiments/languageRuns.ts";
import { languageData, languageTask } from "../lib/mod.ts";

const runs = await languageRuns(), text = await mobyDick();
const learned = text.slice(0, Math.floor(0.9 * text.length));
const tokenizers = { characters: characters(text), bytePairs: bytePairs(learned, 512) };
const of = (experiment: string) => runs.filter((run) => run.experiment === experiment);

Deno.test("cached runs are ten schemes and three seeds, each with settings and samples", () => {
  const schemes = of("schemes");
  expect(new Set(schemes.map(({ name }) => name)).size).toBe(10);
  for (const { name } of schemes) {
    expect(schemes.filter((run) => run.name === name).map(({ point }) => point.seed))
      .toEqual([1, 2, 3]);
  }
  for (const { point, rows } of runs) {
    expect(rows.map(({ step }) => step).slice(0, 3)).toEqual([0, 5, 10]);
    expect(rows.at(-1)!.step).toBe(point.steps - 1);
    expect(rows.every(({ loss }) => loss > 0)).toBe(true);
    expect(rows.at(-1)!.validationLoss).toBeGreaterThan(0);
    const written = rows.filter(({ text }) => text !== undefined).map(({ step }) => step);
    expect(written).toEqual(point.sampleLength === undefined ? [] : [0, 100, point.steps - 1]);
  }
  const settings = runs.map(({ experiment, name, point }) =>
    JSON.stringify([experiment, name, point])
  );
  expect(new Set(settings).size).toBe(runs.length);
});

Deno.test("cached runs begin as their settings make them again, to the last bit", () => {
  const some = [of("schemes")[16], of("tokens")[2]];
  for (const { tokens, point, rows } of some) {
    const data = languageData(text, tokenizers[tokens], { context: 64, prompt: "The whale " });
    const again = languageTask({ ...point, steps: 11, sampleLength: 20 }, data);
    expect(again.map(({ step, loss }) => [step, loss]))
      .toEqual(rows.slice(0, 3).map(({ step, loss }) => [step, loss]));
    expect(rows[0].text).toContain(again[0].text);
  }
});

Deno.test("a cached run keeps every number, infinities too", async () => {
  const run: LanguageRun = {
    ...of("schemes")[0],
    rows: [
      { step: 0, loss: Math.fround(4.1), text: 'a "quoted"\n line' },
      { step: 5, loss: 1e-45 },
      { step: 7, loss: Infinity, validationLoss: Infinity },
    ],
  };
  expect(await fromText(await toText([run, ...runs.slice(0, 2)]))).toEqual([
    run,
    ...runs.slice(0, 2),
  ]);
  const file = await Deno.readTextFile(LANGUAGE_RUNS);
  expect(await toText(runs)).toBe(file);
  expect(file.length).toBeLessThan(300_000);
  for (const damaged of [file.replace("0.003", "0.002"), file.slice(0, -2000), file + "{}\n"]) {
    expect(damaged).not.toBe(file);
    await expect(fromText(damaged)).rejects.toThrow("Cannot use the cached runs as their SHA-256");
  }
});
