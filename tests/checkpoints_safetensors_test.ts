import { expect } from "@std/expect";
import { basename, dirname, join } from "node:path";
import {
  type Dtype,
  type NumberArray,
  openCheckpoint,
  type TypedTensor,
  writeSafetensors,
  writeShards,
} from "../lib/checkpoints/mod.ts";
import { rng, tensor } from "../lib/mod.ts";
import { root } from "../tasks/place.ts";
import { run } from "../tasks/run.ts";
import { file, pathOf, safetensors } from "./checkpointFiles.ts";

const four = { dtype: "F32", shape: [1], data_offsets: [0, 4] };
const next = { dtype: "F32", shape: [2], data_offsets: [4, 12] };
const data = Array.from({ length: 12 }, (_, i) => i);

const name = "model.safetensors";
const open = (header: unknown, bytes = data) =>
  openCheckpoint(file(name, safetensors(header, bytes)));

function raw(dtype: Dtype, shape: number[], bytes: number[]) {
  const header = { x: { dtype, shape, data_offsets: [0, bytes.length] } };
  return open(header, bytes);
}

Deno.test("openCheckpoint() lists a file before it reads any of it", () => {
  const header = { __metadata__: { a: "b", __proto: "c" }, two: next, one: four };
  using checkpoint = open(header);
  expect(checkpoint.tensors).toEqual([
    { name: "one", dtype: "F32", shape: [1], bytes: 4, order: "C" },
    { name: "two", dtype: "F32", shape: [2], bytes: 8, order: "C" },
  ]);
  expect(checkpoint.metadata).toEqual({ a: "b", __proto: "c" });
  const bytes = Uint8Array.from(data);
  expect(checkpoint.read("one").data).toEqual(new Float32Array(bytes.buffer, 0, 1));
  expect(checkpoint.read("two").data).toEqual(new Float32Array(bytes.buffer, 4, 2));
});

Deno.test("openCheckpoint() reads names and metadata that JavaScript objects have already", () => {
  const text = '{"__metadata__":{"__proto__":"x"},"__proto__":' + JSON.stringify(four) +
    ',"constructor":' + JSON.stringify(next) + "}";
  using checkpoint = open(text);
  expect(Object.entries(checkpoint.metadata)).toEqual([["__proto__", "x"]]);
  expect(checkpoint.tensors.map((info) => info.name)).toEqual(["__proto__", "constructor"]);
  expect(checkpoint.read("constructor").shape).toEqual([2]);
  expect(() => checkpoint.read("toString")).toThrow(RangeError);
  const strange = { 'a"b': four, "c\\": next, __metadata__: { '"': '\\"' } };
  using quoted = open(strange);
  expect(quoted.tensors.map((info) => info.name)).toEqual(['a"b', "c\\"]);
  expect(quoted.metadata).toEqual(strange.__metadata__);
});

Deno.test(
  "a file that is refused does not stay open",
  { ignore: Deno.build.os !== "linux" },
  () => {
    const descriptors = () => [...Deno.readDirSync("/proc/self/fd")].length;
    const before = descriptors();
    for (let i = 0; i < 10; i++) expect(() => open("[]")).toThrow(TypeError);
    expect(descriptors()).toBeLessThan(before + 10);
  },
);

