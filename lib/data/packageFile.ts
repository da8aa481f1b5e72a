import { checkSha256 } from "./checksum.ts";

/**
 * Bytes of a file that an npm package ships, none of whose code is run.
 *
 * `name` is a bare name of deno.json's import map; `path` is relative to the package's main module.
 *
 * @throws {TypeError} where the package is not installed, or the file's SHA-256 is not the stated one.
 */
export async function packageFile(
  name: string,
  path: string,
  sha256: string,
): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = await readPackageFile(name, path);
  await checkSha256(`${path} of the npm package ${name}`, bytes, sha256);
  return bytes;
}

/** As {@linkcode packageFile}, where the checksum is taken of something made from several files. */
export async function readPackageFile(
  name: string,
  path: string,
): Promise<Uint8Array<ArrayBuffer>> {
  try {
    // The main module's place in Deno's cache; "npm:..." or a missing file where it is not cached.
    const main = import.meta.resolve(name);
    if (main.startsWith("file:")) return await Deno.readFile(new URL(path, main));
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  throw new TypeError(
    `Cannot read ${path} as the npm package ${name} is not installed: ` +
      "run `deno task lab`, or `deno install`, in the course's folder, then restart the kernel",
  );
}
