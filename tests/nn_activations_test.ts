import { expect } from "@std/expect";
import { gaussianExpectation } from "../lib/numerics/quadrature.ts";
import { kernels } from "../lib/numerics/kernels.ts";
import * as nn from "../lib/nn/activations.ts";

const all = [
  nn.linear,
  nn.relu,
  nn.leakyRelu(0.2),
  nn.prelu(),
  nn.sigmoid,
  nn.tanh,
  nn.elu,
  nn.selu,
  nn.gelu,
  nn.geluTanh,
  nn.silu,
  nn.mish,
  nn.softplus,
  nn.softsign,
  nn.erfActivation,
  nn.exponential,
];

// f and f' at -3.5, -0.75, 0.5, 2.25 by mpmath 1.3.0, mp.dps = 40, from the published formulas:
// nstr(f(mpf(z)), 17), nstr(diff(f, mpf(z)), 17); leakyRelu with slope 0.2, prelu 0.25, elu with alpha 1.
const POINTS = [-3.5, -0.75, 0.5, 2.25];
const GOLDEN: Record<string, readonly (readonly [number, number])[]> = {
  linear: [[-3.5, 1], [-0.75, 1], [0.5, 1], [2.25, 1]],
  relu: [[0, 0], [0, 0], [0.5, 1], [2.25, 1]],
  leakyRelu: [[-0.7, 0.2], [-0.15, 0.2], [0.5, 1], [2.25, 1]],
  prelu: [[-0.875, 0.25], [-0.1875, 0.25], [0.5, 1], [2.25, 1]],
  sigmoid: [
    [0.029312230751356319, 0.02845302387973556],
    [0.32082130082460703, 0.21789499376181403],
    [0.62245933120185456, 0.23500371220159449],
    [0.90465053510089051, 0.086257944442562981],
  ],
  tanh: [
    [-0.99817789761119871, 0.0036408847204873061],
    [-0.63514895238728732, 0.59658580828133143],
    [0.46211715726000976, 0.78644773296592741],
    [0.97802611473881364, 0.043464918888900937],
  ],
  elu: [
    [-0.9698026165776815, 0.030197383422318501],
    [-0.52763344725898529, 0.47236655274101471],
    [0.5, 1],
    [2.25, 1],
  ],
  selu: [
    [-1.7050093409572832, 0.053089999890093661],
    [-0.92763201583505123, 0.83046732501232563],
    [0.52535049367774025, 1.0507009873554805],
    [2.3640772215498311, 1.0507009873554805],
  ],
  gelu: [
    [-0.00081420177662433763, -0.0028217603536246352],
    [-0.16997051428265115, 0.00077427826076489563],
    [0.34573123063700655, 0.86749512465616284],
    [2.2224949365261494, 1.059189743975207],
  ],
  geluTanh: [
    [-0.00061619765537366331, -0.002422643760116431],
    [-0.1700394448343797, 0.0010617438625857023],
    [0.34571400982514392, 0.86736990353464231],
    [2.2227986701027114, 1.0599145345177622],
  ],
  silu: [
    [-0.10259280762974712, -0.070273352827718141],
    [-0.24061597561845527, 0.1574000555032465],
    [0.31122966560092728, 0.73996118730265181],
    [2.0354637039770036, 1.0987309100966572],
  ],
  mish: [
    [-0.10409575448637122, -0.07276041344326705],
    [-0.27649471450546518, 0.16074574049983868],
    [0.3752452113048951, 0.88642437535772726],
    [2.2094567576626257, 1.0546748136506062],
  ],
  softplus: [
    [0.029750418272620565, 0.029312230751356319],
    [0.38687100611489994, 0.32082130082460703],
    [0.97407698418010668, 0.62245933120185456],
    [2.3502065589167472, 0.90465053510089051],
  ],
  softsign: [
    [-0.77777777777777778, 0.049382716049382716],
    [-0.42857142857142857, 0.32653061224489796],
    [0.33333333333333333, 0.44444444444444444],
    [0.69230769230769231, 0.094674556213017751],
  ],
  erf: [
    [-0.99999925690162766, 5.3994267773847825e-6],
    [-0.71115563365351513, 0.64293106919520733],
    [0.52049987781304654, 0.87878257893544479],
    [0.99853728341331885, 0.007142319022017983],
  ],
  exponential: [
    [0.030197383422318501, 0.030197383422318501],
    [0.47236655274101471, 0.47236655274101471],
    [1.6487212707001281, 1.6487212707001281],
    [9.4877358363585257, 9.4877358363585257],
  ],
};

Deno.test("activations have the published values and derivatives", () => {
  expect(all.map(({ name }) => name)).toEqual(Object.keys(GOLDEN));
  const wrong: string[] = [];
  for (const { name, f, derivative } of all) {
    POINTS.forEach((z, i) => {
      const [value, slope] = GOLDEN[name][i];
      // A few roundings of terms no larger than 4.
      if (!(Math.abs(f(z) - value) < 4e-15)) wrong.push(`${name}(${z})`);
      if (!(Math.abs(derivative(z) - slope) < 4e-15)) wrong.push(`${name}'(${z})`);
    });
  }
  expect(wrong).toEqual([]);
});

