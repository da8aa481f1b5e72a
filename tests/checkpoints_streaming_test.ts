/** Files of 10 GB, none of which is on disk but their headers, read and audited by a process of its own. */
import { expect } from "@std/expect";
import { openCheckpoint } from "../lib/checkpoints/mod.ts";
import { commandLine } from "../lib/commandLine/main.ts";
import { npy, pathOf, safetensors } from "./checkpointFiles.ts";
import { run } from "../tasks/run.ts";

const allowed = 500e6;
const sparse = { ignore: Deno.build.os === "windows" }; // it would reserve the bytes

/** A file that starts with these bytes and has `size` in all, zeros that take no disk. */
function sparseFile(name: string, start: Uint8Array, size: number): string {
  const path = pathOf(name);
  Deno.writeFileSync(path, start);
  Deno.truncateSync(path, size);
  return path;
}

/** Writes a float32 somewhere in a file. */
function poke(path: string, position: number, value: number): void {
  using file = Deno.openSync(path, { write: true });
  file.seekSync(position, Deno.SeekMode.Start);
  file.writeSync(new Uint8Array(Float32Array.of(value).buffer));
}

interface Work {
  /** Tensors that are read whole. */
  whole: string[];
  /** Elements that are read in blocks, by tensor. */
  blocks: Record<string, number>;
}

interface Found {
  /** Of the elements that were read, by tensor. */
  sums: Record<string, number>;
  errors: string[];
  /** Bytes of memory that the process held at most; at its end where the system does not say. */
  most: number;
}

/** Does the work on each file in a new process. */
async function measured(paths: string[], work: Work): Promise<Found> {
  return JSON.parse((await alone("read", paths, work)).match(/^\{"sums".*\}$/m)![0]);
}

/** What an exported function of this file prints in a new process. */
async function alone(name: "read" | "audited", ...given: unknown[]): Promise<string> {
  const [module, ...args] = [import.meta.url, ...given].map((value) => JSON.stringify(value));
  const code = `const test = await import(${module}); test.${name}(${args});`;
  const { ok, text } = await run([Deno.execPath(), "eval", "--no-check", code]);
  if (!ok) throw new Error(text);
  return text;
}

/** What the new process does. */
export function read(paths: string[], { whole, blocks }: Work): void {
  const sums: Record<string, number> = {}, errors: string[] = [];
  const add = (name: string, values: ArrayLike<number>) => {
    for (let i = 0; i < values.length; i++) sums[name] = (sums[name] ?? 0) + values[i];
  };
  for (const path of paths) {
    try {
      using checkpoint = openCheckpoint(path);
      for (const name of whole) add(name, checkpoint.read(name).data);
      for (const [name, elements] of Object.entries(blocks)) {
        let left = elements;
        for (const block of checkpoint.blocks(name, 2 ** 20)) {
          add(name, block);
          if ((left -= block.length) <= 0) break;
        }
      }
    } catch (error) {
      errors.push(String(error));
    }
  }
  console.log(JSON.stringify({ sums, errors, most: peak() }));
}

function peak(): number {
  const found = Deno.build.os === "linux" &&
    Deno.readTextFileSync("/proc/self/status").match(/VmHWM:\s*(\d+) kB/);
  return found ? 1024 * Number(found[1]) : Deno.memoryUsage().rss;
}

/** The audit command, and the most memory that it held. */
export function audited(path: string): void {
  const out: string[] = [];
  const code = commandLine(["audit", path, "--html", `${path}.html`], {
    out: (line) => out.push(line),
    error: (line) => out.push(line),
    progress: () => {},
  });
  const lines = out.join("\n").length;
  console.log(JSON.stringify({ code, lines, last: out.at(-1), most: peak() }));
}

Deno.test("a .safetensors file of 10 GB is read tensor by tensor in 500 MB", sparse, async () => {
  const rows = 2048,
    columns = 4096,
    bytes = 4 * rows * columns,
    header: Record<string, unknown> = {};
  const names = Array.from({ length: 300 }, (_, i) => `layer${i}.weight`);
  names.forEach((name, i) => {
    header[name] = {
      dtype: "F32",
      shape: [rows, columns],
      data_offsets: [i * bytes, (i + 1) * bytes],
    };
  });
  const start = safetensors(header, []), size = start.length + names.length * bytes;
  expect(size).toBeGreaterThan(10e9);
  const path = sparseFile("model.safetensors", start, size);
  // The first and the last element of the last tensor, which is read twice.
  poke(path, size - bytes, 3);
  poke(path, size - 4, 4);
  const last = names.at(-1)!;
  const whole = [...names.slice(0, 12), last],
    blocks = { [names[70]]: rows * columns, [last]: rows * columns };
  const { sums, errors, most } = await measured([path], { whole, blocks });
  expect(errors).toEqual([]);
  expect([sums[names[0]], sums[names[70]], sums[last]]).toEqual([0, 0, 14]);
  expect(most).toBeLessThan(allowed);
  expect(most).toBeGreaterThan(bytes); // it was measured at all
  Deno.truncateSync(path, size - 1);
  expect(() => openCheckpoint(path)).toThrow(/its tensors end at byte/);
  Deno.removeSync(path);
});

