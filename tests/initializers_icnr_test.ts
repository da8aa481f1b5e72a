import { expect } from "@std/expect";
import { icnr, normal, rng } from "../lib/mod.ts";
import { farthest, MAX_Z, spreadOf } from "./lawDistance.ts";

const normalOf = (variance: number) => spreadOf(normal({ std: Math.sqrt(variance) }).law([1]));

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
      expect(farthest(once, normalOf(variance))).toBeLessThan(MAX_Z);
      if (once.length < 1000) continue;
      expect(farthest(once, normalOf(2 * variance))).toBeGreaterThan(MAX_Z);
    }
  }
  expect(icnr({ upscale: 3, distribution: "uniform" }).law([2, 2, 1, 9]).high).toBeCloseTo(
    Math.sqrt(6 / 4),
    12,
  );
});
