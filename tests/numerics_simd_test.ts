import { expect } from "@std/expect";
import { floatOf } from "../lib/numerics/floatBits.ts";
import type { ActivationKind, Operand } from "../lib/numerics/kernels.ts";
import { memory, POOL_START } from "../lib/numerics/memory.ts";
import { reference } from "../lib/numerics/reference.ts";
import { instantiate } from "../lib/numerics/simd/instance.ts";
import { EDGES, expectSame, numbers, pick, simd, size } from "./sameBits.ts";

Deno.test("matmul() of both implementations gives the same bits for any sizes and strides", () => {
  for (let trial = 0; trial < 120; trial++) {
    const m = size(), k = trial % 10 === 0 ? 2 * size() : size(), n = size();
    const layout = (rows: number, columns: number): Omit<Operand, "data"> => {
      const gap = pick(3), offset = pick(5);
      const order = pick(3);
      if (order === 0) return { offset, rowStride: columns + gap, columnStride: 1 };
      if (order === 1) return { offset, rowStride: 1, columnStride: rows + gap };
      return { offset, rowStride: 2 * columns + gap, columnStride: 2 };
    };
    const room = (x: Omit<Operand, "data">, rows: number, columns: number) =>
      (x.offset ?? 0) + Math.max(rows, 1) * x.rowStride + Math.max(columns, 1) * x.columnStride;
    const x = layout(m, k), y = layout(k, n), wild = trial % 3 === 0;
    const cOffset = pick(4), ldc = n + pick(3), accumulate = pick(2) === 1;
    const c = numbers(cOffset + m * ldc, wild);
    const arrays = [c, numbers(room(x, m, k), wild), numbers(room(y, k, n), wild)];
    expectSame(arrays, (kernels, [c, a, b]) => {
      kernels.matmul(c, cOffset, ldc, m, k, n, { ...x, data: a }, { ...y, data: b }, accumulate);
    });
  }
});

Deno.test("matmul() adds a whole product longer and wider than its work space", () => {
  const m = 515, k = 300, n = 520;
  expectSame(
    [numbers(m * n, false), numbers(m * k, false), numbers(k * n, false)],
    (kernels, [c, a, b]) => {
      const x = { data: a, rowStride: k, columnStride: 1 },
        y = { data: b, rowStride: n, columnStride: 1 };
      kernels.matmul(c, 0, n, m, k, n, x, y, true);
    },
  );
});

const kinds: ActivationKind[] = [
  "identity",
  "relu",
  "leakyRelu",
  "sigmoid",
  "tanh",
  "elu",
  "selu",
  "gelu",
  "geluTanh",
  "silu",
  "mish",
  "softplus",
  "softsign",
];
for (const kind of kinds) {
  Deno.test(`activate() and activateBackward() of ${kind} give the same bits`, () => {
    // 50,000 numbers of every exponent and sign
    const everywhere = Float32Array.from(
      { length: 50_000 },
      (_, i) => floatOf(Math.imul(i, 85_899)),
    );
    const cases = [everywhere, numbers(4001, false), ...EDGES.map((n) => numbers(n, true))];
    for (const x of cases) {
      const wild = x.length < 1000;
      expectSame(
        [x, numbers(x.length, wild), numbers(x.length, wild)],
        (kernels, [x, out, gradient]) => {
          kernels.activateBackward(kind, out, x, gradient, 0.3);
          kernels.activate(kind, x, x, 0.3);
        },
      );
    }
  });
}

Deno.test("element-wise operations and updates give the same bits", () => {
  const settings = { learningRate: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 };
  for (const n of [...EDGES, 1003]) {
    for (const wild of [false, true]) {
      const arrays = Array.from({ length: 4 }, () => numbers(n, wild));
      expectSame(arrays, (kernels, [p, m, s, g]) => {
        kernels.add(p, g);
        kernels.multiplyAdd(p, g, -0.3);
        kernels.scale(m, 1 / 3);
        kernels.sgd(p, g, 0.1);
        kernels.momentum(p, m, g, 0.1, 0.9);
        for (let step = 1; step < 4; step++) kernels.adam(p, m, s, g, step, settings);
      });
      const [x] = arrays;
      expect(simd.sum(x)).toBe(reference.sum(x));
      expect(simd.sumOfSquares(x)).toBe(reference.sumOfSquares(x));
    }
  }
});

