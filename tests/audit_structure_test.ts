/** What the audit says without an expectation, of files, of several tensors at once, and of bad input. */
import { expect } from "@std/expect";
import { weightFans } from "../lib/audit/expectation.ts";
import { asBfloat16, asFloat16 } from "./rounded.ts";
import {
  audit,
  auditEach,
  constant,
  type FindingKind,
  heNormal,
  identity,
  type Initializer,
  lecunNormal,
  normal,
  ones,
  orthogonal,
  rng,
  type Tensor,
  tensor,
  type TensorFile,
  truncatedNormal,
  uniform,
  xavierUniform,
  zeros,
} from "../lib/mod.ts";

const shape = [40, 25];
const right = normal({ std: 0.1 })(shape, rng("right"));

/** What is found in one tensor of which nothing is expected, or in the last of several. */
function kinds(...tensors: Tensor[]): FindingKind[] {
  const rows = audit(Object.fromEntries(tensors.map((w, i) => [`w${i}`, w])));
  return rows.at(-1)!.findings.map(({ kind }) => kind);
}

function changed({ shape, data }: Tensor, change: (x: number, i: number) => number): Tensor {
  return { shape, data: data.map(change) };
}

Deno.test("audit() finds what is wrong whatever the law", () => {
  expect(kinds(right)).toEqual([]);
  expect(kinds(changed(right, (x, i) => i === 3 ? NaN : x))).toEqual(["nonFinite"]);
  expect(kinds(changed(right, (x, i) => i === 3 ? -Infinity : x))).toEqual(["nonFinite"]);
  expect(kinds(changed(right, () => NaN))).toEqual(["nonFinite"]);
  expect(kinds(zeros()(shape, rng("any")))).toEqual(["allZero"]);
  expect(kinds(ones()(shape, rng("any")))).toEqual(["constantTensor"]);
  expect(kinds(changed(right, (_, i) => right.data[i % 25]))).toEqual(["equalRows"]);
  expect(kinds(changed(right, (_, i) => right.data[Math.floor(i / 25)]))).toEqual(["equalColumns"]);
  expect(kinds(changed(right, (x, i) => i < 25 ? 0.3 : x))).toEqual(["constantRows"]);
  expect(kinds(changed(right, (x, i) => i % 25 === 4 ? 0 : x))).toEqual(["constantColumns"]);
  expect(kinds(changed(right, (x, i) => i < 25 ? 50 * x : x))).toEqual(["unevenRows"]);
  expect(kinds(changed(right, (x, i) => i % 25 === 4 ? x / 50 : x))).toEqual(["unevenColumns"]);
});

Deno.test("audit() leaves alone what is usual without an expectation", () => {
  expect(kinds(zeros()([30], rng("any")))).toEqual([]); // a bias
  expect(kinds(ones()([30], rng("any")))).toEqual([]); // a gain
  expect(kinds(changed(right, (x, i) => i < 25 ? 3 * x : x))).toEqual([]); // training does that
  expect(kinds(identity()([9, 9], rng("any")))).toEqual([]);
  expect(kinds(orthogonal()(shape, rng("any")))).toEqual([]);
  expect(kinds(ones()([1, 1], rng("any")))).toEqual(["constantTensor"]);
  expect(kinds(tensor([1, 5], [1, 2, 3, 4, 5]), tensor([5, 1], [5, 2, 3, 4, 1]))).toEqual([]);
});

