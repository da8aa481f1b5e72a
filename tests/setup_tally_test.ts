import { expect } from "@std/expect";
import { Tally } from "../tasks/tally.ts";

Deno.test("Tally adds checks and the tests of deno test", () => {
  const tally = new Tally();
  tally.add(true);
  tally.add(false);
  tally.addDenoTest(true, "running 3 tests\n\nok | 12 passed (3 steps) | 0 failed (2s)\n\n");
  expect(tally.toString()).toBe("13 passed, 1 failed");
  tally.addDenoTest(true, "\nok | 2 passed | 0 failed | 4 ignored | 7 filtered out (2s)\n");
  expect(tally.toString()).toBe("15 passed, 1 failed, 4 skipped");
  tally.addDenoTest(false, "\nFAILED | 5 passed | 3 failed (1 step) | 1 ignored (10ms)\n");
  expect(tally.toString()).toBe("20 passed, 4 failed, 5 skipped");
});

Deno.test("Tally is not confused by a test that prints another run's last line", () => {
  const tally = new Tally();
  tally.addDenoTest(true, "ok | 90 passed | 0 failed (1s)\n\nok | 3 passed | 0 failed (2s)\n");
  expect(tally.toString()).toBe("3 passed, 0 failed");
});

Deno.test("Tally counts one failure where deno test could not start", () => {
  const tally = new Tally();
  tally.addDenoTest(false, "error: Type checking failed.\n");
  expect(tally.toString()).toBe("0 passed, 1 failed");
});

Deno.test("Tally counts a failure where deno test passed all and still failed", () => {
  const tally = new Tally();
  tally.addDenoTest(false, "ok | 5 passed | 0 failed (1s)\nerror: Promise resolution is pending\n");
  expect(tally.toString()).toBe("5 passed, 1 failed");
});

Deno.test("Tally reads a report in colour", () => {
  const tally = new Tally();
  const red = "\x1b[0m\x1b[31mFAILED\x1b[0m", grey = "\x1b[0m\x1b[38;5;245m(3m6s)\x1b[0m";
  tally.addDenoTest(false, `tests\n${red} | 679 passed | 2 failed ${grey}\n`);
  expect(tally.toString()).toBe("679 passed, 2 failed");
});
