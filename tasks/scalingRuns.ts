/**
 * Trains the gpts whose best learning rates the notebook on scaling compares, on all cores, and writes what came of
 * them to `lib/experiments/cached`: all anew, which takes long.
 */
import { characters, mobyDick } from "../lib/data/mod.ts";
import { type LanguageRun, toText } from "../lib/experiments/languageRuns.ts";
import { SCALING_RUNS } from "../lib/experiments/scalingRuns.ts";
import {
  adam,
  gpt,
  type GptSpec,
  grid,
  languageData,
  languageTask,
  lecunNormal,
  type SchemeSpec,
  sweep,
} from "../lib/mod.ts";
import { task } from "./stop.ts";

const CONTEXT = 32, SEEDS = [1, 2, 3];

type Plan = Omit<LanguageRun, "rows">;

/** 2^from, ..., 2^to. */
const octaves = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, i) => 2 ** (from + i));

async function makeRuns(): Promise<void> {
  const text = await mobyDick(), tokenizer = characters(text);
  const vocabulary = tokenizer.vocabulary.length, scheme = lecunNormal().spec;
  const data = languageData(text, tokenizer, { context: CONTEXT, prompt: "The whale " });
  const model = (width: number, blocks: number) =>
    gpt({ vocabulary, context: CONTEXT, width, heads: 4, blocks, tiedHead: false }).spec as GptSpec;
  const schemes: Readonly<Record<string, SchemeSpec>> = {
    standard: scheme,
    muP: { name: "mup", base: model(64, 2), scheme },
    "depth-muP": { name: "depthMup", base: model(32, 2), scheme },
    CompleteP: { name: "completeP", base: model(32, 2), scheme },
  };
  const points = [
    ...grid({
      ...{ experiment: ["width"], name: ["standard", "muP"], width: [16, 32, 64, 128] },
      ...{ blocks: [2], learningRate: octaves(-10, -3), seed: SEEDS },
    }),
    ...grid({
      ...{ experiment: ["depth"], name: ["standard", "depth-muP", "CompleteP"], width: [32] },
      ...{ blocks: [2, 4, 8], learningRate: octaves(-9, -4), seed: SEEDS },
    }),
  ];
  const plans = points.map((point): Plan => ({
    ...{ experiment: point.experiment, name: point.name, tokens: "characters" },
    point: {
      ...{ scheme: schemes[point.name], model: model(point.width, point.blocks) },
      optimizer: adam({ learningRate: point.learningRate }),
      ...{ warmUp: 20, steps: 150, batchSize: 16, seed: point.seed },
    },
  }));
  const rows = sweep(languageTask, plans.map(({ point }, run) => ({ ...point, run })), data, {
    onPoint: (done, total) => console.log(`${done} of ${total} runs`),
  });
  const runs = plans.map((plan, run): LanguageRun => {
    const own = rows.filter((row) => row.run === run);
    return { ...plan, rows: [...own.slice(0, 3), own[own.length - 1]].map(unlabelled) };
  });
  await Deno.writeTextFile(SCALING_RUNS, await toText(runs));
}

/** A row without the columns of its point. */
function unlabelled({ step, loss, validationLoss }: LanguageRun["rows"][number]) {
  return { step, loss, ...validationLoss === undefined ? {} : { validationLoss } };
}

if (import.meta.main) await task(makeRuns);
