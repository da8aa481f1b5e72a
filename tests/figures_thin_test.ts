import { expect } from "@std/expect";
import { thinPath } from "../lib/figures/thin.ts";
import { vertices } from "./drawn.ts";

const pathOf = (points: readonly [number, number][]) =>
  "M" + points.map(([x, y]) => `${x},${y}`).join("L");

Deno.test("thinPath() rounds to tenths without letting errors add up", () => {
  const points = Array.from(
    { length: 100 },
    (_, i): [number, number] => [i * 3.333, 50 + (i % 2 ? 40.04 : 0.06) + i / 7],
  );
  const back = vertices(thinPath(pathOf(points))!);
  expect(back.length).toBe(100);
  back.forEach(([x, y], i) => {
    expect([x, y]).toEqual([Math.round(points[i][0] * 10), Math.round(points[i][1] * 10)]);
  });
});

Deno.test("thinPath() drops vertices on a straight line, and draws along the axes by h and v", () => {
  expect(thinPath("M0,0L1,1L2,2L30,30")).toBe("M0,0l30,30");
  expect(thinPath("M0,0L10,0L10,5L0,5Z")).toBe("M0,0h10v5h-10z");
  expect(thinPath("M0,0L0,30L0,10")).toBe("M0,0v30-20"); // a spike is not on the line between its neighbours
  expect(thinPath("M1.04,2.96L1.04,2.96")).toBe("M1,3");
  expect(thinPath("M1,2Z")).toBe("M1,2h0z");
});

/** How far a point lies from a line's nearest segment. */
function distance([x, y]: [number, number], line: readonly [number, number][]): number {
  let least = Infinity;
  for (let i = 1; i < line.length; i++) {
    const [[x1, y1], [x2, y2]] = [line[i - 1], line[i]];
    if (Math.min(x1, x2) > x + 15 || Math.max(x1, x2) < x - 15) continue;
    const [dx, dy] = [x2 - x1, y2 - y1];
    const t = Math.min(1, Math.max(0, ((x - x1) * dx + (y - y1) * dy) / (dx * dx + dy * dy || 1)));
    least = Math.min(least, Math.hypot(x - x1 - t * dx, y - y1 - t * dy));
  }
  return least;
}

Deno.test("thinPath() moves a long line by no more than a pixel and keeps its spikes", () => {
  const points = Array.from(
    { length: 20_000 },
    (_, i): [number, number] => [i / 40, 200 + 150 * Math.sin(i * i)],
  );
  points[7777][1] = -90;
  const thinned = vertices(thinPath(pathOf(points))!);
  expect(thinned.length).toBeLessThan(2100);
  // In tenths: a pixel's width, 0.15 px for dropped vertices, and what rounding adds.
  const far = points.filter((_, i) => i % 7 === 0).map(([x, y]) =>
    distance([10 * x, 10 * y], thinned)
  );
  expect(Math.max(...far)).toBeLessThan(10 + 1.5 + 1);
  expect(Math.min(...thinned.map(([, y]) => y))).toBe(-900);
});

Deno.test("thinPath() leaves paths with curves to others", () => {
  expect(thinPath("M0,0A3,3,0,1,1,1,1")).toBe(undefined);
  expect(thinPath("M0,0C1,1,2,2,3,3")).toBe(undefined);
});

Deno.test("thinPath() keeps gaps", () => {
  expect(thinPath("M0,0L1,5M9,9L12,3")).toBe("M0,0l1,5M9,9l3-6");
});
