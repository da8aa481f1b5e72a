import { expect } from "@std/expect";
import { normal } from "../lib/initializers/distributions.ts";
import { zeros } from "../lib/initializers/constant.ts";
import { relu } from "../lib/nn/activations.ts";
import { gpt } from "../lib/nn/gpt.ts";
import { mlp } from "../lib/nn/mlp.ts";
import { forward, type Params } from "../lib/nn/model.ts";
import { sample } from "../lib/nn/sample.ts";
import { byRole, everywhere, initialize } from "../lib/nn/schemes.ts";
import { rng } from "../lib/tensor/rng.ts";
import { tensor } from "../lib/tensor/tensor.ts";

const model = gpt({
  ...{ vocabulary: 5, context: 4, width: 8, heads: 2, blocks: 1, tiedHead: false },
});
const params = initialize(model, everywhere(normal({ std: 0.5 })), rng("sample"));

/** The same weights, with a head that gives these logits for the constant stream of ones. */
function withLogits(logits: number[]): Params {
  const scheme = byRole({ output: zeros() }, everywhere(zeros()));
  const still = initialize(model, scheme, rng("still"));
  return {
    ...still,
    "finalNorm.bias": tensor([8], Array(8).fill(1)),
    "head.weight": tensor([8, 5], Array(8).fill(logits.map((v) => v / 8)).flat()),
  };
}

Deno.test("sample() draws tokens as often as softmax(logits / temperature) says", () => {
  const logits = [0, 1, -1, 2, -Infinity], n = 2000;
  const finite = logits.map((v) => Number.isFinite(v) ? v : -200);
  for (const temperature of [1, 2]) {
    const options = { count: n, rng: rng("often"), temperature };
    const text = sample(model, withLogits(finite), [0], options);
    const total = logits.reduce((s, v) => s + Math.exp(v / temperature), 0);
    logits.forEach((v, token) => {
      const p = Math.exp(v / temperature) / total;
      const share = text.filter((one) => one === token).length / n;
      // four and a half standard errors
      expect(Math.abs(share - p)).toBeLessThanOrEqual(4.5 * Math.sqrt(p * (1 - p) / n));
    });
  }
});

Deno.test("sample() at temperature 0 takes the largest logit behind the last tokens of the context", () => {
  const text = [1, 0, 4, 2, 3];
  const added = sample(model, params, text, { count: 6, rng: rng("any"), temperature: 0 });
  const all = [...text, ...added];
  for (let i = 5; i < all.length; i++) {
    const { data } = forward(model, params, tensor([1, 4], all.slice(i - 4, i)));
    const logits = [...data.subarray(15)];
    expect(all[i]).toBe(logits.indexOf(Math.max(...logits)));
  }
  const short = sample(model, params, [2], { count: 1, rng: rng("any"), temperature: 0 });
  const { data } = forward(model, params, tensor([1, 1], [2]));
  expect(short[0]).toBe(data.indexOf(Math.max(...data)));
});

Deno.test("sample() at a tiny temperature is sample() at temperature 0", () => {
  const at = (temperature: number) =>
    sample(model, params, [1], { count: 10, rng: rng("tiny"), temperature });
  expect(at(1e-40)).toEqual(at(0));
});

Deno.test("sample() repeats itself, and a longer text begins with the shorter one", () => {
  const run = (
    count: number,
    name: string,
  ) => [...sample(model, params, Int32Array.of(1, 2), { count, rng: rng(name) })];
  const long = run(30, "one");
  expect(run(12, "one")).toEqual(long.slice(0, 12));
  expect(run(30, "two")).not.toEqual(long);
});

Deno.test("sample() refuses what it cannot continue", () => {
  const options = { count: 1, rng: rng("bad") };
  expect(() => sample(model, params, [], options)).toThrow("Cannot continue an empty text");
  expect(() => sample(model, params, [5], options)).toThrow("Cannot look up token 5");
  expect(() => sample(model, params, [1], { ...options, count: 0 })).toThrow("count");
  expect(() => sample(model, params, [1], { ...options, temperature: -1 })).toThrow("temperature");
  expect(() => sample(model, withLogits([0, NaN, 0, 0, 0]), [1], options)).toThrow(
    "Cannot sample token 1 as its largest logit is NaN",
  );
  const other = mlp({ widths: [1, 2], activation: relu });
  expect(() => sample(other, initialize(other, everywhere(zeros()), rng("x")), [1], options))
    .toThrow(TypeError);
});
