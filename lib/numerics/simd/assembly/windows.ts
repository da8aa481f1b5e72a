// Windows of images as rows of a matrix and back: the twins of ../../windows.ts.
import { add } from "./elementwise";

/** With `back` the rows are added to the images, else taken from them. */
export function windows(
  rows: usize, images: usize, count: i32, height: i32, width: i32, channels: i32, kernelHeight: i32, kernelWidth: i32,
  stride: i32, top: i32, left: i32, outHeight: i32, outWidth: i32, depth: i32, back: i32,
): void {
  const bytes = <usize> depth << 2, pixel = <usize> channels << 2, image = <usize> (height * width) * pixel;
  for (let n = 0; n < count; n++, images += image) {
    for (let y = -top; y < outHeight * stride - top; y += stride) {
      for (let x = -left; x < outWidth * stride - left; x += stride) {
        for (let row = y; row < y + kernelHeight; row++) {
          for (let column = x; column < x + kernelWidth; column++, rows += bytes) {
            if (row >= 0 && row < height && column >= 0 && column < width) {
              const from = images + <usize> (row * width + column) * pixel;
              if (back) add(from, rows, depth);
              else memory.copy(rows, from, bytes);
            } else if (!back) {
              memory.fill(rows, 0, bytes);
            }
          }
        }
      }
    }
  }
}
