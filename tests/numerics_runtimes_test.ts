import { expect } from "@std/expect";
import { join } from "node:path";
import { deno, root } from "../tasks/place.ts";
import { run } from "../tasks/run.ts";
import { newestDeno } from "./newestDeno.ts";

interface Printed {
  readonly kernels: string;
  readonly fingerprint: Record<string, string>;
}

const script = join(root, "tests", "fingerprint.ts");
const bundle = join(await Deno.makeTempDir(), "fingerprint.mjs");

async function printed(command: string[], env: Record<string, string> = {}): Promise<Printed> {
  const { ok, text } = await run(command, { env: { STEP_ZERO_NUMERICS: "", ...env } });
  if (!ok) throw new Error(text);
  return JSON.parse(text.match(/^\{.*\}$/m)?.[0] ?? text);
}

const here = await printed([deno, "run", "-A", script]);
const newest = await newestDeno();
const hasNode = (await run(["node", "--version"])).ok;
const isBundled = hasNode && (await run([deno, "bundle", "-o", bundle, script])).ok;
const isIntel = Deno.build.arch === "x86_64";

const runtimes: { name: string; command: string[]; ignore?: boolean }[] = [
  { name: "Deno without permissions", command: [deno, "run", "--no-prompt", script] },
  {
    name: "Deno with the baseline compiler alone",
    command: [deno, "run", "-A", "--v8-flags=--liftoff-only", script],
  },
  {
    name: "Deno without AVX and FMA",
    command: [deno, "run", "-A", "--v8-flags=--no-enable-avx,--no-enable-fma3", script],
    ignore: !isIntel,
  },
  {
    name: "the newest Deno",
    command: [newest ?? "", "run", "-A", script],
    ignore: newest === undefined,
  },
  { name: "Node", command: ["node", bundle], ignore: !isBundled },
];

for (const { name, command, ignore } of runtimes) {
  Deno.test({
    name: `draws, functions, products and training have the same bits in ${name}`,
    ignore,
    fn: async () => expect((await printed(command)).fingerprint).toEqual(here.fingerprint),
  });
}

Deno.test("draws, functions, products and training have the same bits in plain JavaScript", async () => {
  const reference = await printed([deno, "run", "-A", script], { STEP_ZERO_NUMERICS: "reference" });
  expect([here.kernels, reference.kernels]).toEqual(["simd", "reference"]);
  expect(reference.fingerprint).toEqual(here.fingerprint);
});
