import { Buffer } from "node:buffer";
import { constants, deflateSync } from "node:zlib";

const crcTable = Uint32Array.from({ length: 256 }, (_, n) => {
  let c = n;
  for (let k = 0; k < 8; k++) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
  return c;
});

function crc32(bytes: Uint8Array): number {
  let c = 0xffffffff;
  for (const byte of bytes) c = crcTable[(c ^ byte) & 0xff] ^ (c >>> 8);
  return ~c >>> 0;
}

function chunk(type: string, data: Uint8Array): Uint8Array {
  const out = new Uint8Array(data.length + 12);
  const view = new DataView(out.buffer);
  view.setUint32(0, data.length);
  out.set(new TextEncoder().encode(type), 4);
  out.set(data, 8);
  view.setUint32(data.length + 8, crc32(out.subarray(4, data.length + 8)));
  return out;
}

interface Pixels {
  readonly colorType: number;
  readonly bytesPerPixel: number;
  readonly bytes: Uint8Array;
  readonly extra: readonly Uint8Array[];
}

// The lowest bits of a channel cleared and the highest repeated there, so that 0 and 255 stay.
const coarse = (c: number, bits: number) => (c & (0xff << bits)) | (c >> (8 - bits));

// A palette where 256 colours will do (a quarter of the bytes), with up to three low bits dropped; otherwise RGBA.
function indexed(rgba: Uint8ClampedArray | Uint8Array): Pixels {
  for (let bits = 0; bits <= 3; bits++) {
    const palette = new Map<number, number>();
    const bytes = new Uint8Array(rgba.length / 4);
    for (let i = 0; i < bytes.length && palette.size <= 256; i++) {
      let color = 0;
      for (let c = 0; c < 4; c++) color = (color << 8) | coarse(rgba[4 * i + c], bits);
      if (!palette.has(color)) palette.set(color, palette.size);
      bytes[i] = palette.get(color)!;
    }
    if (palette.size > 256) continue;
    const colors = [...palette.keys()];
    const rgb = colors.flatMap((c) => [c >>> 24, (c >>> 16) & 255, (c >>> 8) & 255]);
    const alpha = Uint8Array.from(colors, (c) => c & 255);
    const extra = [chunk("PLTE", Uint8Array.from(rgb))];
    if (alpha.some((a) => a !== 255)) extra.push(chunk("tRNS", alpha));
    return { colorType: 3, bytesPerPixel: 1, bytes, extra };
  }
  return { colorType: 6, bytesPerPixel: 4, bytes: Uint8Array.from(rgba), extra: [] };
}

/**
 * Encodes width x height RGBA bytes as a PNG; more than 256 colours may lose up to three low bits a channel. Compression is by runs and Huffman codes only, since a general match
 * search may choose other matches on other processors: the same pixels give the same bytes.
 *
 * @throws RangeError if the number of bytes is not 4 x width x height.
 */
export function encodePng(
  width: number,
  height: number,
  rgba: Uint8ClampedArray | Uint8Array,
): Uint8Array {
  if (rgba.length !== 4 * width * height) {
    throw new RangeError(
      `Cannot encode ${rgba.length} bytes as a ${width} x ${height} image: expected 4 per pixel`,
    );
  }
  const { colorType, bytesPerPixel, bytes, extra } = indexed(rgba);
  const stride = width * bytesPerPixel;
  const lines = new Uint8Array(height * (stride + 1)); // each line starts with filter type 0
  for (let y = 0; y < height; y++) {
    lines.set(bytes.subarray(y * stride, (y + 1) * stride), y * (stride + 1) + 1);
  }
  const header = new Uint8Array(13);
  const view = new DataView(header.buffer);
  view.setUint32(0, width);
  view.setUint32(4, height);
  header.set([8, colorType, 0, 0, 0], 8);
  const data = new Uint8Array(deflateSync(lines, { level: 9, strategy: constants.Z_RLE }));
  return new Uint8Array(Buffer.concat([
    Uint8Array.of(137, 80, 78, 71, 13, 10, 26, 10),
    chunk("IHDR", header),
    ...extra,
    chunk("IDAT", data),
    chunk("IEND", new Uint8Array()),
  ]));
}

/** Bytes as a data URL of the given MIME type. */
export function dataUrl(type: string, bytes: Uint8Array): string {
  return `data:${type};base64,${Buffer.from(bytes).toString("base64")}`;
}
