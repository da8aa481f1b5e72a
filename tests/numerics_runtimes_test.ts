import { expect } from "@std/expect";
import { join } from "node:path";
import { deno, root } from "../tasks/place.ts";
import { run } from "../tasks/run.ts";
import { newestDeno } from "./newestDeno.ts";

interface Printed {
  readonly kernels: string;
  readonly fingerprint: Record<string, string>;
}

/** Made by `deno run -A tests/fingerprint.ts`: promised to stay as they are until the next major version. */
const promised = {
  draws: "25b624a91a22b9d984f5a878937e4c0b3714670ed86f43e17da96fc389d02e05",
  streams: "2fb4f29252232bae3c446c92fda27b2dc0f5c843c87bc0c039e2397fffa2614c",
  activations: "abdade41120543ab961f5be22792f75db6d011fb01d4550fa2c1f57521a67946",
  laterActivations: "5e60702b43903049c97a709739e632eb5a4542fb4b741715a4252351f6f98fb3",
  product: "b9a8171c5e259888311710f6297ca41460c8570564416f5edf609e12618298cb",
  orthogonal: "7d1d9e3acc6b13ab3ff9944cfa1f15341e271661e5f375a2dd9ed4348bbdd09b",
  training: "fbc3f010985c1c7c0e76477c03cf022033ce8be14fec44fffa21f5d007061e6d",
  language: "0c0036f5e0c2b696419616885cee2eb39ca421a91918b40d163591232e2c6696",
};

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

Deno.test("draws, functions, products and training have the promised bits", () => {
  expect(here.fingerprint).toEqual(promised);
});

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
