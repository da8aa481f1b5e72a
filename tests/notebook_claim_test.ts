import { expect } from "@std/expect";
import { claim, type Claimed } from "../lib/notebook/claim.ts";

/** What claim() prints outside a kernel, and the error it throws in strict mode, if any. */
function judged(given: Claimed, strict = false): { printed: string; error?: Error } {
  const printed: string[] = [];
  const log = console.log;
  const before = Deno.env.get("STEP_ZERO_STRICT");
  console.log = (line: string) => printed.push(line);
  Deno.env.set("STEP_ZERO_STRICT", strict ? "1" : "0");
  try {
    claim("it is so", given);
    return { printed: printed.join("\n") };
  } catch (error) {
    return { printed: printed.join("\n"), error: error as Error };
  } finally {
    console.log = log;
    if (before === undefined) Deno.env.delete("STEP_ZERO_STRICT");
    else Deno.env.set("STEP_ZERO_STRICT", before);
  }
}

const holds = (given: Claimed) => judged(given).printed.includes("it is so: holds");

Deno.test("claim() prints both numbers and whether it holds", () => {
  expect(judged({ measured: 1.981, predicted: 2, within: 0.05 }).printed).toBe(
    "✓ it is so: holds\n  measured 1.981, predicted 2 ± 0.05",
  );
  expect(judged({ measured: 0.83, above: 0.9 }).printed).toBe(
    "✗ it is so: does not hold here\n  measured 0.83, above 0.9",
  );
});

Deno.test("claim() takes within as an absolute distance, its edge included", () => {
  expect(holds({ measured: 2.5, predicted: 2, within: 0.5 })).toBe(true);
  expect(holds({ measured: 2.5001, predicted: 2, within: 0.5 })).toBe(false);
  expect(holds({ measured: 1.4999, predicted: 2, within: 0.5 })).toBe(false);
  expect(holds({ measured: 1e-9, predicted: 2e-9, within: 1e-10 })).toBe(false);
});

Deno.test("claim() takes ratioWithin as a factor either way", () => {
  expect(holds({ measured: 1.9e-9, predicted: 1e-9, ratioWithin: 2 })).toBe(true);
  expect(holds({ measured: 0.6e-9, predicted: 1e-9, ratioWithin: 2 })).toBe(true);
  expect(holds({ measured: 2.1e-9, predicted: 1e-9, ratioWithin: 2 })).toBe(false);
  expect(holds({ measured: 0.4e-9, predicted: 1e-9, ratioWithin: 2 })).toBe(false);
  expect(holds({ measured: -1e-9, predicted: 1e-9, ratioWithin: 2 })).toBe(false);
});

Deno.test("claim() takes above and below strictly and equals exactly", () => {
  expect(holds({ measured: 1, above: 1 })).toBe(false);
  expect(holds({ measured: 1, above: 0.999 })).toBe(true);
  expect(holds({ measured: 1, below: 1 })).toBe(false);
  expect(holds({ measured: 1, below: 1.001 })).toBe(true);
  expect(holds({ measured: 0.1 + 0.2, equals: 0.3 })).toBe(false);
  expect(holds({ measured: "relu", equals: "relu" })).toBe(true);
  expect(judged({ measured: 0.1 + 0.2, equals: 0.3 }).printed).toContain(
    "measured 0.30000000000000004, exactly 0.3",
  );
});

Deno.test("claim() shows enough digits to see a tenth of the tolerance", () => {
  expect(judged({ measured: 2.302584, predicted: Math.LN10, within: 1e-6 }).printed).toContain(
    "measured 2.302584, predicted 2.3025851 ± 10⁻⁶",
  );
});

Deno.test("claim() in strict mode throws when it does not hold, and for NaN, after printing", () => {
  for (
    const given of [
      { measured: 3, predicted: 2, within: 0.5 },
      { measured: NaN, predicted: 2, within: 0.5 },
      { measured: 2, predicted: NaN, ratioWithin: 3 },
      { measured: NaN, above: 0 },
      { measured: NaN, below: 0 },
      { measured: NaN, equals: NaN },
    ]
  ) {
    const { printed, error } = judged(given as Claimed, true);
    expect(printed).toContain("does not hold here");
    expect(error?.message).toContain("Claim does not hold: it is so");
  }
  expect(judged({ measured: 2.1, predicted: 2, within: 0.5 }, true).error).toBe(undefined);
});

Deno.test("claim() refuses numbers that make no claim, since cells are not type-checked", () => {
  const wrong = (given: unknown) => judged(given as Claimed).error;
  expect(wrong({ measured: 1, predicts: 2, within: 1 })).toBeInstanceOf(TypeError);
  expect(wrong({ predicted: 2, within: 1 })).toBeInstanceOf(TypeError);
  expect(wrong({ measured: 1, above: 0, below: 2 })).toBeInstanceOf(TypeError);
  expect(wrong({ measured: undefined, equals: undefined })).toBeInstanceOf(TypeError);
  expect(wrong({ measured: 1, predicted: 2, within: undefined })?.message).toContain(
    "within must be a number",
  );
});
