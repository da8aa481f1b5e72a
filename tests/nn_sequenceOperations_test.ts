import { expect } from "@std/expect";
import { attention, type AttentionOptions } from "../lib/nn/attention.ts";
import { conv2d, type ConvolutionOptions } from "../lib/nn/convolution.ts";
import { embedding, idsOf } from "../lib/nn/embedding.ts";
import { meanSquaredError } from "../lib/nn/losses.ts";
import { layerNorm, rmsNorm } from "../lib/nn/normalize.ts";
import { add } from "../lib/nn/operations.ts";
import { rotary } from "../lib/nn/rotary.ts";
import { onTape, type Var } from "../lib/nn/tape.ts";
import { rng } from "../lib/tensor/rng.ts";
import { tensor } from "../lib/tensor/tensor.ts";
import { type Case, drawn, expectGradients, type Matrix } from "./gradients.ts";

const mean = (row: number[]) => row.reduce((s, v) => s + v, 0) / row.length;

/** Runs of n, each normalized by itself. */
function normalized(x: Matrix, gain: number[], shift: number[], centered: boolean): Matrix {
  const n = gain.length;
  return x.map((row) =>
    row.map((v, j) => {
      const run = row.slice(j - j % n, j - j % n + n), m = centered ? mean(run) : 0;
      const square = mean(run.map((u) => (u - m) ** 2));
      return gain[j % n] * (v - m) / Math.sqrt(square + 1e-5) + shift[j % n];
    })
  );
}

function attended(
  [q, k, v]: readonly Matrix[],
  { heads, positions, causal = true, scale }: AttentionOptions,
): Matrix {
  const size = q[0].length / heads, factor = scale ?? size ** -0.5;
  return q.map((query, i) =>
    query.map((_, d) => {
      const head = d - d % size, first = i - i % positions;
      const seen = Array.from({ length: positions }, (_, p) => first + p)
        .filter((j) => !causal || j <= i);
      const scores = seen.map((j) => {
        let sum = 0;
        for (let c = head; c < head + size; c++) sum += query[c] * k[j][c];
        return Math.exp(factor * sum);
      });
      const total = scores.reduce((s, e) => s + e, 0);
      return seen.reduce((s, j, p) => s + scores[p] / total * v[j][d], 0);
    })
  );
}

function turned(x: Matrix, heads: number, positions: number): Matrix {
  const size = x[0].length / heads, half = size / 2;
  return x.map((row, i) =>
    row.map((v, j) => {
      const k = j % size % half, angle = (i % positions) * 10000 ** (-k / half);
      const isLow = j % size < half, partner = row[isLow ? j + half : j - half];
      return v * Math.cos(angle) + (isLow ? -partner : partner) * Math.sin(angle);
    })
  );
}

/** Straight from the definition, with zeros read outside. */
function convolved(
  x: Matrix,
  kernel: Matrix,
  [images, height, width, channels]: readonly number[],
  [rows, columns, depth, out]: readonly number[],
  { stride = 1, padding = "valid", groups = 1 }: ConvolutionOptions,
): Matrix {
  const count = (size: number, length: number) =>
    padding === "same" ? Math.ceil(size / stride) : Math.floor((size - length) / stride) + 1;
  const before = (size: number, length: number) =>
    padding === "same"
      ? Math.floor(Math.max((count(size, length) - 1) * stride + length - size, 0) / 2)
      : 0;
  const y: Matrix = [];
  for (let m = 0; m < images; m++) {
    for (let i = 0; i < count(height, rows); i++) {
      for (let j = 0; j < count(width, columns); j++) {
        y.push(Array.from({ length: out }, (_, o) => {
          let sum = 0;
          const group = Math.floor(o / (out / groups));
          for (let a = 0; a < rows; a++) {
            for (let b = 0; b < columns; b++) {
              const r = stride * i + a - before(height, rows);
              const s = stride * j + b - before(width, columns);
              if (r < 0 || r >= height || s < 0 || s >= width) continue;
              for (let c = 0; c < depth; c++) {
                const pixel = x[(m * height + r) * width + s];
                sum += pixel[group * (channels / groups) + c] *
                  kernel[(a * columns + b) * depth + c][o];
              }
            }
          }
          return sum;
        }));
      }
    }
  }
  return y;
}

const attending = (name: string, rows: number, width: number, options: AttentionOptions): Case => ({
  name,
  shapes: [[rows, width], [rows, width], [rows, width]],
  ours: ([q, k, v]) => attention(q, k, v, options),
  oracle: (inputs) => attended(inputs, options),
});

