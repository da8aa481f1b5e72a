/** Every public function, called with junk: it answers, or refuses in words of the library's own. */
import { expect } from "@std/expect";
import * as checkpoints from "../lib/checkpoints/mod.ts";
import * as data from "../lib/data/mod.ts";
import * as library from "../lib/mod.ts";
import * as notebook from "../lib/notebook/mod.ts";
import { DATA_CALLS, FIGURE_CALLS, FILE_CALLS, NOTEBOOK_CALLS } from "./apiFigureCalls.ts";
import { type Called, faultsOf, isInWords } from "./apiJunk.ts";
import { EXPERIMENT_CALLS, NETWORK_CALLS, TENSOR_CALLS } from "./apiNetworkCalls.ts";
import { METHOD_CALLS, METHODS, STREAM_CALLS } from "./apiStreamCalls.ts";
import { INITIALIZER_CALLS, SCHEME_CALLS, THEORY_CALLS } from "./apiTheoryCalls.ts";
import { type Calls, options } from "./apiValues.ts";

const ROOMS: Readonly<Record<string, Calls>> = {
  tensors: TENSOR_CALLS,
  streams: STREAM_CALLS,
  networks: NETWORK_CALLS,
  experiments: EXPERIMENT_CALLS,
  initializers: INITIALIZER_CALLS,
  schemes: SCHEME_CALLS,
  theory: THEORY_CALLS,
  figures: FIGURE_CALLS,
  notebooks: NOTEBOOK_CALLS,
  "data sets": DATA_CALLS,
  files: FILE_CALLS,
  methods: METHOD_CALLS,
};

/** What is not called here, and why. */
const LEFT_OUT: Readonly<Record<string, string>> = {
  mnist: "takes nothing",
  penguins: "takes nothing",
  mobyDick: "takes nothing",
  languageRuns: "takes nothing",
  scalingRuns: "takes nothing",
  Tape: "takes nothing; its methods are called",
  Rng: "made by rng(); its methods are called",
  JaxRng: "made by jaxRng(); its methods are called",
  TorchRng: "made by torchRng(); its methods are called",
  SeedrandomRng: "made by seedrandomRng() and tfjsRng(); its methods are called",
};

/** Junk that is right after all, and why. */
const TAKEN: Readonly<Record<string, string>> = {
  "rng(-1)": "a number names a stream too",
  "rng.child(-1)": "a number names a stream too",
  "seedrandomRng(-1)": "a number is a seed too",
  "erf(NaN)": "NaN stays NaN",
  "erfc(NaN)": "NaN stays NaN",
  "normalCdf(NaN)": "NaN stays NaN",
  "normalPdf(NaN)": "NaN stays NaN",
  "gaussianExpectation(a function)": "where f is not finite, neither is the result",
  "correlatedExpectation(a function)": "where f is not finite, neither is the result",
  "correlatedExpectation(_, a function)": "where g is not finite, neither is the result",
  "dot(_, _, undefined)": "the bias may be left out",
  "layerNorm(_, _, undefined)": "the shift may be left out",
  "explain(_, _, undefined)": "fans may be left out",
  "an initializer(_, _, undefined)": "fans may be left out",
  "propagate(_, _, _, undefined)": "nothing is sent backward: gradient columns are NaN",
  "propagate(_, _, _, {})": "nothing is sent backward: gradient columns are NaN",
  "propagate(_, _, _, { rng: undefined })": "nothing is sent backward: gradient columns are NaN",
  "jaxFans(_, { inAxis: [] })": "several axes may be inputs, or none",
  "jaxFans(_, { outAxis: [] })": "several axes may be outputs, or none",
  "digits.slice(_, _, undefined)": "the scale may be left out",
  "audit(_, { against: a function })": "expectations may be told by a function",
};
/** Functions that show or write whatever they are given, and axes, which may be several, one or none. */
const TAKES_ALL = /^(display\(|(md|tex)\(_, |jaxInit.*Axis: \[\])/;

/** Every exported function by its name, also those of a namespace; one of the same name behind another door after that door's. */
const FUNCTIONS = new Map<string, Called>(Object.entries(METHODS));
for (const [door, exports] of Object.entries({ library, checkpoints, data, notebook })) {
  const { Plot: _anothers, ...own } = exports as Readonly<Record<string, unknown>>;
  for (const [name, value] of Object.entries(own)) add(door, name, value);
}

function add(door: string, name: string, value: unknown): void {
  if (Object.prototype.toString.call(value) === "[object Module]") {
    for (const [inner, one] of Object.entries(value as object)) add(door, `${name}.${inner}`, one);
  }
  if (typeof value !== "function" || FUNCTIONS.get(name) === value) return;
  FUNCTIONS.set(FUNCTIONS.has(name) ? `${door} ${name}` : name, value as Called);
}

Deno.test("every exported function is called with junk, or left out for a reason", () => {
  const called = Object.values(ROOMS).flatMap((calls) => Object.keys(calls));
  const known = [...called, ...Object.keys(LEFT_OUT)];
  expect([...FUNCTIONS.keys()].filter((name) => !known.includes(name))).toEqual([]);
  expect(known.filter((name) => !FUNCTIONS.has(name))).toEqual([]);
  expect(FUNCTIONS.size).toBeGreaterThan(290);
});

const met = new Set<string>();
for (const [room, calls] of Object.entries(ROOMS)) {
  Deno.test(`${room} answer junk, or refuse it in words`, () => {
    const faults = Object.entries(calls).flatMap(([name, right]) =>
      faultsOf(name, FUNCTIONS.get(name)!, right)
    );
    const where = (fault: string) => fault.replace(/ (was taken|gave NaN)$/, "");
    faults.forEach((fault) => met.add(where(fault)));
    expect(faults.filter((fault) => !TAKES_ALL.test(fault) && !Object.hasOwn(TAKEN, where(fault))))
      .toEqual([]);
  });
}

Deno.test("what is right after all is still taken", () => {
  expect(Object.keys(TAKEN).filter((fault) => !met.has(fault))).toEqual([]);
});

Deno.test("this test would see functions that take junk or refuse it in the language's words", () => {
  const faults = (call: Called, ...right: unknown[]) => faultsOf("f", call, right);
  const refuse = (given: unknown) => {
    if (Number.isFinite(given)) return given;
    throw new TypeError("Cannot use what is no number: pass 1");
  };
  expect(faults(refuse as Called, 1)).toEqual([]);
  expect(faults(((x: number) => x) as Called, 1)).toContain('f("x") was taken');
  expect(faults(((x: number) => x) as Called, 1)).toContain("f(NaN) gave NaN");
  expect(faults(((x: number[]) => x.length) as Called, [1])[0]).toContain("threw TypeError");
  expect(faults(((x: { a: number }) => refuse(x.a)) as Called, options({ a: 1 })))
    .toContain("f({ unknown: -1 }) was taken");
  for (const message of ["Cannot read properties of null (reading 'x')", "Cannot do it.", "No"]) {
    expect(isInWords(new TypeError(message))).toBe(false);
  }
  expect(isInWords(new Error("Cannot do it"))).toBe(false);
  expect(isInWords(new Error("Cannot run point 1", { cause: new RangeError("Cannot go") }))).toBe(
    true,
  );
});
