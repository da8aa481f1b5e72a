/** Every initializer, each check that applies, on five shapes that are not square; each check refuses what is wrong. */
import { expect } from "@std/expect";
import {
  fansOf,
  initializerNames,
  type Law,
  moments,
  type RandomSource,
  rng,
  type Shape,
  type Tensor,
  torchRng,
} from "../lib/mod.ts";
import { partOf } from "../lib/tensor/randomSource.ts";
import { type Case, type Check, CHECKS, type Draw } from "./initializerCase.ts";
import { TABLE } from "./initializerTable.ts";
import { distances, MAX_Z } from "./lawDistance.ts";

/** So many free entries make a sample: the standard errors tell a variance 10 % off (|z| > 7 for a normal law). */
const SAMPLE = 12_000;
const CALLS: readonly Check[] = ["determinism", "order", "shard"];

function joined(parts: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** One draw of what draws nothing; else as many as make a sample. */
function sampleOf(draw: Draw, { spread, free = (w) => w }: Case, shape: Shape): Float32Array[] {
  const stream = rng("every").child(shape.join("x"));
  const first = draw(shape, stream.child(0)).data;
  const count = spread ? Math.ceil(SAMPLE / Math.max(1, free(first, shape).length)) : 1;
  return Array.from({ length: count }, (_, k) => k ? draw(shape, stream.child(k)).data : first);
}

/** Whether draws have what a check asks of the numbers. */
function sampleHolds(check: Check, draws: readonly Float32Array[], of: Case, shape: Shape) {
  if (check === "structure") return of.structure!(draws, shape);
  const law = of.init.law(shape), whole = moments(joined(draws));
  if (check === "bounds") {
    const low = Math.fround(law.low), high = Math.fround(law.high);
    if (!of.spread) return whole.min === low && whole.max === high;
    return whole.min >= low && whole.max <= high;
  }
  if (!of.spread) {
    // Nothing is random: float32 entries, float64 sums.
    const [got, told] = check === "mean" ? [whole.mean, law.mean] : [whole.std, law.std];
    return Math.abs(got - told) < 1e-7 * (1 + Math.abs(told));
  }
  const spread = of.spread(shape), { free = (w) => w } = of;
  const sample = joined(draws.map((w) => free(w, shape)));
  const z = distances(sample, spread)[check as "mean" | "variance" | "kurtosis" | "KS"];
  const n = sample.length / (spread.copies ?? 1);
  // The law is that of all entries, of which only the free ones count.
  const ofLaw = check === "mean"
    ? Math.abs(whole.mean - law.mean) / (law.std / Math.sqrt(n))
    : check === "variance"
    ? Math.max(0, Math.abs(whole.variance / law.std ** 2 - 1) - (spread.bias ?? 0)) /
      Math.sqrt((whole.kurtosis - 1) / n)
    : 0;
  return z < MAX_Z && ofLaw < MAX_Z;
}

/** Whether calls of a draw, one after the other, have what a check asks. */
function callsHold(
  check: Check,
  draw: Draw,
  { spread, inTurn = (w) => w }: Case,
  shape: Shape,
  source: () => RandomSource = () => rng("calls"),
): boolean {
  const same = (a: Tensor, b: Tensor) => a.data.every((value, k) => Object.is(value, b.data[k]));
  if (check === "determinism") {
    const a = draw(shape, source()), other = draw(shape, rng("other"));
    return same(a, draw(shape, source())) && same(a, other) === !spread;
  }
  if (check === "order") {
    const one = source(), another = source();
    const [a, b] = ["a", "b"].map((part) => draw(shape, partOf(one, part)));
    const [later, before, again] = ["b", "a", "a"].map((part) =>
      draw(shape, partOf(another, part))
    );
    return same(a, before) && same(b, later) && same(a, again);
  }
  // Twice as many rows under the same fans: the leading part reads the same words. A zero of `sparse` may lie elsewhere.
  const long = [2 * shape[0], ...shape.slice(1)];
  const fans = shape.length > 1 ? fansOf(shape) : undefined;
  const part = inTurn(draw(shape, source(), fans).data, shape);
  const whole = inTurn(draw(long, source(), fans).data, long);
  return part.every((value, k) => value === whole[k] || value === 0 || whole[k] === 0);
}

function holds(check: Check, draw: Draw, of: Case, shape: Shape): boolean {
  return CALLS.includes(check)
    ? callsHold(check, draw, of, shape)
    : sampleHolds(check, sampleOf(draw, of, shape), of, shape);
}

/** Draws that are wrong so that a check must refuse them. */
function spoilt(check: Check, { init }: Case): Draw {
  let calls = 0;
  const changed =
    (change: (value: number, k: number, law: Law) => number): Draw => (shape, stream) => {
      const { data } = init(shape, stream), law = init.law(shape);
      return { shape, data: data.map((value, k) => change(value, k, law)) };
    };
  switch (check) {
    case "mean": // off by a tenth of the std
      return changed((value, _, law) => value + 0.1 * (law.std || 1));
    case "variance": // noise of half the std
      return changed((value, k, law) => value + (k % 2 ? 0.5 : -0.5) * (law.std || 1));
    case "kurtosis":
    case "KS": // two values
      return changed((value, _, law) => law.mean + law.std * Math.sign(value - law.mean));
    case "bounds": // one entry above the highest, or not a number where there is none
      return changed((value, k, { high }) =>
        k ? value : high < Infinity ? high + 0.01 * (1 + Math.abs(high)) : NaN
      );
    case "structure": // a zero for a number, or the other way round
      return changed((value, k) => k ? value : value ? 0 : 1);
    case "shard": // each length has a stream of its own
      return (shape, stream, fans) => init(shape, partOf(stream, shape[0]), fans);
    default: // what was drawn before is remembered
      return changed((value) => value + ++calls);
  }
}

const cases = Object.entries(TABLE).flatMap(([name, all]) => all.map((one) => ({ name, ...one })));

function without(names: readonly string[]): string[] {
  return names.filter((name) => !Object.hasOwn(TABLE, name));
}

Deno.test("the table of checks has every initializer, on five shapes that are not square", () => {
  expect(without(initializerNames)).toEqual([]);
  expect(without([...initializerNames, "newest"])).toEqual(["newest"]);
  expect(Object.keys(TABLE).filter((name) => !initializerNames.includes(name))).toEqual([]);
  for (const { name, init, shapes, not } of cases) {
    expect(init.spec.name).toBe(name);
    expect(new Set(shapes.map(String)).size).toBe(5);
    // The pair W_V, W_O is square by its nature.
    const square = shapes.some((shape) => shape.length > 1 && shape.at(-1) === shape.at(-2));
    expect({ name, square }).toEqual({ name, square: name === "mimeticValueOutput" });
    // No reason, and mean, variance, bounds, determinism and order are never let off.
    expect(Object.values(not).every((why) => why.length > 5)).toBe(true);
    expect(Object.keys(not).filter((check) => !/kurtosis|KS|structure|shard/.test(check))).toEqual(
      [],
    );
  }
  for (const name of initializerNames) {
    expect({ name, wrong: TABLE[name].some(({ wrong }) => wrong) }).toEqual({ name, wrong: true });
  }
});

for (const { name, ...of } of cases) {
  const { init, shapes, not, wrong } = of;
  const applies = CHECKS.filter((check) => !not[check]);
  const settings = JSON.stringify(Object.values(init.spec).slice(1)).slice(1, -1);
  const told = wrong ? `, and refuses ${wrong[0]}` : "";
  Deno.test(`${name}(${settings}) holds ${applies.join(", ")}${told}`, () => {
    for (const shape of shapes) {
      for (const check of applies) {
        expect({ shape, check, holds: holds(check, init, of, shape) })
          .toEqual({ shape, check, holds: true });
        expect({ shape, check, spoilt: holds(check, spoilt(check, of), of, shape) })
          .toEqual({ shape, check, spoilt: false });
      }
      if (!wrong) continue;
      const [what, draw, check] = wrong;
      expect(applies).toContain(check);
      expect({ shape, what, holds: holds(check, draw, of, shape) })
        .toEqual({ shape, what, holds: false });
    }
  });
}

Deno.test("order and shard refuse a stream that goes on from call to call", () => {
  for (const { name, ...of } of cases) {
    if (!of.spread) continue;
    const [shape] = of.shapes, source = torchRng(0), order = () => torchRng(0);
    expect({ name, holds: callsHold("order", of.init, of, shape, order) })
      .toEqual({ name, holds: false });
    if (of.not.shard) continue;
    expect({ name, holds: callsHold("shard", of.init, of, shape, () => source) })
      .toEqual({ name, holds: false });
  }
});
