/**
 * Makes the training runs that the notebook on the tiny GPT shows, on all cores, and writes them to
 * `lib/experiments/cached`. What is stored there with the same settings stays; `--again` makes all anew.
 */
import { fileURLToPath } from "node:url";
import { bytePairs, characters, mobyDick } from "../lib/data/mod.ts";
import {
  fromText,
  LANGUAGE_RUNS,
  type LanguageRun,
  toText,
} from "../lib/experiments/languageRuns.ts";
import {
  adam,
  gpt,
  type GptOptions,
  type GptSpec,
  type LanguageData,
  languageData,
  type LanguagePoint,
  languageTask,
  type SchemeSpec,
  sweep,
} from "../lib/mod.ts";
import { exists } from "./place.ts";
import { task } from "./stop.ts";

const CONTEXT = 64, BYTE_PAIRS = 512, STEPS = 200, SEEDS = [1, 2, 3];
const PROMPT = "The whale ";

/** The schemes that are compared, by the names that figures show. */
const schemes: Readonly<Record<string, SchemeSpec>> = {
  "zeros": { name: "zeros" },
  "N(0, 1)": { name: "normal", std: 1 },
  "N(0, 0.2²)": { name: "normal", std: 0.2 },
  "N(0, 0.02²)": { name: "normal", std: 0.02 },
  "N(0, 1/d)": { name: "normal", std: 1 / 8 },
  "GPT-2": { name: "gpt2" },
  "zero projections": { name: "zeroProjections" },
  "Wang": { name: "wang" },
  "T5": { name: "t5" },
  "PyTorch default": { name: "pytorchDefault" },
};

/** Those that are also trained at other learning rates. */
const TUNED = ["GPT-2", "Wang", "T5", "N(0, 1)"];

/** A run that is yet to be made. */
type Plan = Omit<LanguageRun, "rows">;

async function makeRuns(): Promise<void> {
  const text = await mobyDick(), split = Math.floor(0.9 * text.length);
  const tokenizers = {
    characters: characters(text),
    bytePairs: bytePairs(text.slice(0, split), BYTE_PAIRS),
  };
  const data: Record<LanguageRun["tokens"], LanguageData> = {
    characters: languageData(text, tokenizers.characters, { context: CONTEXT, prompt: PROMPT }),
    bytePairs: languageData(text, tokenizers.bytePairs, { context: CONTEXT, prompt: PROMPT }),
  };
  const model = (tokens: LanguageRun["tokens"], options: Partial<GptOptions> = {}) => {
    const vocabulary = tokenizers[tokens].vocabulary.length;
    return gpt({ vocabulary, context: CONTEXT, width: 64, heads: 4, blocks: 4, ...options })
      .spec as GptSpec;
  };
  const plan = (
    experiment: string,
    name: string,
    point: Partial<LanguagePoint> & { learningRate: number },
    tokens: LanguageRun["tokens"] = "characters",
  ): Plan[] => {
    const { learningRate, ...changed } = point;
    return SEEDS.map((seed) => ({
      ...{ experiment, name, tokens },
      point: {
        ...{ scheme: schemes["GPT-2"], model: model(tokens), steps: STEPS, batchSize: 16, seed },
        optimizer: adam({ learningRate }),
        ...changed,
      },
    }));
  };
  const plans: Plan[] = [
    ...Object.entries(schemes).flatMap(([name, scheme]) =>
      plan("schemes", name, { scheme, learningRate: 0.003, sampleLength: 160 })
    ),
    ...plan("tokens", "byte pairs", {
      ...{ scheme: schemes.Wang, learningRate: 0.003, sampleLength: 80 },
    }, "bytePairs"),
    ...(["pre", "post"] as const).flatMap((norm) =>
      [undefined, 60, 120].flatMap((warmUp) =>
        plan("norms", `${norm}-LN, warm-up ${warmUp ?? 0}`, {
          scheme: { name: "xavierNormal" },
          ...{ model: model("characters", { norm }), learningRate: 0.005, warmUp },
        })
      )
    ),
    ...TUNED.flatMap((name) =>
      [0.001, 0.01].flatMap((learningRate) =>
        plan("learning rates", name, { scheme: schemes[name], learningRate })
      )
    ),
  ];
  const stored = new Map<string, LanguageRun>();
  if (exists(fileURLToPath(LANGUAGE_RUNS)) && !Deno.args.includes("--again")) {
    for (const run of await fromText(await Deno.readTextFile(LANGUAGE_RUNS))) {
      stored.set(settingsOf(run), run);
    }
  }
  const missing = plans.filter((one) => !stored.has(settingsOf(one)));
  console.log(`${plans.length} runs, ${missing.length} of them to make`);
  for (const group of groups(missing)) {
    const points = group.map(({ point }, run) => ({ ...point, run }));
    const rows = sweep(languageTask, points, data[group[0].tokens], {
      onPoint: (done, total) =>
        console.log(`${group[0].experiment}, ${group[0].name}: ${done} of ${total} runs`),
    });
    for (const [i, one] of group.entries()) {
      const own = rows.filter(({ run }) => run === i);
      stored.set(settingsOf(one), {
        ...one,
        rows: own.map(({ step, loss, text, validationLoss }) => ({
          ...{ step, loss },
          ...text === undefined ? {} : { text },
          ...validationLoss === undefined ? {} : { validationLoss },
        })),
      });
    }
    const made = plans.map((one) => stored.get(settingsOf(one))).filter((run) => run !== undefined);
    await Deno.writeTextFile(LANGUAGE_RUNS, await toText(made));
  }
}

/** What tells a run from every other. */
function settingsOf({ experiment, name, tokens, point }: Plan): string {
  return JSON.stringify({ experiment, name, tokens, point });
}

/** Plans in groups that are made, and written, one after the other. */
function groups(plans: readonly Plan[]): Plan[][] {
  const keys = plans.map(({ experiment, name, tokens }) =>
    JSON.stringify([experiment, name, tokens])
  );
  return [...new Set(keys)].map((key) => plans.filter((_, i) => keys[i] === key));
}

if (import.meta.main) await task(makeRuns);
