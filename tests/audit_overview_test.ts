import { expect } from "@std/expect";
import { overviewOf } from "../lib/audit/overview.ts";
import { audit, heNormal, rng, type Tensor, zeros } from "../lib/mod.ts";

const fresh = (name: string) => heNormal()([60, 40], rng("overview").child(name));

/** Heavy tails, as training makes them. */
function trained(name: string): Tensor {
  const { shape, data } = fresh(name);
  return { shape, data: data.map((x) => x ** 3) };
}

Deno.test("overviewOf() says whether a file's large weights look new or trained", () => {
  const [a, b, c] = ["a", "b", "c"];
  const told = (...weights: Tensor[]) =>
    overviewOf(audit(Object.fromEntries(weights.map((w, i) => [`w${i}`, w]))));
  expect(told(fresh(a), fresh(b))).toMatch(/^2 of 2 large weights fit .* Nothing was said/);
  expect(told(fresh(a), fresh(b), trained(c))).toMatch(/^2 of 3 .*; the others look trained/);
  expect(told(fresh(a), trained(b), trained(c))).toMatch(/^1 of 3 .*: the file looks trained/);
  expect(told(trained(a))).toMatch(/^0 of 1 large weight fit /);
  expect(told(zeros()([4000], rng(a)), heNormal()([3, 4], rng(b)))).toBe("");
  const asked = audit({ w: fresh(a) }, { against: { w: heNormal() } });
  expect(overviewOf(asked)).not.toContain("Nothing was said");
});