const convolving = (
  name: string,
  x: readonly number[],
  kernel: readonly number[],
  options: ConvolutionOptions = {},
): Case => ({
  name: `conv2d ${name}`,
  shapes: [x, kernel],
  ours: ([image, w]) => conv2d(image, w, options),
  oracle: ([image, w]) => convolved(image, w, x, kernel, options),
});

const ids = Int32Array.of(3, 0, 3, 1);
const cases: Case[] = [
  {
    name: "layerNorm",
    shapes: [[3, 5], [5], [5]],
    ours: ([x, gain, shift]) => layerNorm(x, gain, shift),
    oracle: ([x, [gain], [shift]]) => normalized(x, gain, shift, true),
  },
  {
    name: "layerNorm without shift",
    shapes: [[3, 4], [4]],
    ours: ([x, gain]) => layerNorm(x, gain),
    oracle: ([x, [gain]]) => normalized(x, gain, gain.map(() => 0), true),
  },
  {
    name: "rmsNorm",
    shapes: [[3, 7], [7]],
    ours: ([x, gain]) => rmsNorm(x, gain),
    oracle: ([x, [gain]]) => normalized(x, gain, gain.map(() => 0), false),
  },
  {
    name: "rmsNorm of runs of columns",
    shapes: [[3, 8], [4]],
    ours: ([x, gain]) => rmsNorm(x, gain),
    oracle: ([x, [gain]]) => normalized(x, gain, gain.map(() => 0), false),
  },
  {
    name: "embedding",
    shapes: [[4, 3]],
    ours: ([table]) => embedding(table, ids),
    oracle: ([table]) => [...ids].map((id) => table[id]),
  },
  {
    name: "an embedding used twice",
    shapes: [[4, 3]],
    ours: ([table]) => add(embedding(table, ids), embedding(table, ids.slice().reverse())),
    oracle: ([table]) => [...ids].map((id, i) => table[id].map((v, j) => v + table[ids[3 - i]][j])),
  },
  attending("attention of one head", 5, 3, { heads: 1, positions: 5 }),
  attending("attention of two heads and two sequences", 6, 8, { heads: 2, positions: 3 }),
  attending("attention to all", 8, 4, { heads: 2, positions: 4, causal: false }),
  attending("attention with a scale", 4, 6, { heads: 1, positions: 4, scale: 0.25 }),
  {
    name: "attention of a value to itself",
    shapes: [[4, 6]],
    ours: ([x]) => attention(x, x, x, { heads: 2, positions: 4 }),
    oracle: ([x]) => attended([x, x, x], { heads: 2, positions: 4 }),
  },
  {
    name: "rotary",
    shapes: [[6, 12]],
    ours: ([x]) => rotary(x, { heads: 2, positions: 3 }),
    oracle: ([x]) => turned(x, 2, 3),
  },
  convolving("of one channel", [1, 4, 5, 1], [2, 3, 1, 1]),
  convolving("of channels, with a stride", [2, 5, 4, 2], [3, 2, 2, 3], { stride: 2 }),
  convolving("with padding", [1, 3, 4, 2], [3, 2, 2, 2], { padding: "same" }),
  convolving("with padding and a stride", [1, 5, 4, 1], [3, 3, 1, 2], {
    padding: "same",
    stride: 2,
  }),
  convolving("in groups", [1, 3, 3, 4], [2, 2, 2, 6], { groups: 2 }),
  convolving("depthwise", [1, 3, 3, 3], [2, 2, 1, 3], { groups: 3, padding: "same" }),
];

for (const one of cases) {
  // Sums of at most 30 terms no larger than 16, rounded some 40 times; an inverse deviation of four or more normals stays below 4.
  const tolerance = 40 * 16 * 4 * 2 ** -24;
  Deno.test(`${one.name}: value and gradients are those of a float64 oracle`, () => {
    expectGradients(one, tolerance);
  });
}

Deno.test("operations of sequences and images compute no gradient of a constant", () => {
  onTape((tape) => {
    const x = tape.constant(drawn([4, 4], "x")), w = tape.parameter(drawn([4, 4], "w"));
    const gain = tape.constant(drawn([4], "gain")), one = { heads: 1, positions: 4 };
    const image = tape.constant(drawn([1, 2, 2, 4], "image"));
    const kernel = tape.parameter(drawn([1, 1, 4, 1], "kernel"));
    const y = attention(x, w, x, one), z = attention(layerNorm(w, gain), x, x, one);
    const all = [add(y, z), conv2d(image, kernel)];
    for (const value of all) expect(value.needsGradient).toBe(true);
    tape.backward(meanSquaredError(all[0], tensor([4, 4], new Float32Array(16))));
    expect([x.gradient.length, gain.gradient.length, image.gradient.length]).toEqual([0, 0, 0]);
    expect(w.gradient.some((v) => v !== 0)).toBe(true);
    expect(conv2d(image, tape.constant(drawn([1, 1, 4, 1], "k"))).needsGradient).toBe(false);
  });
});

