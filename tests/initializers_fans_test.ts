import { expect } from "@std/expect";
import fc from "fast-check";
import {
  einsumFans,
  type Fans,
  fansOf,
  fusedFans,
  jaxFans,
  kerasEinsumFans,
  kerasFans,
  tfjsFans,
  torchFans,
  xavierUniform,
} from "../lib/mod.ts";

/**
 * Fans by counting: which (input, output) pairs a circular one-dimensional convolution of g groups and stride s joins.
 * The forward layer has `places` inputs per channel and places / s outputs; the transposed layer is its transpose.
 */
function counted(
  { inputs, outputs, taps, groups, stride, transposed = false }: {
    inputs: number;
    outputs: number;
    taps: number;
    groups: number;
    stride: number;
    transposed?: boolean;
  },
): Fans {
  // A transposed layer from `inputs` to `outputs` is the transpose of a convolution from `outputs` to `inputs`.
  const [from, to] = transposed ? [outputs, inputs] : [inputs, outputs];
  const fine = 12 * stride, coarse = 12;
  let pairs = 0;
  for (let place = 0; place < coarse; place++) {
    for (let a = 0; a < from; a++) {
      for (let b = 0; b < to; b++) {
        if (Math.floor(a * groups / from) !== Math.floor(b * groups / to)) continue;
        const reached = new Set<number>();
        for (let tap = 0; tap < taps; tap++) reached.add((place * stride + tap) % fine);
        pairs += reached.size;
      }
    }
  }
  const [sources, targets] = transposed
    ? [coarse * inputs, fine * outputs]
    : [fine * inputs, coarse * outputs];
  return { fanIn: pairs / targets, fanOut: pairs / sources };
}

Deno.test("fansOf() counts inputs per output unit, with groups and strides, in three layouts", () => {
  const part = fc.integer({ min: 1, max: 3 });
  const sizes = fc.record({
    groups: fc.integer({ min: 1, max: 4 }),
    each: fc.tuple(part, part), // channels of one group
    taps: fc.integer({ min: 1, max: 6 }),
    stride: fc.integer({ min: 1, max: 4 }),
  });
  const close = (fans: Fans, truth: Fans) => {
    expect(fans.fanIn).toBeCloseTo(truth.fanIn, 12);
    expect(fans.fanOut).toBeCloseTo(truth.fanOut, 12);
  };
  fc.assert(
    fc.property(sizes, ({ groups, each, taps, stride }) => {
      const [inputs, outputs] = each.map((channels) => channels * groups);
      const layer = { inputs, outputs, taps, groups, stride };
      const forward = counted(layer), back = counted({ ...layer, transposed: true });
      for (const layout of ["jax", "keras"] as const) {
        close(fansOf([taps, inputs / groups, outputs], { layout, groups, stride }), forward);
      }
      const torch = { layout: "torch", groups, stride: [stride] } as const;
      close(fansOf([outputs, inputs / groups, taps], torch), forward);
      close(fansOf([inputs, outputs / groups, taps], { ...torch, layer: "transposed" }), back);
      if (groups > 1) return;
      const transposed = { layer: "transposed", stride } as const;
      close(fansOf([taps, outputs, inputs], { ...transposed, layout: "keras" }), back);
      close(fansOf([taps, inputs, outputs], { ...transposed, layout: "jax" }), back);
    }),
    { seed: 20261124, numRuns: 200 },
  );
});

Deno.test("fansOf() gives fans above 0 for any shape and options, or refuses in words", () => {
  const mostly = (max: number, ...bad: number[]) =>
    fc.oneof(
      { weight: 20, arbitrary: fc.integer({ min: 1, max }) },
      { weight: 1, arbitrary: fc.constantFrom(...bad) },
    );
  const length = mostly(9, 0, -1, 1.5, NaN), whole = mostly(4, 0, -2, 0.5, NaN);
  const options = fc.record({
    layout: fc.constantFrom("jax", "keras", "torch"),
    layer: fc.constantFrom("convolution", "transposed", "depthwise", "embedding"),
    groups: whole,
    stride: fc.oneof(whole, fc.array(whole, { maxLength: 3 })),
  }, { requiredKeys: [] });
  let given = 0;
  fc.assert(
    fc.property(fc.array(length, { maxLength: 5 }), options, (shape, chosen) => {
      try {
        const { fanIn, fanOut } = fansOf(shape, chosen);
        given++;
        expect(fanIn > 0 && fanIn < Infinity && fanOut > 0 && fanOut < Infinity).toBe(true);
      } catch (error) {
        if (!(error instanceof RangeError)) throw error;
        expect(error.message).toMatch(/^Cannot [^]*[^.]$/);
      }
    }),
    { seed: 20261124, numRuns: 2000 },
  );
  expect(given).toBeGreaterThan(100);
});

