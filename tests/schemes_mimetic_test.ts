import { expect } from "@std/expect";
import {
  describeScheme,
  initialize,
  mimetic,
  mlp,
  nanoGpt,
  relu,
  rng,
  type Tensor,
} from "../lib/mod.ts";
import { small } from "./schemeModels.ts";

/** Columns of a (d, d) product of one head: sum over its k columns of a of a[i, k] b[j, k], or of a b where `plain`. */
function product(
  a: Tensor,
  b: Tensor,
  columns: readonly [number, number],
  plain = false,
): number[] {
  const [d, width] = a.shape;
  return Array.from({ length: d * d }, (_, at) => {
    const i = Math.floor(at / d), j = at % d;
    let sum = 0;
    for (let k = columns[0]; k < columns[1]; k++) {
      sum += a.data[i * width + k] * (plain ? b.data[k * d + j] : b.data[j * width + k]);
    }
    return sum;
  });
}

function trace(matrix: readonly number[], d: number): number {
  let sum = 0;
  for (let i = 0; i < d; i++) sum += matrix[i * d + i];
  return sum / d;
}

Deno.test("mimetic() draws pairs whose products are noise and identity, one head and many", () => {
  for (const heads of [1, 4]) {
    const d = 32, model = small({ heads, width: d, feedForwardWidth: 40, blocks: 2 });
    const scheme = mimetic({ rng: rng("pairs"), otherwise: nanoGpt() });
    const params = initialize(model, scheme, rng("mimetic"));
    const of = (b: number, kind: string) => params[`block${b}.${kind}.weight`];
    const k = d / heads;
    for (const { name, shape } of model.params) {
      expect(params[name].data.length).toBe(shape.reduce((a, b) => a * b));
    }
    for (const b of [1, 2]) {
      const outputs = product(of(b, "value"), of(b, "attentionOut"), [0, d], true);
      // 0.4 Z - 0.4 I: the trace of Z / d has std 1 / d.
      expect(Math.abs(trace(outputs, d) + 0.4)).toBeLessThan(4.5 * 0.4 / d);
      const scores = product(of(b, "query"), of(b, "key"), [d - k, d]);
      // The nearest matrix of rank k to 0.7 Z + 0.7 I has some share of its trace, for one head all of it.
      if (heads === 1) expect(Math.abs(trace(scores, d) - 0.7)).toBeLessThan(4.5 * 0.7 / d);
      expect(trace(scores, d)).toBeGreaterThan(0.7 * k / d);
    }
    expect(of(1, "query").data).not.toEqual(of(2, "query").data);
    expect(params["block1.feedForwardIn.weight"])
      .toEqual(initialize(model, nanoGpt(), rng("mimetic"))["block1.feedForwardIn.weight"]);
    // Would an unpaired key be seen?
    const unpaired = product(of(1, "value"), of(2, "attentionOut"), [0, d], true);
    expect(Math.abs(trace(unpaired, d) + 0.4)).toBeGreaterThan(4.5 * 0.4 / d);
  }
});

Deno.test("mimetic() depends on its own stream, not on that of initialize, and describes both halves", () => {
  const model = small({ blocks: 1, width: 16 });
  const draw = (pairs: string, others: string) =>
    initialize(model, mimetic({ rng: rng(pairs), otherwise: nanoGpt() }), rng(others));
  const one = draw("a", "x"), other = draw("a", "y");
  expect(one["block1.key.weight"]).toEqual(other["block1.key.weight"]);
  expect(one["head.weight"]).not.toEqual(other["head.weight"]);
  expect(draw("b", "x")["block1.key.weight"]).not.toEqual(one["block1.key.weight"]);
  const scheme = mimetic({ rng: rng("a"), otherwise: nanoGpt() });
  const rows = describeScheme(model, scheme).filter(({ kind, role }) =>
    kind === "query" || role === "residual"
  );
  expect(rows.map(({ distribution }) => distribution))
    .toEqual(["structured", "constant", "structured", "normal"]);
  const flat = mlp({ widths: [3, 2], activation: relu });
  expect(describeScheme(flat, scheme).length).toBe(2); // no attention: otherwise alone
  expect(() => mimetic({ rng: rng("a"), otherwise: nanoGpt(), heads: 2 } as never)).toThrow(
    "heads",
  );
});