Deno.test("attention() tells its weights: rows that sum to 1, zeros for what is not seen", () => {
  onTape((tape) => {
    const [q, k, v] = [1, 2, 3].map((i) => tape.constant(drawn([6, 4], `weights ${i}`)));
    const told: Var[] = [];
    attention(q, k, v, { heads: 2, positions: 3, tap: (weights) => told.push(weights) });
    expect(told.map(({ shape }) => shape)).toEqual([[2, 2, 3, 3]]);
    for (let row = 0; row < 12; row++) {
      const weights = [...told[0].data.subarray(3 * row, 3 * row + 3)];
      expect(weights.reduce((s, w) => s + w, 0)).toBeCloseTo(1, 6);
      expect(weights.slice(row % 3 + 1).every((w) => w === 0)).toBe(true);
    }
  });
});

Deno.test("products of rotated queries and keys depend on their distance alone", () => {
  const positions = 50, size = 16;
  const query = rng("rotary").child("query").normal([size]).data;
  const key = rng("rotary").child("key").normal([size]).data;
  onTape((tape) => {
    const along = (x: Float32Array) =>
      tape.constant(tensor([positions, size], Array(positions).fill([...x]).flat()));
    const [q, k] = [query, key].map((x) => rotary(along(x), { heads: 1, positions }).data);
    const product = (i: number, j: number) =>
      query.reduce((sum, _, d) => sum + q[i * size + d] * k[j * size + d], 0);
    for (const distance of [0, 1, 7]) {
      for (let j = 0; j + distance < positions; j++) {
        // 16 products below 9, each of four rounded numbers
        const change = product(j + distance, j) - product(distance, 0);
        expect(Math.abs(change)).toBeLessThan(16 * 9 * 4 * 2 ** -24);
      }
    }
    expect(Math.abs(product(7, 0) - product(1, 0))).toBeGreaterThan(0.1);
  });
});

Deno.test("operations of sequences and images refuse what does not fit, and say why", () => {
  onTape((tape) => {
    const make = (...shape: number[]) =>
      tape.constant(tensor(shape, new Float32Array(shape.reduce((a, b) => a * b, 1))));
    expect(() => layerNorm(make(2, 4), make(3))).toThrow("Cannot normalize (2, 4) with a gain (3)");
    expect(() => layerNorm(make(2, 4), make(4), make(2))).toThrow("and a shift (2)");
    expect(() => rmsNorm(make(2, 4), make(1, 4))).toThrow(RangeError);
    expect(() => embedding(make(4), ids)).toThrow("a table has 2 axes");
    expect(() => embedding(make(3, 2), ids)).toThrow("Cannot use index 3 as there are 3 rows");
    expect(() => idsOf(Float32Array.of(0, 1.5), 3)).toThrow("Cannot look up token 1.5, number 1");
    expect(() => idsOf(Float32Array.of(3), 3)).toThrow("tokens are the integers 0 to 2");
    expect(() => idsOf(Float32Array.of(NaN), 3)).toThrow(RangeError);
    expect(() => idsOf(Float32Array.of(-1), 3)).toThrow(RangeError);
    const q = make(6, 4), one = { heads: 1, positions: 3 };
    expect(() => attention(q, q, make(6, 2), one)).toThrow("values (6, 2)");
    expect(() => attention(q, q, q, { ...one, heads: 3 })).toThrow("a multiple of 3 heads");
    expect(() => attention(q, q, q, { ...one, positions: 4 })).toThrow(RangeError);
    expect(() => attention(q, q, q, { ...one, scale: NaN })).toThrow("scale");
    expect(() => attention(q, q, q, { ...one, mask: 1 } as AttentionOptions)).toThrow(TypeError);
    expect(() => rotary(q, { heads: 4, positions: 3 })).toThrow("an even number of columns");
    expect(() => rotary(q, { heads: 2, positions: 4 })).toThrow("a multiple of 4 positions");
    const image = make(1, 3, 3, 2);
    expect(() => conv2d(image, make(2, 2, 3, 1))).toThrow("Cannot convolve (1, 3, 3, 2)");
    expect(() => conv2d(image, make(4, 2, 2, 1))).toThrow('use padding "same"');
    expect(() => conv2d(image, make(2, 2, 1, 3), { groups: 2 })).toThrow("in 2 groups");
    expect(() => conv2d(image, make(2, 2, 2, 1), { stride: 0 })).toThrow("stride");
    expect(() => conv2d(image, make(2, 2, 2, 1), { padding: "full" as "same" })).toThrow("padding");
  });
});