Deno.test("openCheckpoint() refuses a malformed header, and says what is wrong with it", () => {
  const t = JSON.stringify(four),
    u = JSON.stringify(next),
    of = (text: string) => open(`{${text}}`);
  const refused: [() => unknown, RegExp][] = [
    [() => open("[]"), /header must begin with \{/],
    [() => open(' {"a":1}'), /begin with \{/],
    [() => open("\ufeff{}"), /begin with \{/],
    [() => of(`"a":${t},"b":${u},`), /must have " at byte/],
    [() => of(`"a":${t} "b":${u}`), /must have , at/],
    [() => of(`"a":${t},"b":${u}} x`), /must have the end at/],
    [() => of(`a:${t},"b":${u}`), /must have "/],
    [() => of(`"a":${t},"b":${u.slice(0, -1)}`), /it ends there/],
    [() => of(`"a":${t},"b`), /a string of Unicode/],
    [() => of(`"a\n":${t},"b":${u}`), /a string of Unicode/],
    [() => of(`"a\\x":${t},"b":${u}`), /a string of Unicode/],
    [() => of(`"\\ud800":${t},"b":${u}`), /a string of Unicode/],
    [() => of(`"a":${t},"a":${u}`), /the key "a" twice/],
    [() => of(`"a":${t},"\\u0061":${u}`), /the key "a" twice/],
    [() => of(`"a":${t.replace('"dtype"', '"shape":[1],"dtype"')},"b":${u}`), /"shape" twice/],
    [() => of(`"a":${t},"b":[]`), /must have \{ at/],
    [() => of(`"a":${t},"b":null`), /must have \{ at/],
    [() => open({ a: four, b: { ...next, data_offsets: [4, 12, 13] } }), /over 2 entries/],
    [() => open({ a: four, b: { ...next, data_offsets: [4] } }), /"b" must have dtype, shape/],
    [() => open({ a: four, b: { shape: [2], data_offsets: [4, 12] } }), /must have dtype, shape/],
    [() => open({ a: four, b: { dtype: "F32", data_offsets: [4, 12] } }), /must have dtype, shape/],
    [() => open({ a: four, b: { ...next, shape: [-2] } }), /integer from 0 to 2\^53 - 1/],
    [() => open({ a: four, b: { ...next, shape: [2.5] } }), /integer from 0/],
    [() => of(`"a":${t},"b":${u.replace("[2]", "[2.0]")}`), /integer from 0/],
    [() => of(`"a":${t},"b":${u.replace("[2]", "[2e0]")}`), /integer from 0/],
    [() => of(`"a":${t},"b":${u.replace("[2]", "[02]")}`), /must have , at/],
    [() => of(`"a":${t},"b":${u.replace("[2]", "[9007199254740993]")}`), /integer from 0/],
    [() => of(`"a":${t},"b":${u.replace("[2]", '["2"]')}`), /must have a number/],
    [() => of(`"a":${t},"b":${u.replace("[2]", "2")}`), /must have \[/],
    [() => open({ a: four, b: { ...next, dtype: "F33" } }), /"b" has the unknown dtype "F33"/],
    [() => open({ a: four, b: { ...next, dtype: "toString" } }), /unknown dtype/],
    [() => open({ a: four, b: { ...next, dtype: "f32" } }), /unknown dtype "f32"/],
    [() => open({ a: four, b: { ...next, shape: Array(65).fill(1) } }), /over 64 entries/],
    [() => open({ a: four, b: { ...next, shape: [2 ** 40, 2 ** 40] } }), /over 2\^53 elements/],
    [() => open({ a: four, b: { ...next, shape: [3] } }), /must have the 12 bytes that F32.*got 8/],
    [() => open({ a: four, b: { ...next, dtype: "F64" } }), /must have the 16 bytes/],
    [() => open({ a: four, b: { ...next, data_offsets: [12, 4] } }), /leaves a gap.*12 where 4/],
    [() => open({ a: four, b: { ...next, data_offsets: [3, 11] } }), /"b" overlaps.*3 where 4 is/],
    [() => open({ a: four, b: { ...next, data_offsets: [5, 13] } }), /"b" leaves a gap/],
    [() => open({ b: next }), /"b" leaves a gap before it: it begins at 4 where 0 is next/],
    [() => open({ a: four, b: { ...four, data_offsets: [0, 4] } }), /"b" overlaps/],
    [
      () => open({ a: four, b: next }, data.slice(1)),
      /its tensors end at byte \d+, the file at byte/,
    ],
    [() => open({ a: four, b: next }, [...data, 0]), /its tensors end at byte/],
    [() => open({ a: four }), /its tensors end at byte/],
    [() => of(`"__metadata__":{"a":1},"a":${t},"b":${u}`), /must have "/],
    [() => of(`"__metadata__":{"a":"1","a":"2"},"a":${t},"b":${u}`), /the key "a" twice/],
    [() => of(`"__metadata__":null,"a":${t},"b":${u}`), /must have \{/],
    [() => of(`"a":${t.slice(0, -1)},"x":${"[".repeat(100)}`), /nested over 32 deep/],
  ];
  for (const [attempt, message] of refused) {
    expect(attempt).toThrow(message);
    expect(attempt).toThrow(TypeError);
    expect(attempt).toThrow(/^Cannot read .*model\.safetensors as .*get it or write it again$/);
  }
  open({ a: { ...four, more: [1, { x: [-1.5e3, true, null, "y"] }] }, b: next }).close();
});

Deno.test("openCheckpoint() refuses bytes that are no header", () => {
  const of = (bytes: number[] | Uint8Array) => () =>
    openCheckpoint(file(name, Uint8Array.from(bytes)));
  const length = (n: bigint, rest = 100) => {
    const bytes = new Uint8Array(8 + rest).fill(0x20);
    new DataView(bytes.buffer).setBigUint64(0, n, true);
    return of(bytes);
  };
  expect(of([])).toThrow(/its 0 bytes are too few/);
  expect(of([2, 0, 0, 0, 0, 0, 0, 0, 0x7b])).toThrow(/too few/);
  expect(length(100_000_001n)).toThrow(/at most 100000000 bytes: got 100000001/);
  expect(length(2n ** 64n - 1n)).toThrow(/at most 100000000/);
  expect(length(101n)).toThrow(/its header ends at byte 109, the file at byte 108/);
  expect(length(100_000_000n)).toThrow(/the file at byte 108/);
  expect(length(0n)).toThrow(/begin with \{/);
  expect(of([3, 0, 0, 0, 0, 0, 0, 0, 0x7b, 0xff, 0x7d])).toThrow(/must have " at byte/);
  expect(of(new TextEncoder().encode("version https://git-lfs.github.com/spec/v1"))).toThrow(
    /git lfs/,
  );
  const mark = safetensors({ "?": four }, [0, 0, 0, 0]);
  mark[10] = 0xff; // never in UTF-8
  expect(of(mark)).toThrow(/a string of Unicode characters in quotes at byte 1/);
  openCheckpoint(file(name, safetensors("{} \t\n ", []))).close();
});

Deno.test("openCheckpoint() refuses paths that lead to no checkpoint", () => {
  expect(() => openCheckpoint(pathOf(name))).toThrow(/no such file: check the path/);
  expect(() => openCheckpoint(undefined as never)).toThrow(/give the path of a file as a string/);
  expect(() => openCheckpoint(file("model.bin", new Uint8Array(20)))).toThrow(/must end in \.safe/);
  const empty = dirname(pathOf(name));
  expect(() => openCheckpoint(empty)).toThrow(/it has 0 \.safetensors files/);
});

Deno.test("a checkpoint refuses unknown names and wrong block sizes, and reading once closed", () => {
  const checkpoint = open({ a: four, b: next });
  expect(() => checkpoint.read("c")).toThrow(/has none of that name: it has "a", "b"/);
  expect(() => checkpoint.read("c")).toThrow(RangeError);
  for (const size of [0, -1, 1.5, NaN, Infinity]) {
    expect(() => checkpoint.blocks("a", size)).toThrow(/use an integer >= 1/);
  }
  checkpoint.close();
  checkpoint.close();
  expect(() => checkpoint.read("a")).toThrow(/was closed: open it again/);
});

Deno.test("a file that shrinks while it is open is refused", () => {
  const path = file(name, safetensors({ a: four, b: next }, data));
  using checkpoint = openCheckpoint(path);
  Deno.truncateSync(path, Deno.statSync(path).size - 2);
  checkpoint.read("a");
  expect(() => checkpoint.read("b")).toThrow(/it ends at byte/);
});

Deno.test("read() rounds F64 and integers to nearest, and refuses to make a number infinite", () => {
  const written = (data: NumberArray) => {
    const path = pathOf(name);
    writeSafetensors(path, { x: { shape: [data.length], data } });
    return openCheckpoint(path);
  };
  const values = [1 / 3, 2 ** -150, 2 ** -149, -0, Infinity, 3.4028235677973362e38, 1 + 2 ** -24];
  expect([...written(Float64Array.from(values)).read("x").data]).toEqual(values.map(Math.fround));
  // 2^128 - 2^103 lies half-way between the largest float32 and 2^128.
  using beyond = written(Float64Array.of(2 ** 128 - 2 ** 103));
  expect(() => beyond.read("x")).toThrow(/tensor "x" .* would become infinite/);
  expect(() => beyond.read("x")).toThrow(RangeError);
  expect(beyond.readExact("x").data).toEqual(Float64Array.of(2 ** 128 - 2 ** 103));
  expect([...beyond.blocks("x")]).toEqual([Float64Array.of(2 ** 128 - 2 ** 103)]);
  using integers = written(Int32Array.of(2 ** 24 + 1, -(2 ** 24) - 3));
  expect(integers.read("x").data).toEqual(Float32Array.of(2 ** 24, -(2 ** 24) - 4));
  // Half-way between two float32, but for the last bit, which float64 would lose.
  const middle = 2n ** 62n + 2n ** 38n;
  using long = written(
    BigInt64Array.of(middle, middle + 1n, middle - 1n, -middle, -middle - 1n, -middle + 1n),
  );
  const [low, high] = [2 ** 62, 2 ** 62 + 2 ** 39];
  expect([...long.read("x").data]).toEqual([low, high, low, -low, -high, -low]);
  using unsigned = written(BigUint64Array.of(2n ** 64n - 1n, 2n ** 53n - 1n));
  expect([...unsigned.read("x").data]).toEqual([2 ** 64, 2 ** 53]);
});

Deno.test("blocks() cuts a tensor, as float32 where that loses nothing and float64 elsewhere", () => {
  const x = rng("blocks").normal([10, 7]), path = pathOf(name);
  const wide = Float64Array.from(x.data, (v) => v * Math.PI);
  writeSafetensors(path, {
    x,
    wide: { shape: [70], data: wide },
    ints: { shape: [3], data: Int32Array.of(2 ** 31 - 1, 0, -1) },
    bytes: { shape: [2], data: Uint8Array.of(0, 255) },
    empty: tensor([0], []),
  });
  using checkpoint = openCheckpoint(path);
  const blocks = [...checkpoint.blocks("x", 16)];
  expect(blocks.map((block) => block.length)).toEqual([16, 16, 16, 16, 6]);
  expect(Float32Array.from(blocks.flatMap((block) => [...block]))).toEqual(x.data);
  expect([...checkpoint.blocks("wide")]).toEqual([wide]);
  expect([...checkpoint.blocks("ints")]).toEqual([Float64Array.of(2 ** 31 - 1, 0, -1)]);
  expect([...checkpoint.blocks("bytes")]).toEqual([Float32Array.of(0, 255)]);
  expect([...checkpoint.blocks("empty")]).toEqual([]);
  expect(checkpoint.read("empty")).toEqual(tensor([0], []));
});

Deno.test("BOOL is 0 or 1, and dtypes that are not supported are listed but not read", () => {
  expect(raw("BOOL", [3], [0, 1, 1]).readExact("x").data).toEqual(Uint8Array.of(0, 1, 1));
  expect(() => raw("BOOL", [3], [0, 2, 1]).read("x")).toThrow(
    /each element must be 0 or 1: found 2/,
  );
  using fp8 = open({ x: { dtype: "F8_E4M3", shape: [3, 4], data_offsets: [0, 12] } });
  expect(fp8.tensors[0].dtype).toBe("F8_E4M3");
  expect(() => fp8.read("x")).toThrow(/dtype F8_E4M3 is not supported/);
  expect(() => fp8.blocks("x")).toThrow(TypeError);
  open({ x: { dtype: "F4", shape: [24], data_offsets: [0, 12] } }).close();
  expect(() => open({ x: { dtype: "F4", shape: [23], data_offsets: [0, 12] } })).toThrow(
    /11.5 bytes/,
  );
});

Deno.test("writeSafetensors() keeps every dtype to the bit, and NaN and signed zeros", () => {
  const floats = [
    0,
    -0,
    1,
    Infinity,
    -Infinity,
    NaN,
    2 ** -149,
    -(2 ** -130),
    3.4028234663852886e38,
  ];
  const arrays: NumberArray[] = [
    Int8Array.of(-128, 127),
    Uint16Array.of(65_535),
    BigInt64Array.of(-(2n ** 63n)),
    BigUint64Array.of(2n ** 64n - 1n),
    Float32Array.from(floats),
    Float64Array.from([...floats, 5e-324, 1.7976931348623157e308]),
  ];
  const tensors: Record<string, TypedTensor> = Object.fromEntries(
    arrays.map((data, i) => [String(i), { shape: [data.length], data }]),
  );
  tensors.bool = { shape: [2], data: Uint8Array.of(0, 1), dtype: "BOOL" };
  tensors.half = { shape: [4], data: Float32Array.of(-0, 2 ** -24, 65504, NaN), dtype: "F16" };
  tensors.brain = {
    shape: [4],
    data: Float32Array.of(-0, 2 ** -133, Infinity, NaN),
    dtype: "BF16",
  };
  const path = pathOf(name), again = pathOf(name);
  writeSafetensors(path, tensors);
  using checkpoint = openCheckpoint(path);
  const read = Object.fromEntries(
    checkpoint.tensors.map(({ name }) => [name, checkpoint.readExact(name)]),
  );
  for (const [name, { shape, data }] of Object.entries(tensors)) {
    expect({ name, ...read[name] }).toEqual({ name, shape, data, dtype: read[name].dtype });
  }
  writeSafetensors(again, read);
  expect(Deno.readFileSync(again)).toEqual(Deno.readFileSync(path));
});

Deno.test("writeSafetensors() rounds to the dtype asked for, and integers keep theirs", () => {
  const path = pathOf(name), x = tensor([2], [1 / 3, 1 + 2 ** -11]);
  const steps = { shape: [1], data: Int32Array.of(7) };
  const kept = { shape: [1], data: Float64Array.of(1 / 3), dtype: "F64" as const };
  const wide = { shape: [1], data: Float64Array.of(1 + 2 ** -11 + 2 ** -40) };
  writeSafetensors(path, { x, steps, kept, wide }, { dtype: "F16" });
  using checkpoint = openCheckpoint(path);
  // 1/3 = 1365.33 2^-12; 1 + 2^-11 lies half-way between 1 and 1 + 2^-10.
  expect(checkpoint.read("x").data).toEqual(Float32Array.of(1365 / 4096, 1));
  // Just above the middle: rounding by way of float32 would go down.
  expect(checkpoint.readExact("wide").data).toEqual(Float32Array.of(1 + 2 ** -10));
  expect(checkpoint.readExact("steps")).toEqual({ ...steps, dtype: "I32" });
  expect(checkpoint.readExact("kept")).toEqual(kept);
});

Deno.test("writeSafetensors() refuses what it cannot store, and leaves no file behind", () => {
  const path = pathOf(name), x = tensor([1], [70_000]);
  const write = (tensors: unknown, options?: unknown) => () =>
    writeSafetensors(path, tensors as never, options as never);
  const typed = (data: NumberArray, dtype: Dtype) => ({ x: { shape: [data.length], data, dtype } });
  expect(write({ x }, { dtype: "F16" })).toThrow(
    /F16 of tensor "x" as 70000 would become infinite/,
  );
  expect(write({ x: tensor([1], [3.4e38]) }, { dtype: "BF16" })).toThrow(RangeError);
  expect(write(typed(Float64Array.of(1e39), "F32"))).toThrow(/1e\+39 would become infinite/);
  expect(write({ x }, { dtype: "I32" })).toThrow(/choose one of F16, BF16, F32, F64/);
  expect(write({ x }, { type: "F16" })).toThrow(/option "type" .* it takes metadata, dtype/);
  expect(write({ x }, { metadata: { a: 1 } })).toThrow(/metadata "a" .* must be a string/);
  expect(write({ x: { shape: [2], data: x.data } })).toThrow(/it takes 2 elements: got 1/);
  expect(write({ x: { shape: [1], data: [1] } })).toThrow(/must be a typed array/);
  expect(write({ x: null })).toThrow(TypeError);
  expect(write(null)).toThrow(/pass an object of tensors/);
  expect(write(typed(Int32Array.of(1), "I16"))).toThrow(/I32 elements as I16: convert/);
  expect(write(typed(Float32Array.of(1), "I32"))).toThrow(/F32 elements as I32/);
  expect(write(typed(Int8Array.of(1), "BOOL"))).toThrow(/I8 elements as BOOL/);
  expect(write(typed(Uint8Array.of(2), "BOOL"))).toThrow(/must be 0 or 1: found 2/);
  expect(write({ __metadata__: x })).toThrow(/__metadata__/);
  expect(write({ "\ud800": x })).toThrow(/must be Unicode/);
  expect([...Deno.readDirSync(dirname(path))]).toEqual([]);

  writeSafetensors(path, { x });
  const before = Deno.readFileSync(path);
  expect(write({ x }, { dtype: "F16" })).toThrow(RangeError);
  expect(Deno.readFileSync(path)).toEqual(before);
  expect([...Deno.readDirSync(dirname(path))].length).toBe(1);
});

/** Two files and their index, in a folder of their own. */
function sharded(change: (index: Record<string, unknown>) => void = () => {}) {
  const path = pathOf("model.safetensors.index.json"), folder = dirname(path);
  const shards = ["model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors"];
  const metadata = { format: "pt" };
  writeSafetensors(join(folder, shards[0]), { a: tensor([1], [1]), b: tensor([1], [2]) }, {
    metadata,
  });
  writeSafetensors(join(folder, shards[1]), { c: tensor([2], [3, 4]) });
  const index = {
    metadata: { total_size: 16 },
    weight_map: { a: shards[0], b: shards[0], c: shards[1] },
  };
  change(index);
  Deno.writeTextFileSync(path, JSON.stringify(index));
  return path;
}

Deno.test("openCheckpoint() reads several files by their index, and by their folder", () => {
  const path = sharded();
  for (const way of [path, dirname(path)]) {
    using checkpoint = openCheckpoint(way);
    expect(checkpoint.tensors.map((info) => info.name)).toEqual(["a", "b", "c"]);
    expect(checkpoint.read("c")).toEqual(tensor([2], [3, 4]));
    expect(checkpoint.metadata).toEqual({ format: "pt" });
  }
  const single = pathOf(name);
  writeSafetensors(single, { x: tensor([1], [1]) });
  using checkpoint = openCheckpoint(dirname(single));
  expect(checkpoint.tensors.length).toBe(1);
  writeSafetensors(join(dirname(single), "other.safetensors"), {});
  expect(() => openCheckpoint(dirname(single))).toThrow(/has 2 \.safetensors files/);
});

Deno.test("openCheckpoint() refuses an index that its files contradict, or that leads elsewhere", () => {
  const first = "model-00001-of-00002.safetensors", second = first.replace("1-", "2-");
  const map = (weight_map: unknown) => () =>
    openCheckpoint(sharded((index) => Object.assign(index, { weight_map })));
  expect(map({ a: first, b: first })).not.toThrow();
  expect(map({ a: first, c: second })).toThrow(/holds tensor "b", which it does not list there/);
  expect(map({ a: first, b: second, c: second })).toThrow(/holds tensor "b", which it does not/);
  expect(map({ a: first, b: first, c: second, d: second })).toThrow(/does not hold tensor "d"/);
  expect(map({ a: "other.safetensors" })).toThrow(/other\.safetensors as there is no such file/);
  for (
    const leading of [
      "../x.safetensors",
      "/x.safetensors",
      "..\\x.safetensors",
      "x.bin",
      "C:x.safetensors",
    ]
  ) {
    expect(map({ a: leading })).toThrow(/is no name of a \.safetensors file beside it/);
  }
  expect(map([])).toThrow(/must have \{/);
  expect(map(undefined)).toThrow(/it has no weight_map/);
});

Deno.test("writeShards() fills files up to the bytes allowed, in the order of the tensors", () => {
  const path = pathOf("m.safetensors.index.json"), folder = dirname(path);
  const tensors = {
    b: tensor([3], [1, 2, 3]),
    a: tensor([1], [4]),
    large: tensor([2, 3], [5, 6, 7, 8, 9, 10]),
    empty: tensor([0], []),
    z: tensor([1], [11]),
  };
  writeShards(path, tensors, { shardBytes: 16, metadata: { format: "pt" } });
  const names = [1, 2, 3].map((i) => `m-0000${i}-of-00003.safetensors`);
  expect([...Deno.readDirSync(folder)].map((entry) => entry.name).sort())
    .toEqual([...names, basename(path)]);
  expect(JSON.parse(Deno.readTextFileSync(path))).toEqual({
    metadata: { total_size: 44 },
    weight_map: { b: names[0], a: names[0], large: names[1], empty: names[2], z: names[2] },
  });
  using checkpoint = openCheckpoint(folder);
  expect(checkpoint.metadata).toEqual({ format: "pt" });
  for (const [name, tensor] of Object.entries(tensors)) {
    expect(checkpoint.read(name)).toEqual(tensor);
  }

  writeShards(path, { large: tensors.large, a: tensors.a }, { shardBytes: 1 });
  expect(Object.values(JSON.parse(Deno.readTextFileSync(path)).weight_map))
    .toEqual(["m-00001-of-00002.safetensors", "m-00002-of-00002.safetensors"]);
  writeShards(path, {}, { shardBytes: 1, dtype: "F16" });
  using none = openCheckpoint(path);
  expect(none.tensors).toEqual([]);
  const x = { x: tensor([1], [1]) };
  expect(() => writeShards(join(folder, name), x, { shardBytes: 1 })).toThrow(/must end in/);
  expect(() => writeShards(path, x, { shardBytes: 0 })).toThrow(/shardBytes as it must be/);
  expect(() => writeShards(path, x, {} as never)).toThrow(RangeError);
});

Deno.test("reading needs no permission but to read the file, writing none but its folder's", async () => {
  const path = sharded(), folder = dirname(path);
  const door = JSON.stringify(new URL("../lib/checkpoints/mod.ts", import.meta.url));
  const script = file(
    "script.ts",
    new TextEncoder().encode(`
    import { openCheckpoint, writeSafetensors } from ${door};
    const [, ...args] = Deno.args;
    const read = openCheckpoint(Deno.args[0]).read("c");
    if (args.length > 0) writeSafetensors(args[0], { c: read });
    console.log("sum", read.data[0] + read.data[1]);
  `),
  );
  const options = ["run", "--no-prompt", "--no-check", `--config=${join(root, "deno.json")}`];
  const reading = await run([Deno.execPath(), ...options, `--allow-read=${folder}`, script, path]);
  expect(reading.text).toContain("sum 7");
  const written = join(folder, "copy.safetensors");
  const allowed = [`--allow-read=${folder}`, `--allow-write=${folder}`];
  const writing = await run([Deno.execPath(), ...options, ...allowed, script, path, written]);
  expect(writing.text).toContain("sum 7");
  expect(basename(written)).toBe("copy.safetensors");
  const denied = await run([Deno.execPath(), ...options, script, path]);
  expect(denied).toMatchObject({ ok: false, text: expect.stringContaining("--allow-read") });
});
