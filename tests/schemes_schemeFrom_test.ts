import { expect } from "@std/expect";
import {
  everywhere,
  gpt,
  gpt2,
  heNormal,
  initializerNames,
  layerScale,
  megatron,
  type Model,
  type Scheme,
  schemeFrom,
  schemeNames,
  type SchemeSpec,
  withGates,
} from "../lib/mod.ts";

const sizes = { vocabulary: 65, context: 32, width: 64, heads: 4, blocks: 8 };
const tied = gpt(sizes), own = gpt({ ...sizes, tiedHead: false });

const laws = (scheme: Scheme, model: Model) =>
  model.params.map((spec) => scheme(spec, model).law(spec.shape, spec.fans));

Deno.test("schemeFrom() gives the scheme of each name, with its options", () => {
  expect(laws(schemeFrom({ name: "gpt2" }), tied)).toEqual(laws(gpt2(), tied));
  expect(laws(schemeFrom({ name: "megatron", std: 0.006 }), tied))
    .toEqual(laws(megatron({ std: 0.006 }), tied));
  expect(laws(schemeFrom({ name: "heNormal", mode: "fanOut" }), tied))
    .toEqual(laws(everywhere(heNormal({ mode: "fanOut" })), tied));
  const gated = withGates(own, "channel");
  expect(laws(schemeFrom({ name: "layerScale", value: 0.3 }), gated))
    .toEqual(laws(layerScale(gpt2(), { value: 0.3 }), gated));
});

Deno.test("schemeFrom() knows each of schemeNames, none of which is an initializer's", () => {
  expect(schemeNames.filter((name) => initializerNames.includes(name))).toEqual([]);
  for (const name of schemeNames) {
    const model = ["skipInit", "reZero", "layerScale"].includes(name) ? withGates(own) : own;
    const post = name === "deepNorm" ? gpt({ ...sizes, norm: "post" }) : model;
    const spec: SchemeSpec = name === "uMup" ? { name, positions: 32 } : { name };
    const stds = laws(schemeFrom(spec), post).map(({ std }) => std);
    expect({ name, finite: stds.every(Number.isFinite) }).toEqual({ name, finite: true });
  }
});

Deno.test("schemeFrom() refuses what it does not know", () => {
  expect(() => schemeFrom({ name: "gpt5" })).toThrow('Cannot find a scheme named "gpt5"');
  expect(() => schemeFrom({ name: "toString" })).toThrow(TypeError);
  expect(() => schemeFrom({ name: "gpt2", std: 0.02 })).toThrow('option "std" to gpt2');
  expect(() => schemeFrom({ name: "megatron", width: 3 })).toThrow(TypeError);
});
