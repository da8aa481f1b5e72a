import { expect } from "@std/expect";
import { gelu, relu, tanh } from "../lib/nn/activations.ts";
import { correlatedExpectation } from "../lib/numerics/quadrature.ts";
import { dual } from "../lib/theory/dual.ts";

Deno.test("dual() is E f(X) f(Y), for ReLU the arc-cosine kernel", () => {
  const f = dual(relu.f, [0]);
  for (const c of [-0.5, 0, 0.3, 0.9, 1]) {
    const exact = (Math.sqrt(1 - c * c) + c * (Math.PI - Math.acos(c))) / (2 * Math.PI);
    // 12 terms leave 0.1 % of E f^2 = 1/2, which one power spreads over some.
    expect(Math.abs(f(c) - exact)).toBeLessThan(5e-4);
  }
});

Deno.test("dual() agrees with two-dimensional quadrature for smooth functions", () => {
  for (const f of [gelu.f, tanh.f, (z: number) => gelu.f(3 * z)]) {
    const series = dual(f, []);
    for (const c of [-0.3, 0.2, 0.7, 1]) {
      expect(Math.abs(series(c) - correlatedExpectation(f, f, c))).toBeLessThan(2e-4);
    }
  }
});
