import { expect } from "@std/expect";
import { Arena } from "../lib/numerics/arena.ts";
import { memory } from "../lib/numerics/memory.ts";

Deno.test("Arena gives zeros that do not overlap, and the same memory after reset", () => {
  const arena = new Arena();
  const lengths = [0, 1, 17, 300_000, 3, 700_000];
  const first = lengths.map((length) => arena.take(length).fill(length));
  first.forEach((x, i) => expect(x.every((v) => v === lengths[i])).toBe(true));
  const lent = memory.free;
  for (let step = 0; step < 20; step++) {
    arena.reset();
    for (const length of lengths) {
      const x = arena.take(length);
      expect(x.length).toBe(length);
      expect(x.every((v) => v === 0)).toBe(true);
      x.fill(1);
    }
  }
  expect(memory.free).toBe(lent);
  arena.release();
});

Deno.test("Arena.release() gives all memory back, and two arenas do not share any", () => {
  const before = memory.free;
  const a = new Arena(), b = new Arena();
  const x = a.take(1000).fill(1), y = b.take(1000).fill(2);
  expect([x[999], y[0]]).toEqual([1, 2]);
  a.release();
  a.release();
  const z = new Arena().take(1000).fill(3);
  expect([y[0], y[999], z[0]]).toEqual([2, 2, 3]);
  b.release();
  expect(before - memory.free).toBe(1 << 20); // z's
});

Deno.test("Arena.take() names the MiB a step needs when they are not there", () => {
  const arena = new Arena();
  arena.take(1 << 20);
  expect(() => arena.take(1 << 28)).toThrow(
    /^Cannot take 1024.0 MiB more as this step then needs 1028.0 MiB and only \d+.\d MiB of 1022.0 MiB are free: use a smaller/,
  );
  expect(arena.take(10).length).toBe(10); // still usable
  arena.release();
});
