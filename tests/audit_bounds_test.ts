/** What keeps the audit's bounds honest: many rows, heavy tails, and a rule's own gain. */
import { expect } from "@std/expect";
import { expectedOf } from "../lib/audit/expectation.ts";
import { dependenceFindings, structureFindings } from "../lib/audit/structure.ts";
import { measure } from "../lib/audit/statistics.ts";
import { audit, heNormal, normal, rng, type Tensor } from "../lib/mod.ts";

function measured({ shape, data }: Tensor) {
  const source = { name: "w", shape, blocks: [data], whole: () => data };
  return measure(source, { rows: shape[0], columns: shape[1] });
}

Deno.test("one of many rows may be as long as one in so many is", () => {
  // A row of n = 64 entries, x times as long squared as the mean: 2 exp(-n (x - 1 - ln x) / 2) is 8e-8 at x = 2.41, below 1e-6
  // for one row, and 3e-5 for the longest of 400; at x = 3.13 it is 1e-11 for those. One entry of the row is not counted.
  const law = normal({ std: 1 }).law([]), rows = 400, columns = 64;
  const chance = (x: number) => 2 * Math.exp(-columns / 2 * (x - 1 - Math.log(x)));
  expect([chance(2.41) < 1e-7, rows * chance(2.41) > 1e-5, rows * chance(3.13) < 1e-10])
    .toEqual([true, true, true]);
  const found = (x: number) => {
    // Rows of the same length but one: signs alone, whose squares are 1.
    const { data } = rng("rows").uniform([rows, columns], { low: -1, high: 1 });
    const signs = data.map((u, i) => Math.sign(u) * (i < columns ? Math.sqrt(x) : 1));
    return structureFindings(measured({ shape: [rows, columns], data: signs }), law)
      .some(({ kind }) => kind === "unevenRows");
  };
  expect([found(2.46), found(3.2)]).toEqual([false, true]);
});

Deno.test("a heavy tail alone makes no direction that dominates", () => {
  // The edge of 40 + 40 rows at std 1 is 12.6, t = sqrt(13.8 (kurtosis - 1)): 5.3 at kurtosis 3, 11.1 at 10.
  const law = normal({ std: 1 }).law([]);
  const { stats } = measured(normal({ std: 1 })([40, 40], rng("tail")));
  const edge = 2 * Math.sqrt(40);
  const kinds = (top: number, kurtosis: number) => {
    const spectrum = {
      rows: 40,
      columns: 40,
      top,
      edge,
      effectiveRank: 20,
      unevenness: 1,
      method: "exact" as const,
    };
    const plain = { ...stats, mean: 0, std: 1, kurtosis };
    return dependenceFindings(
      { ...measured(normal({ std: 1 })([40, 40], rng("tail"))), stats: plain },
      law,
      spectrum,
    )
      .map(({ kind }) => kind);
  };
  expect([kinds(edge + 5, 3), kinds(edge + 5.5, 3)]).toEqual([[], ["dependent"]]);
  expect([kinds(edge + 5.5, 1.8), kinds(edge + 4, 1.8)]).toEqual([["dependent"], []]); // no smaller than a normal law's
  expect([kinds(edge + 11, 10), kinds(edge + 11.3, 10)]).toEqual([[], ["dependent"]]);
});

Deno.test("a leaky ReLU's gain is the one that is missing", () => {
  const init = heNormal({ negativeSlope: 0.5 }); // gain sqrt(2 / 1.25) = 1.265
  const { gains } = expectedOf("w", [200, 300], init, "jax");
  expect(gains.map((gain) => gain.toFixed(6))).toEqual(["1.264911", "1.414214"]);
  const w = normal({ std: Math.sqrt(1 / 200) })([200, 300], rng("leaky"));
  const [{ findings }] = audit({ w }, { against: { w: init } });
  expect(findings.map(({ kind, says }) => [kind, says.includes("the gain 1.265 is missing")]))
    .toEqual([["gainMissing", true]]);
});
