import { expect } from "@std/expect";
import { join } from "node:path";

const task = join(import.meta.dirname!, "..", "tasks", "kernels.ts");
const { code } = await new Deno.Command(Deno.execPath(), {
  args: ["run", "-A", "--no-lock", task, "--check"],
}).output();

Deno.test("the embedded kernels are what their source compiles to", {
  ignore: code === 2, // where the compiler is neither stored nor to be had
}, () => expect(code).toBe(0));