Deno.test("structureFindings() is where its bounds are", () => {
  const signs = rng("signs").uniform([100, 100], { low: -1, high: 1 }).data.map(Math.sign);
  const of = (rows: number, columns: number, change: (x: number, i: number) => number) =>
    changed({ shape: [rows, columns], data: signs.slice(0, rows * columns) }, change);
  // Lines of 8 entries or more that are constant are no chance; one of 7 may be. A matrix of one row is no constant row.
  const row = (rows: number, columns: number) =>
    kinds(of(rows, columns, (x, i) => i < columns ? 0 : x));
  expect([row(90, 8), row(90, 7).includes("constantRows")]).toEqual([["constantRows"], false]);
  expect(kinds(of(1, 50, (x) => x))).toEqual([]);
  expect(kinds(of(50, 1, (x) => x))).toEqual([]);
  // Lengths are told from ten times the typical one on, or a tenth.
  const long = (factor: number) => kinds(of(90, 60, (x, i) => i < 60 ? factor * x : x));
  expect([9.9, 10.1, 1 / 9.9, 1 / 10.1].map(long)).toEqual([
    ...[[], ["unevenRows"]],
    ...[[], ["unevenRows"]],
  ]);
  // One entry that is far out makes no row long, whatever the others of its row.
  const one = (rest: number) => kinds(of(90, 60, (x, i) => i === 0 ? 100 : i < 60 ? rest * x : x));
  expect([one(1), one(0.1)]).toEqual([[], []]);
  expect(kinds(of(90, 60, (x, i) => i === 70 ? 200 * x : x))).toEqual([]);
});

Deno.test("structureFindings() says which lines are 0, and how grave it is", () => {
  const first = (data: Tensor, law?: true) => {
    const against = law && (() => normal({ std: 0.1 }));
    const [{ kind, severity, says }] = audit({ w: data }, { against })[0].findings;
    return [kind, severity, says];
  };
  const rows = (...values: number[]) => changed(right, (x, i) => values[Math.floor(i / 25)] ?? x);
  expect(first(rows(0, 0))).toEqual(["constantRows", "note", "2 of 40 rows: 0 throughout"]);
  expect(first(rows(0, 0), true).slice(0, 2)).toEqual(["constantRows", "warning"]);
  expect(first(rows(0.3))).toEqual(["constantRows", "warning", "1 of 40 rows: constant"]);
  expect(first(rows(0, 0.3))).toEqual([
    ...["constantRows", "warning", "2 of 40 rows: constant, 1 of them 0"],
  ]);
  const long = changed(right, (x, i) => i < 25 ? 30 * x : x);
  expect([first(long)[1], first(long, true)[1]]).toEqual(["note", "warning"]);
  // Where most rows are nearly nothing, but not 0, the mean length is the typical one.
  const few = changed(right, (x, i) => i < 25 * 15 ? x : i % 25 ? 0 : 1e-30 * x);
  expect(audit({ w: few })[0].findings.filter(({ says }) => /NaN|Infinity/.test(says))).toEqual([]);
});

Deno.test("patternFindings() allows what half precision does to a constant, and no more", () => {
  const found = (law: Initializer, { shape, data }: Tensor, format = (x: Float32Array) => x) =>
    audit({ w: { shape, data: format(data) } }, { against: { w: law } })[0].findings
      .map(({ kind }) => kind);
  const of = (value: number) => constant({ value })([9], rng("any"));
  expect(found(constant({ value: 0.3 }), of(0.3), asBfloat16)).toEqual([]);
  expect(found(constant({ value: 1e-6 }), of(1e-6), asFloat16)).toEqual([]);
  expect(found(constant({ value: 0.3 }), of(0.302))).toEqual(["notConstant"]);
  const gain = (gain: number) => orthogonal({ gain })(shape, rng("gain"));
  expect(found(orthogonal(), gain(1.005))).toEqual(["wrongScale"]);
  expect(found(orthogonal(), gain(1))).toEqual([]);
  // A law of std 0 is a constant; and zeros are no orthogonal matrix.
  const none = () => normal({ std: 0 }).law([]);
  expect(audit({ w: right }, { against: none })[0].findings[0].kind).toBe("notConstant");
  expect(audit({ w: zeros()(shape, rng("any")) })[0].fits.map(({ name }) => name)).toEqual([
    "zeros()",
  ]);
  expect(weightFans([2 ** 14, 2 ** 15], "jax")).toEqual({ fanIn: 2 ** 14, fanOut: 2 ** 15 });
});

