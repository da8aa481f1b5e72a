import { textWidth } from "./text.ts";

/** A text element with its place in the outermost SVG: where it is anchored, and the box it fills. */
export interface PlacedText {
  readonly element: Element;
  readonly x: number;
  readonly y: number;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

interface Inherited {
  readonly x: number;
  readonly y: number;
  readonly angle: number;
  readonly fontSize: number;
  readonly anchor: string;
}

/** The translation in an element's transform attribute, [0, 0] where there is none. */
export function translation(element: Element): [number, number] {
  const match = /translate\(([^,)]+)(?:,([^)]+))?\)/.exec(element.getAttribute("transform") ?? "");
  return match ? [Number(match[1]), Number(match[2] ?? 0)] : [0, 0];
}

const lengthOf = (value: string | null, fontSize: number) =>
  value === null ? 0 : parseFloat(value) * (value.endsWith("em") ? fontSize : 1);

function place(element: Element, { x, y, angle, fontSize, anchor }: Inherited): PlacedText {
  const lines = element.children.length > 0 ? [...element.children] : [element];
  const width = Math.max(...lines.map((line) => textWidth(line.textContent ?? "", fontSize)));
  const shift = anchor === "end" ? -width : anchor === "middle" ? -width / 2 : 0;
  const baseline = lengthOf(element.getAttribute("y"), fontSize) +
    lengthOf(element.getAttribute("dy"), fontSize);
  const start = x + lengthOf(element.getAttribute("x"), fontSize);
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const corners = [[0, -0.75], [width, -0.75], [0, 0.25 + 1.2 * (lines.length - 1)], [width, 0.25]]
    .map(
      ([dx, dy]) => [dx + shift, baseline + dy * fontSize],
    );
  const xs = corners.map(([dx, dy]) => start + cos * dx - sin * dy);
  const ys = corners.map(([dx, dy]) => y + sin * dx + cos * dy);
  return {
    element,
    x: start,
    y,
    left: Math.min(...xs),
    right: Math.max(...xs),
    top: Math.min(...ys),
    bottom: Math.max(...ys),
  };
}

/** Every text inside an SVG element, with its place, as far as it can be told without a browser. */
export function placedTexts(
  element: Element,
  inherited: Inherited = { x: 0, y: 0, angle: 0, fontSize: 10, anchor: "start" },
): PlacedText[] {
  const [dx, dy] = translation(element);
  const rotation = /rotate\(([^,)]+)/.exec(element.getAttribute("transform") ?? "");
  const here = {
    x: inherited.x + dx,
    y: inherited.y + dy,
    angle: inherited.angle + (rotation ? Number(rotation[1]) * Math.PI / 180 : 0),
    fontSize: Number(element.getAttribute("font-size") ?? inherited.fontSize),
    anchor: element.getAttribute("text-anchor") ?? inherited.anchor,
  };
  if (element.tagName.toLowerCase() === "text") {
    return element.textContent ? [place(element, here)] : [];
  }
  return [...element.children].flatMap((child) => placedTexts(child, here));
}

/** The margins by which texts leave a width x height frame, at least 0 each. */
export function overflow(texts: readonly PlacedText[], width: number, height: number) {
  return {
    top: Math.max(0, ...texts.map((text) => -text.top)),
    right: Math.max(0, ...texts.map((text) => text.right - width)),
    bottom: Math.max(0, ...texts.map((text) => text.bottom - height)),
    left: Math.max(0, ...texts.map((text) => -text.left)),
  };
}