Deno.test("row-wise operations give the same bits", () => {
  for (const columns of EDGES.slice(1)) {
    for (const [rows, wild] of [[0, false], [1, true], [5, false], [6, true]] as const) {
      const labels = Int32Array.from({ length: rows }, () => pick(columns));
      const long = () => numbers(rows * columns, wild);
      const arrays = [long(), long(), long(), numbers(columns, wild), numbers(rows, wild)];
      expectSame(arrays, (kernels, [x, y, out, bias, losses]) => {
        kernels.crossEntropy(losses, y, x, labels, columns);
        kernels.crossEntropyBackward(out, y, Uint8Array.from(labels), columns, 0.1);
        kernels.crossEntropyBackward(out, y, labels, columns, 0.1);
        kernels.addColumnSums(bias, out);
        kernels.softmax(y, x, columns);
        kernels.addBias(out, x, bias);
      });
    }
  }
});

Deno.test("fills give the same bits, also beyond one piece", () => {
  for (const n of [...EDGES, 70_001]) {
    const key = [pick(2 ** 32), pick(2 ** 32)] as const;
    const arrays = Array.from({ length: 6 }, () => new Float32Array(n));
    expectSame(arrays, (kernels, [uniform, normal, inner, outer, tail, bits]) => {
      kernels.fillUniform(uniform, ...key, -0.1, 0.7);
      kernels.fillNormal(normal, ...key, 0.1, 1.3);
      kernels.fillTruncatedNormal(inner, ...key, 0.1, 1.3, -2, 2);
      kernels.fillTruncatedNormal(outer, ...key, 0, 1, -1, 4);
      kernels.fillTruncatedNormal(tail, ...key, 0, 1, -Infinity, -5);
      const words = new Uint32Array(n);
      kernels.fillBits(words, ...key);
      bits.set(Float32Array.from(words, (word) => word >>> 8));
    });
  }
});

Deno.test("orthogonalRows() gives the same bits", () => {
  for (const [rows, columns] of [[0, 0], [1, 1], [3, 17], [33, 33], [70, 131], [256, 256]]) {
    expectSame(
      [numbers(rows * columns, false)],
      (kernels, [x]) => kernels.orthogonalRows(x, rows, columns),
    );
  }
  expect(() => simd.orthogonalRows(Float32Array.of(1, 0, 0, 0), 2, 2)).toThrow("Cannot make row 1");
});

Deno.test("the kernels give all memory back, after errors too, and stay below the pool", () => {
  const before = memory.free;
  const x = new Float32Array(10), one = Uint8Array.of(0, 0);
  simd.add(x, x);
  simd.crossEntropy(new Float32Array(2), x, x, one, 5);
  expect(() => simd.crossEntropy(new Float32Array(2), x, x, Uint8Array.of(0, 5), 5)).toThrow(
    RangeError,
  );
  expect(() => simd.orthogonalRows(new Float32Array(4), 2, 2)).toThrow(RangeError);
  expect(() => simd.add(x, new Float32Array(3))).toThrow(RangeError);
  expect(memory.free).toBe(before);
  const wasm = instantiate()!;
  expect(wasm.endOfConstants.value).toBeLessThanOrEqual(65536);
  expect(wasm.firstFree.value).toBeLessThanOrEqual(POOL_START);
});

Deno.test("a call that does not fit says how many MiB it needs", () => {
  const most = memory.reserve(920 << 20)!;
  const x = new Float32Array(15 << 20);
  expect(() => simd.add(x, x)).toThrow(
    "Cannot work on 60.0 MiB as only 42.0 MiB of 1022.0 MiB are free: use smaller arrays",
  );
  memory.release(most);
});