Deno.test("derivative() is the central difference of f, away from kinks", () => {
  // Error of a central difference at h = 1e-4: h^2 |f'''| / 6 <= 5e-9, and 2^-52 |f| / h <= 2e-11 from rounding,
  // but for e^z, whose errors are 2e-9 of itself.
  const h = 1e-4, wrong: string[] = [];
  for (const { name, f, derivative } of all) {
    for (let z = -7.985; z < 8; z += 0.37) {
      const difference = (f(z + h) - f(z - h)) / (2 * h);
      const size = Math.max(1, Math.abs(f(z)) / 5);
      if (!(Math.abs(derivative(z) - difference) < 1e-8 * size)) wrong.push(`${name}'(${z})`);
    }
  }
  expect(wrong).toEqual([]);
});

Deno.test("derivative() at a corner is the one from the left", () => {
  expect(nn.relu.derivative(0)).toBe(0);
  expect(nn.leakyRelu(0.2).derivative(0)).toBe(0.2);
  expect(nn.prelu().derivative(0)).toBe(0.25);
  expect(nn.selu.derivative(0)).toBeCloseTo(1.0507009873554805 * 1.6732632423543772, 14);
  expect(nn.elu.derivative(0)).toBe(1);
});

Deno.test("activations do not overflow far out, and NaN stays NaN", () => {
  const wrong: string[] = [];
  for (const { name, f, derivative } of all) {
    for (const z of [-1e4, -800, 800, 1e4]) {
      const grows = name === "exponential" && z > 700;
      if (!grows && !(Number.isFinite(f(z)) && Number.isFinite(derivative(z)))) {
        wrong.push(`${name} at ${z}`);
      }
    }
    const isKept = Number.isNaN(f(NaN)) && (name === "linear" || Number.isNaN(derivative(NaN)));
    if (!isKept) wrong.push(`${name} at NaN`);
  }
  expect(wrong).toEqual([]);
});

Deno.test("kinks name where quadrature must be split", () => {
  // Without a named kink a panel would have to be halved to reach 1e-10; E relu(Z)^2 = 1/2 exactly.
  const { f, kinks } = nn.relu;
  expect(Math.abs(gaussianExpectation((z) => f(z) ** 2, { kinks }) - 0.5)).toBeLessThan(1e-12);
  const jumps = all.filter(({ derivative }) =>
    Math.abs(derivative(1e-9) - derivative(-1e-9)) > 1e-6
  );
  expect(jumps.map(({ name }) => name)).toEqual(["relu", "leakyRelu", "prelu", "selu"]);
  for (const { kinks } of jumps) expect(kinks).toEqual([0]);
  // A jump in the second derivative: f'' goes from 1 to 0 for elu, from 2 to -2 for softsign.
  for (const { kinks } of [nn.elu, nn.softsign]) expect(kinks).toEqual([0]);
});

Deno.test("saturation bounds the last 1.5 % of a bounded activation's range", () => {
  const bounded = all.filter(({ saturation }) => saturation !== undefined);
  expect(bounded.map(({ name }) => name)).toEqual(["sigmoid", "tanh", "softsign", "erf"]);
  for (const { f, saturation = [NaN, NaN] } of bounded) {
    const low = f(-1e9), high = f(1e9);
    expect((saturation[0] - low) / (high - low)).toBeCloseTo(0.015, 6);
    expect((high - saturation[1]) / (high - low)).toBeCloseTo(0.015, 6);
  }
});

Deno.test("activate() in float32 follows f and f' in float64", () => {
  const x = Float32Array.from({ length: 4001 }, (_, i) => (i - 2000) / 100);
  const wrong: string[] = [];
  for (const { name, kind, parameter, f, derivative } of all) {
    const y = new Float32Array(x.length), dx = new Float32Array(x.length);
    kernels.activate(kind, y, x, parameter);
    kernels.activateBackward(kind, dx, x, new Float32Array(x.length).fill(1), parameter);
    for (let i = 0; i < x.length; i++) {
      // A float32 polynomial and up to ten roundings, each 2^-24 of a term no larger than max(1, |x|, |f|).
      const tolerance = 12 * 2 ** -24 * Math.max(1, Math.abs(x[i]), Math.abs(f(x[i])));
      if (!(Math.abs(y[i] - f(x[i])) < tolerance)) wrong.push(`${name}(${x[i]})`);
      if (!(Math.abs(dx[i] - derivative(x[i])) < tolerance)) wrong.push(`${name}'(${x[i]})`);
    }
  }
  expect(wrong).toEqual([]);
});

Deno.test("activationFrom() rebuilds each activation from plain data", () => {
  for (const { name, parameter, ...rest } of all) {
    const spec = JSON.parse(JSON.stringify({ name, parameter }));
    const copy = nn.activationFrom(spec);
    expect([copy.name, copy.kind, copy.parameter]).toEqual([name, rest.kind, parameter]);
    expect(copy.f(-0.7)).toBe(rest.f(-0.7));
  }
  expect(nn.activationFrom({ name: "leakyRelu" }).parameter).toBe(0.01);
});

Deno.test("activations refuse unknown names and unusable parameters", () => {
  expect(() => nn.activationFrom({ name: "swish" })).toThrow('"swish": choose one of linear, relu');
  expect(() => nn.activationFrom({ name: "relu", parameter: 0.1 })).toThrow("parameter 0.1");
  expect(() => nn.leakyRelu(NaN)).toThrow("leakyRelu's slope");
  expect(() => nn.prelu(Infinity)).toThrow(RangeError);
});
