/** Any options of initializers, schemes, optimizers and draws, several wrong at once: a sound answer, or a refusal in words. */
import { expect } from "@std/expect";
import fc from "fast-check";
import * as api from "../lib/mod.ts";
import { type Called, isInWords } from "./apiJunk.ts";
import { METHOD_CALLS, METHODS } from "./apiStreamCalls.ts";
import { INITIALIZER_CALLS, SCHEME_CALLS } from "./apiTheoryCalls.ts";
import { type Calls, isOptions, language, model, stream } from "./apiValues.ts";

const SEED = { seed: 20261124, numRuns: 10_000 };

const value = fc.oneof(
  fc.constantFrom<unknown>(NaN, Infinity, -Infinity, -1, 0, -0, 1e300, -1e300, 5e-324, 2 ** 53),
  fc.constantFrom<unknown>(
    undefined,
    null,
    true,
    "",
    "12",
    "adam",
    "fanIn",
    {},
    [],
    [1],
    2n,
    "NaN",
  ),
  fc.constantFrom<unknown>(Symbol.iterator, () => 1, Object.create(null), new Date(NaN), /x/),
  fc.double(),
  fc.double({ min: -2, max: 3 }),
  fc.integer({ min: 1, max: 4 }),
  fc.string(),
);

/** Calls whose last argument is options, by name. */
const withOptions = (calls: Calls) =>
  Object.entries(calls).filter(([, right]) => isOptions(right.at(-1)));
const draws = withOptions(METHOD_CALLS).map(([name, right]) => ({
  name,
  call: METHODS[name],
  right,
}));
const factories = [...withOptions(INITIALIZER_CALLS), ...withOptions(SCHEME_CALLS)]
  .concat([["sgd", [{ learningRate: 0.1, momentum: 0.9 }]]])
  .concat([["adam", [{ learningRate: 0.1, beta1: 0.9, beta2: 0.9, epsilon: 1e-8 }]]])
  .map(([name, right]) => ({
    name,
    call: (api as unknown as Record<string, Called>)[name],
    right,
  }));

const anyCall = fc.constantFrom(...draws, ...factories).chain(({ name, call, right }) => {
  const good = right.at(-1) as Readonly<Record<string, unknown>>;
  const strange = fc.constantFrom("unknown", "__proto__", "constructor");
  const names = Object.keys(good);
  const option = names.length === 0 ? strange : fc.oneof(
    { weight: 9, arbitrary: fc.constantFrom(...names) },
    { weight: 1, arbitrary: strange },
  );
  return fc.dictionary(option, value, { minKeys: 1, maxKeys: 2 })
    .map((junk) => ({ name, call, args: [...right.slice(0, -1), { ...good, ...junk }] }));
});

/** What an answer says in numbers: an initializer's law, a scheme's rows, or itself. */
function numbersOf(answer: unknown): unknown {
  if (typeof answer !== "function") return answer;
  if ("law" in answer) return (answer as api.Initializer).law([4, 8], { fanIn: 4, fanOut: 8 });
  return [language, model].flatMap((one) =>
    answered(() => api.describeScheme(one, answer as api.Scheme))
  );
}

/** What a call answers, nothing where it refuses in words. */
function answered(call: () => unknown): unknown[] {
  try {
    return [call()];
  } catch (error) {
    if (isInWords(error)) return [];
    throw error;
  }
}

const hasNaN = (answer: unknown): boolean =>
  typeof answer === "object" && answer !== null
    ? Object.values(answer).some(hasNaN)
    : Number.isNaN(answer);

Deno.test("options that are wrong in any way are refused in words, or give no NaN", () => {
  let refused = 0, taken = 0;
  fc.assert(
    fc.property(anyCall, ({ call, args }) => {
      const answer = answered(() => numbersOf(call(...args)));
      if (answer.length === 0) refused++;
      else taken++;
      expect(hasNaN(answer)).toBe(false);
    }),
    SEED,
  );
  // Both happen, so that neither a factory that refuses all nor one that takes all would pass unseen.
  expect(refused).toBeGreaterThan(1000);
  expect(taken).toBeGreaterThan(1000);
  expect(factories.length + draws.length).toBeGreaterThan(60);
});

Deno.test("this test would see an option that is used unchecked", () => {
  const half = (options: { std: number }) => ({ std: options.std / 2 });
  expect(hasNaN(answered(() => half({ std: NaN })))).toBe(true);
  expect(() => answered(() => half(null as never))).toThrow("Cannot read properties");
  expect(answered(() => stream.normal([2], { std: -1 }))).toEqual([]);
});