Deno.test("one tensor of 10 GB is read in blocks, and refused as a whole", sparse, async () => {
  const elements = 2_500_000_000, at = 10_000_000;
  const header = npy(`{'descr': '<f4', 'fortran_order': False, 'shape': (${elements},), }`, []);
  const path = sparseFile("x.npy", header, header.length + 4 * elements);
  poke(path, header.length + 4 * at, 5);
  const { sums, most } = await measured([path], { whole: [], blocks: { x: 2 * at } });
  expect(sums.x).toBe(5);
  expect(most).toBeLessThan(allowed);
  using checkpoint = openCheckpoint(path);
  expect(() => checkpoint.read("x")).toThrow(/in memory: read it with blocks/);
  expect(() => checkpoint.read("x")).toThrow(RangeError);
  Deno.removeSync(path);
});

Deno.test(
  "the audit command takes less memory than its file, 520 MB",
  sparse,
  async () => {
    // What is measured is the process's peak of resident memory, Deno and V8 included, which take 100 MB. The first tensor has
    // more entries than have a spectrum, and is read in blocks alone; the second has just as many, 5e7, and is the most that an
    // audit ever holds: 200 MB as float32. A file of 10 GB is more of the same.
    const header: Record<string, object> = {};
    let size = 0;
    const add = (name: string, dtype: "F32" | "BF16", shape: [number, number]) => {
      const end = size + shape[0] * shape[1] * (dtype === "F32" ? 4 : 2);
      header[name] = { dtype, shape, data_offsets: [size, size = end] };
    };
    add("large", "F32", [10_500, 10_000]);
    add("middle", "BF16", [6250, 8000]);
    for (let i = 0; i < 300; i++) add(`small${i}`, "F32", [30, 40]);
    const start = safetensors(header, []);
    const path = sparseFile("model.safetensors", start, start.length + size);
    expect(size).toBeGreaterThan(allowed);
    poke(path, start.length + 4 * 98_765_432, -3);
    poke(path, start.length + size - 4, 7);
    const { code, lines, last, most } = JSON.parse(
      (await alone("audited", path)).match(/^\{"code".*\}$/m)![0],
    );
    expect(code).toBe(1); // all are 0 but two entries
    expect(lines).toBeGreaterThan(300 * 40);
    expect(last).toMatch(/small299 .* mean 0\.005833 /); // 7 / 1200: it was read to the end
    expect(most).toBeLessThan(allowed);
    expect(most).toBeGreaterThan(4 * 5e7); // it was measured at all
    Deno.removeSync(path);
  },
);

/** A text of so many characters that goes on and on in one way. */
const hostile: ((length: number) => string)[] = [
  (length) => `{"a":{"x":${"[".repeat(length)}`,
  (length) => `{"a":{"x":${'{"a":'.repeat(length / 5)}`,
  (length) => `{"a":{"dtype":"F32","shape":[${"0,".repeat(length / 2)}`,
  (length) => `{"a":{"dtype":"F32","shape":[${"1".repeat(length)}`,
  (length) => `{"__metadata__":{${Array.from({ length: length / 12 }, (_, i) => `"${i}":""`)}`,
  (length) => `{"${"a".repeat(length)}`,
  (length) => `{${" ".repeat(length)}`,
];

Deno.test("hostile headers of 40 MB are refused in 500 MB", sparse, async () => {
  const paths = hostile.map((make) => {
    const path = pathOf("model.safetensors");
    Deno.writeFileSync(path, safetensors(make(40_000_000), []));
    return path;
  });
  const { errors, most } = await measured(paths, { whole: [], blocks: {} });
  expect(errors.length).toBe(paths.length);
  for (const error of errors) {
    expect(error).toMatch(/^TypeError: Cannot read .* write it again$/);
    expect(error.length).toBeLessThan(500);
  }
  expect(most).toBeLessThan(allowed);
  paths.forEach((path) => Deno.removeSync(path));
});
