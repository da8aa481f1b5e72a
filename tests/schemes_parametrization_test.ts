/** Multipliers of parameters, and the schemes for transformers that need them. */
import { expect } from "@std/expect";
import {
  bind,
  crossEntropy,
  deepNorm,
  deepNormConstants,
  deepNormPair,
  describeScheme,
  forward,
  initialize,
  type Model,
  nanoGpt,
  onTape,
  type Parametrization,
  parametrization,
  type Params,
  rng,
  t5,
  tensor,
  tFixup,
  withMultipliers,
} from "../lib/mod.ts";
import { apart, rowOf, small } from "./schemeModels.ts";

const tokens = tensor([2, 5], [1, 7, 7, 30, 2, 76, 0, 5, 5, 9]);

/** Params times the multipliers of a scheme. */
function folded(model: Model, scheme: Parametrization, params: Params): Params {
  return Object.fromEntries(model.params.map((spec) => {
    const { shape, data } = params[spec.name], factor = Math.fround(scheme.multiplier(spec, model));
    return [spec.name, { shape, data: data.map((w) => w * factor) }];
  }));
}

Deno.test("withMultipliers() runs the model on multiplied parameters, and multiplies gradients", () => {
  const model = small();
  const scheme = parametrization(nanoGpt(), {
    multiplier: ({ role }) => role === "residual" ? 0.5 : role === "output" ? -4 : 1,
  });
  const params = initialize(model, scheme, rng("multipliers"));
  expect(params).toEqual(initialize(model, nanoGpt(), rng("multipliers")));
  const scaled = withMultipliers(model, scheme);
  expect(forward(scaled, params, tokens)).toEqual(
    forward(model, folded(model, scheme, params), tokens),
  );
  const gradientsOf = (of: Model, at: Params) =>
    onTape((tape) => {
      const variables = bind(of, at, tape);
      const logits = of.apply(variables, tape.constant(tokens));
      tape.backward(crossEntropy(logits, Uint8Array.from(tokens.data)));
      return of.params.map(({ name, shape }) => ({
        shape,
        data: variables[name].gradient.slice(),
      }));
    });
  const inner = gradientsOf(model, folded(model, scheme, params));
  gradientsOf(scaled, params).forEach((gradient, i) => {
    const factor = scheme.multiplier(model.params[i], model);
    const expected = { ...gradient, data: inner[i].data.map((g) => g * factor) };
    expect(gradient.data).toEqual(expected.data); // powers of two: to the last bit
  });
  expect(
    describeScheme(model, nanoGpt()).every(({ multiplier, learningRate }) =>
      multiplier === 1 && learningRate === 1
    ),
  ).toBe(true);
});

Deno.test("DeepNorm's constants are those of the paper's table", () => {
  const rounded = ({ alpha, beta }: { alpha: number; beta: number }) =>
    [alpha, beta].map((x) => Number(x.toFixed(4)));
  expect([6, 12, 100, 1000].map((blocks) => rounded(deepNormConstants({ blocks })))).toEqual([
    [1.8612, 0.3799],
    [2.2134, 0.3195],
    [3.7606, 0.188],
    [6.6874, 0.1057],
  ]);
  const { encoder, decoder } = deepNormPair({ encoder: 6, decoder: 6 });
  expect([rounded(encoder), rounded(decoder)]).toEqual([[1.4179, 0.497], [2.0598, 0.3433]]);
  // N^4 M, not N M^4
  expect(deepNormPair({ encoder: 2, decoder: 9 }).encoder.alpha).toBeCloseTo(
    0.81 * 144 ** (1 / 16),
    12,
  );
  expect(() => deepNormConstants({ blocks: 0 })).toThrow("blocks as it must be an integer >= 1");
});

Deno.test("deepNorm() multiplies branches by 1 / alpha, as the model's residualScale would", () => {
  const options = { norm: "post", width: 32, tiedHead: false } as const;
  const model = small(options), { alpha } = deepNormConstants({ blocks: 3 });
  const params = initialize(model, deepNorm(), rng("deepNorm"));
  const tokensAlone = parametrization(deepNorm(), {
    multiplier: ({ kind }) => kind === "tokenEmbedding" ? Math.sqrt(32) : 1,
  });
  const scaled = withMultipliers(small({ ...options, residualScale: 1 / alpha }), tokensAlone);
  const out = forward(withMultipliers(model, deepNorm()), params, tokens);
  expect(apart(out, forward(scaled, params, tokens))).toBeLessThan(1e-5); // the order of products
});

Deno.test("a tied head gives the logits of an equal head of its own, under multipliers of tokens", () => {
  for (const [scheme, norm] of [[deepNorm(), "post"], [tFixup(), "pre"]] as const) {
    const tied = small({ norm, tiedHead: true }), own = small({ norm });
    const params = initialize(tied, scheme, rng("tied"));
    const table = params["tokenEmbedding.weight"];
    const [rows, columns] = table.shape;
    const head = tensor(
      [columns, rows],
      table.data.map((_, i) => {
        return table.data[(i % rows) * columns + Math.floor(i / rows)];
      }),
    );
    const out = forward(withMultipliers(tied, scheme), params, tokens);
    const expected = forward(
      withMultipliers(own, scheme),
      { ...params, "head.weight": head },
      tokens,
    );
    expect(apart(out, expected)).toBeLessThan(1e-5);
  }
  const rows = describeScheme(small({ tiedHead: true }), t5());
  expect(rows.find(({ parameter }) => parameter === "finalNorm.weight")!.multiplier).toBe(1 / 8);
  expect(rowOf(small(), t5(), "block1.query.weight").multiplier).toBe(4);
  expect(rowOf(small(), t5(), "head.weight").multiplier).toBe(1);
});
