/** Files with seeded damage: each gives its right values or a clear error, never anything else. */
import { expect } from "@std/expect";
import { openCheckpoint } from "../lib/checkpoints/mod.ts";
import { Rng, rng } from "../lib/mod.ts";
import { fromBase64, pathOf, Rewritten, safetensors, toBase64 } from "./checkpointFiles.ts";
import vectors from "./vectors/checkpoints.json" with { type: "json" };

/** Whole numbers below a bound, one after the other. */
function dice(stream: Rng): (below: number) => number {
  const { data } = stream.uniform([64]);
  let at = 0;
  return (below) => Math.floor(data[at++ % 64] * below);
}

const pieces = [
  ...'{}[],:"\\0123456789.eE+- \n\u0000é'.split(""),
  ...["null", "true", "-0", "1e9", "0.0", "4294967296", "9007199254740993", "99999999999999999999"],
  ...[
    '"dtype"',
    '"shape"',
    '"data_offsets"',
    '"__metadata__"',
    '"a"',
    '"b"',
    '"c"',
    '"F32"',
    '"F64"',
  ],
  ...[
    '"BOOL"',
    '"U8"',
    '"F4"',
    "[]",
    "[0,0]",
    "[4,12]",
    "[2,1]",
    "[[",
    '{"a":"b"}',
    "\\u0061",
    "\\ud800",
  ],
];

const valid = JSON.stringify({
  __metadata__: { note: "a [b] {c}" },
  a: { dtype: "F32", shape: [2, 1], data_offsets: [0, 8] },
  b: { dtype: "U8", shape: [4], data_offsets: [8, 12] },
  c: { dtype: "I16", shape: [], data_offsets: [12, 14] },
  d: { dtype: "F64", shape: [0, 3], data_offsets: [14, 14] },
});
const data = Uint8Array.from({ length: 14 }, (_, i) => 17 * i);

/** The header with up to four pieces put in, cut out, doubled or exchanged. */
function mutate(text: string, roll: (below: number) => number): string {
  for (let changes = 1 + roll(4); changes > 0; changes--) {
    const at = roll(text.length), length = roll(12), piece = pieces[roll(pieces.length)];
    const [before, after] = [text.slice(0, at), text.slice(at)];
    const kinds = [
      before + piece + after,
      before + after.slice(length),
      before + after.slice(0, length) + after,
      before + piece + after.slice(piece.length),
      text.replace(/\d+/g, (digits) => roll(6) === 0 ? String(roll(16)) : digits),
      text.replaceAll(/"[a-d]"/g, (name) => roll(4) === 0 ? `"${"abcd"[roll(4)]}"` : name),
    ];
    text = kinds[roll(kinds.length)];
  }
  return text;
}

/** What the header says, by JSON.parse and the sentences of the format; undefined where it breaks one. */
function strictly(text: string): Record<string, string> | undefined {
  let header: Record<string, Record<string, unknown>>;
  try {
    header = JSON.parse(text);
  } catch {
    return undefined;
  }
  // A key is a string before a colon: as many must be left after parsing as the text has.
  const strings = /"(?:[^"\\]|\\.)*"(\s*:)?/g;
  const keys = [...text.matchAll(strings)].filter(([, colon]) => colon !== undefined).length;
  const countKeys = (value: unknown): number =>
    typeof value !== "object" || value === null
      ? 0
      : Object.values(value).reduce((sum: number, member) => sum + countKeys(member), 0) +
        (Array.isArray(value) ? 0 : Object.keys(value).length);
  if (text[0] !== "{" || countKeys(header) !== keys) return undefined;
  if (/\\ud[89a-f]/i.test(text) || /[[,:\s]-?\d*(?:[.eE]|-0)/.test(text.replace(strings, '""$1'))) {
    return undefined;
  }

  const bytes: Record<string, number> = { F32: 4, U8: 1, I16: 2, F64: 8, BOOL: 1, F4: 0.5 };
  const found: Record<string, string> = {}, places: [number, number][] = [];
  for (const [name, entry] of Object.entries(header)) {
    if (typeof entry !== "object" || entry === null || Array.isArray(entry)) return undefined;
    if (name === "__metadata__") {
      if (!Object.values(entry).every((value) => typeof value === "string")) return undefined;
      continue;
    }
    const { dtype, shape, data_offsets } = entry;
    const isSizes = (x: unknown): x is number[] =>
      Array.isArray(x) && x.every((size) => Number.isSafeInteger(size) && size >= 0);
    if (typeof dtype !== "string" || !Object.hasOwn(bytes, dtype)) return undefined;
    if (!isSizes(shape) || !isSizes(data_offsets) || data_offsets.length !== 2) return undefined;
    const [start, end] = data_offsets;
    if (shape.reduce((a, b) => a * b, 1) * bytes[dtype] !== end - start) return undefined;
    places.push([start, end]);
    found[name] = `${dtype} ${shape} ${toBase64(data.subarray(start, end))}`;
  }
  places.sort(([a, b], [c, d]) => a - c || b - d);
  const end = places.reduce((at, [from, to]) => from === at ? to : NaN, 0);
  return end === data.length ? found : undefined;
}

