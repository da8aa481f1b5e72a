import type { Tensor } from "../tensor/tensor.ts";
import type { LabeledExamples } from "./labeledExamples.ts";
import { packageFile } from "./packageFile.ts";

/** The complete rows of the table, once in its units, once standardized. */
export interface Penguins {
  /** What each of the four columns measures, and in which unit. */
  readonly features: readonly { readonly name: string; readonly unit: string }[];
  /** The species each label stands for. */
  readonly classes: readonly string[];
  /** Inputs (342, 4) in mm, mm, mm and g; rows in the table's order, which is by species. */
  readonly raw: LabeledExamples;
  /** The same rows with each column's mean 0 and variance 1 (divisor n) over all of them. */
  readonly standardized: LabeledExamples;
}

type Row = Readonly<Record<string, string | number | null>>;

const SHA256 = "0facf769609f1205b82cbceb8238c36af3e6147a0ca0e163902cc6281ce3e917";
const CLASSES = ["Adelie", "Chinstrap", "Gentoo"];
const FEATURES = [
  { name: "beak length", unit: "mm", column: "Beak Length (mm)" },
  { name: "beak depth", unit: "mm", column: "Beak Depth (mm)" },
  { name: "flipper length", unit: "mm", column: "Flipper Length (mm)" },
  { name: "body mass", unit: "g", column: "Body Mass (g)" },
];

/**
 * Palmer penguins: four measurements of 342 birds (two of the 344 have none) and their species,
 * 151 Adelie, 68 Chinstrap, 123 Gentoo.
 *
 * The table is data/penguins.json of the npm package vega-datasets 3.2.1, checked by its SHA-256; the
 * package's datapackage.json gives its licence as CC0 1.0. Collected by K. Gorman and the Palmer
 * Station LTER.
 *
 * @throws {TypeError} where the package is not installed, or the file is not the one expected.
 *
 * @example
 * ```ts
 * import { penguins } from "step-zero/data";
 * import { expect } from "@std/expect";
 *
 * const { features, classes, raw } = await penguins();
 * expect(raw.inputs.shape).toEqual([342, 4]);
 * expect(`${features[3].name} ${raw.inputs.data[3]} ${features[3].unit}`).toBe("body mass 3750 g");
 * expect(classes[raw.targets[0]]).toBe("Adelie");
 * ```
 *
 * Reference: Gorman, Williams and Fraser (2014); Horst, Hill and Gorman (2020), palmerpenguins.
 */
export async function penguins(): Promise<Penguins> {
  const bytes = await packageFile("vega-datasets", "../data/penguins.json", SHA256);
  const table: Row[] = JSON.parse(new TextDecoder().decode(bytes));
  const rows = table.filter((row) => FEATURES.every(({ column }) => row[column] !== null));
  const values = rows.flatMap((row) => FEATURES.map(({ column }) => Number(row[column])));
  const targets = Uint8Array.from(rows, (row) => CLASSES.indexOf(String(row.Species)));
  const shape = [rows.length, FEATURES.length];
  return {
    features: FEATURES.map(({ name, unit }) => ({ name, unit })),
    classes: CLASSES,
    raw: { inputs: { shape, data: Float32Array.from(values) }, targets },
    standardized: { inputs: standardize(shape, values), targets },
  };
}

/** Each column minus its mean, over its standard deviation (divisor n), summed in float64. */
function standardize(shape: readonly number[], values: readonly number[]): Tensor {
  const [rows, columns] = shape, data = new Float32Array(values.length);
  for (let j = 0; j < columns; j++) {
    const column = Array.from({ length: rows }, (_, i) => values[i * columns + j]);
    const mean = column.reduce((sum, x) => sum + x, 0) / rows;
    const std = Math.sqrt(column.reduce((sum, x) => sum + (x - mean) ** 2, 0) / rows);
    column.forEach((x, i) => data[i * columns + j] = (x - mean) / std);
  }
  return { shape, data };
}
