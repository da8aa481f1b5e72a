import { expect } from "@std/expect";
import { neighborLaws } from "../lib/audit/neighbors.ts";
import { audit, gpt, initialize, nanoGpt, normal, rng, torchRng, uniform } from "../lib/mod.ts";

const FROM_WEIGHT = "uniform on +-1 / sqrt(its weight's fanIn)";
const named = (shapes: Record<string, number[]>) =>
  Object.entries(shapes).map(([name, shape]) => ({ name, shape }));

Deno.test("audit() names the law of PyTorch's default biases by their weights", () => {
  // The fans of a (300, 40) weight in PyTorch's layout: 40 in, 300 out.
  const bound = 1 / Math.sqrt(40), generator = torchRng(0);
  const weights = {
    "fc.weight": generator.uniform([300, 40], { low: -bound, high: bound }),
    "fc.bias": generator.uniform([300], { low: -bound, high: bound }),
    "lstm.weight_hh_l0": generator.uniform([512, 128], { low: -0.1, high: 0.1 }),
    "lstm.bias_hh_l0": generator.uniform([512], { low: -1 / 128 ** 0.5, high: 1 / 128 ** 0.5 }),
    "lone.bias": generator.uniform([300], { low: -bound, high: bound }),
    "wide.weight": normal({ std: 0.02 })([300, 10], rng("wide")),
    "wide.bias": generator.uniform([300], { low: -bound, high: bound }), // not 1 / sqrt(10)
  };
  const fits = (layout: "torch" | "keras") =>
    Object.fromEntries(audit(weights, { layout }).map(({ name, fits }) => [name, fits[0]?.name]));
  expect(fits("torch")).toMatchObject({ "fc.bias": FROM_WEIGHT, "lstm.bias_hh_l0": FROM_WEIGHT });
  for (const name of ["lone.bias", "wide.bias"]) expect(fits("torch")[name]).not.toBe(FROM_WEIGHT);
  expect(fits("keras")["fc.bias"]).not.toBe(FROM_WEIGHT);
});

Deno.test("audit() names GPT-2's std of the ends of branches by the number of blocks", () => {
  const model = gpt({ vocabulary: 65, context: 32, width: 96, heads: 4, blocks: 3 });
  const rows = audit(initialize(model, nanoGpt(), rng("neighbors")));
  const first = Object.fromEntries(rows.map(({ name, fits }) => [name, fits[0]?.name]));
  const law = "normal({ std: 0.02 / sqrt(2 * 3) }), as GPT-2's branches end";
  for (const block of [1, 2, 3]) {
    expect(first[`block${block}.attentionOut.weight`]).toBe(law);
    expect(first[`block${block}.feedForwardOut.weight`]).toBe(law);
    expect(first[`block${block}.feedForwardIn.weight`]).toBe("normal({ std: 0.02 })");
  }
  const small = uniform({ low: -0.0141, high: 0.0141 })([96, 96], rng("u")); // its std, not its law
  const [{ fits }] = audit({ "h.0.w": small, "h.1.w": small, "h.2.w": small });
  expect(fits.map(({ name }) => name)).not.toContain(law);
});

Deno.test("neighborLaws() counts blocks by their numbers, however they are named", () => {
  const stds = (shapes: Record<string, number[]>, name: string) =>
    neighborLaws(named(shapes), "keras")({ name, shape: shapes[name] }).map(({ law }) => law.std);
  for (const prefix of ["h.", "transformer.h.", "model.layers.", "encoder.layer.", "block"]) {
    const shapes = {
      [`${prefix}0.w`]: [4, 4],
      [`${prefix}0.v`]: [4, 4],
      [`${prefix}11.w`]: [4, 4],
      "wte.weight": [9, 4],
    };
    expect(stds(shapes, `${prefix}0.w`)).toEqual([0.01]);
    expect(stds(shapes, "wte.weight")).toEqual([]);
  }
  expect(stds({ "h.0.w": [4, 4] }, "h.0.w")).toEqual([0.02 / Math.sqrt(2)]);
  expect(stds({ "h.0.ln": [4], "h.0.conv": [3, 4, 4] }, "h.0.ln")).toEqual([]);
  expect(stds({ "h.0.ln": [4], "h.0.conv": [3, 4, 4] }, "h.0.conv")).toEqual([]);
  expect(stds({ "bias.weight": [4, 8], "bias.bias": [8] }, "bias.bias")).toEqual([
    1 / Math.sqrt(3 * 4),
  ]);
});
