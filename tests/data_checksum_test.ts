import { expect } from "@std/expect";
import { checkSha256 } from "../lib/data/checksum.ts";

// FIPS 180-4's example: SHA-256 of the three bytes "abc".
const ABC = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

Deno.test("checkSha256() accepts the stated bytes", async () => {
  await checkSha256("abc", new TextEncoder().encode("abc"), ABC);
});

Deno.test("checkSha256() refuses one flipped bit, a missing byte and an extra one, and says what to do", async () => {
  for (const bytes of [[0x61, 0x62, 0x62], [0x61, 0x62], [0x61, 0x62, 0x63, 0]]) {
    const error = await checkSha256("abc", new Uint8Array(bytes), ABC).catch((error) => error);
    expect(error).toBeInstanceOf(TypeError);
    expect(error.message).toContain(`Cannot use abc as its SHA-256 must be ${ABC}`);
    expect(error.message).toContain("`deno install`");
  }
});

Deno.test("checkSha256() compares the whole checksum", async () => {
  for (const wrong of [ABC.replace(/^b/, "c"), ABC.replace(/d$/, "c"), ABC.slice(0, -1), ""]) {
    await expect(checkSha256("abc", new TextEncoder().encode("abc"), wrong)).rejects.toThrow(
      TypeError,
    );
  }
});
