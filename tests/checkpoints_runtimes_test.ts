import { expect } from "@std/expect";
import { join } from "node:path";
import { root } from "../tasks/place.ts";
import { run } from "../tasks/run.ts";
import { file, pathOf } from "./checkpointFiles.ts";

const config = `--config=${join(root, "deno.json")}`;
const hasNode = (await run(["node", "--version"])).ok;

Deno.test(
  "checkpoints are written and read in Node, as a bundle",
  { ignore: !hasNode },
  async () => {
    const door = JSON.stringify(new URL("../lib/checkpoints/mod.ts", import.meta.url));
    const script = file(
      "script.ts",
      new TextEncoder().encode(`
    import { openCheckpoint, writeNpz, writeSafetensors } from ${door};
    const [one, two] = process.argv.slice(2);
    writeSafetensors(one, { x: { shape: [2], data: Float32Array.of(3, 1 / 3) } }, { dtype: "BF16" });
    writeNpz(two, { x: { shape: [], data: BigInt64Array.of(-5n) } });
    for (const path of [one, two]) console.log("read", openCheckpoint(path).read("x").data.join(" "));
  `),
    );
    const bundle = pathOf("script.mjs");
    const bundled = await run([Deno.execPath(), "bundle", config, "-o", bundle, script]);
    expect(bundled).toMatchObject({ ok: true });
    const { text } = await run(["node", bundle, pathOf("x.safetensors"), pathOf("x.npz")]);
    expect(text).toBe("read 3 0.333984375\nread -5\n"); // 1/3 to 8 digits is 171/512
  },
);

Deno.test("the library's main door needs no file system, and bundles for a browser", async () => {
  const bundle = pathOf("mod.js"), door = join(root, "lib", "mod.ts");
  const args = ["bundle", config, "--platform", "browser", "-o", bundle, door];
  expect(await run([Deno.execPath(), ...args])).toMatchObject({ ok: true });
  expect(Deno.readTextFileSync(bundle)).not.toMatch(/\bfrom\s*"node:fs"/);
});
