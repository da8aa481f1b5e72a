import { concentrations } from "./attention.ts";
import { diagonal, type Gram, gram, mean } from "./gram.ts";

/**
 * How attention with random scores mixes positions. With n(t) the keys that row t sees, m the smaller and n the larger of two rows' numbers,
 *
 *     E a_tj a_uk = 1 / (n(t) n(u)) + c_tu kappa / n (delta_jk - 1 / m)    for j, k <= m,
 *
 * kappa = (n C - 1) / (n - 1) from the row's expected sum of squares C, c the correlation of the rows' queries (1 for t = u): exact for one row,
 * for two of them to first order in the variance of the scores.
 */
export interface AttentionMix {
  /** Std of a row's scores about their mean, root mean square over rows that see two keys at least. */
  readonly scoreStd: number;
  /** Variance of each row's scores about their mean, less what two keys share. */
  readonly scoreVariances: readonly number[];
  /** What the mixed values' covariance is, from the values'. */
  forward(values: Gram): Gram;
  /** What the gradient's is with respect to values, from that with respect to what they are mixed to. */
  toValues(gradient: Gram): Gram;
  /** The same for queries and keys, each per unit of the other's weight's share; see `streamGradient`. */
  toScores(gradient: Gram, values: Gram): { query: Gram; key: Gram };
}

export function attentionMix(queries: Gram, keys: Gram, causal: boolean): AttentionMix {
  const positions = keys.length;
  const seen = keys.map((_, t) => causal ? t + 1 : positions);
  const spreads = spreadsOf(keys, seen);
  const scoreVariances = spreads.map((spread, t) => queries[t][t] * spread);
  const several = scoreVariances.filter((_, t) => seen[t] > 1);
  const variance = several.length > 0 ? mean(several) : 0;
  const kappas = kappasOf(seen, scoreVariances, variance);
  const least = (t: number, u: number) => Math.min(t, u),
    most = (t: number, u: number) => Math.max(t, u);
  const shared = gram(positions, (t, u) => {
    if (t === u) return kappas[t];
    const size = Math.sqrt(queries[t][t] * queries[u][u]);
    return size === 0 ? 0 : queries[t][u] / size * kappas[most(t, u)];
  });
  const concentrationOf = (t: number) => (1 + kappas[t] * (seen[t] - 1)) / seen[t];

  /** sum over rows that see j and k of flat_tu + rest_tu (delta_jk - 1 / m). */
  function spreadBack(
    flat: (t: number, u: number) => number,
    rest: (t: number, u: number) => number,
  ): Gram {
    const sums = gram(positions + 1, () => 0), rests = new Float64Array(positions + 1);
    for (let t = 0; t < positions; t++) {
      for (let u = 0; u < positions; u++) {
        sums[seen[t] - 1][seen[u] - 1] += flat(t, u);
        rests[least(seen[t], seen[u]) - 1] += rest(t, u);
      }
    }
    const shares = new Float64Array(positions + 1);
    for (let t = positions - 1; t >= 0; t--) {
      shares[t] = shares[t + 1] + rests[t] / (t + 1);
      rests[t] += rests[t + 1];
      for (let u = positions - 1; u >= 0; u--) {
        sums[t][u] += sums[t + 1][u] + sums[t][u + 1] - sums[t + 1][u + 1];
      }
    }
    return gram(positions, (j, k) => sums[j][k] - shares[most(j, k)] + (j === k ? rests[j] : 0));
  }

  return {
    scoreStd: Math.sqrt(variance),
    scoreVariances,
    forward: (values) => {
      const sums = prefixSums(values), spread = spreadsOf(values, seen);
      return gram(positions, (t, u) => {
        const m = least(t, u), own = spread[m] * (seen[m] - 1) / seen[m];
        return sums[seen[t] - 1][seen[u] - 1] / (seen[t] * seen[u]) + shared[t][u] * own;
      });
    },
    toValues: (gradient) =>
      spreadBack(
        (t, u) => gradient[t][u] / (seen[t] * seen[u]),
        (t, u) => gradient[t][u] * shared[t][u] / most(seen[t], seen[u]),
      ),
    toScores: (gradient, values) => {
      const spread = spreadsOf(values, seen);
      const pair = (t: number, u: number) =>
        gradient[t][u] * spread[least(t, u)] *
        (t === u ? concentrationOf(t) : 1 / most(seen[t], seen[u]));
      return {
        query: gram(positions, (t, u) => {
          const m = least(t, u);
          const left = 1 - (t === u ? concentrationOf(t) : 1 / seen[m]);
          return pair(t, u) * spreads[m] * left;
        }),
        key: spreadBack(
          () => 0,
          (t, u) => pair(t, u) * queries[t][u] / least(seen[t], seen[u]),
        ),
      };
    },
  };
}

/** Sums over rows 0 ... t and columns 0 ... u. */
function prefixSums(g: Gram): Gram {
  const sums = gram(g.length, (t, u) => g[t][u]);
  for (let t = 0; t < g.length; t++) {
    for (let u = 0; u < g.length; u++) {
      sums[t][u] += (t > 0 ? sums[t - 1][u] : 0) + (u > 0 ? sums[t][u - 1] : 0) -
        (t > 0 && u > 0 ? sums[t - 1][u - 1] : 0);
    }
  }
  return sums;
}

/** For each t the variance of the first seen(t) rows about their mean, with divisor seen(t) - 1; 0 for one row. */
function spreadsOf(g: Gram, seen: readonly number[]): number[] {
  const sums = prefixSums(g);
  let own = 0;
  const owns = diagonal(g).map((value) => own += value);
  return seen.map((n) =>
    n === 1 ? 0 : Math.max(0, (owns[n - 1] - sums[n - 1][n - 1] / n) / (n - 1))
  );
}

/** (n C - 1) / (n - 1), computed at the rows' mean variance of scores and scaled to each row's. */
function kappasOf(
  seen: readonly number[],
  variances: readonly number[],
  variance: number,
): number[] {
  if (variance === 0) return seen.map(() => 0);
  const laws = concentrations(seen, Math.sqrt(variance));
  return seen.map((n, t) =>
    n === 1 ? 0 : Math.min(1, (n * laws[t] - 1) / (n - 1) * variances[t] / variance)
  );
}