Deno.test("audit() says where a tensor's rows are padding", () => {
  const [{ findings }] = audit({ w: changed(right, (x, i) => i < 25 ? 0 : x) });
  expect(findings[0].says).toBe("1 of 40 rows: 0 throughout");
  // Against a law it is told once, not again as zeros and as an unknown law.
  const [row] = audit({ w: changed(right, (x, i) => i < 25 ? 0 : x) }, {
    against: { w: normal({ std: 0.1 }) },
  });
  expect(row.findings.map(({ kind }) => kind)).toEqual(["constantRows"]);
});

Deno.test("audit() finds one seed used twice, scaled or in another shape, in 100 of 100 models", () => {
  const draw = normal({ std: 1 });
  for (let i = 0; i < 100; i++) {
    const a = draw(shape, rng("twice").child(i)), b = draw([30, 20], rng("twice").child(i));
    expect(kinds(a, right, a)).toEqual(["duplicate"]);
    expect(kinds(a, right, changed(a, (x) => -0.02 * x))).toEqual(["sameStream"]);
    expect(kinds(a, right, changed(b, (x) => 0.5 * x + 3))).toEqual(["sameStream"]);
    expect(kinds(a, right, draw(shape, rng("other").child(i)))).toEqual([]);
  }
  const [, { findings }] = audit({ a: right, b: right }, { against: () => normal({ std: 0.1 }) });
  expect(findings[0]).toEqual({
    kind: "duplicate",
    severity: "error",
    says: 'every entry equals that of "a"',
    fix: "give each parameter a random stream of its own, such as rng(seed).child(name)",
  });
});

Deno.test("audit() names the laws that fit a shape, from the shape alone", () => {
  const named = (w: Tensor, layout?: "torch") => audit({ w }, { layout })[0].fits[0].name;
  const long = [300, 100], stream = rng("named");
  expect(named(heNormal()(long, stream))).toBe("heNormal()");
  expect(named(lecunNormal({ truncated: true })(long, stream))).toBe(
    "lecunNormal({ truncated: true })",
  );
  expect(named(xavierUniform()(long, stream))).toBe("xavierUniform()");
  expect(named(heNormal({ mode: "fanOut" })(long, stream))).toBe('heNormal({ mode: "fanOut" })');
  expect(named(heNormal({ mode: "fanOut" })(long, stream), "torch")).toBe("heNormal()");
  expect(named(truncatedNormal({ parentStd: Math.sqrt(1 / 300) })(long, stream))).toBe(
    "lecunNormal({ truncated: true }) without its correction",
  );
  const bound = 1 / Math.sqrt(300);
  expect(named(uniform({ low: -bound, high: bound })(long, stream))).toBe(
    "uniform on +-1 / sqrt(fanIn), PyTorch's default",
  );
  expect(named(normal({ std: 0.02 })([5000], stream))).toBe("normal({ std: 0.02 })");
  expect(named(normal({ std: 0.3 })(long, stream))).toBe("normal of the measured mean and std");
  expect(named(ones()([7], stream))).toBe("ones()");
  const cubes = changed(normal({ std: 0.3 })(long, stream), (x) => x ** 3);
  expect(audit({ w: cubes })[0].fits).toEqual([]);
  // PyTorch's LSTM: a bound that the weight's own fans do not tell.
  expect(named(uniform({ low: -0.102, high: 0.102 })(long, stream))).toBe(
    "uniform between the smallest and the largest",
  );
});

Deno.test("audit() reads fans from the layout it is told", () => {
  const kernel = [20, 30, 3, 3]; // torch: (out, in, ...kernel), fanIn 270, fanOut 180
  const w = normal({ std: Math.sqrt(2 / 270) })(kernel, rng("torch"));
  const find = (layout?: "torch" | "jax") =>
    audit({ w }, { against: { w: heNormal() }, layout })[0].findings.map(({ kind }) => kind);
  expect(find("torch")).toEqual([]);
  expect(find("jax")).toEqual(["wrongScale"]); // fanIn 20 30 3
  const [{ spectrum }] = audit({ w }, { layout: "torch" });
  expect([spectrum!.rows, spectrum!.columns]).toEqual([20, 270]);
  // More than memory holds, as a file may: fans are not asked for.
  expect(weightFans([2 ** 16, 2 ** 15], "jax")).toBe(undefined);
  // Fans that no shape tells.
  const bias = normal({ std: 0.1 })([2000], rng("bias"));
  const against = { bias: { init: lecunNormal(), fans: { fanIn: 100, fanOut: 1 } } };
  expect(audit({ bias }, { against })[0].findings).toEqual([]);
});