Deno.test("fansOf() takes depthwise kernels, dense weights of PyTorch, embeddings and strides by axis", () => {
  const depthwise = counted({ inputs: 6, outputs: 12, taps: 5, groups: 6, stride: 1 });
  expect(fansOf([5, 6, 2], { layout: "keras", layer: "depthwise" })).toEqual(depthwise);
  expect(fansOf([5, 1, 12], { groups: 6 })).toEqual(depthwise);
  const strided = counted({ inputs: 6, outputs: 12, taps: 5, groups: 6, stride: 2 });
  expect(fansOf([5, 6, 2], { layout: "keras", layer: "depthwise", stride: 2 })).toEqual(strided);
  expect(fansOf([12, 1, 5], { layout: "torch", groups: 6 })).toEqual(depthwise);
  expect(fansOf([256, 784], { layout: "torch" })).toEqual({ fanIn: 784, fanOut: 256 });
  expect(fansOf([50257, 768], { layer: "embedding" })).toEqual({ fanIn: 1, fanOut: 768 });
  expect(fansOf([3, 5, 4, 8], { stride: [2, 4] })).toEqual({ fanIn: 60, fanOut: 15 });
  expect(fansOf([3, 5, 4, 8], { stride: 2 })).toEqual({ fanIn: 60, fanOut: 30 });
});

Deno.test("einsumFans() counts contracted axes as inputs, and batch axes as neither", () => {
  expect(einsumFans("btd,dhk->bthk", [512, 8, 64])).toEqual({ fanIn: 512, fanOut: 512 });
  expect(einsumFans("bthk,hkd->btd", [8, 64, 200])).toEqual({ fanIn: 512, fanOut: 200 });
  expect(einsumFans("...d,df->...f", [30, 50])).toEqual({ fanIn: 30, fanOut: 50 });
  expect(einsumFans("ebd,edf->ebf", [16, 30, 50])).toEqual({ fanIn: 30, fanOut: 50 });
  expect(einsumFans("bd,d->bd", [64])).toEqual({ fanIn: 1, fanOut: 1 });
  expect(einsumFans("bd,d->b", [64])).toEqual({ fanIn: 64, fanOut: 1 });
  expect(einsumFans("bd, df -> bf", [3, 4])).toEqual({ fanIn: 3, fanOut: 4 });
});

Deno.test("fusedFans() gives each part of query, key and value its own fans", () => {
  const each = { fanIn: 768, fanOut: 768 };
  expect(fusedFans([768, 2304], 3)).toEqual([each, each, each]);
  expect(fusedFans([2304, 768], 3, { layout: "torch" })).toEqual([each, each, each]);
  expect(fusedFans([64, 96], [64, 16, 16])).toEqual([
    { fanIn: 64, fanOut: 64 },
    { fanIn: 64, fanOut: 16 },
    { fanIn: 64, fanOut: 16 },
  ]);
  // Published: 0.0441942 fused, 0.0625 separate.
  const fused = xavierUniform().law([2304, 768], torchFans([2304, 768])).high;
  const separate = xavierUniform().law([768, 768], each).high;
  expect(fused).toBeCloseTo(0.0441942, 7);
  expect(separate).toBeCloseTo(0.0625, 12);
  expect(fused / separate).toBeCloseTo(Math.SQRT1_2, 12);
});

