import { expect } from "@std/expect";
import { reference } from "../lib/numerics/reference.ts";

const f = Math.fround;

function draw(length: number, key: number): Float32Array {
  const out = new Float32Array(length);
  reference.fillNormal(out, key, 0, 0, 1);
  return out;
}

Deno.test("matmul() is c = fround(c + fround(a b)), k ascending from +0", () => {
  const m = 5, k = 37, n = 3, a = draw(m * k, 1), b = draw(k * n, 2), c = new Float32Array(m * n);
  const x = { data: a, rowStride: k, columnStride: 1 },
    y = { data: b, rowStride: n, columnStride: 1 };
  reference.matmul(c, 0, n, m, k, n, x, y, false);
  let exactSumDiffers = false;
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < n; j++) {
      let sum = 0, exact = 0;
      for (let p = 0; p < k; p++) {
        sum = f(sum + f(a[i * k + p] * b[p * n + j]));
        exact += a[i * k + p] * b[p * n + j];
      }
      expect(c[i * n + j]).toBe(sum);
      if (f(exact) !== sum) exactSumDiffers = true;
    }
  }
  expect(exactSumDiffers).toBe(true); // the roundings are seen
});

Deno.test("matmul() follows strides and offsets, and leaves the rest of c alone", () => {
  const m = 2, k = 3, n = 4, ldc = 6;
  const a = draw(1 + k * 5, 3), b = draw(2 + n * 4, 4), c = new Float32Array(3 + m * ldc).fill(9);
  const x = { data: a, offset: 1, rowStride: 1, columnStride: 5 }; // transposed, padded
  const y = { data: b, offset: 2, rowStride: 1, columnStride: 4 };
  reference.matmul(c, 3, ldc, m, k, n, x, y, false);
  c.forEach((value, at) => {
    const i = Math.floor((at - 3) / ldc), j = (at - 3) % ldc;
    if (at < 3 || j >= n) return expect(value).toBe(9);
    let sum = 0;
    for (let p = 0; p < k; p++) sum = f(sum + f(a[1 + i + p * 5] * b[2 + p + j * 4]));
    expect(value).toBe(sum);
  });
});

Deno.test("matmul() with accumulate adds the whole product at once", () => {
  const c = Float32Array.of(2 ** 24), a = Float32Array.of(1, 1), b = Float32Array.of(1, 1);
  const x = { data: a, rowStride: 2, columnStride: 1 },
    y = { data: b, rowStride: 1, columnStride: 1 };
  reference.matmul(c, 0, 1, 1, 2, 1, x, y, true);
  expect(c[0]).toBe(2 ** 24 + 2); // adding 1 twice would round to 2^24 each time
});

Deno.test("matmul() of an empty inner size is zero, of an empty side nothing", () => {
  const c = Float32Array.of(5), none = { data: new Float32Array(0), rowStride: 0, columnStride: 1 };
  reference.matmul(c, 0, 1, 1, 0, 1, none, none, true);
  expect([...c]).toEqual([5]);
  reference.matmul(c, 0, 1, 1, 0, 1, none, none, false);
  expect([...c]).toEqual([0]);
  reference.matmul(new Float32Array(0), 0, 0, 0, 4, 0, none, none, false);
});

Deno.test("matmul() rejects sizes that reach beyond an array before it writes", () => {
  const c = Float32Array.of(7, 7, 7, 7), a = new Float32Array(6), b = new Float32Array(6);
  const x = { data: a, rowStride: 3, columnStride: 1 },
    y = { data: b, rowStride: 2, columnStride: 1 };
  const multiply = (over: Partial<Record<"m" | "k" | "n" | "ldc" | "cOffset", number>>) => {
    const { m, k, n, ldc, cOffset } = { m: 2, k: 3, n: 2, ldc: 2, cOffset: 0, ...over };
    return () => reference.matmul(c, cOffset, ldc, m, k, n, x, y, false);
  };
  expect(multiply({ m: 3 })).toThrow("Cannot multiply as c, (3, 2), needs 6 elements: it has 4");
  expect(multiply({ cOffset: 1 })).toThrow("needs 5 elements");
  expect(multiply({ k: 4 })).toThrow("Cannot multiply as a, (2, 4), needs 7 elements: it has 6");
  expect(multiply({ n: 3, ldc: 2 })).toThrow("the rows of c must not overlap");
  expect(multiply({ n: 1.5 })).toThrow("n must be an integer >= 0: it is 1.5");
  expect(multiply({ k: NaN })).toThrow(RangeError);
  expect([...c]).toEqual([7, 7, 7, 7]);
});
