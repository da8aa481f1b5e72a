/** Complex weights: (real, imaginary) on a last axis of 2. */
import { complexVarianceScaling, type ScaledDistribution, type Shape } from "../lib/mod.ts";
import { erf } from "../lib/numerics/gaussian.ts";
import type { Case } from "./initializerCase.ts";
import { MAX_Z, type Spread, spreadOf } from "./lawDistance.ts";

const PAIRS: readonly Shape[] = [[12, 8, 2], [8, 12, 2], [3, 7, 10, 2], [3, 4, 6, 16, 2], [
  4,
  5,
  2,
]];
export const realParts = (data: Float32Array) => data.filter((_, k) => k % 2 === 0);
const scale = 3;

/** |z|^2 over E|z|^2 of the law before a cut: up to where it goes, and E|z|^2k of the law over that of its parent. */
const MODULI: Readonly<Record<ScaledDistribution, { end: number; moments: readonly number[] }>> = {
  normal: { end: Infinity, moments: [1, 1, 2, 6, 24] },
  uniform: { end: 2, moments: [1, 1, 4 / 3, 2, 16 / 5] },
  truncatedNormal: { end: 4, moments: cutExponential(4) },
};

/** E t^k of t = |z|^2 with density e^-t / (1 - e^-end) up to the end, k from 0 to 4, by parts. */
function cutExponential(end: number): number[] {
  const m = [1], mass = 1 - Math.exp(-end);
  for (let k = 1; k <= 4; k++) m.push(k * m[k - 1] - end ** k * Math.exp(-end) / mass);
  return m;
}

/** Of the real part r cos(angle): E cos^2, cos^4, cos^8 are 1/2, 3/8, 35/128. */
function realPart(distribution: ScaledDistribution, meanSquare: number): Spread {
  const { end, moments } = MODULI[distribution];
  const parent = Math.sqrt(meanSquare / moments[1]), edge = Math.sqrt(end);
  const variance = moments[1] / 2;
  return {
    mean: 0,
    variance: variance * parent ** 2,
    kurtosis: 3 / 8 * moments[2] / variance ** 2,
    eighth: 35 / 128 * moments[4] / variance ** 4,
    cdf: table(distribution, edge, parent),
  };
}

/** The chance of a real part below x, by the midpoint rule in x = edge sin(a): the height of the disc there, weighted. */
function table(distribution: ScaledDistribution, edge: number, parent: number) {
  const panels = 4000, below = [0];
  for (let i = 0; i < panels; i++) {
    const a = Math.PI * ((i + 0.5) / panels - 0.5),
      x = edge * Math.sin(a),
      half = edge * Math.cos(a);
    const density = distribution === "uniform" ? half : Math.exp(-x * x) * erf(half);
    below.push(below[i] + density * Math.cos(a));
  }
  return (x: number) => {
    const a = Math.asin(Math.max(-1, Math.min(x / parent / edge, 1)));
    const place = (a / Math.PI + 0.5) * panels, i = Math.min(Math.floor(place), panels - 1);
    return (below[i] + (place - i) * (below[i + 1] - below[i])) / below[panels];
  };
}

/** Both parts together: |z|^2 has its mean and its end, the parts do not go together, neither is larger more often or is ever 0. */
function isRound(
  draws: readonly Float32Array[],
  distribution: ScaledDistribution,
  meanSquare: number,
) {
  const { end, moments } = MODULI[distribution], parent = meanSquare / moments[1];
  let n = 0, sum = 0, most = 0, product = 0, right = 0, zeros = 0;
  for (const w of draws) {
    for (let k = 0; k < w.length; k += 2, n++) {
      const square = w[k] ** 2 + w[k + 1] ** 2;
      if (w[k] === 0 || w[k + 1] === 0) zeros++;
      sum += square / parent;
      most = Math.max(most, square / parent);
      product += w[k] * w[k + 1] / parent;
      right += Math.abs(w[k]) > Math.abs(w[k + 1]) ? 1 : -1;
    }
  }
  const z = [
    (sum / n - moments[1]) / Math.sqrt((moments[2] - moments[1] ** 2) / n),
    product / n / Math.sqrt(moments[2] / 8 / n), // E (r^2 cos sin)^2 = E r^4 / 8
    right / n * Math.sqrt(n),
  ];
  return z.every((value) => Math.abs(value) < MAX_Z) && most < end * (1 + 1e-6) &&
    zeros === 0;
}

function complex(distribution: ScaledDistribution, wrong: Case["wrong"]): Case {
  const init = complexVarianceScaling({ scale, distribution });
  const meanSquare = (shape: Shape) =>
    scale / shape.slice(0, -2).reduce((product, size) => product * size);
  return {
    init,
    shapes: PAIRS,
    not: {},
    free: realParts,
    spread: (shape) =>
      distribution === "normal"
        ? spreadOf(init.law(shape))
        : realPart(distribution, meanSquare(shape)),
    structure: (draws, shape) => isRound(draws, distribution, meanSquare(shape)),
    wrong,
  };
}

export const COMPLEX: Readonly<Record<string, readonly Case[]>> = {
  complexVarianceScaling: [
    complex("normal", [
      "the whole variance in each part",
      complexVarianceScaling({ scale: 2 * scale }),
      "variance",
    ]),
    complex("uniform", [
      "the modulus, not its square, uniform",
      (shape, stream) => {
        const { data } = complexVarianceScaling({ scale, distribution: "uniform" })(shape, stream);
        const edge = complexVarianceScaling({ scale, distribution: "uniform" }).law(shape).high;
        return {
          shape,
          data: data.map((part, k) => part * Math.hypot(part, data[k ^ 1]) / edge),
        };
      },
      "kurtosis",
    ]),
    complex("truncatedNormal", [
      "two real normals, each cut",
      (shape, stream) => {
        const { std } = complexVarianceScaling({ scale }).law(shape);
        return stream.truncatedNormal(shape, { std });
      },
      "structure",
    ]),
  ],
};
