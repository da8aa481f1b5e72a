/** Sums over arrays and rows: four partial sums by index mod 4, combined (s0 + s1) + (s2 + s3); softmax and cross-entropy. */
import { requireLabels, requireLength, requireRows } from "./checks.ts";
import { expf, logf } from "./elementary.ts";

const f = Math.fround;

export function sum(x: Float32Array): number {
  const s = new Float64Array(4);
  for (let i = 0; i < x.length; i++) s[i & 3] += x[i];
  return (s[0] + s[1]) + (s[2] + s[3]);
}

export function sumOfSquares(x: Float32Array): number {
  const s = new Float64Array(4);
  for (let i = 0; i < x.length; i++) s[i & 3] += x[i] * x[i];
  return (s[0] + s[1]) + (s[2] + s[3]);
}

/** (s0 + s1) + (s2 + s3) in float32, where `term(j)` is added to partial sum j mod 4. */
export function sumOf(count: number, term: (j: number) => number): number {
  const s = new Float32Array(4);
  for (let j = 0; j < count; j++) s[j & 3] += term(j);
  return f(f(s[0] + s[1]) + f(s[2] + s[3]));
}

/** Writes exp(x - max) of one row and returns its float32 sum; NaN anywhere in the row makes the whole row NaN. */
function exponentials(out: Float32Array, x: Float32Array, start: number, columns: number): number {
  const max = maximum(x, start, columns);
  return sumOf(columns, (j) => out[start + j] = expf(f(x[start + j] - max)));
}

/** The largest element of a row, NaN left out. */
function maximum(x: Float32Array, start: number, columns: number): number {
  let max = -Infinity;
  for (let j = 0; j < columns; j++) {
    if (x[start + j] > max) max = x[start + j];
  }
  return max;
}

export function softmax(out: Float32Array, x: Float32Array, columns: number): void {
  requireLength("apply softmax", "out", out.length, x.length);
  const rows = requireRows("apply softmax", x.length, columns);
  for (let i = 0; i < rows; i++) {
    normalize(out, i * columns, columns, exponentials(out, x, i * columns, columns));
  }
}

function normalize(out: Float32Array, start: number, columns: number, sum: number): void {
  for (let j = 0; j < columns; j++) out[start + j] /= sum;
}

export function crossEntropy(
  losses: Float32Array,
  probabilities: Float32Array,
  logits: Float32Array,
  labels: Uint8Array | Int32Array,
  columns: number,
): void {
  const rows = requireRows("compute the cross-entropy", logits.length, columns);
  requireLength("compute the cross-entropy", "probabilities", probabilities.length, logits.length);
  requireLength("compute the cross-entropy", "losses", losses.length, rows);
  requireLength("compute the cross-entropy", "labels", labels.length, rows);
  requireLabels(labels, columns);
  for (let i = 0; i < rows; i++) {
    const start = i * columns;
    const logit = f(logits[start + labels[i]] - maximum(logits, start, columns));
    const sum = exponentials(probabilities, logits, start, columns);
    losses[i] = logf(sum) - logit;
    normalize(probabilities, start, columns, sum);
  }
}

export function crossEntropyBackward(
  out: Float32Array,
  probabilities: Float32Array,
  labels: Uint8Array | Int32Array,
  columns: number,
  factor: number,
): void {
  const rows = requireRows("differentiate the cross-entropy", probabilities.length, columns);
  requireLength("differentiate the cross-entropy", "out", out.length, probabilities.length);
  requireLength("differentiate the cross-entropy", "labels", labels.length, rows);
  requireLabels(labels, columns);
  const a = f(factor);
  for (let i = 0, at = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++, at++) {
      out[at] += f(a * f(probabilities[at] - (j === labels[i] ? 1 : 0)));
    }
  }
}
