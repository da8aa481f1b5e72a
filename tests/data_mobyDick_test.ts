import { expect } from "@std/expect";
import { mobyDick } from "../lib/data/mobyDick.ts";

Deno.test("mobyDick() holds the 135 chapters in order, and the epilogue", async () => {
  const text = await mobyDick();
  expect(text.length).toBe(1_191_159); // counted by Python's len()
  const chapters = [...text.matchAll(/^CHAPTER (\d+)\./gm)].map(([, number]) => Number(number));
  expect(chapters).toEqual(Array.from({ length: 135 }, (_, i) => i + 1));
  expect(text.endsWith("after her missing children, only found another orphan.")).toBe(true);
  expect(text).not.toMatch(/\r|\n{4}/);
});
