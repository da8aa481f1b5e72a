import { expect } from "@std/expect";
import { deflateSync } from "fflate";
import { dirname } from "node:path";
import { openCheckpoint, writeNpy, writeNpz } from "../lib/checkpoints/mod.ts";
import { crc32 } from "../lib/checkpoints/crc32.ts";
import { OpenFile } from "../lib/checkpoints/file.ts";
import { writeZip } from "../lib/checkpoints/writeZip.ts";
import { openEntry } from "../lib/checkpoints/zip.ts";
import { rng, tensor } from "../lib/mod.ts";
import { file, fromBase64, npy, pathOf } from "./checkpointFiles.ts";
import vectors from "./vectors/checkpoints.json" with { type: "json" };

const dictionary = (descr = "'<f4'", fortran = "False", shape = "(2,)") =>
  `{'descr': ${descr}, 'fortran_order': ${fortran}, 'shape': ${shape}, }\n`;
const eight = [0, 0, 128, 63, 0, 0, 0, 64]; // 1 and 2 as little-endian float32
const open = (header: string, data = eight, major = 1) =>
  openCheckpoint(file("x.npy", npy(header, data, major)));

Deno.test("openCheckpoint() reads an .npy header however its dictionary is written", () => {
  const headers = [
    dictionary(),
    '{"shape":(2,),"fortran_order":False,"descr":"<f4"}',
    "{ 'fortran_order' : True , 'shape' : ( 2 , ) , 'descr' : '<f4' }   \n",
    dictionary("'<f4'", "False", "(2L,)"),
  ];
  for (const header of headers) {
    for (const major of [1, 2, 3]) {
      using checkpoint = open(header, eight, major);
      expect(checkpoint.read("x")).toEqual(tensor([2], [1, 2]));
    }
  }
  expect(open(dictionary("'>u2'", "False", "(4,)")).read("x").data).toEqual(
    Float32Array.of(0, 0x803f, 0, 0x40),
  );
  expect(open(dictionary("'<i1'", "False", "(8,)")).read("x").data[2]).toBe(-128);
  expect(open(dictionary("'|b1'", "True", "()"), [1]).readExact("x")).toEqual({
    ...{ shape: [], dtype: "BOOL", data: Uint8Array.of(1) },
  });
});

