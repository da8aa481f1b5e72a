import { expect } from "@std/expect";
import { readIdx } from "../lib/data/idx.ts";

// Two images of 3 x 2, written by hand after the format's description.
// deno-fmt-ignore
const FILE = [0, 0, 8, 3,  0, 0, 0, 2,  0, 0, 0, 3,  0, 0, 0, 2,  1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 255];
const SHAPE = [2, 3, 2];

const read = (bytes: number[], shape = SHAPE) => readIdx("toy", new Uint8Array(bytes), shape);

Deno.test("readIdx() returns the elements after the header", () => {
  expect([...read(FILE)]).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 255]);
});

Deno.test("readIdx() reads a view that does not start its buffer", () => {
  const padded = new Uint8Array([9, 9, 9, ...FILE]);
  expect([...readIdx("toy", padded.subarray(3), SHAPE)].at(-1)).toBe(255);
});

Deno.test("readIdx() reads sizes above 255 as big-endian", () => {
  const file = [0, 0, 8, 1, 0, 0, 1, 2, ...new Array(258).fill(7)];
  expect(read(file, [258]).length).toBe(258);
});

Deno.test("readIdx() refuses a file cut within its header", () => {
  expect(() => read(FILE.slice(0, 15))).toThrow(
    new TypeError("Cannot read toy as an IDX header of 3 axes takes 16 bytes: the file has 15"),
  );
  expect(() => read([])).toThrow(TypeError);
});

Deno.test("readIdx() refuses a file cut within its elements, and one with a byte too many", () => {
  expect(() => read(FILE.slice(0, -1))).toThrow(
    new TypeError("Cannot read toy as it must hold 12 elements after its header: it holds 11"),
  );
  expect(() => read([...FILE, 0])).toThrow(/it holds 13/);
});

Deno.test("readIdx() refuses another magic number: float elements, fewer axes, a first byte that is not 0", () => {
  for (const [at, byte] of [[2, 13], [3, 1], [0, 1], [1, 1]]) {
    const file = FILE.with(at, byte);
    expect(() => read(file)).toThrow(/magic number must be 2051/);
  }
});

Deno.test("readIdx() refuses sizes that are not the expected ones, in another order too", () => {
  expect(() => read(FILE.with(7, 1))).toThrow(
    new TypeError("Cannot read toy as its sizes must be (2, 3, 2): current value is (1, 3, 2)"),
  );
  expect(() => read(FILE, [2, 2, 3])).toThrow(/must be \(2, 2, 3\)/);
});