/** What we read, in the same words. */
function read(path: string): Record<string, string> {
  using checkpoint = openCheckpoint(path);
  return Object.fromEntries(checkpoint.tensors.map(({ name, dtype, shape }) => {
    if (dtype === "F4") return [name, "not supported"];
    const { buffer } = checkpoint.readExact(name).data;
    return [name, `${dtype} ${shape} ${toBase64(new Uint8Array(buffer as ArrayBuffer))}`];
  }));
}

const clear = /^Cannot (read|use|open) .+(:|;) .+/;

Deno.test("10,000 damaged headers of .safetensors give their right values or a clear error", () => {
  const path = pathOf("fuzz.safetensors"), stream = rng("fuzz");
  using file = new Rewritten(path);
  const wrong: unknown[] = [];
  let loaded = 0;
  for (let i = 0; i < 10_000; i++) {
    const text = mutate(valid, dice(stream.child(i)));
    file.write(safetensors(text, data));
    const expected = strictly(text);
    try {
      const found = read(path);
      loaded++;
      for (const name of Object.keys(found)) {
        if (found[name] === "not supported") found[name] = expected?.[name] ?? "";
      }
      expect(found).toEqual(expected);
    } catch (error) {
      const isClear = (error instanceof TypeError || error instanceof RangeError) &&
        clear.test(error.message);
      const isBool = String(error).includes("each element must be 0 or 1");
      if (!isClear || expected !== undefined && !isBool) wrong.push({ text, error, expected });
    }
  }
  expect(wrong).toEqual([]);
  // The damage is worth its name: most is refused, some is harmless.
  expect(loaded).toBeGreaterThan(300);
  expect(loaded).toBeLessThan(5_000);
});

const files: Record<string, string> = vectors.files;

for (
  const name of ["all.safetensors", "cube-fortran.npy", "f8-big.npy", "stored.npz", "deflated.npz"]
) {
  Deno.test(`1,000 copies of ${name} with damaged bytes load or give a clear error`, () => {
    const ending = name.slice(name.lastIndexOf("."));
    const path = pathOf(`fuzz${ending}`), stream = rng("bytes").child(name);
    const good = fromBase64(files[name]);
    using file = new Rewritten(path);
    file.write(good);
    const right = Object.values(read(path)).map((text) => text.split(" ").at(-1)).sort();
    const unclear: unknown[] = [], silent: unknown[] = [];
    for (let i = 0; i < 1_000; i++) {
      const roll = dice(stream.child(i)), bytes = good.slice();
      for (let changes = 1 + roll(3); changes > 0; changes--) {
        // Headers stand at the start, and directories at the end.
        const at = roll(2) === 0
          ? roll(bytes.length)
          : bytes.length - 1 - roll(Math.min(300, bytes.length));
        bytes[roll(3) === 0 ? roll(130) : at] ^= 1 << roll(8);
      }
      file.write(roll(10) === 0 ? bytes.subarray(0, roll(bytes.length)) : bytes);
      try {
        const found = Object.values(read(path)).map((text) => text.split(" ").at(-1)).sort();
        // Archives have checksums: what loads has the very elements.
        if (ending === ".npz" && String(found) !== String(right)) silent.push({ i, found });
      } catch (error) {
        if (
          !(error instanceof TypeError || error instanceof RangeError) || !clear.test(error.message)
        ) {
          unclear.push(error);
        }
      }
    }
    expect(unclear).toEqual([]);
    expect(silent).toEqual([]);
  });
}
