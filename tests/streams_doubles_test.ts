import { expect } from "@std/expect";
import { log64, sineAndCosine64 } from "../lib/streams/doubles.ts";

// Math's functions are within one unit in the last place, ours within two more; near 0 the error is that of the angle, which is below 7.
const ROUNDING = 2 ** -51;

Deno.test("log64() is the logarithm to the last places of a double", () => {
  for (let i = 0; i < 5000; i++) {
    for (const x of [(i + 0.5) / 5000, 1 + i / 2500, 2 ** (i % 2000 - 1000) * 1.4]) {
      expect(Math.abs(log64(x) - Math.log(x))).toBeLessThanOrEqual(
        ROUNDING * Math.abs(Math.log(x)),
      );
    }
  }
  expect(log64(1)).toBe(0);
});

Deno.test("sineAndCosine64() is both to the last places of a double, from 0 to a full turn", () => {
  for (let i = 0; i <= 5000; i++) {
    const angle = 2 * Math.PI * i / 5000, { sine, cosine } = sineAndCosine64(angle);
    expect(Math.abs(sine - Math.sin(angle))).toBeLessThan(ROUNDING);
    expect(Math.abs(cosine - Math.cos(angle))).toBeLessThan(ROUNDING);
  }
});
