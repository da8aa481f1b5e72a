import { expect } from "@std/expect";
import { rng } from "../lib/tensor/rng.ts";
import { adam, checkOptimizer, sgd, stateArrays, update } from "../lib/nn/optimizers.ts";
import type { Optimizer } from "../lib/nn/optimizers.ts";

const SIZE = 7, STEPS = 200;

/** The parameters after STEPS updates by ours, and by one float64 loop per element. */
function both(optimizer: Optimizer, oracle: (w: number, gradients: number[]) => number) {
  const gradients = Array.from(
    { length: STEPS },
    (_, t) => rng("optimizers").child(t).normal([SIZE], { std: 10 ** (t % 3 - 1) }).data,
  );
  const start = rng("optimizers").normal([SIZE]).data, ours = start.slice();
  const state = Array.from({ length: stateArrays(optimizer) }, () => new Float32Array(SIZE));
  gradients.forEach((g, t) => update(optimizer, t + 1, ours, g.slice(), state));
  const exact = Array.from(start, (w, i) => oracle(w, gradients.map((g) => g[i])));
  return { ours, exact };
}

/** Each of STEPS updates rounds a parameter once: 2^-24 of at most 16; what it subtracts is smaller and rounds less. */
const TOLERANCE = 2 * STEPS * 16 * 2 ** -24;

function expectSame({ ours, exact }: { ours: Float32Array; exact: number[] }) {
  expect(Math.max(...exact.map(Math.abs))).toBeLessThan(16);
  exact.forEach((w, i) => expect(Math.abs(ours[i] - w)).toBeLessThan(TOLERANCE));
}

Deno.test("sgd() is w - learningRate g", () => {
  const optimizer = sgd({ learningRate: 0.01 });
  expectSame(both(optimizer, (w, gradients) => gradients.reduce((v, g) => v - 0.01 * g, w)));
});

Deno.test("sgd() with momentum is v = momentum v + g, w - learningRate v, as in PyTorch", () => {
  const optimizer = sgd({ learningRate: 0.002, momentum: 0.9 });
  expectSame(both(optimizer, (w, gradients) => {
    let v = 0;
    for (const g of gradients) {
      v = 0.9 * v + g;
      w -= 0.002 * v;
    }
    return w;
  }));
});

Deno.test("adam() is algorithm 1 of Kingma and Ba", () => {
  const settings = { learningRate: 0.02, beta1: 0.8, beta2: 0.99, epsilon: 1e-3 };
  expectSame(both(adam(settings), (theta, gradients) => {
    let m = 0, v = 0;
    gradients.forEach((g, i) => {
      m = 0.8 * m + (1 - 0.8) * g;
      v = 0.99 * v + (1 - 0.99) * g * g;
      const mHat = m / (1 - 0.8 ** (i + 1)), vHat = v / (1 - 0.99 ** (i + 1));
      theta -= 0.02 * mHat / (Math.sqrt(vHat) + 1e-3);
    });
    return theta;
  }));
});

Deno.test("adam()'s first step is the learning rate, whatever the size of the gradient", () => {
  // m^ = g and v^ = g^2, so the step is g / (|g| + epsilon).
  for (const g of [1e-3, 1, 1e3]) {
    const w = Float32Array.of(0, 0);
    const state = [new Float32Array(2), new Float32Array(2)];
    update(adam({ learningRate: 0.125 }), 1, w, Float32Array.of(g, -g), state);
    expect(Math.abs(w[0] + 0.125)).toBeLessThan(0.125 * (1e-5 + 8 * 2 ** -24));
    expect(w[1]).toBe(-w[0]);
  }
});

Deno.test("optimizers are plain data", () => {
  for (
    const optimizer of [sgd({ learningRate: 0.1, momentum: 0.5 }), adam({ learningRate: 0.1 })]
  ) {
    expect(JSON.parse(JSON.stringify(optimizer))).toEqual(optimizer);
    expect(checkOptimizer(structuredClone(optimizer))).toEqual(optimizer);
  }
  expect(adam({ learningRate: 0.1 })).toEqual(
    { name: "adam", learningRate: 0.1, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 },
  );
});

Deno.test("optimizers refuse settings that cannot be right", () => {
  expect(() => sgd({ learningRate: -0.1 })).toThrow(
    "learningRate as it must be >= 0: current value is -0.1",
  );
  expect(() => sgd({ learningRate: NaN })).toThrow("learningRate as it must be a finite number");
  expect(() => sgd({} as never)).toThrow("learningRate");
  expect(() => sgd({ learningRate: 0.1, momentum: 1 })).toThrow("momentum as it must be in [0, 1)");
  expect(() => sgd({ learningRate: 0.1, lr: 1 } as never)).toThrow('option "lr" to sgd');
  expect(() => adam({ learningRate: 0.1, beta1: -0.1 })).toThrow("beta1");
  expect(() => adam({ learningRate: 0.1, beta2: 1 })).toThrow("beta2");
  expect(() => adam({ learningRate: 0.1, epsilon: 0 })).toThrow("epsilon");
  expect(() => checkOptimizer({ name: "lion", learningRate: 1 } as never)).toThrow(
    'optimizer "lion": choose one of sgd, adam',
  );
  expect(() => checkOptimizer({ name: "sgd", learningRate: -1, momentum: 0 })).toThrow(RangeError);
});