Deno.test("each library's own fans are told from the truth", () => {
  // pytorch#23854: (9, 36) for a depthwise 4 x 4 layer.
  expect(torchFans([4, 1, 3, 3])).toEqual({ fanIn: 9, fanOut: 36 });
  expect(fansOf([4, 1, 3, 3], { layout: "torch", groups: 4 })).toEqual({ fanIn: 9, fanOut: 9 });
  expect(torchFans([6, 10, 5])).toEqual({ fanIn: 50, fanOut: 30 });
  expect(fansOf([6, 10, 5], { layout: "torch", layer: "transposed" }).fanIn).toBe(30);
  expect(kerasFans([3, 3, 32, 2])).toEqual({ fanIn: 288, fanOut: 18 });
  expect(fansOf([3, 3, 32, 2], { layout: "keras", layer: "depthwise" }).fanIn).toBe(9);
  expect([kerasFans([]), kerasFans([7])]).toEqual([
    { fanIn: 1, fanOut: 1 },
    { fanIn: 7, fanOut: 7 },
  ]);
  expect(kerasEinsumFans("abc,bcd->abd", [7, 60, 50])).toEqual({ fanIn: 60, fanOut: 350 });
  expect(tfjsFans([64])).toEqual({ fanIn: 8, fanOut: 8 });
  expect(tfjsFans([3, 5, 2])).toEqual({ fanIn: 15, fanOut: 6 });
  expect(tfjsFans([2, 3, 2, 6, 10])).toEqual({ fanIn: 72, fanOut: 120 });
  expect(tfjsFans([2, 2, 2, 2, 2, 2]).fanIn).toBe(8);
  expect(jaxFans([5, 4, 3])).toEqual({ fanIn: 20, fanOut: 15 });
  expect(jaxFans([16, 30, 50], { batchAxis: 0 })).toEqual({ fanIn: 30, fanOut: 50 });
  expect(jaxFans([1000, 64], { outAxis: 0 })).toEqual({ fanIn: 64, fanOut: 64 });
  expect(jaxFans([7], { inAxis: [0], outAxis: [] })).toEqual({ fanIn: 7, fanOut: 1 });
  expect(() => jaxFans([7])).toThrow("has no axis -2");
  expect(() => torchFans([7])).toThrow("refuses fewer than 2");
});

Deno.test("fans are refused where they cannot be known", () => {
  expect(() => fansOf([7])).toThrow("say by einsumFans what it does");
  expect(() => fansOf([2, 3], { layot: "torch" } as never)).toThrow('option "layot" to fansOf');
  expect(() => fansOf([2, 3], { layout: "tf" as never })).toThrow(
    "choose one of jax, keras, torch",
  );
  expect(() => fansOf([2, 3], { layer: "dense" as never })).toThrow("choose one of convolution");
  expect(() => fansOf([3, 4, 10], { groups: 4 })).toThrow("they must divide 10");
  expect(() => fansOf([3, 4, 10], { groups: 0 })).toThrow("groups");
  expect(() => fansOf([3, 4, 10], { stride: [1, 2] })).toThrow("2 strides for a kernel of 1 axes");
  expect(() => fansOf([3, 4, 10], { stride: 0 })).toThrow("stride");
  expect(() => fansOf([3, 4, 10], { layer: "transposed", groups: 2 })).toThrow("divide 1");
  expect(() => fansOf([6, 4, 3], { layout: "torch", layer: "transposed", groups: 4 })).toThrow(
    "divide 6",
  );
  expect(() => fansOf([3, 4, 10], { layer: "depthwise" })).toThrow("groups = in");
  expect(() => fansOf([3, 4, 10], { layer: "embedding" })).toThrow("(words, width)");
  expect(() => fusedFans([64, 100], 3)).toThrow("part of 100 outputs");
  expect(() => fusedFans([64, 96], [64, 16])).toThrow("into 64 + 16");
  expect(() => fusedFans([96], 3)).toThrow(RangeError);
  expect(() => einsumFans("btd,dhk", [2, 2, 2])).toThrow("write input,weight->output");
  expect(() => einsumFans("b..d,df->b..f", [2, 2])).toThrow("write input,weight->output");
  expect(() => einsumFans("bd,df->bf", [2, 2, 2])).toThrow("one letter for each axis");
  expect(() => einsumFans("bd,df->bf", [0, 2])).toThrow("no size 0");
  expect(() => einsumFans("bd,dd->b", [2, 2])).toThrow("d must stand once");
  expect(() => einsumFans("bd,dfr->bf", [2, 2, 3])).toThrow("r must stand once");
});
