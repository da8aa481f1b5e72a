import { expect } from "@std/expect";
import {
  bind,
  crossEntropy,
  describeScheme,
  fixup,
  forward,
  heNormal,
  initialize,
  layerScale,
  mlp,
  type Model,
  nanoGpt,
  normal,
  onTape,
  type Params,
  relu,
  reZero,
  rng,
  type Scheme,
  skipInit,
  tensor,
  withGates,
  zeroProjections,
} from "../lib/mod.ts";
import { small } from "./schemeModels.ts";

const tokens = tensor([2, 5], [1, 7, 7, 30, 2, 76, 0, 5, 5, 9]);
const targets = Uint8Array.of(7, 7, 30, 2, 8, 0, 5, 5, 9, 1);

function lossAndGradients(model: Model, params: Params) {
  return onTape((tape) => {
    const variables = bind(model, params, tape);
    const loss = crossEntropy(model.apply(variables, tape.constant(tokens)), targets);
    tape.backward(loss);
    const gradients = Object.fromEntries(
      model.params.map(({ name }) => [name, variables[name].gradient.slice()]),
    );
    return { loss: loss.data[0], gradients };
  });
}

const CASES: [name: string, scheme: Scheme, gates?: "branch" | "channel"][] = [
  ["zeroProjections", zeroProjections(nanoGpt())],
  ["skipInit", skipInit(nanoGpt()), "branch"],
  ["reZero", reZero(nanoGpt()), "channel"],
];

for (const [name, scheme, gates] of CASES) {
  Deno.test(`${name}() starts a network of any depth as its stem and head`, () => {
    const of = (blocks: number) => {
      const bare = small({ blocks, width: 16, feedForwardWidth: 24 });
      return gates === undefined ? bare : withGates(bare, gates);
    };
    const logits = (blocks: number, by: Scheme) =>
      forward(of(blocks), initialize(of(blocks), by, rng("stem")), tokens).data;
    expect(logits(100, scheme)).toEqual(logits(2, scheme));
    // Would it be seen?
    expect(logits(3, nanoGpt())).not.toEqual(logits(2, nanoGpt()));
    const { gradients } = lossAndGradients(of(2), initialize(of(2), scheme, rng("stem")));
    const end = gates === undefined ? "block1.attentionOut.weight" : "block1.attentionOut.gate";
    expect(gradients[end].some((g) => g !== 0)).toBe(true); // or it could never learn
  });
}

Deno.test("a head of zeros starts at a loss of ln V: fixup() and zeroProjections({ head: true })", () => {
  for (const scheme of [fixup(), zeroProjections(nanoGpt(), { head: true })]) {
    for (const blocks of [2, 30]) {
      const model = small({ blocks, width: 16, feedForwardWidth: 24 });
      const { loss } = lossAndGradients(model, initialize(model, scheme, rng("head")));
      // The mean of ten float32 values of ln 77: a few units in the last place.
      expect(Math.abs(loss / Math.log(77) - 1)).toBeLessThan(1e-6);
    }
  }
  const model = small();
  const { loss } = lossAndGradients(model, initialize(model, nanoGpt(), rng("head")));
  expect(Math.abs(loss / Math.log(77) - 1)).toBeGreaterThan(1e-4);
});

Deno.test("withGates() multiplies each branch, bias included, by a gate of its own", () => {
  const bare = small({ bias: true });
  for (const kind of ["branch", "channel"] as const) {
    const model = withGates(bare, kind);
    const added = model.params.slice(bare.params.length);
    expect(added.map(({ name }) => name)).toEqual(
      [1, 2, 3].flatMap((b) => [`block${b}.attentionOut.gate`, `block${b}.feedForwardOut.gate`]),
    );
    expect(added[3]).toMatchObject({
      shape: [kind === "branch" ? 1 : 64],
      role: "gain",
      kind: "gate",
      block: { index: 1, count: 3 },
    });
    const filled: Scheme = ({ kind }) => normal({ mean: kind === "gate" ? 0.5 : 0, std: 0.1 });
    const params = initialize(model, filled, rng("gates"));
    const folded: Record<string, Params[string]> = {};
    for (const { name, role } of bare.params) {
      const gate = params[name.replace(/(weight|bias)$/, "gate")]?.data;
      const { shape, data } = params[name];
      const isEnd = gate !== undefined && role !== "gain";
      folded[name] = isEnd
        ? { shape, data: data.map((w, i) => w * gate[i % gate.length]) }
        : params[name];
    }
    expect(forward(model, params, tokens)).toEqual(forward(bare, folded, tokens));
  }
});

