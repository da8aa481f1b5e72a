/** Windows of images as rows of a matrix, so that a convolution is a product (im2col), and back (col2im). */
import { requireWindows } from "./checks.ts";
import type { Windows } from "./sequenceInterface.ts";

/** Calls `visit(index in the matrix, index in the images)` for each stretch of channels, -1 where a window reaches outside. */
function visitStretches(w: Windows, visit: (at: number, from: number) => void): void {
  let at = 0;
  for (let image = 0; image < w.images; image++) {
    for (let y = 0; y < w.outHeight; y++) {
      for (let x = 0; x < w.outWidth; x++) {
        for (let i = 0; i < w.kernelHeight; i++) {
          for (let j = 0; j < w.kernelWidth; j++, at += w.depth) {
            const row = y * w.stride + i - w.top, column = x * w.stride + j - w.left;
            const inside = row >= 0 && row < w.height && column >= 0 && column < w.width;
            const pixel = (image * w.height + row) * w.width + column;
            visit(at, inside ? pixel * w.channels + w.firstChannel : -1);
          }
        }
      }
    }
  }
}

export function windowRows(out: Float32Array, images: Float32Array, w: Windows): void {
  requireWindows("take windows", out.length, images.length, w);
  visitStretches(w, (at, from) => {
    if (from < 0) out.fill(0, at, at + w.depth);
    else out.set(images.subarray(from, from + w.depth), at);
  });
}

export function addWindowRows(images: Float32Array, rows: Float32Array, w: Windows): void {
  requireWindows("add windows", rows.length, images.length, w);
  visitStretches(w, (at, from) => {
    if (from < 0) return;
    for (let k = 0; k < w.depth; k++) images[from + k] += rows[at + k];
  });
}
