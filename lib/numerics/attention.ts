/** Attention of several heads and its gradient, one position after the other: the definition of the bits. */
import { requireAttention } from "./checks.ts";
import type { AttentionShape } from "./sequenceInterface.ts";
import { softmax, sumOf } from "./reductions.ts";

const f = Math.fround;

/** Rows of one head of one sequence, and its (positions, positions) weights. */
interface Head {
  row(x: Float32Array, position: number): Float32Array;
  weights(position: number): Float32Array;
  /** Positions that one position sees. */
  seen(position: number): number;
  readonly size: number;
}

function visitHeads(
  weights: Float32Array,
  width: number,
  { sequences, positions, heads, causal }: AttentionShape,
  visit: (head: Head) => void,
): void {
  const size = width / heads;
  for (let sequence = 0; sequence < sequences; sequence++) {
    for (let head = 0; head < heads; head++) {
      const first = (sequence * heads + head) * positions;
      visit({
        row(x, position) {
          const start = (sequence * positions + position) * width + head * size;
          return x.subarray(start, start + size);
        },
        weights: (position) =>
          weights.subarray((first + position) * positions, (first + position + 1) * positions),
        seen: (position) => causal ? position + 1 : positions,
        size,
      });
    }
  }
}

function dot(a: Float32Array, b: Float32Array): number {
  let s = 0;
  for (let d = 0; d < a.length; d++) s = f(s + f(a[d] * b[d]));
  return s;
}

/** out[d] = sum over ascending positions from first to last - 1 of weight(position) x(position)[d]. */
function weighted(
  out: Float32Array,
  first: number,
  last: number,
  weight: (position: number) => number,
  x: (position: number) => Float32Array,
): void {
  out.fill(0);
  for (let position = first; position < last; position++) {
    const a = weight(position), row = x(position);
    for (let d = 0; d < out.length; d++) out[d] += f(a * row[d]);
  }
}

export function attention(
  out: Float32Array,
  weights: Float32Array,
  queries: Float32Array,
  keys: Float32Array,
  values: Float32Array,
  shape: AttentionShape,
): void {
  const width = requireAttention(weights, [out, queries, keys, values], shape);
  const scale = f(shape.scale);
  visitHeads(weights, width, shape, (head) => {
    for (let i = 0; i < shape.positions; i++) {
      const query = head.row(queries, i).map((x) => scale * x), p = head.weights(i);
      const seen = p.subarray(0, head.seen(i));
      for (let j = 0; j < seen.length; j++) seen[j] = dot(query, head.row(keys, j));
      softmax(seen, seen, seen.length);
      p.fill(0, seen.length);
      weighted(head.row(out, i), 0, seen.length, (j) => p[j], (j) => head.row(values, j));
    }
  });
}

export function attentionBackward(
  queryGradient: Float32Array,
  keyGradient: Float32Array,
  valueGradient: Float32Array,
  weights: Float32Array,
  queries: Float32Array,
  keys: Float32Array,
  values: Float32Array,
  gradient: Float32Array,
  shape: AttentionShape,
): void {
  const arrays = [queryGradient, keyGradient, valueGradient, queries, keys, values, gradient];
  const width = requireAttention(weights, arrays, shape);
  const { positions } = shape, scale = f(shape.scale);
  visitHeads(weights, width, shape, (head) => {
    const sum = new Float32Array(head.size);
    const addTo = (x: Float32Array, i: number, factor: number) => {
      const row = head.row(x, i);
      for (let d = 0; d < sum.length; d++) row[d] += f(factor * sum[d]);
    };
    /** Of the scores of each position. */
    const slopes = Array.from({ length: positions }, (_, i) => {
      const seen = head.weights(i).subarray(0, head.seen(i)), slope = new Float32Array(seen.length);
      for (let j = 0; j < seen.length; j++) {
        slope[j] = dot(head.row(gradient, i), head.row(values, j));
      }
      const along = sumOf(seen.length, (j) => f(seen[j] * slope[j]));
      return slope.map((s, j) => seen[j] * f(s - along));
    });
    const scaled = Array.from(
      { length: positions },
      (_, i) => head.row(queries, i).map((x) => scale * x),
    );
    for (let i = 0; i < positions; i++) {
      weighted(sum, 0, slopes[i].length, (j) => slopes[i][j], (j) => head.row(keys, j));
      addTo(queryGradient, i, scale);
    }
    for (let j = 0; j < positions; j++) {
      const first = shape.causal ? j : 0;
      weighted(sum, first, positions, (i) => slopes[i][j], (i) => scaled[i]);
      addTo(keyGradient, j, 1);
      weighted(sum, first, positions, (i) => head.weights(i)[j], (i) => head.row(gradient, i));
      addTo(valueGradient, j, 1);
    }
  });
}
