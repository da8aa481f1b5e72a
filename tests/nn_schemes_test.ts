import { expect } from "@std/expect";
import {
  constant,
  gpt2,
  heNormal,
  lecunUniform,
  normal,
  ones,
  torchRng,
  xavierNormal,
  zeros,
} from "../lib/mod.ts";
import { rng } from "../lib/tensor/rng.ts";
import { relu } from "../lib/nn/activations.ts";
import { mlp } from "../lib/nn/mlp.ts";
import type { Model, ParamSpec } from "../lib/nn/model.ts";
import { byRole, everywhere, initialize } from "../lib/nn/schemes.ts";

const model = mlp({ widths: [6, 5, 4, 3], activation: relu });
const gain: ParamSpec = {
  name: "norm.gain",
  shape: [5],
  fans: { fanIn: 5, fanOut: 5 },
  role: "gain",
  kind: "gain",
};

Deno.test("everywhere() draws weights by the initializer, biases 0, gains 1", () => {
  const scheme = everywhere(heNormal());
  for (const spec of model.params) {
    const expected = spec.role === "bias" ? zeros() : heNormal();
    expect(scheme(spec, model).spec).toEqual(expected.spec);
  }
  expect(scheme(gain, model).spec).toEqual(ones().spec);
});

Deno.test("byRole() replaces the initializer of the roles it names, and only those", () => {
  const scheme = byRole(
    { output: zeros(), bias: constant({ value: 0.1 }) },
    everywhere(heNormal()),
  );
  const names = model.params.map((spec) => scheme(spec, model).spec.name);
  expect(names).toEqual(["heNormal", "constant", "heNormal", "constant", "zeros", "constant"]);
  const hidden = byRole({ hidden: xavierNormal() }, everywhere(heNormal()));
  expect(hidden(model.params[0], model).spec.name).toBe("xavierNormal");
  expect(hidden(model.params[4], model).spec.name).toBe("heNormal");
  expect(() => byRole({ outptu: zeros() } as never, scheme)).toThrow('option "outptu"');
});

Deno.test("initialize() draws each parameter from the stream of its name", () => {
  const params = initialize(model, everywhere(heNormal()), rng("course"));
  expect(Object.keys(params)).toEqual(model.params.map(({ name }) => name));
  for (const { name, shape, role } of model.params) {
    const init = role === "bias" ? zeros() : heNormal();
    expect(params[name]).toEqual(init(shape, rng("course").child(name)));
  }
});

Deno.test("initialize() draws the same numbers whatever the order of the parameters", () => {
  const reversed: Model = { ...model, params: [...model.params].reverse() };
  const alone: Model = { ...model, params: [model.params[2]] };
  const draw = (of: Model) => initialize(of, () => normal({ std: 1 }), rng("course"));
  expect(draw(reversed)).toEqual(draw(model));
  expect(draw(alone)["layer2.weight"]).toEqual(draw(model)["layer2.weight"]);
});

Deno.test("initialize() gives a bias the fans of its weight", () => {
  // PyTorch's default for biases is uniform on +-1/sqrt(fanIn) of the weight: lecunUniform / sqrt(3).
  const params = initialize(model, () => lecunUniform(), rng("course"));
  const bound = Math.fround(Math.sqrt(3 / 6));
  const bias = params["layer1.bias"].data;
  expect(Math.max(...bias.map(Math.abs))).toBeLessThanOrEqual(bound);
  expect(params["layer1.bias"]).toEqual(
    lecunUniform()([5], rng("course").child("layer1.bias"), { fanIn: 6, fanOut: 5 }),
  );
});

Deno.test("initialize() refuses a scheme without an initializer, or one that draws another shape", () => {
  expect(() => initialize(model, () => undefined as never, rng("x"))).toThrow(
    "initialize layer1.weight: the scheme chose undefined",
  );
  expect(() => initialize(model, gpt2 as never, rng("x"))).toThrow(
    "is the scheme made, as by gpt2()",
  );
  for (const none of [heNormal(), "gpt2", undefined] as never[]) {
    expect(() => initialize(model, none, rng("x"))).toThrow("pass everywhere(heNormal()), byRole");
  }
  for (const none of [undefined, 0, torchRng(0)] as never[]) {
    expect(() => initialize(model, everywhere(heNormal()), none)).toThrow('pass rng("a name")');
  }
  const wrong = Object.assign(() => zeros()([2, 2], rng("x")), zeros());
  expect(() => initialize(model, () => wrong, rng("x"))).toThrow("its initializer drew (2, 2)");
});