Deno.test("audit() reads a file a tensor at a time, in blocks, and gives what it gives in memory", () => {
  const names = ["a", "b", "c"];
  const model = Object.fromEntries(names.map((name) => [name, heNormal()([90, 40], rng(name))]));
  const log: string[] = [];
  const file: TensorFile = {
    tensors: names.map((name) => ({ name, shape: [90, 40], order: name === "c" ? "F" : "C" })),
    read: (name) => {
      log.push(`read ${name}`);
      return model[name];
    },
    *blocks(name) {
      log.push(`blocks ${name}`);
      const { data } = model[name];
      for (let i = 0; i < data.length; i += 1000) {
        // Float64 as of a file of that type; each block an array of its own.
        const block = data.slice(i, i + 1000);
        yield name === "b" ? Float64Array.from(block) : block;
      }
    },
  };
  const against = () => heNormal();
  const rows = auditEach(file, { against });
  expect(log).toEqual([]);
  const first = rows.next().value;
  expect(log).toEqual(["blocks a", "read a"]); // nothing of the others yet
  // Sums of other blocks are rounded otherwise, in the last of 16 digits.
  const rounded = (value: unknown) =>
    JSON.stringify(value, (_, v) => typeof v === "number" ? v.toPrecision(9) : v);
  expect(rounded([first, ...rows])).toBe(rounded(audit(model, { against })));
  // Column by column would be read as other rows: such a tensor is read whole.
  expect(log.slice(2)).toEqual(["blocks b", "read b", "read c", "read c"]);
});

Deno.test("an audit is plain data, and the same at each call", () => {
  const against = { w: heNormal() };
  const row = audit({ w: lecunNormal()([64, 32], rng("plain")) }, { against })[0];
  expect(JSON.parse(JSON.stringify(row)).findings).toEqual(row.findings);
  expect(audit({ w: lecunNormal()([64, 32], rng("plain")) }, { against })[0]).toEqual(row);
  expect(row.histogram.reduce((sum, count) => sum + count, 0)).toBe(2048);
  expect(row.expected).toEqual({ name: "heNormal", law: heNormal().law([64, 32]) });
});

Deno.test("audit() refuses bad input with what was wrong", () => {
  const w = right;
  expect(() => audit(null as never)).toThrow("Cannot audit null: pass tensors by name");
  expect(() => audit({ w: [1, 2] as never })).toThrow('Cannot audit "w" as it is no tensor');
  expect(() => audit({ w: { shape: [3], data: w.data } })).toThrow("it has 1000");
  expect(() => audit({ w }, { agianst: {} } as never)).toThrow('option "agianst" to audit');
  expect(() => audit({ w }, { layout: "tf" as never })).toThrow("choose one of jax, keras, torch");
  expect(() => audit({ w }, { against: { v: heNormal() } })).toThrow(
    'Cannot audit "v" as there is no such tensor: there are 1, such as w',
  );
  for (const against of [heNormal(), "heNormal"] as never[]) {
    expect(() => audit({ w }, { against })).toThrow("say by name, { w1: heNormal() }");
  }
  expect(() => audit({ w }, { against: { w: 3 as never } })).toThrow("give an initializer");
  expect(() => audit({ b: zeros()([9], rng("any")) }, { against: { b: heNormal() } })).toThrow(
    'Cannot audit "b" of shape (9) against heNormal: give { init, fans }',
  );
  expect(audit({})).toEqual([]);
  expect(audit({ empty: zeros()([0, 3], rng("any")), w }).map(({ name }) => name)).toEqual(["w"]);
});
