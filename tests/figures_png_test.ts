import { expect } from "@std/expect";
import { inflateSync } from "node:zlib";
import { document } from "../lib/figures/document.ts";
import { encodePng } from "../lib/figures/png.ts";

/** The chunks of a PNG by type, and its pixels as RGBA, read independently of the encoder. */
function decode(png: Uint8Array) {
  const view = new DataView(png.buffer, png.byteOffset, png.length);
  const chunks: Record<string, Uint8Array> = {};
  for (let at = 8; at < png.length;) {
    const length = view.getUint32(at);
    chunks[new TextDecoder().decode(png.subarray(at + 4, at + 8))] = png.subarray(
      at + 8,
      at + 8 + length,
    );
    at += length + 12;
  }
  const header = new DataView(chunks.IHDR.buffer, chunks.IHDR.byteOffset);
  const [width, height, type] = [header.getUint32(0), header.getUint32(4), chunks.IHDR[9]];
  const lines = inflateSync(chunks.IDAT);
  const stride = width * (type === 3 ? 1 : 4) + 1;
  const rgba: number[] = [];
  for (let y = 0; y < height; y++) {
    expect(lines[y * stride]).toBe(0);
    for (const value of lines.subarray(y * stride + 1, (y + 1) * stride)) {
      if (type === 3) {
        rgba.push(...chunks.PLTE.subarray(3 * value, 3 * value + 3), chunks.tRNS?.[value] ?? 255);
      } else rgba.push(value);
    }
  }
  return { width, height, type, rgba };
}

const pixels = (n: number, color: (i: number) => number[]) =>
  Uint8Array.from(Array.from({ length: n }, (_, i) => color(i)).flat());

Deno.test("encodePng() keeps every pixel of an image of few colours, transparent ones too", () => {
  const rgba = pixels(3 * 5, (i) => [i * 16, 255 - i, 7, i % 2 ? 255 : 0]);
  expect(decode(encodePng(3, 5, rgba))).toEqual({ width: 3, height: 5, type: 3, rgba: [...rgba] });
});

Deno.test("encodePng() moves no channel by more than 8 where a palette must do, and keeps black and white", () => {
  const rgba = pixels(40 * 30, (i) => [i % 251, (i * 7) % 256, 0, 255]);
  const { type, rgba: back } = decode(encodePng(40, 30, rgba));
  expect(Math.max(...back.map((value, i) => Math.abs(value - rgba[i])))).toBeLessThanOrEqual(
    type === 3 ? 8 : 0,
  );
  const gray = pixels(300, (i) => Array(3).fill(Math.min(255, i)).concat(i < 256 ? 255 : i - 256));
  expect(decode(encodePng(20, 15, gray)).rgba.slice(0, 4)).toEqual([0, 0, 0, 255]);
  expect(decode(encodePng(20, 15, gray)).rgba.slice(4 * 255, 4 * 255 + 4)).toEqual([
    255,
    255,
    255,
    255,
  ]);
});

Deno.test("encodePng() writes RGBA as it is where no palette will do", () => {
  const rgba = pixels(
    64 * 64,
    (i) => [(i % 16) * 16, Math.floor(i / 16) % 16 * 16, Math.floor(i / 256) * 16, 255],
  );
  expect(decode(encodePng(64, 64, rgba))).toEqual({
    width: 64,
    height: 64,
    type: 6,
    rgba: [...rgba],
  });
});

Deno.test("encodePng() begins and ends as every PNG does, checksums included", () => {
  const hex = (bytes: Uint8Array) =>
    [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  const png = encodePng(1, 1, Uint8Array.of(1, 2, 3, 255));
  expect(hex(png.subarray(0, 16))).toBe("89504e470d0a1a0a0000000d49484452");
  expect(hex(png.subarray(-12))).toBe("0000000049454e44ae426082");
});

Deno.test("encodePng() refuses pixels that do not fill the image", () => {
  expect(() => encodePng(2, 2, new Uint8Array(15))).toThrow(
    "Cannot encode 15 bytes as a 2 x 2 image",
  );
});

Deno.test("the document has a canvas that paints rectangles", () => {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [3, 2];
  const context = canvas.getContext("2d")!;
  context.fillStyle = "rgb(10, 20, 30)";
  context.fillRect(1, 0, 1, 2);
  context.fillStyle = "#ff0000";
  context.fillRect(2, 1, 1, 1);
  const png = Uint8Array.from(atob(canvas.toDataURL().split(",")[1]), (c) => c.charCodeAt(0));
  const [clear, ink, red] = [[0, 0, 0, 0], [10, 20, 30, 255], [255, 0, 0, 255]];
  expect(decode(png).rgba).toEqual([clear, ink, clear, clear, ink, red].flat());
  context.fillStyle = "hsl(1 2% 3%)";
  expect(() => context.fillRect(0, 0, 1, 1)).toThrow(RangeError);
});
