import { expect } from "@std/expect";
import {
  chrono,
  constant,
  deltaOrthogonal,
  dirac,
  focalPrior,
  forgetGate,
  fromSpec,
  icnr,
  identity,
  idInit,
  idInitZero,
  type Initializer,
  looksLinear,
  lora,
  mimeticQueryKey,
  mimeticValueOutput,
  moments,
  normal,
  normalCdf,
  orthogonal,
  rng,
  scaledOrthogonal,
  type Shape,
  singularValues,
  sparse,
  torchRng,
  zerO,
} from "../lib/mod.ts";

const WEIGHTS: readonly Shape[] = [[12, 8], [8, 12], [3, 7, 10], [3, 4, 6, 16], [1, 5]];
const KERNELS: readonly Shape[] = [[3, 4, 6], [4, 5, 10], [3, 2, 6, 8], [5, 1, 2], [2, 3, 4, 2, 4]];
const BIASES: readonly Shape[] = [[4], [12], [4, 5], [400], [8, 3]];

/** Those that draw nothing: every entry follows from the shape. */
const FIXED: readonly [string, Initializer, readonly Shape[]][] = [
  ["identity", identity({ gain: -3 }), [[3, 5], [5, 3], [1, 9], [9, 1], [64, 48]]],
  ["identity, batched", identity({ batched: true }), [[2, 3, 5], [4, 5, 3], [3, 2, 1, 2], [7, 2], [
    1,
    1,
    6,
  ]]],
  ["idInit", idInit({ gain: 2 }), WEIGHTS],
  ["idInitZero", idInitZero({ epsilon: 0.5 }), [...WEIGHTS, [1, 4], [1, 1]]],
  ["dirac", dirac(), KERNELS],
  ["dirac, groups 2", dirac({ groups: 2 }), KERNELS],
  ["zerO", zerO(), WEIGHTS],
  ["zerO, more", zerO(), [[3, 100], [77, 1000], [5, 1, 9], [1, 2], [3, 1, 2]]],
  ["forgetGate", forgetGate({ value: -2 }), BIASES],
  ["focalPrior", focalPrior(), BIASES],
  ["lora, up", lora({ part: "up" }), [[4, 30], [8, 3], [1, 2], [2, 1], [16, 9]]],
];

for (const [name, init, shapes] of FIXED) {
  Deno.test(`${name} has exactly the mean, std and bounds of its law, from any stream`, () => {
    for (const shape of shapes) {
      const drawn = init(shape, rng("a")), law = init.law(shape), m = moments(drawn);
      // Float32 entries, float64 sums.
      expect(Math.abs(m.mean - law.mean)).toBeLessThan(1e-7 * (1 + Math.abs(law.mean)));
      expect(Math.abs(m.std - law.std)).toBeLessThan(1e-7 * (1 + law.std));
      expect([m.min, m.max]).toEqual([law.low, law.high].map(Math.fround));
      expect(init(shape, rng("b"))).toEqual(drawn);
      expect(drawn.shape).toEqual(shape);
    }
  });
}

/** The places and values of what is not 0, as [...index, value]. */
function entries(init: Initializer, shape: Shape): number[][] {
  const found: number[][] = [];
  init(shape, rng("any")).data.forEach((value, k) => {
    if (value === 0) return;
    const index: number[] = [];
    for (let axis = shape.length - 1, rest = k; axis >= 0; axis--) {
      index.unshift(rest % shape[axis]);
      rest = Math.floor(rest / shape[axis]);
    }
    found.push([...index, value]);
  });
  return found;
}

Deno.test("dirac() has PyTorch's ones", () => {
  // torch 2.13: w = torch.empty(6, 4, 3, 4); torch.nn.init.dirac_(w, 2); w.nonzero(), as (kernel, in, out).
  const torch = [[0, 0], [1, 1], [2, 2], [3, 0], [4, 1], [5, 2]];
  const ours = torch.map(([out, input]) => [1, 2, input, out, 1]);
  const byOutput = (a: number[], b: number[]) => a[3] - b[3];
  expect(entries(dirac({ groups: 2 }), [3, 4, 4, 6]).sort(byOutput)).toEqual(ours);
  // w = torch.empty(4, 3, 2); torch.nn.init.dirac_(w)
  expect(entries(dirac(), [2, 3, 4])).toEqual([[1, 0, 0, 1], [1, 1, 1, 1], [1, 2, 2, 1]]);
});

