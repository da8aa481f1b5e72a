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
