import { expect } from "@std/expect";
import { deltaOrthogonal, dirac, moments, orthogonal, rng, singularValues } from "../lib/mod.ts";
import { nonzeroPlaces } from "./initializerStructure.ts";

Deno.test("dirac() has PyTorch's ones", () => {
  // torch 2.13: w = torch.empty(6, 4, 3, 4); torch.nn.init.dirac_(w, 2); w.nonzero(), as (kernel, in, out).
  const torch = [[0, 0], [1, 1], [2, 2], [3, 0], [4, 1], [5, 2]];
  const ours = torch.map(([out, input]) => [1, 2, input, out, 1]);
  const byOutput = (a: number[], b: number[]) => a[3] - b[3];
  expect(nonzeroPlaces(dirac({ groups: 2 }), [3, 4, 4, 6]).sort(byOutput)).toEqual(ours);
  // w = torch.empty(4, 3, 2); torch.nn.init.dirac_(w)
  expect(nonzeroPlaces(dirac(), [2, 3, 4])).toEqual([[1, 0, 0, 1], [1, 1, 1, 1], [1, 2, 2, 1]]);
});

Deno.test("dirac() passes a signal on unchanged, each group its own", () => {
  const x = rng("signal").normal([6, 4]).data; // 6 places, 4 channels
  const y = convolve(x, dirac({ groups: 2 })([3, 2, 4], rng("any")).data, 6, 4, 4, 2);
  expect(y).toEqual([...x]);
  const wrong = convolve(x, dirac({ groups: 1 })([3, 2, 4], rng("any")).data, 6, 4, 4, 2);
  expect(wrong).not.toEqual([...x]);
});

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
  const found = nonzeroPlaces(deltaOrthogonal(), [4, 3, 2, 5]);
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
