import { expect } from "@std/expect";
import { commonShare, linear, mlp, rng, tensor } from "../lib/mod.ts";

const model = mlp({ widths: [3, 3], activation: linear });
const unit = tensor([3, 3], [1, 0, 0, 0, 1, 0, 0, 0, 1]);
const share = (bias: number[], rows: number[][]) =>
  commonShare(
    model,
    { "layer1.weight": unit, "layer1.bias": tensor([3], bias) },
    tensor([rows.length, 3], rows.flat()),
  );

Deno.test("commonShare() of common and own parts is the ratio of their powers", () => {
  // Own parts u, -u: they cancel in the mean, so the share is |b|^2 / (|b|^2 + |u|^2), after centering of both.
  const b = [3, -1, -2], u = [1, 1, -2]; // both sum to 0: 14 and 6
  const rows = [u, u.map((x) => -x)];
  expect(share(b, rows)).toBeCloseTo(14 / 20, 12);
  expect(share(b.map((x) => x + 5), rows)).toBeCloseTo(14 / 20, 6); // a constant changes no probability
  expect(share([0, 0, 0], rows)).toBeCloseTo(0, 12);
  expect(share(b, [u, u, u])).toBeCloseTo(1, 12);
  expect(share([7, 7, 7], [[0, 0, 0]])).toBe(0);
});

Deno.test("commonShare() of n independent rows is about 1 / n", () => {
  // The mean of n rows keeps 1 / n of their power; over 3 logits of 400 rows with a relative std of about 1 of that.
  const rows = Array.from({ length: 400 }, (_, i) => [...rng("share").child(i).normal([3]).data]);
  expect(share([0, 0, 0], rows)).toBeLessThan(10 / 400);
});
