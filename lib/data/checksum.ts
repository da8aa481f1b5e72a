/**
 * Refuses bytes whose SHA-256 is not the stated one.
 *
 * @throws {TypeError} where it differs.
 */
export async function checkSha256(what: string, bytes: Uint8Array<ArrayBuffer>, sha256: string) {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  const found = Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
  if (found === sha256) return;
  throw new TypeError(
    `Cannot use ${what} as its SHA-256 must be ${sha256}: current value is ${found}; ` +
      "the file is damaged or not the one this course was checked with: " +
      "delete its package from Deno's cache (its folder is shown by `deno info`), then run `deno install`",
  );
}