Deno.test("dirac() passes a signal on unchanged, each group its own", () => {
  const x = rng("signal").normal([6, 4]).data; // 6 places, 4 channels
  const y = convolve(x, dirac({ groups: 2 })([3, 2, 4], rng("any")).data, 6, 4, 4, 2);
  expect(y).toEqual([...x]);
  const wrong = convolve(x, dirac({ groups: 1 })([3, 2, 4], rng("any")).data, 6, 4, 4, 2);
  expect(wrong).not.toEqual([...x]);
});

/** Circular convolution of (length, inputs) with a kernel (3, inputs / groups, outputs), in plain loops. */
function convolve(
  x: ArrayLike<number>,
  kernel: ArrayLike<number>,
  length: number,
  inputs: number,
  outputs: number,
  groups = 1,
): number[] {
  const y: number[] = Array(length * outputs).fill(0), each = inputs / groups;
  for (let t = 0; t < length; t++) {
    for (let o = 0; o < outputs; o++) {
      const first = Math.floor(o * groups / outputs) * each;
      for (let tap = 0; tap < 3; tap++) {
        const from = (t + tap - 1 + length) % length;
        for (let c = 0; c < each; c++) {
          y[t * outputs + o] += x[from * inputs + first + c] *
            kernel[(tap * each + c) * outputs + o];
        }
      }
    }
  }
  return y;
}

Deno.test("deltaOrthogonal() keeps the norm of a signal through 20 circular convolutions", () => {
  const normOf = (x: ArrayLike<number>) => Math.hypot(...Array.from(x));
  for (const [init, kept] of [[deltaOrthogonal(), true], [orthogonal(), false]] as const) {
    let x: ArrayLike<number> = rng("signal").normal([16, 4]).data;
    const before = normOf(x);
    for (let layer = 0; layer < 20; layer++) {
      const [inputs, outputs] = layer === 0 ? [4, 6] : [6, 6];
      const kernel = init([3, inputs, outputs], rng("delta").child(layer)).data;
      x = convolve(x, kernel, 16, inputs, outputs);
    }
    // Each layer is orthonormal to a few units of 2^-24.
    expect(Math.abs(normOf(x) / before - 1) < 2e-5).toBe(kept);
  }
});

Deno.test("deltaOrthogonal() fills JAX's tap, with rows of its gain, and its law", () => {
  // jax.nn.initializers.delta_orthogonal()(key, (4, 3, 2, 5)) is not 0 at [1, 1] alone.
  const found = entries(deltaOrthogonal(), [4, 3, 2, 5]);
  expect(found.length).toBe(10);
  expect(found.every(([i, j]) => i === 1 && j === 1)).toBe(true);
  for (const shape of [[3, 20, 30], [4, 5, 64], [3, 3, 40, 50], [1, 8, 9], [2, 2, 2, 3, 7]]) {
    const init = deltaOrthogonal({ gain: 2 }), w = init(shape, rng("delta")), law = init.law(shape);
    const [inputs, outputs] = shape.slice(-2);
    const tap = w.data.filter((value) => value !== 0);
    for (const s of singularValues(tap, inputs, outputs)) expect(s).toBeCloseTo(2, 5);
    expect(moments(w).meanSquare).toBeCloseTo(law.std ** 2, 6);
    expect(moments(w).max).toBeLessThanOrEqual(law.high);
  }
});

