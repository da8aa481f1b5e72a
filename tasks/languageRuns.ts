/**
 * Makes the training runs that the notebook on the tiny GPT shows, on all cores, and writes them to
 * `lib/experiments/cached`. Arguments name the experiments to make again; the others stay.
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
    ...(["pre", "post"] as const).flatMap((norm) =>
      [undefined, 60].flatMap((warmUp) =>
        plan("norms", `${norm}-LN${warmUp === undefined ? "" : ", warm-up"}`, {
          scheme: { name: "xavierNormal" },
          ...{ model: model("characters", { norm }), learningRate: 0.005, warmUp },
        })
      )
    ),
    ...[0.01, 0.001].flatMap((learningRate) =>
      Object.entries(schemes).filter(([name]) => name !== "zeros").flatMap(([name, scheme]) =>
        plan(`learning rate ${learningRate}`, name, { scheme, learningRate })
      )
    ),
    ...plan("tokens", "byte pairs", {
      ...{ scheme: schemes.Wang, learningRate: 0.003, sampleLength: 80 },
    }, "bytePairs"),
  ];
  const named = Deno.args.length > 0 ? Deno.args : plans.map(({ experiment }) => experiment);
  const before = exists(fileURLToPath(LANGUAGE_RUNS))
    ? await fromText(await Deno.readTextFile(LANGUAGE_RUNS))
    : [];
  let runs = before.filter(({ experiment }) => !named.includes(experiment));
  for (const tokens of ["characters", "bytePairs"] as const) {
    const wanted = plans.filter((one) => named.includes(one.experiment) && one.tokens === tokens);
    const points = wanted.map(({ point }, run) => ({ ...point, run }));
    const rows = sweep(languageTask, points, data[tokens], {
      onPoint: (done, total) => console.log(`${tokens}: ${done} of ${total} runs`),
    });
    runs = runs.concat(wanted.map((one, run) => ({
      ...one,
      rows: rows.filter((row) => row.run === run).map(({ step, loss, text, validationLoss }) => ({
        ...{ step, loss },
        ...text === undefined ? {} : { text },
        ...validationLoss === undefined ? {} : { validationLoss },
      })),
    })));
    await Deno.writeTextFile(LANGUAGE_RUNS, await toText(runs));
  }
}

if (import.meta.main) await task(makeRuns);