Deno.test("gates have the gradient that central differences give", () => {
  for (const kind of ["branch", "channel"] as const) {
    const model = withGates(small({ blocks: 1, width: 8, heads: 2 }), kind);
    const filled: Scheme = ({ kind, role }) =>
      normal({ mean: kind === "gate" || role === "gain" ? 0.8 : 0, std: 0.3 });
    const params = initialize(model, filled, rng("gradient"));
    const { gradients } = lossAndGradients(model, params);
    for (const name of ["block1.attentionOut.gate", "block1.feedForwardOut.weight"]) {
      const at = gradients[name].length - 1, step = 2 ** -6;
      const loss = (change: number) => {
        const data = params[name].data.slice();
        data[at] += change;
        return lossAndGradients(model, { ...params, [name]: { ...params[name], data } }).loss;
      };
      const slope = (loss(step) - loss(-step)) / (2 * step);
      // Float32 losses near 5 have steps of 5e-7, over 2^-5; the third derivative times 2^-12 / 6.
      expect(Math.abs(gradients[name][at] - slope)).toBeLessThan(2e-4);
      expect(Math.abs(slope)).toBeGreaterThan(1e-3);
    }
  }
});

Deno.test("layerScale() starts its gates at 0.1, 1e-5 or 1e-6 by depth, or where it is told", () => {
  const gateOf = (blocks: number, scheme: Scheme) => {
    const model = withGates(small({ blocks, width: 8 }), "channel");
    return describeScheme(model, scheme).at(-1)!.mean;
  };
  const scheme = layerScale(nanoGpt());
  expect([1, 18, 19, 24, 25, 60].map((blocks) => gateOf(blocks, scheme)))
    .toEqual([0.1, 0.1, 1e-5, 1e-5, 1e-6, 1e-6]);
  expect(gateOf(2, layerScale(nanoGpt(), { value: 1e-4 }))).toBe(1e-4);
  expect(describeScheme(withGates(small()), nanoGpt()).at(-1)!.mean).toBe(1); // gates are gains
});

Deno.test("gates and zeros are refused where there is nothing for them", () => {
  const flat = mlp({ widths: [4, 3], activation: relu });
  expect(() => withGates(flat)).toThrow("model without residual branches (mlp)");
  expect(() => withGates(withGates(small()))).toThrow("on a model that has them");
  expect(() => withGates(small(), "row" as never)).toThrow('gates "row"');
  for (const scheme of [skipInit(nanoGpt()), reZero(nanoGpt()), layerScale(nanoGpt())]) {
    expect(() => describeScheme(small(), scheme)).toThrow("without gates: pass withGates(model)");
  }
  expect(() => describeScheme(flat, zeroProjections(nanoGpt()))).toThrow("without blocks");
  const tied = small({ tiedHead: true });
  expect(() => describeScheme(tied, zeroProjections(nanoGpt(), { head: true }))).toThrow("tied");
  expect(describeScheme(tied, zeroProjections(nanoGpt()))[0].std).toBe(0.02);
  expect(() => layerScale(nanoGpt(), { value: NaN })).toThrow("value as it must be a finite");
});

Deno.test("skipInit(), reZero(), layerScale() and zeroProjections() need a scheme for all else", () => {
  for (const make of [skipInit, reZero, layerScale, zeroProjections]) {
    for (const none of [undefined, heNormal()] as never[]) {
      expect(() => make(none)).toThrow(`Cannot make ${make.name} without a scheme for all else`);
    }
  }
});
