import { expect } from "@std/expect";
import { lossGradients } from "../lib/experiments/layers.ts";
import { updateRatios } from "../lib/experiments/updateRatios.ts";
import { gpt } from "../lib/nn/gpt.ts";
import { nextTokens } from "../lib/nn/nextTokens.ts";
import { adam, sgd } from "../lib/nn/optimizers.ts";
import { initialize } from "../lib/nn/schemes.ts";
import { nanoGpt } from "../lib/schemes/fixedStd.ts";
import { rng } from "../lib/tensor/rng.ts";

const model = gpt({ vocabulary: 10, context: 4, width: 8, heads: 2, blocks: 2 });
const params = initialize(model, nanoGpt(), rng("ratios"));
const examples = nextTokens([3, 1, 4, 1, 5, 9, 2, 6, 5], { context: 4 });
const norm = (values: ArrayLike<number>) => Math.hypot(...Array.from(values));

Deno.test("updateRatios() of gradient descent is rate times gradient over weight", () => {
  const options = { steps: 1, every: 1, optimizer: sgd({ learningRate: 0.5 }), rng: rng("ratios") };
  const rows = updateRatios(model, params, examples, options);
  const gradients = lossGradients(model, params, examples);
  expect(rows.map(({ parameter }) => parameter)).toEqual(model.params.map(({ name }) => name));
  for (const { parameter, ratio, updateNorm, weightNorm } of rows) {
    const expected = 0.5 * norm(gradients[parameter].data);
    // The update is what is left after rounding to float32 beside weights of 0.02, or gains of 1.
    expect(Math.abs(updateNorm - expected)).toBeLessThan(1e-6 + 1e-3 * expected);
    expect(weightNorm).toBeCloseTo(norm(params[parameter].data), 5);
    expect(ratio).toBe(updateNorm / weightNorm);
  }
  const bias = rows.find(({ parameter }) => parameter === "block2.feedForwardOut.bias")!;
  expect([bias.kind, bias.block, bias.ratio]).toEqual(["feedForwardOut", 2, Infinity]);
  expect(rows[0].block).toBe(0);
});

Deno.test("updateRatios() of Adam's first step is its rate over the weights' root mean square", () => {
  const options = {
    steps: 1,
    every: 1,
    optimizer: adam({ learningRate: 1e-3 }),
    rng: rng("ratios"),
  };
  const query = updateRatios(model, params, examples, options)
    .find(({ parameter }) => parameter === "block1.attentionOut.weight")!;
  // Each entry moves by the rate, but where its gradient is not large beside Adam's 1e-8.
  expect(query.updateNorm / (1e-3 * 8)).toBeCloseTo(1, 2);
});

Deno.test("updateRatios() looks at every nth step, the last one too where it is one", () => {
  const look = (steps: number, every: number) => [
    ...new Set(
      updateRatios(model, params, examples, {
        ...{ steps, every, optimizer: sgd({ learningRate: 0.1 }), rng: rng("ratios") },
      }).map(({ step }) => step),
    ),
  ];
  expect(look(5, 2)).toEqual([0, 2, 4]);
  expect(look(4, 3)).toEqual([0, 3]);
  expect(() => look(4, 0)).toThrow("every");
});
