import { expect } from "@std/expect";
import { rng } from "../lib/tensor/rng.ts";
import { attentionMix } from "../lib/theory/attentionMix.ts";
import { type Gram, gram } from "../lib/theory/gram.ts";

const T = 4, COLUMNS = 96, DRAWS = 3000;
type Rows = number[][];
const range = (n: number) => Array.from({ length: n }, (_, i) => i);
const dot = (a: number[], b: number[]) => a.reduce((sum, x, i) => sum + x * b[i], 0);

/** Rows that share a part: covariance (size^2) (own delta + shared). */
const covariance = (size: number, shared: number): Gram =>
  gram(T, (t, u) => size ** 2 * (t === u ? 1 : shared));

/** Draws rows of independent columns with covariance(size, shared), in float64. */
function draws(name: string, size: number, shared: number): (draw: number) => Rows {
  return (draw) => {
    const z = rng("attentionMix").child(name).child(draw).normal([T + 1, COLUMNS]).data;
    return range(T).map((t) =>
      range(COLUMNS).map((i) =>
        size * (Math.sqrt(1 - shared) * z[t * COLUMNS + i] + Math.sqrt(shared) * z[T * COLUMNS + i])
      )
    );
  };
}

/** One head of attention forward and backward, from rows of queries, keys and values and the gradient of what is mixed. */
function attend(q: Rows, k: Rows, v: Rows, g: Rows, causal: boolean) {
  const scale = 1 / Math.sqrt(COLUMNS), seen = (t: number) => range(causal ? t + 1 : T);
  const weights = range(T).map((t) => {
    const raised = seen(t).map((j) => Math.exp(scale * dot(q[t], k[j])));
    const sum = raised.reduce((total, x) => total + x, 0);
    return raised.map((x) => x / sum);
  });
  const columns = range(COLUMNS);
  const mixed = range(T).map((t) =>
    columns.map((i) => weights[t].reduce((sum, a, j) => sum + a * v[j][i], 0))
  );
  const dv = range(T).map(() => columns.map(() => 0));
  const dq = range(T).map(() => columns.map(() => 0)),
    dk = range(T).map(() => columns.map(() => 0));
  for (let t = 0; t < T; t++) {
    const to = seen(t).map((j) => dot(g[t], v[j]));
    const mean = to.reduce((sum, x, j) => sum + weights[t][j] * x, 0);
    for (const j of seen(t)) {
      const ds = weights[t][j] * (to[j] - mean) * scale;
      for (const i of columns) {
        dv[j][i] += weights[t][j] * g[t][i];
        dq[t][i] += ds * k[j][i];
        dk[j][i] += ds * q[t][i];
      }
    }
  }
  return { mixed, dv, dq, dk };
}

for (const causal of [true, false]) {
  Deno.test(`attentionMix() agrees with drawn ${causal ? "causal" : "full"} attention, forward and backward`, () => {
    const q = draws("q", 0.8, 0.4),
      k = draws("k", 0.7, 0.2),
      v = draws("v", 1.3, 0.3),
      g = draws("g", 0.9, 0.5);
    const names = ["mixed", "dv", "dq", "dk"] as const;
    const sums = Object.fromEntries(names.map((name) => [name, gram(T, () => 0)]));
    const squares = Object.fromEntries(names.map((name) => [name, gram(T, () => 0)]));
    for (let draw = 0; draw < DRAWS; draw++) {
      const out = attend(q(draw), k(draw), v(draw), g(draw), causal);
      for (const name of names) {
        for (let t = 0; t < T; t++) {
          for (let u = 0; u < T; u++) {
            const product = dot(out[name][t], out[name][u]) / COLUMNS;
            sums[name][t][u] += product / DRAWS;
            squares[name][t][u] += product ** 2 / DRAWS;
          }
        }
      }
    }
    const mix = attentionMix(covariance(0.8, 0.4), covariance(0.7, 0.2), causal);
    const values = covariance(1.3, 0.3), gradient = covariance(0.9, 0.5);
    const scores = mix.toScores(gradient, values);
    const predicted = {
      mixed: mix.forward(values),
      dv: mix.toValues(gradient),
      dq: scores.query,
      dk: scores.key,
    };
    for (const name of names) {
      for (let t = 0; t < T; t++) {
        for (let u = 0; u < T; u++) {
          const measured = sums[name][t][u], expected = predicted[name][t][u];
          const error = Math.sqrt((squares[name][t][u] - measured ** 2) / DRAWS);
          // 4.5 standard errors, and terms that are left out: of order s^4 for what is mixed, s^2 for what is itself of order s^2.
          const size = Math.sqrt(predicted[name][t][t] * predicted[name][u][u]);
          const left = size * (name === "mixed" || name === "dv" ? 0.01 : 0.15);
          expect([name, t, u, Math.abs(measured - expected) <= 4.5 * error + left])
            .toEqual([name, t, u, true]);
        }
      }
    }
    // s^2 = 0.8^2 0.7^2 (1 - 0.2), about each row's mean.
    expect(mix.scoreStd).toBeCloseTo(0.8 * 0.7 * Math.sqrt(0.8), 12);
  });
}

Deno.test("attentionMix() of one position, or of equal keys, mixes evenly", () => {
  const one = attentionMix(gram(1, () => 1), gram(1, () => 1), true);
  expect([one.scoreStd, one.forward(gram(1, () => 7))[0][0]]).toEqual([0, 7]);
  const same = attentionMix(covariance(1, 0), gram(T, () => 1), true);
  const mixed = same.forward(covariance(1, 0));
  for (let t = 0; t < T; t++) expect(mixed[t][t]).toBeCloseTo(1 / (t + 1), 12);
});
