import { expect } from "@std/expect";
import { nextTokens } from "../lib/nn/nextTokens.ts";

Deno.test("nextTokens() gives each token the one that follows it, across stretches too", () => {
  const tokens = Uint16Array.from({ length: 11 }, (_, i) => 100 * i);
  const { inputs, targets } = nextTokens(tokens, { context: 3 });
  expect(inputs.shape).toEqual([3, 3]);
  expect([...inputs.data]).toEqual([0, 100, 200, 300, 400, 500, 600, 700, 800]);
  expect([...targets]).toEqual([100, 200, 300, 400, 500, 600, 700, 800, 900]);
  expect(nextTokens(tokens, { context: 10 }).inputs.shape).toEqual([1, 10]);
});

Deno.test("nextTokens() refuses too short a text and what is no token", () => {
  expect(() => nextTokens([1, 2, 3], { context: 3 })).toThrow("from 3 tokens");
  expect(() => nextTokens([], { context: 3 })).toThrow(RangeError);
  expect(() => nextTokens([1, 2, 3], { context: 0 })).toThrow("context");
  for (const wrong of [-1, 0.5, NaN, 2 ** 24]) {
    expect(() => nextTokens([1, 2, wrong], { context: 2 })).toThrow(`token ${wrong}, number 2`);
  }
  expect(() => nextTokens([1, 2], { context: 1, stride: 1 } as never)).toThrow(TypeError);
});
