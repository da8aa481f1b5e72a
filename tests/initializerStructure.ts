/** What each structured initializer promises of its entries, in plain float64 loops. */
import { type Initializer, type RandomSource, rng, type Shape, type Tensor } from "../lib/mod.ts";
import { MAX_Z } from "./lawDistance.ts";

/** The entry at a flat index of a tensor that draws nothing. */
export type Pattern = (k: number, shape: Shape) => number;

/** A kernel's sizes, and where in it a flat index lies. */
function placeOf(k: number, shape: Shape) {
  const [inputs, outputs] = shape.slice(-2), row = Math.floor(k / outputs);
  const taps = shape.slice(0, -2).reduce((a, b) => a * b, 1);
  const place = { tap: Math.floor(row / inputs), input: row % inputs, output: k % outputs };
  return { ...place, inputs, outputs, taps };
}

/** The flat index of the tap floor((size - back) / 2) along each axis. */
function middle(shape: Shape, back: number): number {
  return shape.slice(0, -2).reduce((at, size) => at * size + Math.floor((size - back) / 2), 0);
}

/** Each output reads one entry of (in, tap), in turn. */
export const idInitEntry = (gain: number): Pattern => (k, shape) => {
  const { tap, input, output, inputs, taps } = placeOf(k, shape);
  return input * taps + tap === output % (taps * inputs) ? gain : 0;
};

/** Each output reads one entry, less another that no output reads, or the next. */
export const idInitZeroEntry = (epsilon: number): Pattern => (k, shape) => {
  const { tap, input, output, inputs, outputs, taps } = placeOf(k, shape);
  const rows = taps * inputs, row = input * taps + tap;
  if (rows === 1) return output % 2 ? -epsilon : epsilon;
  const spare = rows - outputs;
  const less = spare > 0 ? outputs + output % spare : (output + 1) % rows;
  return row === output % rows ? epsilon : row === less ? -epsilon : 0;
};

export const diracEntry = (groups: number): Pattern => (k, shape) => {
  const { tap, input, output, outputs } = placeOf(k, shape);
  return tap === middle(shape, 0) && input === output % (outputs / groups) ? 1 : 0;
};

/** Sylvester's Hadamard matrix by its defining doubling, not by the parity of i & j. */
export const zerOEntry: Pattern = (k, shape) => {
  const { tap, input, output, inputs, outputs } = placeOf(k, shape);
  if (tap !== middle(shape, 0)) return 0;
  if (outputs <= inputs) return input === output ? 1 : 0;
  const order = 2 ** Math.ceil(Math.log2(outputs));
  const sign = (i: number, j: number, half: number): number =>
    half < 1 ? 1 : (i >= half && j >= half ? -1 : 1) *
      sign(i % Math.max(half, 1), j % Math.max(half, 1), half / 2);
  return sign(input, output, order / 2) / Math.sqrt(order);
};

export function nonzero(data: Float32Array): Float32Array {
  return data.filter((value) => value !== 0);
}

/** The places and values of what is not 0, as [...index, value]. */
export function nonzeroPlaces(init: Initializer, shape: Shape): number[][] {
  const found: number[][] = [];
  init(shape, rng("any")).data.forEach((value, k) => {
    if (value === 0) return;
    const index: number[] = [];
    for (let axis = shape.length - 1, rest = k; axis >= 0; axis--) {
      index.unshift(rest % shape[axis]);
      rest = Math.floor(rest / shape[axis]);
    }
    found.push([...index, value]);
  });
  return found;
}

/** A kernel whose only tap that is not 0 is moved to the first. */
export function atFirstTap(draw: (shape: Shape, stream: RandomSource) => Tensor, back: number) {
  return (shape: Shape, stream: RandomSource): Tensor => {
    const [inputs, outputs] = shape.slice(-2), size = inputs * outputs;
    const { data } = draw(shape, stream), from = middle(shape, back) * size;
    data.copyWithin(0, from, from + size);
    return { shape, data: data.fill(0, size) };
  };
}

/** Whether the shorter side of a (rows, columns) matrix has orthogonal vectors of length `gain`. */
export function orthogonalTo(gain: number, w: Float32Array, rows: number, columns: number) {
  const wide = rows <= columns, short = wide ? rows : columns, long = wide ? columns : rows;
  const at = (i: number, k: number) => wide ? w[i * columns + k] : w[k * columns + i];
  for (let i = 0; i < short; i++) {
    for (let j = 0; j <= i; j++) {
      let dot = 0;
      for (let k = 0; k < long; k++) dot += at(i, k) * at(j, k);
      // Float32 Gram-Schmidt, twice: a few units of 2^-24 times sqrt of the length.
      if (!(Math.abs(dot / gain ** 2 - (i === j ? 1 : 0)) < 8e-6)) return false;
    }
  }
  return true;
}