Deno.test("entries of orthogonal matrices of width n have kurtosis 3 n / (n + 2)", () => {
  // One entry of a uniform unit vector: q^2 is Beta(1/2, (n - 1) / 2), so E q^4 = 3 / (n (n + 2)).
  const kurtosisOf = (init: Initializer, shape: Shape) => {
    const all = Array.from(
      { length: 200 },
      (_, k) => [...init(shape, rng("fourth").child(k)).data],
    );
    return moments(Float32Array.from(all.flat().filter((value) => value !== 0))).kurtosis;
  };
  // At least 200 x 48 entries; those of a vector pull each other to the mean, so that sqrt(24 / n) bounds the error.
  const error = 4.5 * Math.sqrt(24 / 9600);
  for (
    const [init, shape] of [
      [orthogonal({ columns: "in" }), [4, 6, 2]],
      [deltaOrthogonal(), [3, 6, 8]],
      [looksLinear(), [3, 4, 8]],
      [scaledOrthogonal({ layers: 4 }), [8, 6]],
    ] as [Initializer, Shape][]
  ) {
    expect(Math.abs(kurtosisOf(init, shape) - 3 * 8 / 10)).toBeLessThan(error);
  }
  expect(Math.abs(kurtosisOf(normal({ std: 1 }), [8, 6]) - 3 * 8 / 10)).toBeGreaterThan(error);
});

Deno.test("orthogonal() has orthonormal columns of the axis it is told, with JAX's flattening", () => {
  const shape = [2, 3, 4, 5],
    gramOf = (init: Initializer, input: boolean) => {
      const w = init(shape, rng("flat")).data, side = input ? 4 : 5;
      return Array.from({ length: side * side }, (_, k) => {
        let sum = 0;
        for (let e = 0; e < w.length; e++) {
          const i = Math.floor(e / 5) % 4, o = e % 5;
          const a = input ? i : o;
          if (a !== Math.floor(k / side)) continue;
          const other = e + (k % side - a) * (input ? 5 : 1);
          sum += w[e] * w[other];
        }
        return Math.round(sum * 1e5) / 1e5;
      });
    };
  const eye = (n: number) => Array.from({ length: n * n }, (_, k) => k % (n + 1) === 0 ? 1 : 0);
  const abs = (gram: number[]) => gram.map(Math.abs);
  expect(abs(gramOf(orthogonal({ columns: "in" }), true))).toEqual(eye(4));
  expect(abs(gramOf(orthogonal(), false))).toEqual(eye(5));
  expect(abs(gramOf(orthogonal(), true))).not.toEqual(eye(4));
  expect(orthogonal({ columns: "in" }).law(shape).std).toBe(1 / Math.sqrt(30));
  expect(orthogonal().law(shape).std).toBe(1 / Math.sqrt(24));
  const init = scaledOrthogonal({ layers: 32 });
  for (const s of singularValues(init([6, 9], rng("a")).data, 6, 9)) expect(s).toBeCloseTo(0.25, 6);
});

/** Largest |z| of mean and variance, and Kolmogorov-Smirnov as |z|, of independent draws against a distribution function. */
function distance(
  data: ArrayLike<number>,
  mean: number,
  variance: number,
  kurtosis: number,
  cdf: (x: number) => number,
): number {
  const x = Float32Array.from(data).sort(), n = x.length, m = moments(x);
  let d = 0;
  x.forEach((value, i) => d = Math.max(d, Math.abs(cdf(value) - (i + 0.5) / n) + 0.5 / n));
  return Math.max(
    Math.abs(m.mean - mean) / Math.sqrt(variance / n),
    Math.abs(m.variance / variance - 1) / Math.sqrt((kurtosis - 1) / n),
    Math.sqrt(n) * d * 4.5 / 2.5, // P(sqrt n D > 2.5) = 2 exp(-12.5) = 7e-6, as |z| of 4.5
  );
}

