/**
 * Starts a GPT-2-small-shaped model, 124 million parameters, under every scheme by name that needs no other model: prints the seconds of drawing and of
 * running it on 32 tokens, and what was predicted beside what was measured. Throws where they disagree.
 *
 *     deno run -A bench/gptStart.ts
 */
import { expect } from "@std/expect";
import {
  crossEntropy,
  forward,
  gpt,
  initialize,
  nextTokens,
  onTape,
  predictGptLoss,
  predictStream,
  residualRows,
  rng,
  schemeFrom,
  schemeNames,
  withGates,
  withMultipliers,
} from "../lib/mod.ts";

const GATED = ["skipInit", "reZero", "layerScale"];
/** Drawn for a head of their own, or without a rule for a tied one. */
const UNTIED = [
  ...["autoInit", "fixup", "mitchell", "ngpt", "olmo", "olmoFanIn", "olmoLlama", "olmoLlamaDepth"],
  ...["pytorchDefault", "spectral", "subLn", "tFixup", "uMup", "unitScaling"],
];
/** What a scheme does not do without; those that start from a smaller model or from pairs, or take no gpt, are left out. */
const NEEDED: Record<string, { positions: number }> = { uMup: { positions: 32 } };
const LEFT_OUT = ["mup", "depthMup", "completeP", "mimetic", "edgeOfChaos"];
const tokens = nextTokens(rng("124M").permutation(50257).slice(0, 33), { context: 32 });

function modelFor(name: string) {
  const model = gpt({
    ...{ vocabulary: 50257, context: 1024, width: 768, heads: 12, blocks: 12 },
    norm: name === "deepNorm" ? "post" : "pre",
    normKind: name === "t5" ? "rmsNorm" : "layerNorm",
    tiedHead: !UNTIED.includes(name),
  });
  return GATED.includes(name) ? withGates(model) : model;
}

for (const name of schemeNames.filter((name) => !LEFT_OUT.includes(name))) {
  const model = modelFor(name), scheme = schemeFrom({ name, ...NEEDED[name] });
  const before = performance.now();
  const params = initialize(model, scheme, rng("124M"));
  const drawn = performance.now();
  const run = withMultipliers(model, scheme);
  const stream = residualRows(run, params, tokens.inputs);
  const logits = forward(run, params, tokens.inputs);
  const loss = onTape((tape) => crossEntropy(tape.constant(logits), tokens.targets).data[0]);
  const done = performance.now();
  const expected = predictStream(model, scheme, tokens.inputs);
  const predicted = predictGptLoss(model, scheme, tokens);
  const seconds = [drawn - before, done - drawn].map((ms) => (ms / 1000).toFixed(1));
  console.log(
    name.padEnd(16),
    `${seconds[0]} s to draw, ${seconds[1]} s to run;`,
    `loss ${loss.toFixed(3)}, predicted ${predicted.loss.toFixed(3)};`,
    `stream ${stream[12].meanSquare.toPrecision(3)}, predicted ${
      expected[12].meanSquare.toPrecision(3)
    }`,
  );
  // 32 targets' logits, at rows that are alike in part; a row of 768 columns strays by 5 %, where rows are alike all do.
  expect(Math.abs(loss - predicted.loss)).toBeLessThan(4.5 * predicted.logitStd / 5 + 1e-5);
  for (const block of [0, 1, 12]) {
    const ratio = stream[block].meanSquare / expected[block].meanSquare;
    expect(Math.abs(Math.log(ratio))).toBeLessThan(0.2);
  }
}
