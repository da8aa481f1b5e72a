import { expect } from "@std/expect";
import { bothPasses } from "../lib/experiments/passes.ts";

Deno.test("bothPasses() gives all signals, then all gradients, and keeps the rows' columns", () => {
  const rows = [
    { name: "a", layer: 1, meanSquare: 2, gradientMeanSquare: 3 },
    { name: "a", layer: 2, meanSquare: 5, gradientMeanSquare: NaN },
  ];
  expect(bothPasses(rows)).toEqual([
    { ...rows[0], pass: "signal, forward", size: 2 },
    { ...rows[1], pass: "signal, forward", size: 5 },
    { ...rows[0], pass: "gradient, backward", size: 3 },
    { ...rows[1], pass: "gradient, backward", size: NaN },
  ]);
  expect(bothPasses([])).toEqual([]);
});
