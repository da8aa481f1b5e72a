import { expect } from "@std/expect";
import { messageInterval, messageLimit } from "../lib/notebook/kernel.ts";
import { drive, live } from "../lib/notebook/live.ts";
import { countdown, progress, type Screen } from "../lib/notebook/progress.ts";

const on = (draw: Screen["draw"]): Screen => ({ draw, interval: () => 100 });

function* halving(
  steps: number,
  failAt = Infinity,
): Generator<{ step: number; loss: number }, string> {
  for (let step = 0; step < steps; step++) {
    if (step === failAt) throw new RangeError("Cannot go on");
    yield { step, loss: 0.5 ** step };
  }
  return "trained";
}

/** Runs with a clock that gains `tick` ms at each look, and keeps what was drawn with its time. */
function driven(steps: number, tick: number, options = {}, failAt = Infinity) {
  const drawn: { time: number; html: string; text: string }[] = [];
  let time = 0;
  let error: unknown;
  try {
    drive(
      halving(steps, failAt),
      options,
      on((html, text) => drawn.push({ time, html, text })),
      () => time += tick,
    );
  } catch (thrown) {
    error = thrown;
  }
  return { drawn, error };
}

Deno.test("live() returns all rows and the result", () => {
  const { rows, result } = live(halving(5), { total: 5 });
  expect(rows.map((row) => row.step)).toEqual([0, 1, 2, 3, 4]);
  expect(result).toBe("trained");
  expect(live.last).toEqual({ rows, result });
});

Deno.test("live() draws at most ten times a second", () => {
  const { drawn } = driven(1000, 7, { total: 1000, y: "loss" });
  const times = drawn.slice(0, -1).map(({ time }) => time);
  expect(times.length).toBeGreaterThan(50);
  expect(Math.min(...times.slice(1).map((time, i) => time - times[i]))).toBeGreaterThanOrEqual(100);
});

Deno.test("live() draws ever more rarely, and below the kernel's limit in an hour", () => {
  let time = 0, sent = 0;
  const screen = { draw: () => void sent++, interval: () => messageInterval(sent) };
  drive(halving(72_000), { y: "loss" }, screen, () => time += 50);
  expect(time).toBeGreaterThan(3_600_000);
  expect(sent).toBeGreaterThan(50);
  expect(sent).toBeLessThan(messageLimit);
});

Deno.test("live() shows the share done, the rate, the time left and a curve", () => {
  // 10 ms a row: 100 rows a second; the first drawing, 100 ms in, has seen 10 of 200 rows, so 1.9 s are left.
  const { drawn } = driven(200, 10, { total: 200, y: "loss", title: "He" });
  expect(drawn[0].text).toBe("He: 10 of 200, 100 per second, 2 s left, loss 0.001953");
  expect(drawn[0].html).toContain('<progress max="200" value="10">');
  expect(drawn[0].html).toContain("<polyline");
});

Deno.test("live() leaves a line that does not depend on time", () => {
  const slow = driven(40, 90, { total: 40, y: "loss" }).drawn.at(-1);
  const fast = driven(40, 1, { total: 40, y: "loss" }).drawn.at(-1);
  expect({ ...slow, time: 0 }).toEqual({ ...fast, time: 0 });
  expect(fast?.text).toBe("Run: 40 steps, loss from 1 to 1.819×10⁻¹²");
});

Deno.test("live() keeps the rows before an error in live.last, ends its display and passes the error on", () => {
  const { drawn, error } = driven(40, 1, { y: "loss" }, 3);
  expect(error).toBeInstanceOf(RangeError);
  expect(live.last?.rows.length).toBe(3);
  expect(live.last?.result).toBe(undefined);
  expect(drawn.at(-1)?.text).toBe("Run: stopped by an error after 3 steps, loss from 1 to 0.25");
});

Deno.test("live() draws a loss that explodes, with values that are not finite", () => {
  function* exploding() {
    for (let step = 0; step < 30; step++) yield { loss: step > 20 ? NaN : 10 ** step };
  }
  const drawn: string[] = [];
  let time = 0;
  drive(exploding(), { y: "loss" }, on((html) => drawn.push(html)), () => time += 60);
  expect(drawn.join("").match(/points="[^"]*NaN/)).toBe(null);
  expect(drawn.at(-1)).toContain("loss from 1 to NaN");
});

Deno.test("progress() counts the parts of a loop and leaves a line without times", () => {
  const drawn: string[] = [];
  let time = 0;
  const done = countdown(20, "Networks", on((_, text) => drawn.push(text)), () => time += 60);
  for (let i = 0; i < 20; i++) done();
  expect(drawn[0]).toBe("Networks: 2 of 20, 17 per second, 2 s left");
  expect(drawn.at(-1)).toBe("Networks: 20 of 20");
  expect(drawn.length).toBeLessThan(12);
  expect(() => progress({ total: 0, title: "None" })).toThrow(RangeError);
});

Deno.test("live() refuses an option that it does not know", () => {
  expect(() => live(halving(1), { plot: "loss" } as object)).toThrow(
    'Cannot pass option "plot" to live',
  );
});
