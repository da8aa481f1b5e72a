import { expect } from "@std/expect";
import { cover, coverFile } from "../tasks/cover.ts";

Deno.test("the README's figure is what the library draws today", async () => {
  expect(await Deno.readTextFile(coverFile)).toBe(await cover());
});
