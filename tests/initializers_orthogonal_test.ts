import { expect } from "@std/expect";
import {
  deltaOrthogonal,
  type Initializer,
  looksLinear,
  moments,
  normal,
  orthogonal,
  rng,
  scaledOrthogonal,
  type Shape,
  singularValues,
} from "../lib/mod.ts";

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

Deno.test("a gain below 0 turns every sign of orthogonal(), deltaOrthogonal() and looksLinear()", () => {
  for (const  of of[orthogonal, deltaOrthogonal, looksLinear]) {
    const [plus, minus] = [2, -2].map((gain) => of({ gain })([3, 4, 8], rng("sign")).data);
    expect(minus).toEqual(plus.map((w) => w === 0 ? w : -w));
  }
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