Deno.test("sparse() has ceil(sparsity in) zeros in each column, normal entries, and its law", () => {
  for (const [rows, columns] of [[400, 300], [97, 1201], [1100, 104], [30, 3000], [5, 4000]]) {
    const init = sparse({ sparsity: 0.1, std: 2 }), w = init([rows, columns], rng("sparse")).data;
    const zeros = Math.ceil(0.1 * rows), perRow = new Array(rows).fill(0);
    for (let j = 0; j < columns; j++) {
      let found = 0;
      for (let i = 0; i < rows; i++) {
        if (w[i * columns + j] !== 0) continue;
        found++;
        perRow[i]++;
      }
      expect(found).toBe(zeros);
    }
    // Which rows: each is hit by a column with probability p; chi square of hits, d.f. rows - 1.
    const p = zeros / rows;
    const chi = perRow.reduce((sum, hits) => sum + (hits - columns * p) ** 2, 0) /
      (columns * p * (1 - p)) * (rows - 1) / rows;
    expect(Math.abs(chi - (rows - 1)) / Math.sqrt(2 * (rows - 1))).toBeLessThan(4.5);
    const kept = w.filter((value) => value !== 0);
    expect(distance(kept, 0, 4, 3, (x) => normalCdf(x / 2))).toBeLessThan(4.5);
    const law = init.law([rows, columns]), m = moments(w);
    expect(law.std).toBeCloseTo(2 * Math.sqrt(1 - p), 12);
    // A zero in a share p multiplies the kurtosis 3 by 1 / (1 - p).
    const error = Math.sqrt((3 / (1 - p) - 1) / w.length);
    expect(Math.abs(m.variance / law.std ** 2 - 1) / error).toBeLessThan(4.5);
    expect(Math.abs(m.kurtosis * (1 - p) / 3 - 1)).toBeLessThan(
      4.5 * Math.sqrt(96 / 9 / kept.length) * 2,
    );
    // Controls: std squared twice, and the zeros not counted.
    expect(distance(kept, 0, 2, 3, (x) => normalCdf(x / Math.SQRT2))).toBeGreaterThan(4.5);
    expect(Math.abs(m.variance / 4 - 1) / error).toBeGreaterThan(4.5);
  }
  expect(sparse({ sparsity: 1 })([3, 2], rng("a")).data.every((x) => x === 0)).toBe(true);
});

Deno.test("sparse() has PyTorch's zeros and numbers when it draws from PyTorch's stream", () => {
  // torch 2.13: torch.manual_seed(0); w = torch.empty(20, 3); torch.nn.init.sparse_(w, 0.4, std=1)
  const { data } = sparse({ sparsity: 0.4, std: 1 })([20, 3], torchRng(0));
  expect([...data].flatMap((value, k) => value === 0 ? [k] : [])).toEqual(
    [0, 1, 3, 6, 9, 14, 15, 23, 26, 28, 29, 31, 34, 35, 37, 38, 42, 44, 49, 53, 54, 55, 57, 58],
  );
  expect([data[2], data[4], data[59]].map((x) => x.toFixed(4))).toEqual([
    "-0.2506",
    "0.8487",
    "-0.4997",
  ]);
});

Deno.test("zerO() is the authors' matrix, orthonormal where out is a power of two", () => {
  // scipy 1.x: W = scipy.linalg.hadamard(16)[:12, :8] / 4, (out, in); numpy.linalg.svd(W)[1]
  const w = zerO()([8, 12], rng("any")).data;
  expect([...singularValues(w, 8, 12)].map((s) => Number(s.toFixed(6)))).toEqual(
    [1, 1, 1, 1, 0.707107, 0.707107, 0.707107, 0.707107],
  );
  for (const s of singularValues(zerO()([5, 32], rng("any")).data, 5, 32)) {
    expect(s).toBeCloseTo(1, 6);
  }
  expect([...w.subarray(12, 17)].map((x) => x * 4)).toEqual([1, -1, 1, -1, 1]);
  expect(entries(zerO(), [5, 3, 2])).toEqual([[2, 0, 0, 1], [2, 1, 1, 1]]);
  expect(entries(zerO(), [4, 1, 2]).map(([tap]) => tap)).toEqual([2, 2]);
});

Deno.test("idInit() repeats the identity, a kernel's taps shifting it", () => {
  expect(entries(idInit(), [2, 5]).map(([i, o]) => i * 5 + o)).toEqual([0, 2, 4, 6, 8]);
  expect(entries(idInit(), [4, 2])).toEqual([[0, 0, 1], [1, 1, 1]]);
  // Output j reads flat row j of (in, tap): channel floor(j / 3), tap j mod 3.
  const kernel = entries(idInit(), [3, 2, 7]).sort((a, b) => a[2] - b[2]);
  expect(kernel.map(([tap, input]) => input * 3 + tap)).toEqual([0, 1, 2, 3, 4, 5, 0]);
});