/** Whether the first entries of draws have mean 0, as those of a uniform rotation: `std` is that of one. */
export function evenSigns(draws: readonly Float32Array[], std: number): boolean {
  const sum = draws.reduce((total, [first]) => total + first, 0);
  return Math.abs(sum) / (std * Math.sqrt(draws.length)) < MAX_Z;
}

/** Whether all but JAX's middle tap is 0, and the rows of that one are orthogonal. */
export function deltaRows(gain: number, w: Float32Array, shape: Shape): boolean {
  const [inputs, outputs] = shape.slice(-2), from = middle(shape, 1) * inputs * outputs;
  const tap = w.subarray(from, from + inputs * outputs);
  return nonzero(w).length === nonzero(tap).length && orthogonalTo(gain, tap, inputs, outputs);
}

/** The upper half of the inputs of each tap. */
export function topHalf(w: Float32Array, shape: Shape): Float32Array {
  const block = shape.at(-2)! * shape.at(-1)!;
  return w.filter((_, k) => k % block < block / 2);
}

/** Whether the lower half of each tap is less the upper, and the upper orthogonal. */
export function mirrored(gain: number, w: Float32Array, shape: Shape): boolean {
  const upper = topHalf(w, shape), block = shape.at(-2)! * shape.at(-1)!, columns = shape.at(-1)!;
  const lower = w.filter((_, k) => k % block >= block / 2);
  return upper.every((value, k) => lower[k] === -value) &&
    orthogonalTo(gain, upper, upper.length / columns, columns);
}

/** Whether each column has ceil(sparsity rows) zeros. */
export function sparseColumns(sparsity: number, w: Float32Array, [rows, columns]: Shape): boolean {
  const zeros = new Array(columns).fill(0);
  w.forEach((value, k) => zeros[k % columns] += value === 0 ? 1 : 0);
  return zeros.every((found) => found === Math.ceil(sparsity * rows));
}

/** How many outputs, one after the other, an upscaling by 2 makes copies. */
const copiesOf = (shape: Shape) => 2 ** (shape.length - 2);

export function firstCopies(w: Float32Array, shape: Shape): Float32Array {
  return w.filter((_, k) => k % shape.at(-1)! % copiesOf(shape) === 0);
}

export function copied(w: Float32Array, shape: Shape): boolean {
  const outputs = shape.at(-1)!, copies = copiesOf(shape);
  return w.every((value, k) => value === w[k - k % outputs % copies]);
}

/**
 * Whether both halves of a pair have orthogonal columns (of W_V the columns, of W_O the rows) of the same lengths, and
 * the traces of their products the sign of the identity in them.
 */
export function pairOf(
  kind: "queryKey" | "valueOutput",
  identity: number,
  draws: readonly Float32Array[],
  [, size, width]: Shape,
): boolean {
  const half = size * width;
  return draws.every((w) => {
    const left = (i: number, k: number) => w[i * width + k];
    const right = kind === "queryKey"
      ? (i: number, k: number) => w[half + i * width + k]
      : (i: number, k: number) => w[half + k * width + i];
    let trace = 0;
    for (let a = 0; a < width; a++) {
      for (let b = 0; b <= a; b++) {
        let ofLeft = 0, ofRight = 0;
        for (let i = 0; i < size; i++) {
          ofLeft += left(i, a) * left(i, b);
          ofRight += right(i, a) * right(i, b);
          if (a === b) trace += left(i, a) * right(i, a);
        }
        // Float32 rounding of numbers below 2, over `size` terms.
        if (!(Math.abs(ofLeft - ofRight) < 4e-6)) return false;
        if (a !== b && !(Math.abs(ofLeft) < 4e-6)) return false;
      }
    }
    return Math.sign(trace) === Math.sign(identity);
  });
}

/** All rows but one. */
export const withoutRow = (row: number) => (w: Float32Array, [rows]: Shape): Float32Array =>
  w.filter((_, k) => Math.floor(k * rows / w.length) !== row);

export function zeroRow(row: number, w: Float32Array, [rows]: Shape): boolean {
  return w.every((value, k) => (Math.floor(k * rows / w.length) === row) === (value === 0));
}

/** The second quarter, PyTorch's forget gate. */
export function forgetBiases(w: Float32Array): Float32Array {
  return w.subarray(w.length / 4, w.length / 2);
}

/** Whether the input gate is less the forget gate, and the others are 0. */
export function chronoGates(w: Float32Array): boolean {
  const quarter = w.length / 4;
  return w.every((value, k) =>
    k < quarter ? value === -w[k + quarter] : k < 2 * quarter || value === 0
  );
}
