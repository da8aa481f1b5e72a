/** Each kind of weight by name: its true fans in every layout that has it, and what libraries take instead. */
import { expect } from "@std/expect";
import {
  einsumFans,
  type FanOptions,
  type Fans,
  fansOf,
  fusedFans,
  jaxFans,
  kerasEinsumFans,
  kerasFans,
  type Shape,
  tfjsFans,
  torchFans,
} from "../lib/mod.ts";

const fans = (fanIn: number, fanOut: number): Fans => ({ fanIn, fanOut });
type Way = readonly [Shape, FanOptions];

/** The same layer as each layout holds it: n, m are inputs per output unit and outputs per input. */
const ROWS: Readonly<Record<string, { ways: readonly Way[]; truth: Fans }>> = {
  "dense, 30 to 50": {
    ways: [[[30, 50], {}], [[30, 50], { layout: "keras" }], [[50, 30], { layout: "torch" }]],
    truth: fans(30, 50),
  },
  "convolution, 6 to 10, kernel 3 x 5": {
    ways: [
      [[3, 5, 6, 10], {}],
      [[3, 5, 6, 10], { layout: "keras" }],
      [[10, 6, 3, 5], { layout: "torch" }],
    ],
    truth: fans(90, 150),
  },
  "convolution of stride 2 x 1": {
    ways: [
      [[4, 5, 6, 10], { stride: [2, 1] }],
      [[4, 5, 6, 10], { layout: "keras", stride: [2, 1] }],
      [[10, 6, 4, 5], { layout: "torch", stride: [2, 1] }],
    ],
    truth: fans(120, 100),
  },
  "grouped convolution, 4 groups": {
    ways: [
      [[3, 3, 2, 12], { groups: 4 }],
      [[3, 3, 2, 12], { layout: "keras", groups: 4 }],
      [[12, 2, 3, 3], { layout: "torch", groups: 4 }],
    ],
    truth: fans(18, 27),
  },
  "depthwise convolution, 8 channels times 2": {
    ways: [
      [[3, 3, 1, 16], { groups: 8 }],
      [[3, 3, 8, 2], { layout: "keras", layer: "depthwise" }],
      [[16, 1, 3, 3], { layout: "torch", groups: 8 }],
    ],
    truth: fans(9, 18),
  },
  "transposed convolution of stride 2, 6 to 10": {
    ways: [
      [[4, 4, 6, 10], { layer: "transposed", stride: 2 }],
      [[4, 4, 10, 6], { layout: "keras", layer: "transposed", stride: 2 }],
      [[6, 10, 4, 4], { layout: "torch", layer: "transposed", stride: 2 }],
    ],
    truth: fans(24, 160),
  },
  "transposed convolution of 2 groups, stride 2": {
    ways: [[[6, 5, 4, 4], { layout: "torch", layer: "transposed", groups: 2, stride: 2 }]],
    truth: fans(12, 80),
  },
  "embedding, 1000 words of width 64": {
    ways: (["jax", "keras", "torch"] as const).map((layout) =>
      [[1000, 64], { layout, layer: "embedding" }] as const
    ),
    truth: fans(1, 64),
  },
};

for (const [name, { ways, truth }] of Object.entries(ROWS)) {
  Deno.test(`fans of a ${name}`, () => {
    for (const [shape, options] of ways) {
      expect({ shape, ...options, ...fansOf(shape, options) }).toEqual({
        shape,
        ...options,
        ...truth,
      });
    }
  });
}

Deno.test("fans of dense weights of three axes, attention's and experts', by their einsum", () => {
  expect(einsumFans("btd,dhk->bthk", [96, 4, 20])).toEqual(fans(96, 80));
  expect(einsumFans("bthk,hkd->btd", [4, 20, 96])).toEqual(fans(80, 96));
  expect(einsumFans("ebd,edf->ebf", [7, 30, 50])).toEqual(fans(30, 50));
});

Deno.test("fans of fused query, key and value are those of each part", () => {
  const each = fans(96, 96);
  expect(fusedFans([96, 288], 3)).toEqual([each, each, each]);
  expect(fusedFans([96, 288], 3, { layout: "keras" })).toEqual([each, each, each]);
  expect(fusedFans([288, 96], 3, { layout: "torch" })).toEqual([each, each, each]);
});

Deno.test("fans of shapes of one axis or none are refused unless told", () => {
  for (const layout of ["jax", "keras", "torch"] as const) {
    for (const shape of [[7], []]) {
      expect(() => fansOf(shape, { layout })).toThrow(
        "pass { fanIn, fanOut } as the last argument",
      );
    }
  }
  expect(einsumFans("bd,d->bd", [7])).toEqual(fans(1, 1));
  expect(einsumFans("bd,d->b", [7])).toEqual(fans(7, 1));
});

Deno.test("what each library takes instead of the truth", () => {
  // Depthwise: torch's fanOut and Keras' fanIn are 8 times too large.
  expect(torchFans([16, 1, 3, 3])).toEqual(fans(9, 144));
  expect(kerasFans([3, 3, 8, 2])).toEqual(fans(72, 18));
  // Transposed: both swap the channels, none knows strides.
  expect(torchFans([6, 10, 4, 4])).toEqual(fans(160, 96));
  expect(kerasFans([4, 4, 10, 6])).toEqual(fans(160, 96));
  // One axis or none.
  expect(() => torchFans([7])).toThrow("refuses fewer than 2");
  expect(() => torchFans([])).toThrow("refuses fewer than 2");
  expect(() => jaxFans([7])).toThrow("has no axis -2");
  expect([kerasFans([7]), kerasFans([])]).toEqual([fans(7, 7), fans(1, 1)]);
  expect([tfjsFans([9]), tfjsFans([])]).toEqual([fans(3, 3), fans(1, 1)]);
  // Attention's (96, 4, 20) without axes named: a kernel of 96 taps; with Keras' equation it is right.
  expect(jaxFans([96, 4, 20])).toEqual(fans(384, 1920));
  expect(tfjsFans([96, 4, 20])).toEqual(fans(384, 1920));
  expect(kerasEinsumFans("btd,dhk->bthk", [96, 4, 20])).toEqual(fans(96, 80));
  // Fused, and an embedding by Flax.
  expect(torchFans([288, 96])).toEqual(fans(96, 288));
  expect(jaxFans([1000, 64], { outAxis: 0 })).toEqual(fans(64, 64));
});