Deno.test("idInitZero() gives each output a difference of two inputs", () => {
  const columnsOf = (shape: Shape) => {
    const all = entries(idInitZero({ epsilon: 1 }), shape);
    return Array.from(
      { length: shape[1] },
      (_, o) => all.filter(([, out]) => out === o).map(([i, , value]) => value * (i + 1)),
    );
  };
  expect(columnsOf([5, 2])).toEqual([[1, -3], [2, -4]]);
  expect(columnsOf([4, 3])).toEqual([[1, -4], [2, -4], [3, -4]]);
  expect(columnsOf([2, 3])).toEqual([[1, -2], [-1, 2], [1, -2]]);
  expect(columnsOf([1, 3])).toEqual([[1], [-1], [1]]);
});

Deno.test("looksLinear() makes rectifier networks exactly odd, and orthogonal maps", () => {
  const relu = (x: readonly number[]) => x.map((v) => Math.max(v, 0));
  const crelu = (x: readonly number[]) => [...relu(x), ...relu(x.map((v) => -v))];
  const times = (x: readonly number[], w: Float32Array) => {
    const n = w.length / x.length;
    return Array.from({ length: n }, (_, j) => x.reduce((sum, v, i) => sum + v * w[i * n + j], 0));
  };
  const draw = (mirror: "in" | "out" | "both", shape: Shape, layer: number) =>
    looksLinear({ mirror })(shape, rng("linear").child(layer)).data;
  const concatenated = (x: readonly number[]) => {
    for (let layer = 0; layer < 6; layer++) x = times(crelu(x), draw("in", [12, 6], layer));
    return x;
  };
  const plain = (x: readonly number[]) => {
    x = times(x, draw("out", [6, 12], 0));
    for (let layer = 1; layer < 6; layer++) x = times(relu(x), draw("both", [12, 12], layer));
    return times(relu(x), draw("in", [12, 6], 6));
  };
  const ordinary = (x: readonly number[]) => {
    for (let layer = 0; layer < 6; layer++) {
      x = times(crelu(x), orthogonal()([12, 6], rng("linear").child(layer)).data);
    }
    return x;
  };
  const x = [...rng("x").normal([6]).data], y = [...rng("y").normal([6]).data];
  for (
    const [network, linear] of [[concatenated, true], [plain, true], [ordinary, false]] as const
  ) {
    const fx = network(x), fy = network(y), opposite = network(x.map((v) => -v));
    // Odd to the last bit as halves are exact opposites; additive up to float64 rounding.
    expect(opposite.every((v, k) => Math.abs(v + fx[k]) < 1e-14)).toBe(linear);
    const sum = network(x.map((v, k) => v + y[k]));
    expect(sum.every((v, k) => Math.abs(v - fx[k] - fy[k]) < 1e-13)).toBe(linear);
    // relu(u) - relu(-u) = u: each layer is its W, to float32 orthogonality.
    if (linear) {
      expect(Math.hypot(...fx) / Math.hypot(...x)).toBeCloseTo(
        1,
        5,
      );
    }
  }
});

Deno.test("looksLinear() has mirrored halves of an orthogonal kernel, and its law", () => {
  for (const shape of [[40, 30], [30, 40], [3, 20, 10], [3, 2, 8, 64], [2, 6]]) {
    for (const mirror of ["in", "out", "both"] as const) {
      const init = looksLinear({ gain: 3, mirror }), w = init(shape, rng("mirror"));
      const law = init.law(shape), m = moments(w), [inputs, outputs] = shape.slice(-2);
      expect(m.meanSquare).toBeCloseTo(law.std ** 2, 5);
      expect(Math.max(-m.min, m.max)).toBeLessThanOrEqual(law.high);
      w.data.forEach((value, k) => {
        const row = Math.floor(k / outputs), column = k % outputs;
        if (mirror !== "out" && row % inputs < inputs / 2) {
          expect(w.data[k + outputs * inputs / 2]).toBe(-value);
        }
        if (mirror !== "in" && column < outputs / 2) expect(w.data[k + outputs / 2]).toBe(-value);
      });
    }
  }
});

