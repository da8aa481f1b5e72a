import { found, must, numbers, oneOf, onlyOptions } from "../tensor/arguments.ts";
import type { LabeledExamples } from "./labeledExamples.ts";

/** Mean of the 47,040,000 training pixels of MNIST, each divided by 255. */
export const pixelMean = 0.1306604762738429;
/** Standard deviation (divisor n) of the same pixels. */
export const pixelStd = 0.3081078038564627;

const PIXELS = 28 * 28;
const SCALES = ["standardized", "raw"] as const;
const STANDARDIZED = Float32Array.from(
  { length: 256 },
  (_, pixel) => (pixel / 255 - pixelMean) / pixelStd,
);
const RAW = Float32Array.from({ length: 256 }, (_, pixel) => pixel);

export interface DigitOptions {
  /** "standardized": (pixel / 255 - pixelMean) / pixelStd, the default; "raw": the pixel, 0 to 255. */
  scale?: typeof SCALES[number];
}

/** Grey images of handwritten digits, 28 x 28, with their labels; kept as bytes, made into tensors on demand. */
export class Digits {
  /** Number of images. */
  readonly count: number;
  /** The digit each image shows, 0 to 9. */
  readonly labels: Uint8Array;
  readonly #pixels: Uint8Array;

  /** `pixels` holds 784 bytes an image, row by row from the top left; 0 is paper, 255 is ink. */
  constructor(pixels: Uint8Array, labels: Uint8Array) {
    const be = "a Uint8Array, as of mnist()";
    must("pixels", pixels, pixels instanceof Uint8Array, be);
    must("labels", labels, labels instanceof Uint8Array, be);
    if (pixels.length !== labels.length * PIXELS) {
      throw new RangeError(
        `Cannot pair ${labels.length} labels with ${pixels.length} pixels: they need ${
          labels.length * PIXELS
        }`,
      );
    }
    this.count = labels.length;
    this.labels = labels;
    this.#pixels = pixels;
  }

  /**
   * A copy of the 784 bytes of one image, row by row from the top left; 0 is paper, 255 is ink.
   *
   * @throws {RangeError} where there is no such image.
   */
  image(index: number): Uint8Array {
    this.#check(index);
    return this.#pixels.slice(index * PIXELS, (index + 1) * PIXELS);
  }

  /**
   * The images from `from` up to and without `to`: inputs (to - from, 784), labels as targets.
   *
   * @throws {RangeError} unless 0 <= from < to <= count, both integers.
   */
  slice(from: number, to: number, options?: DigitOptions): LabeledExamples {
    const fits = Number.isInteger(from) && Number.isInteger(to) && 0 <= from && from < to &&
      to <= this.count;
    if (!fits) {
      throw new RangeError(
        `Cannot slice ${this.count} digits from ${from} to ${to} as 0 <= from < to <= ${this.count} must hold`,
      );
    }
    return this.take(Uint32Array.from({ length: to - from }, (_, i) => from + i), options);
  }

  /**
   * The images of these indices, in this order, repeats allowed: inputs (n, 784), labels as targets.
   *
   * @throws {RangeError} where there is no index, or an index is not an integer from 0 to count - 1.
   */
  take(indices: ArrayLike<number>, options: DigitOptions = {}): LabeledExamples {
    onlyOptions("Digits", options, ["scale"]);
    const values = oneOf("scale", options.scale ?? "standardized", SCALES) === "raw"
      ? RAW
      : STANDARDIZED;
    const n = numbers("indices", indices).length;
    if (n === 0) throw new RangeError("Cannot take digits as there must be at least one index");
    const data = new Float32Array(n * PIXELS), targets = new Uint8Array(n);
    for (let i = 0; i < n; i++) {
      const index = indices[i];
      this.#check(index);
      const start = index * PIXELS;
      for (let p = 0; p < PIXELS; p++) data[i * PIXELS + p] = values[this.#pixels[start + p]];
      targets[i] = this.labels[index];
    }
    return { inputs: { shape: [n, PIXELS], data }, targets };
  }

  #check(index: number) {
    if (Number.isInteger(index) && 0 <= index && index < this.count) return;
    throw new RangeError(
      `Cannot find a digit as its index must be an integer from 0 to ${this.count - 1}: ` +
        found(index),
    );
  }
}
