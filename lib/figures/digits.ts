import * as Plot from "@observablehq/plot";
import { composite } from "./composite.ts";
import { dataUrl, encodePng } from "./png.ts";
import { checkedRows, type Column, extent } from "./rows.ts";
import { count } from "../tensor/arguments.ts";

/** What digits() takes: the column of a square image's pixels, row by row, and of the text below it. */
export interface DigitsOptions<Row> {
  readonly pixels: Column<Row>;
  readonly label?: Column<Row>;
  /** Images side by side; 10 when left out. */
  readonly columns?: number;
}

// Ink on white for values from 0; from blue through white to red, the same both ways, where some are negative.
function paint(pixels: ArrayLike<number>, largest: number, diverging: boolean): Uint8ClampedArray {
  const rgba = new Uint8ClampedArray(4 * pixels.length);
  for (let i = 0; i < pixels.length; i++) {
    const share = Math.min(1, Math.abs(pixels[i]) / largest);
    const full = !diverging ? [0, 0, 0] : pixels[i] < 0 ? [0, 86, 156] : [178, 24, 43];
    full.forEach((c, k) => rgba[4 * i + k] = 255 + (c - 255) * share);
    rgba[4 * i + 3] = 255;
  }
  return rgba;
}

function png(pixels: unknown, largest: number, diverging: boolean): string {
  const values = pixels as ArrayLike<number>;
  const side = Math.sqrt(values.length);
  if (!Number.isInteger(side) || side === 0) {
    throw new RangeError(
      `Cannot draw ${values.length} pixels as a square image: expected 784, or another square`,
    );
  }
  return dataUrl("image/png", encodePng(side, side, paint(values, largest, diverging)));
}

/**
 * Square images in a grid, such as MNIST's digits or the weights of a first layer's units, with a text below each:
 * ink on white, or blue to red about 0 where some value is negative; all on one scale.
 *
 * @throws TypeError if there are no rows or a column is not there.
 * @throws RangeError if an image is not square.
 *
 * @example
 * ```ts
 * import { digits, figure } from "step-zero/notebook";
 * import { expect } from "@std/expect";
 *
 * const rows = [{ pixels: Uint8Array.of(0, 255, 255, 0), label: 7 }];
 * const { svg } = figure({ alt: "A tiny 7.", marks: [digits(rows, { pixels: "pixels", label: "label" })] });
 * expect(svg).toContain(">7</text>");
 * ```
 */
export function digits<Row extends object>(
  rows: readonly Row[],
  options: DigitsOptions<Row>,
): Plot.Markish {
  const data = checkedRows("digits", rows, options, {
    required: ["pixels"],
    columns: ["label"],
    others: ["columns"],
  });
  const { pixels, label, columns = 10 } = options;
  count("columns", columns);
  const [low, high] = extent(
    data.flatMap((row) => extent(Array.from(row[pixels] as ArrayLike<number>))),
  );
  const largest = Math.max(high, -low) || 1;
  const images = data.map((row, i) => ({
    x: i % columns,
    y: Math.floor(i / columns),
    src: png(row[pixels], largest, low < 0),
    label: label === undefined ? "" : String(row[label]),
  }));
  const across = Math.min(columns, images.length);
  const down = Math.ceil(images.length / columns);
  const cell = Math.min(110, Math.floor(712 / across));
  const size = cell - 12;
  const below = label === undefined ? 0 : 16;
  const height = down * (cell + below);
  return composite([
    Plot.image(images, {
      x: "x",
      y: "y",
      src: "src",
      width: size,
      dy: -below / 2,
      imageRendering: "pixelated",
    }),
    Plot.text(images, { x: "x", y: "y", text: "label", dy: size / 2 + 2 }),
  ], {
    defaults: {
      width: across * cell + 8,
      height: height + 8,
      marginTop: 4,
      marginBottom: 4,
      marginLeft: 4,
      marginRight: 4,
      x: { axis: null, domain: [-0.5, across - 0.5] },
      y: { axis: null, grid: false, domain: [down - 0.5, -0.5] },
    },
  });
}