Deno.test("icnr() repeats one kernel, in either order, and shuffles into nearest neighbors", () => {
  for (const shape of [[3, 3, 8, 36], [3, 5, 4], [1, 1, 2, 4], [2, 2, 2, 3, 16], [3, 3, 5, 400]]) {
    const copies = 2 ** (shape.length - 2), outputs = shape.at(-1)!, channels = outputs / copies;
    for (const order of ["pixelShuffle", "depthToSpace"] as const) {
      const init = icnr({ upscale: 2, order }), w = init(shape, rng("icnr")).data;
      const rows = w.length / outputs, law = init.law(shape);
      const channel = (o: number) =>
        order === "pixelShuffle" ? Math.floor(o / copies) : o % channels;
      const first = new Map<number, number>();
      for (let o = outputs - 1; o >= 0; o--) first.set(channel(o), o);
      for (let row = 0; row < rows; row++) {
        for (let o = 0; o < outputs; o++) {
          expect(w[row * outputs + o]).toBe(w[row * outputs + first.get(channel(o))!]);
        }
      }
      const once = w.filter((_, k) => first.get(channel(k % outputs)) === k % outputs);
      expect(new Set(once).size).toBeGreaterThan(0.99 * once.length);
      const fanIn = rows, variance = 2 / fanIn;
      expect(law.std ** 2).toBeCloseTo(variance, 12);
      const cdf = (x: number) => normalCdf(x / Math.sqrt(variance));
      expect(distance(once, 0, variance, 3, cdf)).toBeLessThan(4.5);
      if (once.length < 1000) continue;
      const swapped = (x: number) => normalCdf(x / Math.sqrt(2 * variance));
      expect(distance(once, 0, 2 * variance, 3, swapped)).toBeGreaterThan(4.5);
    }
  }
  expect(icnr({ upscale: 3, distribution: "uniform" }).law([2, 2, 1, 9]).high).toBeCloseTo(
    Math.sqrt(6 / 4),
    12,
  );
});

Deno.test("focalPrior() makes a sigmoid say its prior", () => {
  for (const prior of [0.01, 0.001, 0.5, 0.9, 1e-6]) {
    const [bias] = focalPrior({ prior })([3], rng("any")).data;
    // Float32 rounding of the bias, and of (1 - prior) / prior.
    expect(Math.abs(1 / (1 + Math.exp(-bias)) / prior - 1)).toBeLessThan(2e-6);
  }
  expect(focalPrior()([1], rng("any")).data[0]).toBeCloseTo(-4.59511985, 6);
});

Deno.test("chrono() draws ln U(1, T - 1) for the forget gate and its opposite for the input gate", () => {
  for (
    const [longest, hidden] of [[10, 40_000], [784, 50_001], [3, 30_003], [1e6, 20_000], [
      2.0001,
      9_000,
    ]]
  ) {
    const init = chrono({ longest, gates: "gfoi" });
    const { data } = init([4 * hidden], rng("chrono")), law = init.law([4 * hidden]);
    const gate = (k: number) => data.subarray(k * hidden, (k + 1) * hidden);
    expect(gate(0).every((b) => b === 0) && gate(2).every((b) => b === 0)).toBe(true);
    expect(gate(3).every((b, k) => b === Math.fround(-gate(1)[k]))).toBe(true);
    const high = Math.fround(longest - 1), cdf = (b: number) => (Math.exp(b) - 1) / (high - 1);
    // Moments of ln u by the midpoint rule on 1e5 panels of u.
    const moment = (power: number, center: number) => {
      let sum = 0;
      for (let k = 0; k < 1e5; k++) {
        sum += (Math.log(1 + (high - 1) * (k + 0.5) / 1e5) - center) ** power / 1e5;
      }
      return sum;
    };
    const mean = moment(1, 0), variance = moment(2, mean);
    const kurtosis = moment(4, mean) / variance ** 2;
    // At longest 2.0001 float32 has few steps between 1 and high: the whole distribution is then a coarse one.
    if (longest > 2.5) {
      expect(distance(gate(1), mean, variance, kurtosis, cdf)).toBeLessThan(4.5);
      const uniform = (b: number) => b / Math.log(high);
      expect(distance(gate(1), mean, variance, kurtosis, uniform)).toBeGreaterThan(4.5);
    }
    expect(Math.abs(law.std ** 2 / (moment(2, 0) / 2) - 1)).toBeLessThan(1e-3);
    const m = moments(data);
    expect(m.mean).toBeCloseTo(0, 12);
    expect(m.max).toBeLessThanOrEqual(Math.fround(law.high));
    expect(m.min).toBeGreaterThanOrEqual(Math.fround(law.low));
  }
});

