import { crc32 } from "./crc32.ts";
import type { FileWriter } from "./file.ts";

/** A file on its way into an archive. */
export interface ZipMember {
  readonly name: string;
  readonly size: number;
  pieces(): Iterable<Uint8Array>;
}

/** Above this a size stands in a long field, as Python's zipfile has it. */
const LONGEST = 2 ** 31 - 1;
const ELSEWHERE = 2 ** 32 - 1;
/** Version 4.5, the first with long sizes, on Unix. */
const VERSION = 45, UNIX = 3 << 8;
/** 1 January 1980, the first day that the format has: the same tensors give the same bytes. */
const TIME = 0, DATE = 1 << 5 | 1;

/** Writes an archive whose members are not compressed. */
export function writeZip(file: FileWriter, members: readonly ZipMember[]): void {
  const directory = members.map((member) => writeMember(file, member));
  const start = file.position;
  for (const entry of directory) file.write(entry);
  writeEnd(file, members.length, start);
}

/** Writes a member and returns its entry in the directory. */
function writeMember(file: FileWriter, { name, size, pieces }: ZipMember): Uint8Array {
  const bytes = new TextEncoder().encode(name), start = file.position;
  const flags = bytes.length === name.length ? 0 : 0x800;
  // The CRC-32 is known at the end only.
  file.write(
    fields([4, 0x04034b50], [2, VERSION, flags, 0, TIME, DATE], [4, 0, ELSEWHERE, ELSEWHERE]),
  );
  file.write(fields([2, bytes.length, 20]));
  file.write(bytes);
  file.write(fields([2, 1, 16], [8, size, size]));
  let crc = 0;
  for (const piece of pieces()) {
    crc = crc32(piece, crc);
    file.write(piece);
  }
  file.patch(start + 14, fields([4, crc]));

  const long = [...(size > LONGEST ? [size, size] : []), ...(start > LONGEST ? [start] : [])];
  const extra = long.length === 0 ? [] : [...fields([2, 1, 8 * long.length], [8, ...long])];
  const short = size > LONGEST ? ELSEWHERE : size;
  return Uint8Array.of(
    ...fields([4, 0x02014b50], [2, UNIX | VERSION, VERSION, flags, 0, TIME, DATE]),
    ...fields([4, crc, short, short], [2, bytes.length, extra.length, 0, 0, 0]),
    ...fields([4, 0o600 * 2 ** 16, start > LONGEST ? ELSEWHERE : start]),
    ...bytes,
    ...extra,
  );
}

function writeEnd(file: FileWriter, count: number, start: number): void {
  const end = file.position, size = end - start;
  if (count > 0xffff || start > LONGEST) {
    file.write(fields([4, 0x06064b50], [8, 44], [2, VERSION, VERSION], [4, 0, 0]));
    file.write(fields([8, count, count, size, start]));
    file.write(fields([4, 0x07064b50, 0], [8, end], [4, 1]));
  }
  const short = Math.min(count, 0xffff);
  file.write(fields([4, 0x06054b50], [2, 0, 0, short, short]));
  file.write(fields([4, Math.min(size, ELSEWHERE), Math.min(start, ELSEWHERE)], [2, 0]));
}

/** Numbers, low byte first; each list begins with the bytes that its numbers take. */
function fields(...lists: readonly (readonly number[])[]): Uint8Array {
  const bytes = lists.flatMap(([size, ...values]) =>
    values.flatMap((value) =>
      Array.from({ length: size }, (_, i) => Math.floor(value / 256 ** i) % 256)
    )
  );
  return Uint8Array.from(bytes);
}
