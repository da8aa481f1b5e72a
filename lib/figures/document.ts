import { parseHTML } from "linkedom";
import { dataUrl, encodePng } from "./png.ts";

function channels(color: string): number[] {
  const hex = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(color);
  if (hex) return hex.slice(1).map((digits) => parseInt(digits, 16));
  const rgb = /^rgb\((\d+),\s*(\d+),\s*(\d+)\)$/.exec(color);
  if (rgb) return rgb.slice(1).map(Number);
  throw new RangeError(`Cannot paint with "${color}": expected #rrggbb or rgb(r, g, b)`);
}

/** The part of a canvas that Plot's rasters and ramp legends use, without a browser. */
class Canvas {
  width = 0;
  height = 0;
  fillStyle = "#000000";
  #pixels: Uint8ClampedArray | undefined;

  getContext(): Canvas {
    return this;
  }

  createImageData(
    width: number,
    height: number,
  ): { data: Uint8ClampedArray; width: number; height: number } {
    return { data: new Uint8ClampedArray(4 * width * height), width, height };
  }

  putImageData(image: { data: Uint8ClampedArray }): void {
    this.#pixels = image.data;
  }

  fillRect(x: number, y: number, width: number, height: number): void {
    this.#pixels ??= new Uint8ClampedArray(4 * this.width * this.height);
    const color = [...channels(this.fillStyle), 255];
    for (let row = y; row < y + height; row++) {
      for (let column = x; column < x + width; column++) {
        this.#pixels.set(color, 4 * (row * this.width + column));
      }
    }
  }

  toDataURL(): string {
    const pixels = this.#pixels ?? new Uint8ClampedArray(4 * this.width * this.height);
    return dataUrl("image/png", encodePng(this.width, this.height, pixels));
  }
}

function createDocument(): Document {
  const { document } = parseHTML("<!doctype html><html><body></body></html>") as unknown as {
    document: Document;
  };
  const createElement = document.createElement.bind(document);
  const withCanvas = (name: string) => name === "canvas" ? new Canvas() : createElement(name);
  return Object.defineProperty(document, "createElement", { value: withCanvas });
}

/** The document that Plot draws into: linkedom's, with a canvas. */
export const document: Document = createDocument();

/** A new SVG element with the given attributes. */
export function svgElement(
  name: string,
  attributes: Readonly<Record<string, string | number>> = {},
): Element {
  const element = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
  return element;
}