Deno.test("fromSpec() gives back each structured initializer, and a draw depends on its stream alone", () => {
  const drawn: readonly [Initializer, Shape][] = [
    ...FIXED.map(([, init, shapes]) => [init, shapes[0]] as [Initializer, Shape]),
    [sparse({ sparsity: 0.3 }), [9, 4]],
    [deltaOrthogonal(), [3, 4, 5]],
    [looksLinear({ mirror: "both" }), [6, 8]],
    [icnr({ upscale: 2, order: "depthToSpace" }), [3, 2, 4]],
    [chrono({ longest: 20, gates: "fiog" }), [12]],
    [orthogonal({ columns: "in" }), [3, 4, 5]],
    [scaledOrthogonal({ layers: 3 }), [4, 5]],
    [lora({ part: "down" }), [5, 3]],
    [mimeticQueryKey({ heads: 2 }), [2, 6, 8]],
    [mimeticValueOutput({ identity: 0.4 }), [2, 5, 5]],
  ];
  for (const [init, shape] of drawn) {
    const back = fromSpec(JSON.parse(JSON.stringify(init.spec)));
    expect(back.spec).toEqual(init.spec);
    expect(back.law(shape)).toEqual(init.law(shape));
    expect(back(shape, rng("same"))).toEqual(init(shape, rng("same")));
  }
  for (const [init, shape] of drawn.slice(FIXED.length)) {
    expect(init(shape, rng("a")).data).not.toEqual(init(shape, rng("b")).data);
  }
});

Deno.test("options that are left out are the papers' or PyTorch's", () => {
  const stated: [Initializer, object][] = [
    [sparse({ sparsity: 0.5 }), { sparsity: 0.5, std: 0.01 }],
    [dirac(), { groups: 1 }],
    [deltaOrthogonal(), { gain: 1 }],
    [identity(), { gain: 1, batched: false }],
    [idInit(), { gain: 1 }],
    [idInitZero(), { epsilon: 1e-6 }],
    [looksLinear(), { gain: 1, mirror: "in" }],
    [mimeticQueryKey(), { heads: 1, noise: 0.7, identity: 0.7 }],
    [mimeticValueOutput(), { noise: 0.4, identity: -0.4 }],
    [focalPrior(), { prior: 0.01 }],
    [forgetGate(), { value: 1, gates: "ifgo" }],
    [chrono({ longest: 5 }), { longest: 5, gates: "ifgo" }],
    [orthogonal(), { gain: 1, columns: "out" }],
    [
      icnr({ upscale: 2 }),
      { upscale: 2, order: "pixelShuffle", scale: 2, mode: "fanIn", distribution: "normal" },
    ],
  ];
  for (const [{ spec }, options] of stated) expect(spec).toEqual({ name: spec.name, ...options });
});

Deno.test("the moments that these tests hold would refuse a known mistake", () => {
  // A Dirac kernel read as (in, out, taps), an identity without its gain, a bias of the wrong sign.
  const shape = [3, 4, 6];
  expect(dirac().law([4, 6, 3]).mean).not.toBeCloseTo(dirac().law(shape).mean, 3);
  expect(moments(identity()([3, 5], rng("a"))).mean).not.toBeCloseTo(
    identity({ gain: 2 }).law([3, 5]).mean,
    3,
  );
  const wrong = constant({ value: -focalPrior().law([3]).mean });
  expect(wrong.law([3]).mean).not.toBe(focalPrior().law([3]).mean);
  expect(distance(normal({ std: 1.1 })([20_000], rng("a")).data, 0, 1, 3, normalCdf))
    .toBeGreaterThan(4.5);
});
