import { DOMParser } from "linkedom";

/** The root of a drawn SVG, read as XML. */
export function parseXml(svg: string): Element {
  return new DOMParser().parseFromString(svg, "image/svg+xml")
    .documentElement as unknown as Element;
}

/** Every text of a drawn SVG, in drawing order. */
export function textsOf(svg: string): string[] {
  return [...parseXml(svg).querySelectorAll("text")].map((text) => text.textContent ?? "");
}

/** The vertices of a drawn path of straight lines, in tenths of a pixel. */
export function vertices(path: string): [number, number][] {
  const points: [number, number][] = [];
  for (const [, command, rest] of path.matchAll(/([MlhvzL])([^MlhvzL]*)/g)) {
    const numbers = (rest.match(/-?(?:\d*\.\d+|\d+)/g) ?? []).map((digits) =>
      Math.round(Number(digits) * 10)
    );
    const step = command === "h" || command === "v" ? 1 : 2;
    for (let i = 0; i < numbers.length; i += step) {
      const [x, y] = command === "M" ? [0, 0] : points[points.length - 1];
      const [dx, dy] = command === "h"
        ? [numbers[i], 0]
        : command === "v"
        ? [0, numbers[i]]
        : numbers.slice(i, i + 2);
      points.push([x + dx, y + dy]);
    }
  }
  return points;
}
