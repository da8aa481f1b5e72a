import { expect } from "@std/expect";
import { erf, erfc, normalCdf, normalPdf, normalQuantile } from "../lib/numerics/gaussian.ts";

function expectRelative(measured: number, exact: number, tolerance: number) {
  expect(Math.abs(measured / exact - 1)).toBeLessThan(tolerance);
}

// mpmath 1.3.0, mp.dps = 40: nstr(erf(x), 20), at the float64 nearest to each x
const ERF = [
  [1e-300, 1.1283791670955125739e-300],
  [1e-9, 1.1283791670955125735e-9],
  [0.1, 0.1124629160182848984],
  [0.5, 0.52049987781304653768],
  [0.9, 0.79690821242283213966],
  [1, 0.84270079294971486934],
  [1.5, 0.96610514647531072707],
  [2, 0.99532226501895273416],
  [3.5, 0.99999925690162765859],
  [5.5, 0.99999999999999264215],
];
// mpmath 1.3.0: nstr(erfc(x), 20)
const ERFC = [
  [-6, 1.9999999999999999785],
  [-1.5, 1.9661051464753107271],
  [-0.25, 1.276326390168236933],
  [0.25, 0.72367360983176306701],
  [0.5, 0.47950012218695346232],
  [0.75, 0.2888443663464848684],
  [0.999, 0.15771472979350305836],
  [1, 0.15729920705028513066],
  [1.001, 0.15688451452192372097],
  [1.25, 0.077099871743541769863],
  [2, 0.0046777349810472658379],
  [3, 0.000022090496998585441373],
  [5, 1.5374597944280348502e-12],
  [10, 2.088487583762544757e-45],
  [20, 5.3958656116079009289e-176],
  [26.5, 2.2109076642637342759e-307],
];
// mpmath 1.3.0, mp.dps = 400: root z of erfc(-z/sqrt(2))/2 = p, p the nearest float64
const QUANTILES = [
  [1e-300, -37.047096299361199237],
  [1e-20, -9.2623400897984075796],
  [1e-5, -4.2648907939228246102],
  [0.001, -3.0902323061678135354],
  [0.02425, -1.9729610513118848376],
  [0.1, -1.2815515655446004353],
  [0.25, -0.6744897501960817432],
  [0.4, -0.25334710313579974132],
  [0.499999, -2.5066282745665593779e-6],
  [0.6, 0.25334710313579974132],
  [0.975, 1.9599639845400538556],
  [0.999999, 4.7534243088170877657],
];

Deno.test("erf() agrees with 40-digit values to 1e-15", () => {
  for (const [x, exact] of ERF) {
    expectRelative(erf(x), exact, 1e-15);
    expect(erf(-x)).toBe(-erf(x));
  }
  expect(Object.is(erf(-0), -0)).toBe(true);
});

Deno.test("erfc() agrees with 40-digit values to 2e-15 far into the tail", () => {
  for (const [x, exact] of ERFC) expectRelative(erfc(x), exact, 2e-15);
  expect(erfc(27.3)).toBeLessThan(1e-323);
  expect(erfc(28)).toBe(0);
});

Deno.test("erf() and erfc() pass infinities and NaN through", () => {
  expect([erf(Infinity), erf(-Infinity), erf(NaN)]).toEqual([1, -1, NaN]);
  expect([erfc(Infinity), erfc(-Infinity), erfc(NaN)]).toEqual([0, 2, NaN]);
  expect([normalPdf(Infinity), normalPdf(NaN)]).toEqual([0, NaN]);
});

Deno.test("normalCdf() has normalPdf() as its slope", () => {
  // A central difference of step 1e-3 errs by h^2/6 |phi''| <= 1e-6/6 x 0.4, and by rounding 1e-16/1e-3.
  for (const z of [-3, -1.2, 0, 0.4, 2.5]) {
    const slope = (normalCdf(z + 1e-3) - normalCdf(z - 1e-3)) / 2e-3;
    expect(Math.abs(slope - normalPdf(z))).toBeLessThan(7e-8);
  }
  expect(normalCdf(0)).toBe(0.5);
});

Deno.test("normalQuantile() inverts the normal distribution over the whole range", () => {
  for (const [p, exact] of QUANTILES) {
    // Near the centre p itself is rounded: z moves by 2.5 x 1e-16, which is large beside a small z.
    expect(Math.abs(normalQuantile(p) - exact)).toBeLessThan(2e-15 * Math.abs(exact) + 4e-16);
  }
  expect([0, 0.5, 1].map(normalQuantile)).toEqual([-Infinity, 0, Infinity]);
});

Deno.test("normalQuantile() refuses what is not a probability", () => {
  for (const p of [-0.1, 1.1, NaN]) {
    expect(() => normalQuantile(p)).toThrow("p must be in [0, 1]");
  }
});
