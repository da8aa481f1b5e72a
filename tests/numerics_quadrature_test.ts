import { expect } from "@std/expect";
import { erf, normalCdf, normalPdf } from "../lib/numerics/gaussian.ts";
import { correlatedExpectation, gaussianExpectation } from "../lib/numerics/quadrature.ts";

const relu = (z: number) => Math.max(0, z);

function expectClose(measured: number, exact: number) {
  expect(Math.abs(measured - exact)).toBeLessThan(1e-10 * Math.abs(exact));
}

Deno.test("gaussianExpectation() gives the closed forms of smooth functions", () => {
  expectClose(gaussianExpectation(() => 1), 1);
  expectClose(gaussianExpectation((z) => z ** 8), 105);
  expectClose(gaussianExpectation((z) => Math.exp(3 * z)), Math.exp(4.5));
  expectClose(gaussianExpectation((z) => erf(z) ** 2), (2 / Math.PI) * Math.asin(2 / 3));
  expectClose(gaussianExpectation((z) => Math.sin(z) ** 2), (1 - Math.exp(-2)) / 2);
  expect(Math.abs(gaussianExpectation((z) => z ** 3))).toBeLessThan(1e-12);
});

Deno.test("gaussianExpectation() gives the closed forms of kinked functions, kink named or not", () => {
  for (const kinks of [[0], []]) {
    expectClose(gaussianExpectation(relu, { kinks }), normalPdf(0));
    expectClose(gaussianExpectation((z) => relu(z) ** 2, { kinks }), 0.5);
    expectClose(gaussianExpectation((z) => relu(z) ** 4, { kinks }), 1.5);
  }
  for (const kinks of [[0.37], [0.37, 0.37, 40], []]) {
    expectClose(
      gaussianExpectation((z) => relu(z - 0.37), { kinks }),
      normalPdf(0.37) - 0.37 * normalCdf(-0.37),
    );
    expectClose(gaussianExpectation((z) => z > 0.37 ? 1 : 0, { kinks }), normalCdf(-0.37));
  }
});

Deno.test("gaussianExpectation() resolves steep and tiny functions", () => {
  // mpmath 1.3.0, mp.dps = 30: quad(lambda z: tanh(1000*z)**2*npdf(z), split at 0, +-.001 ... +-1)
  expectClose(gaussianExpectation((z) => Math.tanh(1000 * z) ** 2), 0.99920211576731372516);
  expectClose(gaussianExpectation((z) => 1e-200 * z * z), 1e-200);
});

Deno.test("gaussianExpectation() is not finite where f is not, and refuses noise", () => {
  expect(gaussianExpectation((z) => z > 2 ? NaN : z)).toBe(NaN);
  expect(gaussianExpectation(() => Infinity)).toBe(Infinity);
  expect(() => gaussianExpectation((z) => Math.sin(1e9 * z))).toThrow("too rough");
});

Deno.test("correlatedExpectation() gives the arc-cosine kernel and Grothendieck's identity", () => {
  for (const correlation of [-1, -0.8, 0, 0.3, 0.999, 1]) {
    const angle = Math.acos(correlation);
    // Cho & Saul 2009, kernel of order 1
    const exact = (Math.sin(angle) + (Math.PI - angle) * correlation) / (2 * Math.PI);
    const kinks = [0];
    expect(Math.abs(correlatedExpectation(relu, relu, correlation, { kinks }) - exact))
      .toBeLessThan(1e-10);
    expect(
      Math.abs(
        correlatedExpectation(Math.sign, Math.sign, correlation, { kinks }) -
          (2 / Math.PI) * Math.asin(correlation),
      ),
    ).toBeLessThan(1e-10);
  }
});

Deno.test("correlatedExpectation() does not chase the rounding of a function that is all but 0 far out", () => {
  // For f = erf(a x): E f'(X) f'(Y) = 4 a^2 / pi / sqrt((1 + 2 a^2)^2 - 4 a^4 rho^2), two Gaussian factors; here with the
  // rounding that 1 - y^2 has where y is the tanh that it comes from.
  const a = 2,
    rounded = (z: number) => 1 + (2 * a / Math.sqrt(Math.PI)) * Math.exp(-a * a * z * z) - 1;
  for (const rho of [0.5, 0.98, 0.9999]) {
    const exact = 4 * a * a / Math.PI / Math.sqrt((1 + 2 * a * a) ** 2 - 4 * a ** 4 * rho * rho);
    expectClose(correlatedExpectation(rounded, rounded, rho), exact);
  }
  const slope = (z: number) => 1 - Math.tanh(1.5 * z) ** 2;
  const at = (rho: number) => correlatedExpectation(slope, slope, rho);
  expect(Math.abs(at(1 - 1e-9) / at(1) - 1)).toBeLessThan(1e-7); // at 1 it is one integral
});

Deno.test("correlatedExpectation() keeps f and g apart and refuses a correlation beyond 1", () => {
  // E X e^Y = rho sqrt(e), E e^X Y the same; E X^2 Y^4 = 3 + 12 rho^2
  expectClose(correlatedExpectation((x) => x, Math.exp, -0.4), -0.4 * Math.exp(0.5));
  expectClose(correlatedExpectation((x) => x * x, (y) => y ** 4, 0.5), 6);
  for (const correlation of [1.01, NaN]) {
    expect(() => correlatedExpectation(relu, relu, correlation)).toThrow("must be in [-1, 1]");
  }
});