Deno.test("openCheckpoint() refuses a malformed .npy header, and says what is wrong with it", () => {
  const refused: [() => unknown, RegExp][] = [
    [() => open(""), /must have \{: found its end/],
    [() => open("[1]"), /must have \{/],
    [() => open(dictionary().replace("}", "")), /must have .*: found its end/],
    [() => open(dictionary() + "x"), /nothing after its dictionary: found x/],
    [() => open(dictionary().replace("'descr'", "'xdescr'")), /the keys descr, fortran_order/],
    [() => open(dictionary().replace("'descr'", "descr")), /the keys descr/],
    [() => open(dictionary().replace("'shape'", "'descr'")), /once each/],
    [() => open("{'descr': '<f4', 'shape': (2,)}"), /the keys descr, fortran_order and shape/],
    [() => open(dictionary().replace(":", "")), /must have :/],
    [() => open(dictionary().replace(",", "")), /must have ,/],
    [() => open(dictionary("'<f4'", "0")), /True or False/],
    [() => open(dictionary("'<f4'", "True", "(2)")), /a comma after the only size/],
    [() => open(dictionary("'<f4'", "True", "[2,]")), /must have \(/],
    [() => open(dictionary("'<f4'", "True", "(-2,)")), /sizes >= 0/],
    [() => open(dictionary("'<f4'", "True", "(2.0,)")), /sizes >= 0|must have ,/],
    [() => open(dictionary("'<f4'", "True", "(02,)")), /sizes >= 0/],
    [() => open(dictionary("'<f4'", "True", "(,)")), /sizes >= 0/],
    [() => open(dictionary("'<f4'", "True", `(${"9".repeat(30)},)`)), /over 2\^53 elements/],
    [() => open(dictionary("'<f4'", "True", `(${"1,".repeat(65)})`)), /over 64 axes/],
    [() => open(dictionary("'<f4'", "True", "(3,)")), /F32 of shape \(3\) take \d+ bytes: got/],
    [() => open(dictionary(), [...eight, 0]), /take \d+ bytes: got/],
    [() => open(dictionary(), eight.slice(1)), /take \d+ bytes: got/],
    [() => open(dictionary("[('a', '<f4')]")), /one dtype for all/],
    [() => open(dictionary(), eight, 4), /a version from 1.0 to 3.0/],
    [() => open(dictionary(), eight, 0), /a version from 1.0 to 3.0/],
    [() => openCheckpoint(file("x.npy", npy(dictionary(), eight).with(7, 1))), /a version from/],
    [() => open(" ".repeat(70_000) + dictionary(), eight, 2), /at most 65535 bytes: got 700/],
    [
      () => openCheckpoint(file("x.npy", npy(dictionary(), eight).subarray(0, 30))),
      /ends at byte 30/,
    ],
    [
      () => openCheckpoint(file("x.npy", npy(dictionary(), eight).subarray(0, 5))),
      /ends at byte 5/,
    ],
    [() => openCheckpoint(file("x.npy", new Uint8Array(100))), /must begin with NUMPY/],
  ];
  for (
    const dtype of ["=f4", "f4", "|f4", "<f16", "<c8", "<U4", "|V2", "<M8[s]", "<f2x", "", "<b1x"]
  ) {
    refused.push([() => open(dictionary(`'${dtype}'`)), /is none of b1, u1, i1/]);
  }
  refused.push([() => open(dictionary("'|O'")), /reading Python objects would run code/]);
  for (const [attempt, message] of refused) {
    expect(attempt).toThrow(message);
    expect(attempt).toThrow(TypeError);
    expect(attempt).toThrow(/x\.npy/);
  }
});

Deno.test("read() gives a Fortran-ordered array row by row, blocks() as the file has it", () => {
  // Element (i, j, k) of shape (2, 3, 4) is 100 i + 10 j + k; the file runs through i first.
  const at = (i: number, j: number, k: number) => 100 * i + 10 * j + k;
  const stored: number[] = [], expected: number[] = [];
  for (let k = 0; k < 4; k++) {
    for (let j = 0; j < 3; j++) for (let i = 0; i < 2; i++) stored.push(at(i, j, k));
  }
  for (let i = 0; i < 2; i++) {
    for (let j = 0; j < 3; j++) for (let k = 0; k < 4; k++) expected.push(at(i, j, k));
  }
  using checkpoint = open(dictionary("'|u1'", "True", "(2, 3, 4)"), stored);
  expect([...checkpoint.read("x").data]).toEqual(expected);
  expect(checkpoint.readExact("x").data).toEqual(Uint8Array.from(expected));
  expect([...checkpoint.blocks("x")]).toEqual([Float32Array.from(stored)]);
  expect(open(dictionary("'|u1'", "True", "(2, 0)"), []).read("x")).toEqual(tensor([2, 0], []));
});

Deno.test("crc32() gives the check value of its definition", () => {
  const digits = new TextEncoder().encode("123456789");
  expect(crc32(digits)).toBe(0xcbf43926);
  expect(crc32(digits.subarray(4), crc32(digits.subarray(0, 4)))).toBe(0xcbf43926);
  expect(crc32(new Uint8Array())).toBe(0);
});

const archive = (name: "stored.npz" | "deflated.npz" | "plain.npz") =>
  fromBase64(vectors.files[name]);

/** Opens and reads all of an archive. */
function readAll(bytes: Uint8Array): void {
  using checkpoint = openCheckpoint(file("x.npz", bytes));
  for (const { name } of checkpoint.tensors) checkpoint.readExact(name);
}

/** The archive with some bytes written over, counted from a signature. */
function patched(bytes: Uint8Array, signature: number[], at: number, values: number[]): Uint8Array {
  const start = bytes.findIndex((_, i) => signature.every((byte, j) => bytes[i + j] === byte));
  const copy = bytes.slice();
  copy.set(values, start + at);
  return copy;
}

const local = [0x50, 0x4b, 3, 4], central = [0x50, 0x4b, 1, 2], end = [0x50, 0x4b, 5, 6];

Deno.test("openCheckpoint() refuses a damaged .npz", () => {
  const plain = archive("plain.npz"), deflated = archive("deflated.npz");
  const refused: [Uint8Array, RegExp][] = [
    [plain.subarray(0, -1), /no directory of a zip archive/],
    [plain.subarray(4), /its directory ends at byte \d+, not at/],
    [new Uint8Array(100), /no directory/],
    [new Uint8Array(), /no directory/],
    [patched(plain, end, 4, [1]), /divided archive/],
    [patched(plain, end, 10, [3]), /fewer entries than stated/],
    [patched(plain, end, 10, [1]), /more than its entries/],
    [patched(plain, end, 16, [0]), /its directory ends at byte/],
    [patched(plain, end, 10, [0xff, 0xff]), /the place of its long directory/],
    [patched(plain, central, 0, [0]), /fewer entries than stated/],
    [patched(plain, central, 8, [1]), /is encrypted/],
    [patched(plain, central, 10, [12]), /packed by method 12/],
    [patched(plain, central, 10, [8]), /is not that of its directory/],
    [patched(plain, central, 16, [0, 0, 0, 0]), /the CRC-32 of its member "w.npy" is wrong/],
    [patched(plain, central, 20, [0]), /cannot be \d+ bytes packed in/],
    [patched(plain, central, 24, [0, 0, 0, 255]), /cannot be 4278190080 bytes packed in/],
    [patched(plain, central, 28, [255, 255]), /its directory is cut/],
    [patched(plain, central, 42, [1]), /the header of member "w.npy" is not where/],
    [patched(plain, central, 42, [255, 255, 255, 255]), /lacks its long sizes/],
    [patched(plain, central, 46, [0x41]), /is not that of its directory/],
    [patched(plain, central, 46, [0xe9]), /neither ASCII nor UTF-8/],
    [patched(plain, local, 0, [0]), /is not where it must be/],
    [patched(plain, local, 28, [21]), /is cut|ends at byte|NUMPY|overlaps/],
    [patched(plain, [0x93], 0, [0]), /NUMPY/],
    [patched(plain, [0, 0, 128, 63], 3, [64]), /the CRC-32 of its member "w.npy" is wrong/],
    [patched(deflated, local, 70, [255, 255, 255, 255]), /cannot be unpacked|CRC-32|must/],
    [patched(deflated, central, 24, [0, 0, 0, 1]), /cannot be \d+ bytes packed/],
  ];
  for (const [bytes, message] of refused) {
    expect(() => readAll(bytes)).toThrow(message);
    expect(() => readAll(bytes)).toThrow(TypeError);
    expect(() => readAll(bytes)).toThrow(/x\.npz/);
  }
  readAll(plain);
  readAll(deflated);
});

Deno.test("openCheckpoint() refuses an .npz whose members share bytes, a name, or are no arrays", () => {
  const plain = archive("plain.npz");
  const second = plain.findLastIndex((_, i) => central.every((byte, j) => plain[i + j] === byte));
  const first = plain.findIndex((_, i) => central.every((byte, j) => plain[i + j] === byte));
  const entry = plain.subarray(first, second);
  // The first member, listed twice in place of the second.
  const rest = plain.subarray(plain.length - 22);
  const doubled = (change: (copy: Uint8Array) => void) => {
    const copy = entry.slice(), tail = rest.slice();
    change(copy);
    new DataView(tail.buffer).setUint32(12, 2 * entry.length, true);
    return Uint8Array.of(...plain.subarray(0, second), ...copy, ...tail);
  };
  expect(() => readAll(doubled(() => {}))).toThrow(/has "w.npy" twice/);
  const renamed = doubled((copy) => copy[46] = 0x76);
  renamed[30] = 0x77;
  expect(() => readAll(renamed)).toThrow(/is not that of its directory/);
  const text = new TextDecoder("latin1").decode(plain).replaceAll("w.npy", "w.txt");
  const other = Uint8Array.from(text, (character) => character.charCodeAt(0));
  expect(() => readAll(other)).toThrow(/its member "w.txt" is no .npy/);
});

Deno.test("blocks() unpacks a deflated member piece by piece, and compares the checksum first", () => {
  const bytes = archive("deflated.npz");
  using checkpoint = openCheckpoint(file("x.npz", bytes));
  const lengths = [...checkpoint.blocks("long", 6_000)].map((block) => block.length);
  expect(lengths).toEqual([6_000, 6_000, 6_000, 2_000]);
  let last = -1; // the last entry of the directory is that of "long"
  for (let i = 0; i < bytes.length; i++) {
    if (central.every((byte, j) => bytes[i + j] === byte)) last = i;
  }
  const wrong = bytes.slice();
  wrong[last + 16] ^= 1;
  using damaged = openCheckpoint(file("x.npz", wrong));
  const seen: number[] = [];
  expect(() => {
    for (const block of damaged.blocks("long", 6_000)) seen.push(block.length);
  }).toThrow(/CRC-32/);
  expect(seen).toEqual([6_000, 6_000, 6_000]);
});

Deno.test("members that reach into another or into the directory are refused", () => {
  const bytes = archive("deflated.npz");
  const starts = [...bytes.keys()].filter((i) => central.every((byte, j) => bytes[i + j] === byte));
  const longer = (at: number) => bytes.with(at + 20, bytes[at + 20] + 1);
  expect(() => readAll(longer(starts[0]))).toThrow(/overlaps another member/);
  expect(() => readAll(longer(starts.at(-1)!))).toThrow(/a member overlaps its directory/);
});

Deno.test("openEntry() refuses a member that goes on after its stated size", () => {
  const data = new Uint8Array(5).fill(7), packed = deflateSync(Uint8Array.of(...data, 8));
  const entry = { name: "x", isDeflated: true, start: 0, packed: packed.length, size: 5 };
  const opened = new OpenFile(file("x", packed));
  const reader = openEntry(opened, { ...entry, crc: crc32(data) });
  reader.read(new Uint8Array(5));
  expect(() => reader.finish()).toThrow(/member "x" is longer than stated/);
  opened.close();
});

Deno.test("an archive of over 4 GB has long sizes and a long directory", {
  ignore: Deno.build.os === "windows", // it would reserve the bytes
}, () => {
  const path = pathOf("x.npz"), size = 5e9;
  const header = npy(dictionary("'|u1'", "False", `(${size},)`), []);
  {
    using target = Deno.openSync(path, { write: true, create: true });
    let position = 0;
    const put = (at: number, bytes: Uint8Array) => {
      target.seekSync(at, Deno.SeekMode.Start);
      target.writeSync(bytes);
    };
    const hole = new Uint8Array(1);
    const writer = {
      get position() {
        return position;
      },
      write(bytes: Uint8Array) {
        if (bytes !== hole) put(position, bytes);
        position += bytes === hole ? size : bytes.length;
      },
      patch: put,
    };
    const small = npy(dictionary(), eight);
    writeZip(writer, [
      { name: "large.npy", size: header.length + size, pieces: () => [header, hole] },
      { name: "small.npy", size: small.length, pieces: () => [small] },
    ]);
  }
  using checkpoint = openCheckpoint(path);
  expect(checkpoint.tensors.map(({ name, bytes }) => [name, bytes]))
    .toEqual([["large", size], ["small", 8]]);
  expect(checkpoint.read("small")).toEqual(tensor([2], [1, 2]));
  expect([...checkpoint.blocks("large").take(1)][0].length).toBe(65_536);
});

Deno.test("writeNpz() and writeNpy() keep tensors as they are, and refuse BF16", () => {
  const x = rng("numpy").normal([300, 300]), path = pathOf("x.npz");
  writeNpz(path, { x, "a/b": tensor([], [2]), n: { shape: [2], data: BigInt64Array.of(-1n, 2n) } });
  using checkpoint = openCheckpoint(path);
  expect(checkpoint.read("x")).toEqual(x);
  expect(checkpoint.readExact("x").data).toEqual(x.data);
  expect(checkpoint.read("a/b")).toEqual(tensor([], [2]));
  expect(checkpoint.readExact("n").data).toEqual(BigInt64Array.of(-1n, 2n));
  const refused = pathOf("y.npz");
  expect(() => writeNpz(refused, { x }, { dtype: "BF16" as never })).toThrow(
    /"x" as BF16 as NumPy has/,
  );
  expect(() => writeNpy(refused, { ...x, dtype: "BF16" })).toThrow(TypeError);
  expect(() => writeNpz(refused, { x }, { metadata: {} } as never)).toThrow(/it takes dtype/);
  expect([...Deno.readDirSync(dirname(refused))]).toEqual([]);
});
