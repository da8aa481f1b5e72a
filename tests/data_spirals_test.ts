import { expect } from "@std/expect";
import { spirals } from "../lib/data/spirals.ts";
import { moments } from "../lib/tensor/moments.ts";
import { rng } from "../lib/tensor/rng.ts";

Deno.test("spirals() puts every point of every arm on its curve: angle 2 pi (r + class / classes)", () => {
  for (const classes of [2, 3, 5]) {
    const count = 300 * classes;
    const { inputs, targets } = spirals({ count, classes, noise: 0, rng: rng("spirals") });
    for (let i = 0; i < count; i++) {
      const x = inputs.data[2 * i], y = inputs.data[2 * i + 1], r = Math.hypot(x, y);
      const angle = 2 * Math.PI * (r + targets[i] / classes);
      // r is known to 3e-7 and the turns were rounded by up to 1.2e-7: times 2 pi, below 2.7e-6.
      expect(Math.abs(x - r * Math.cos(angle))).toBeLessThan(3e-6);
      expect(Math.abs(y - r * Math.sin(angle))).toBeLessThan(3e-6);
    }
  }
});

Deno.test("spirals() draws radii uniformly from 0.1 to 1", () => {
  const count = 20_000;
  const { data } = spirals({ count, noise: 0, rng: rng("spirals") }).inputs;
  const radii = Float32Array.from(
    { length: count },
    (_, i) => Math.hypot(data[2 * i], data[2 * i + 1]),
  );
  const { mean, std, min, max } = moments(radii);
  // The lowest of n uniform draws is above 0.1 + 0.9 * 20 / n with probability e^-20; rounding is 3e-7.
  expect(min).toBeGreaterThan(0.1 - 3e-7);
  expect(min).toBeLessThan(0.1 + 0.9 * 20 / count);
  expect(max).toBeLessThan(1 + 3e-7);
  expect(max).toBeGreaterThan(1 - 0.9 * 20 / count);
  // Uniform of width w: std w / sqrt(12), kurtosis 1.8, so the relative error of std is sqrt(0.8 / 4n).
  expect(Math.abs(mean - 0.55)).toBeLessThan(4.5 * 0.9 / Math.sqrt(12 * count));
  expect(Math.abs(std / (0.9 / Math.sqrt(12)) - 1)).toBeLessThan(4.5 * Math.sqrt(0.2 / count));
});

Deno.test("spirals() shares the points equally among its arms, two unless told otherwise", () => {
  const { targets } = spirals({ count: 6, noise: 0.1, rng: rng("s") });
  expect([...targets]).toEqual([0, 1, 0, 1, 0, 1]);
  const three = spirals({ count: 6, classes: 3, noise: 0.1, rng: rng("s") });
  expect([...three.targets]).toEqual([0, 1, 2, 0, 1, 2]);
});

Deno.test("spirals() gives the same points to the same stream, others to another", () => {
  const draw = (name: string) => spirals({ count: 60, noise: 0.1, rng: rng(name) }).inputs.data;
  expect(draw("a")).toEqual(draw("a"));
  const a = draw("a"), b = draw("b");
  expect(a.filter((x, k) => x === b[k]).length).toBe(0);
});

Deno.test("spirals() keeps its bits", () => {
  // Printed by spirals({ count: 2, noise: 0.1, rng: rng("golden") }).
  expect([...spirals({ count: 2, noise: 0.1, rng: rng("golden") }).inputs.data]).toEqual([
    0.22226671874523163,
    -0.02597077190876007,
    0.5181397199630737,
    -0.32527634501457214,
  ]);
});

Deno.test("spirals() refuses bad options by name", () => {
  const options = { count: 12, noise: 0.1, rng: rng("bad") };
  for (const classes of [1, 0, -3, 2.5, NaN, 257]) {
    expect(() => spirals({ ...options, classes })).toThrow(RangeError);
    expect(() => spirals({ ...options, classes })).toThrow(
      /classes as it must be an integer from 2 to 256/,
    );
  }
  expect(() => spirals({ ...options, classes: 5 })).toThrow(
    new RangeError(
      "Cannot share the points equally as count must be a multiple of 5: current value is 12",
    ),
  );
  expect(() => spirals({ ...options, noise: -1 })).toThrow(/noise/);
  expect(() => spirals({ ...options, rng: undefined as never })).toThrow(TypeError);
  // @ts-expect-error: not an option
  expect(() => spirals({ ...options, arms: 3 })).toThrow(/Cannot pass option "arms"/);
});
