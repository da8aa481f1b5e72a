import { expect } from "@std/expect";
import { base64 } from "../lib/numerics/simd/kernels.wasm.ts";

/** The compiler, or undefined where its package is neither stored nor to be had. */
const compiler = await import("../tasks/kernels.ts").catch(() => undefined);

Deno.test({
  name: "the embedded kernels are what their source compiles to",
  ignore: compiler === undefined,
  async fn() {
    const binary = await compiler!.compileKernels();
    expect(btoa(String.fromCharCode(...binary)) === base64).toBe(true);
  },
});
