// The innermost loops of the product: tiles of 2 x 16 that stay in registers.
import { add, mul } from "./lanes";

/** Steps of k that a panel of b holds. */
export const DEPTH = 64;
/** The packed panel of b, 16 numbers a step. Its address is a constant, so that V8 checks no bounds of its loads. */
export const PANEL: usize = 65536;
export const END_OF_PANEL: usize = PANEL + DEPTH * 64;

// What a tile does with c: replace it; start from it (the sum over k goes on); add the whole sum to it.
export const REPLACE = 0, RESUME = 1, ADD = 2;

/**
 * c, a tile with rows `ldc` bytes apart, meets the sum over the first `pairs` pairs of steps of `a`, two numbers a step, times the
 * panel.
 */
export function tile(c: usize, ldc: usize, a: usize, pairs: i32, mode: i32): void {
  let c00 = f32x4.splat(0), c01 = c00, c02 = c00, c03 = c00, c10 = c00, c11 = c00, c12 = c00, c13 = c00;
  const d = c + ldc;
  if (mode === RESUME) {
    c00 = v128.load(c), c01 = v128.load(c, 16), c02 = v128.load(c, 32), c03 = v128.load(c, 48);
    c10 = v128.load(d), c11 = v128.load(d, 16), c12 = v128.load(d, 32), c13 = v128.load(d, 48);
  }
  if (pairs === DEPTH >> 1) {
    let x = c00, y = c00, b = c00;
    // repeat for STEP < 64
    x = v128.load32_splat(a, STEP * 8), y = v128.load32_splat(a, STEP * 8 + 4);
    b = v128.load(PANEL + STEP * 64), c00 = add(c00, mul(x, b)), c10 = add(c10, mul(y, b));
    b = v128.load(PANEL + STEP * 64 + 16), c01 = add(c01, mul(x, b)), c11 = add(c11, mul(y, b));
    b = v128.load(PANEL + STEP * 64 + 32), c02 = add(c02, mul(x, b)), c12 = add(c12, mul(y, b));
    b = v128.load(PANEL + STEP * 64 + 48), c03 = add(c03, mul(x, b)), c13 = add(c13, mul(y, b));
    // end of repeat
  } else {
    let b = PANEL;
    for (const end = a + (<usize> pairs << 4); a < end; a += 16, b += 128) {
      const x = v128.load(a);
      const x00 = v128.shuffle<f32>(x, x, 0, 0, 0, 0), x10 = v128.shuffle<f32>(x, x, 1, 1, 1, 1);
      const b0 = v128.load(b), b1 = v128.load(b, 16), b2 = v128.load(b, 32), b3 = v128.load(b, 48);
      c00 = add(c00, mul(x00, b0)), c10 = add(c10, mul(x10, b0));
      c01 = add(c01, mul(x00, b1)), c11 = add(c11, mul(x10, b1));
      c02 = add(c02, mul(x00, b2)), c12 = add(c12, mul(x10, b2));
      c03 = add(c03, mul(x00, b3)), c13 = add(c13, mul(x10, b3));
      const x01 = v128.shuffle<f32>(x, x, 2, 2, 2, 2), x11 = v128.shuffle<f32>(x, x, 3, 3, 3, 3);
      const b4 = v128.load(b, 64), b5 = v128.load(b, 80), b6 = v128.load(b, 96), b7 = v128.load(b, 112);
      c00 = add(c00, mul(x01, b4)), c10 = add(c10, mul(x11, b4));
      c01 = add(c01, mul(x01, b5)), c11 = add(c11, mul(x11, b5));
      c02 = add(c02, mul(x01, b6)), c12 = add(c12, mul(x11, b6));
      c03 = add(c03, mul(x01, b7)), c13 = add(c13, mul(x11, b7));
    }
  }
  if (mode === ADD) {
    c00 = add(v128.load(c), c00), c01 = add(v128.load(c, 16), c01);
    c02 = add(v128.load(c, 32), c02), c03 = add(v128.load(c, 48), c03);
    c10 = add(v128.load(d), c10), c11 = add(v128.load(d, 16), c11);
    c12 = add(v128.load(d, 32), c12), c13 = add(v128.load(d, 48), c13);
  }
  v128.store(c, c00), v128.store(c, c01, 16), v128.store(c, c02, 32), v128.store(c, c03, 48);
  v128.store(d, c10), v128.store(d, c11, 16), v128.store(d, c12, 32), v128.store(d, c13, 48);
}
