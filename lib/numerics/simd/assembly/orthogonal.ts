// Modified Gram-Schmidt within a block of rows: the twin of `orthogonalBlock` in ../../orthogonal.ts.
import { add, mul, sub } from "./lanes";
import { scale } from "./elementwise";

/** The first row of which nothing finite is left, or -1. */
export function orthogonalBlock(rows: usize, count: i32, columns: i32): i32 {
  const stride = <usize> columns << 2;
  for (let i = 0; i < count; i++) {
    const row = rows + <usize> i * stride;
    for (let j = 0; j < i; j++) {
      const earlier = rows + <usize> j * stride;
      subtract(row, earlier, columns, dot(row, earlier, columns));
    }
    const square = dot(row, row, columns);
    if (!(square > 0 && square < Infinity)) return i;
    scale(row, columns, <f32> 1 / sqrt<f32>(square));
  }
  return -1;
}

const REST: usize = memory.data(32, 16);

function dot(x: usize, y: usize, count: i32): f32 {
  let s = f32x4.splat(0);
  for (const end = x + (<usize> (count & ~3) << 2); x < end; x += 16, y += 16) s = add(s, mul(v128.load(x), v128.load(y)));
  const rest = <usize> (count & 3) << 2;
  if (rest) {
    v128.store(REST, f32x4.splat(0)), v128.store(REST + 16, f32x4.splat(0));
    memory.copy(REST, x, rest), memory.copy(REST + 16, y, rest);
    s = add(s, mul(v128.load(REST), v128.load(REST + 16)));
  }
  return (f32x4.extract_lane(s, 0) + f32x4.extract_lane(s, 1)) + (f32x4.extract_lane(s, 2) + f32x4.extract_lane(s, 3));
}

function subtract(out: usize, x: usize, count: i32, factor: f32): void {
  const whole = out + (<usize> (count & ~3) << 2), end = out + (<usize> count << 2), a = f32x4.splat(factor);
  for (; out < whole; out += 16, x += 16) v128.store(out, sub(v128.load(out), mul(a, v128.load(x))));
  for (; out < end; out += 4, x += 4) store<f32>(out, load<f32>(out) - factor * load<f32>(x));
}
