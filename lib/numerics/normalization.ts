/** Rows of mean square 1, as layer and RMS normalization have them: sums in float32, four partial sums by index mod 4. */
import { requireLength, requireRows } from "./checks.ts";
import { sumOf } from "./reductions.ts";

const f = Math.fround;

export function standardize(
  out: Float32Array,
  inverses: Float32Array,
  x: Float32Array,
  columns: number,
  centered: boolean,
  epsilon: number,
): void {
  const rows = requireRows("standardize", x.length, columns);
  requireLength("standardize", "out", out.length, x.length);
  requireLength("standardize", "inverses", inverses.length, rows);
  for (let i = 0; i < rows; i++) {
    const start = i * columns;
    const mean = centered ? f(sumOf(columns, (j) => x[start + j]) / columns) : 0;
    for (let j = 0; j < columns; j++) {
      out[start + j] = centered ? x[start + j] - mean : x[start + j];
    }
    const square = f(sumOf(columns, (j) => f(out[start + j] * out[start + j])) / columns);
    inverses[i] = 1 / f(Math.sqrt(f(square + f(epsilon))));
    for (let j = 0; j < columns; j++) out[start + j] *= inverses[i];
  }
}

export function standardizeBackward(
  out: Float32Array,
  y: Float32Array,
  inverses: Float32Array,
  gradient: Float32Array,
  columns: number,
  centered: boolean,
): void {
  const action = "differentiate a standardization";
  const rows = requireRows(action, y.length, columns);
  requireLength(action, "out", out.length, y.length);
  requireLength(action, "gradient", gradient.length, y.length);
  requireLength(action, "inverses", inverses.length, rows);
  for (let i = 0; i < rows; i++) {
    const start = i * columns;
    const g = (j: number) => gradient[start + j], v = (j: number) => y[start + j];
    const mean = centered ? f(sumOf(columns, g) / columns) : 0;
    const along = f(sumOf(columns, (j) => f(g(j) * v(j))) / columns);
    for (let j = 0; j < columns; j++) {
      const across = f((centered ? f(g(j) - mean) : g(j)) - f(v(j) * along));
      out[start + j] += f(inverses[i] * across);
    }
  }
}
