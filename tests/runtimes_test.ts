/** The same bits on every runtime, with vector units and without. */
import { expect } from "@std/expect";
import { join } from "node:path";
import { deno, root } from "../tasks/place.ts";
import { run } from "../tasks/run.ts";
import { newestDeno } from "./newestDeno.ts";

/** Made by `deno run -A tests/bits.ts`: promised to stay as they are until the next major version. */
const golden = {
  draws: "57de0a373b65207a15c15e2509176ec80bdb982e4c29223bdca8d64adbcc7edf",
  products: "126f706279b690d9cb38093d93b7e5fafc5d94347b9f5fbce1f237c018f7d1f6",
  training: "1549aaf4bbef7fc5241be911814f86c4c7377b452b21b22ee8fc052454ff277f",
};

const program = join(root, "tests", "bits.ts");
const bundle = join(await Deno.makeTempDir(), "bits.mjs");
const bundled = (await run([deno, "bundle", "--quiet", "--output", bundle, program])).ok;
const nodeVersion = (await run(["node", "--version"])).text.match(/^v(\d+)/)?.[1];
const newest = await newestDeno();

const runtimes = [
  { name: "the course's Deno", argv: [deno, "run", "-A", program], absent: false },
  {
    name: "the newest Deno",
    argv: [newest ?? "", "run", "-A", "--no-lock", program],
    absent: !newest,
  },
  {
    name: "Node 20 or newer, from a bundle",
    argv: ["node", bundle],
    absent: !bundled || !(Number(nodeVersion) >= 20),
  },
];

for (const { name, argv, absent } of runtimes) {
  for (const kernels of ["simd", "reference"]) {
    Deno.test(
      `${name} gives the promised bits, kernels: ${kernels}`,
      { ignore: absent },
      async () => {
        const env = { STEP_ZERO_NUMERICS: kernels === "reference" ? "reference" : "" };
        const { ok, text } = await run(argv, { env });
        if (!ok) throw new Error(text);
        expect(JSON.parse(text.match(/^{.*}$/m)![0])).toEqual({ kernels, ...golden });
      },
    );
  }
}
