import { expect } from "@std/expect";
import {
  completeP,
  depthMup,
  everywhere,
  gpt,
  gpt2,
  heNormal,
  initialize,
  initializerNames,
  layerScale,
  llama,
  megatron,
  mimetic,
  mlp,
  type Model,
  mup,
  reZero,
  rng,
  type Scheme,
  schemeFrom,
  schemeNames,
  type SchemeSpec,
  skipInit,
  tanh,
  uMup,
  withGates,
  zeroProjections,
} from "../lib/mod.ts";
import { SCHEMES_ELSEWHERE } from "../lib/schemes/elsewhere.ts";
import * as room from "../lib/schemes/mod.ts";

const sizes = { vocabulary: 65, context: 32, width: 64, heads: 4, blocks: 8 };
const tied = gpt(sizes), own = gpt({ ...sizes, tiedHead: false });
const base = gpt({ ...sizes, width: 16, tiedHead: false });

const laws = (scheme: Scheme, model: Model) =>
  model.params.map((spec) => scheme(spec, model).law(spec.shape, spec.fans));

/** What the room gives that makes no scheme of options alone: it takes or gives something else. */
const NOT_SCHEMES = [
  ...["schemeFrom", "describeScheme", "parametrization", "withMultipliers", "withGates"],
  ...["widthPowers", "deepNormConstants", "deepNormPair", "subLnPair"],
  ...["lsuv", "krahenbuhl", "equalizeRates", "admin", "againstScheme"], // of a model and a batch, or of weights
];

/** What a scheme does not do without. */
const NEEDED: Record<string, object> = {
  uMup: { positions: 32 },
  mimetic: { seed: "pairs" },
  ...Object.fromEntries(
    ["mup", "depthMup", "completeP"].map((
      name,
    ) => [name, { base: base.spec, scheme: { name: "gpt2" } }]),
  ),
};

/** Whether it is made with another scheme. */
const needsAScheme = (name: string) =>
  ["mup", "depthMup", "completeP", "mimetic", "zeroProjections"].includes(name) ||
  modelFor(name).params.some(({ kind }) => kind === "gate");

/** A model that the scheme takes. */
function modelFor(name: string): Model {
  if (["skipInit", "reZero", "layerScale"].includes(name)) return withGates(own);
  if (name === "deepNorm") return gpt({ ...sizes, norm: "post" });
  return name === "edgeOfChaos" ? mlp({ widths: [8, 4], activation: tanh }) : own;
}

Deno.test("schemeNames has each scheme that the room gives, and no other name", () => {
  const given = Object.entries(room).filter(([, value]) => typeof value === "function")
    .map(([name]) => name);
  expect(given.filter((name) => !NOT_SCHEMES.includes(name)).sort())
    .toEqual([...schemeNames].sort());
  expect(new Set(schemeNames).size).toBe(schemeNames.length);
});

Deno.test("schemeFrom() knows each of schemeNames, none of which is an initializer's", () => {
  expect(schemeNames.filter((name) => initializerNames.includes(name))).toEqual([]);
  for (const name of schemeNames) {
    const spec = JSON.parse(JSON.stringify({ name, ...NEEDED[name] })) as SchemeSpec;
    const stds = laws(schemeFrom(spec), modelFor(name)).map(({ std }) => std);
    expect({ name, finite: stds.every(Number.isFinite) }).toEqual({ name, finite: true });
    expect(() => schemeFrom({ ...spec, width: 3 } as SchemeSpec)).toThrow(/option "width" to/);
    if (needsAScheme(name)) continue; // those are compared below
    const made = (room as unknown as Record<string, (options?: object) => Scheme>)[name];
    expect({ name, laws: laws(schemeFrom(spec), modelFor(name)) })
      .toEqual({ name, laws: laws(made(NEEDED[name]), modelFor(name)) });
  }
});

Deno.test("schemeFrom() gives the scheme of each name, with its options", () => {
  const gated = withGates(own, "channel");
  const cases: [SchemeSpec, Scheme, Model][] = [
    [{ name: "gpt2" }, gpt2(), tied],
    [{ name: "megatron", std: 0.006, branches: 1 }, megatron({ std: 0.006, branches: 1 }), tied],
    [{ name: "heNormal", mode: "fanOut" }, everywhere(heNormal({ mode: "fanOut" })), tied],
    [{ name: "layerScale", value: 0.3 }, layerScale(gpt2(), { value: 0.3 }), gated],
    [
      { name: "layerScale", otherwise: { name: "megatron", std: 1 } },
      layerScale(megatron({ std: 1 })),
      gated,
    ],
    [{ name: "reZero", otherwise: { name: "llama" } }, reZero(llama()), gated],
    [{ name: "skipInit", otherwise: { name: "llama" } }, skipInit(llama()), gated],
    [
      { name: "zeroProjections", head: true, otherwise: { name: "llama", std: 0.3 } },
      zeroProjections(llama({ std: 0.3 }), { head: true }),
      own,
    ],
    [{ name: "uMup", positions: 9, residual: 2 }, uMup({ positions: 9, residual: 2 }), own],
    [
      { name: "mup", base: base.spec, scheme: { name: "llama" }, form: "table3" },
      mup({ base, scheme: llama(), form: "table3" }),
      own,
    ],
    [
      { name: "depthMup", base: base.spec, scheme: { name: "llama" } },
      depthMup({ base, scheme: llama() }),
      own,
    ],
    [
      { name: "completeP", base: base.spec, scheme: { name: "llama" } },
      completeP({ base, scheme: llama() }),
      own,
    ],
  ];
  for (const [spec, scheme, model] of cases) {
    expect(laws(schemeFrom(spec), model)).toEqual(laws(scheme, model));
  }
  expect(laws(schemeFrom({ name: "skipInit" }), gated))
    .not.toEqual(laws(schemeFrom({ name: "skipInit", otherwise: { name: "llama" } }), gated));
});

