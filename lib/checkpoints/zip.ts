import { Inflate } from "fflate";
import { crc32 } from "./crc32.ts";
import { type ByteReader, malformed, type OpenFile, quoted } from "./file.ts";
import type { ZipEntry } from "./zipDirectory.ts";

/** Bytes that are unpacked at once: at most 16 MiB come of them. */
const PIECE = 16_384;

/** Reads a member from its start; its CRC-32 is compared at its end. */
export function openEntry(file: OpenFile, entry: ZipEntry): ByteReader {
  const what = `member ${quoted(entry.name)}`, packed = file.range(entry.start, entry.packed);
  const reader = entry.isDeflated ? inflated(file.path, what, entry, packed) : packed;
  let crc = 0;
  return {
    read: (target) => {
      reader.read(target);
      crc = crc32(target, crc);
    },
    finish: () => {
      reader.finish();
      if (crc !== entry.crc) throw malformed(file.path, `the CRC-32 of its ${what} is wrong`);
    },
  };
}

function inflated(path: string, what: string, entry: ZipEntry, packed: ByteReader): ByteReader {
  let left = entry.packed, pending: Uint8Array[] = [], offset = 0;
  const inflate = new Inflate((piece) => pending.push(piece));
  const feed = () => {
    const piece = new Uint8Array(Math.min(left, PIECE));
    packed.read(piece);
    left -= piece.length;
    try {
      inflate.push(piece, left === 0);
    } catch {
      throw malformed(path, `its ${what} cannot be unpacked`);
    }
    pending = pending.filter((bytes) => bytes.length > 0);
  };
  return {
    read: (target) => {
      for (let filled = 0; filled < target.length;) {
        while (pending.length === 0) {
          if (left === 0) throw malformed(path, `its ${what} ends too early`);
          feed();
        }
        const piece = pending[0].subarray(offset, offset + target.length - filled);
        target.set(piece, filled);
        filled += piece.length;
        offset += piece.length;
        if (offset < pending[0].length) continue;
        pending.shift();
        offset = 0;
      }
    },
    finish: () => {
      while (left > 0 && pending.length === 0) feed();
      if (pending.length > 0) throw malformed(path, `its ${what} is longer than stated`);
    },
  };
}
