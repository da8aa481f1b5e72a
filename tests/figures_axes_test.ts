import { expect } from "@std/expect";
import { logFormat, logTicks, wholeTicks } from "../lib/figures/axes.ts";

const labels = (domain: [number, number], count: number) => {
  const ticks = logTicks(domain, count);
  return ticks.map(logFormat(ticks));
};

Deno.test("logTicks() are powers of ten, evenly spaced, at most as many as asked", () => {
  expect(labels([1e-6, 1e3], 10)).toEqual([
    "10⁻⁶",
    "10⁻⁵",
    "10⁻⁴",
    "10⁻³",
    "10⁻²",
    "10⁻¹",
    "1",
    "10",
    "10²",
    "10³",
  ]);
  expect(labels([3e-21, 2e11], 8)).toEqual(["10⁻²⁰", "10⁻¹⁵", "10⁻¹⁰", "10⁻⁵", "1", "10⁵", "10¹⁰"]);
  expect(labels([3e-19, 2e11], 8)[0]).toBe("10⁻¹⁵");
  expect(logTicks([1e-300, 1e300], 8).length).toBeLessThanOrEqual(9);
  expect(logTicks([1e-300, 1e300], 8)).toContain(1);
});

Deno.test("logTicks() are 1, 2 and 5 times powers of ten on a short axis", () => {
  expect(labels([0.3, 12], 8)).toEqual(["0.5", "1", "2", "5", "10"]);
  expect(labels([3e-9, 3e-8], 8)).toEqual(["5×10⁻⁹", "10⁻⁸", "2×10⁻⁸"]);
  expect(labels([100, 1], 8)[0]).toBe("1");
});

Deno.test("logTicks() are the doubles that are written", () => {
  for (const tick of logTicks([1e-25, 1e25], 60)) {
    expect(String(tick)).toMatch(/^1(0*|e[+-]\d+)$|^0\.0*1$/);
  }
});

Deno.test("wholeTicks() are whole numbers in steps of 1, 2 or 5 times a power of ten", () => {
  expect(wholeTicks([1, 5], 10)).toEqual([1, 2, 3, 4, 5]);
  expect(wholeTicks([1, 30], 10)).toEqual([5, 10, 15, 20, 25, 30]);
  expect(wholeTicks([0, 599], 8)).toEqual([0, 100, 200, 300, 400, 500]);
  expect(wholeTicks([10, 0], 5)).toEqual([0, 2, 4, 6, 8, 10]);
});