Deno.test("schemeFrom() gives mimetic's pairs, drawn from the stream of its seed", () => {
  const model = gpt({ vocabulary: 9, context: 4, width: 8, heads: 2, blocks: 2 });
  const shares = { queryKey: { noise: 0.1, identity: 0.2 }, valueOutput: { identity: 0.4 } };
  const drawn = (scheme: Scheme) => initialize(model, scheme, rng("model"));
  const fromSpec = (seed: string) =>
    drawn(schemeFrom({ name: "mimetic", seed, otherwise: { name: "llama" }, ...shares }));
  expect(fromSpec("pairs"))
    .toEqual(drawn(mimetic({ rng: rng("pairs"), otherwise: llama(), ...shares })));
  expect(fromSpec("others")["block1.query.weight"])
    .not.toEqual(fromSpec("pairs")["block1.query.weight"]);
  expect(() => schemeFrom({ name: "mimetic" })).toThrow('"seed": "pairs"');
  expect(() => schemeFrom({ name: "mimetic", seed: "a", rng: "b" } as never)).toThrow(
    'option "rng" to mimetic',
  );
});

Deno.test("schemeFrom() tells a name in another spelling, or another library's, in ours", () => {
  const told: [string, string][] = [
    ["GPT2", 'write {"name":"gpt2"}'],
    ["gpt-2", 'write {"name":"gpt2"}'],
    ["nano_gpt", 'write {"name":"nanoGpt"}'],
    ["Layer Scale", 'write {"name":"layerScale"}'],
    ["muP", 'write {"name":"mup"}'],
    ["wang_init", 'GPT-NeoX\'s is {"name":"wang"}'],
    ["single_residual_scaled_normal", 'GPT-NeoX\'s is {"name":"megatron","branches":1}'],
    ["full_megatron", 'write {"name":"fullMegatron"}'],
    ["llama_depth", 'OLMo-core\'s is {"name":"olmoLlamaDepth"}'],
    ["normalized", 'OLMo-core\'s is {"name":"ngpt"}'],
    ["magneto", 'its paper\'s is {"name":"subLn"}'],
    ["kaiming_normal_", 'PyTorch\'s is {"name":"heNormal"'],
    ["glorot_uniform", '\'s is {"name":"xavierUniform"'],
    ["he_normal", '{"name":"heNormal"'],
    ["HeNormal", '{"name":"heNormal"'],
  ];
  for (const [name, hint] of told) {
    expect(() => schemeFrom({ name })).toThrow(`Cannot find a scheme named "${name}": `);
    expect(() => schemeFrom({ name })).toThrow(hint);
  }
});

Deno.test("other libraries' names are those of schemes that there are, with options that these take", () => {
  for (const [name, rows] of Object.entries(SCHEMES_ELSEWHERE)) {
    for (const { when = {} } of rows) {
      const spec = { name, ...NEEDED[name], ...when } as SchemeSpec;
      expect(laws(schemeFrom(spec), modelFor(name)).length).toBeGreaterThan(0);
    }
  }
});

Deno.test("schemeFrom() refuses what it does not know, and what is no spec", () => {
  expect(() => schemeFrom({ name: "gpt5" })).toThrow('named "gpt5": choose one of gpt2, nanoGpt');
  expect(() => schemeFrom({ name: "toString" })).toThrow('Cannot find a scheme named "toString"');
  expect(() => schemeFrom({ name: "gpt2", std: 0.02 })).toThrow('option "std" to gpt2');
  const junk: [unknown, string][] = [
    ["llama", '"llama": give a spec, such as { "name": "llama" }'],
    [null, "null: give a spec"],
    [undefined, "undefined: give a spec"],
    [["gpt2"], "an array: give a spec"],
    [{}, "an object: give a spec"],
    [{ name: 3 }, "an object: give a spec"],
    [gpt2, "a function: give a spec"],
  ];
  for (const [spec, message] of junk) {
    expect(() => schemeFrom(spec as SchemeSpec)).toThrow(`Cannot find a scheme in ${message}`);
    expect(() => schemeFrom({ name: "mup", base: base.spec, scheme: spec as SchemeSpec }))
      .toThrow(`Cannot find a scheme in ${message}`);
  }
  expect(() => schemeFrom({ name: "skipInit", otherwise: "llama" as never })).toThrow(
    "give a spec",
  );
});
