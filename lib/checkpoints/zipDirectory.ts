import { malformed, type OpenFile, quoted } from "./file.ts";

/** A member of a zip archive. */
export interface ZipEntry {
  readonly name: string;
  readonly isDeflated: boolean;
  readonly crc: number;
  /** Bytes in the archive. */
  readonly packed: number;
  /** Bytes after unpacking. */
  readonly size: number;
  /** Where its bytes begin. */
  readonly start: number;
}

const MOST_DIRECTORY_BYTES = 100_000_000;
const MOST_ENTRIES = 65_536;
/** No deflated byte stands for more. */
const MOST_DEFLATION = 1032;
/** What a field holds whose value stands in a longer field elsewhere. */
const ELSEWHERE = 0xffffffff;

/**
 * The members of an open zip archive, in the order of its directory.
 *
 * @throws {TypeError} where its directory is malformed, or members overlap, are encrypted or are
 * packed by other means than deflate.
 *
 * Reference: PKWARE, APPNOTE.TXT 6.3, sections 4.3 to 4.5.
 */
export function readDirectory(file: OpenFile): ZipEntry[] {
  const { path } = file, { count, start, bytes } = findDirectory(file);
  const names = new Set<string>(), headers = new Map<ZipEntry, number>();
  let at = 0;
  for (let i = 0; i < count; i++) {
    const { entry, header, next } = readEntry(file, bytes, at);
    if (names.has(entry.name)) throw malformed(path, `it has ${quoted(entry.name)} twice`);
    names.add(entry.name);
    headers.set(entry, header);
    at = next;
  }
  if (at !== bytes.length) throw malformed(path, "its directory has more than its entries");
  let end = 0;
  for (const [entry, header] of [...headers].sort(([, a], [, b]) => a - b)) {
    if (header < end) throw malformed(path, `${quoted(entry.name)} overlaps another member`);
    end = entry.start + entry.packed;
  }
  if (end > start) throw malformed(path, "a member overlaps its directory");
  return [...headers.keys()];
}

/** Numbers of a record, low byte first. */
class Fields {
  readonly #view: DataView;

  constructor(bytes: Uint8Array) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  two(at: number): number {
    return this.#view.getUint16(at, true);
  }

  four(at: number): number {
    return this.#view.getUint32(at, true);
  }

  /** As a number: from 2^53 on it is rounded, and too large for any file. */
  eight(at: number): number {
    return Number(this.#view.getBigUint64(at, true));
  }
}

/** The `length` bytes at `start`, if they lie within the file and begin with a signature. */
function record(file: OpenFile, start: number, length: number, signature: number, what: string) {
  if (!Number.isSafeInteger(start + length) || start < 0 || start + length > file.size) {
    throw malformed(file.path, `${what} lies beyond its end`);
  }
  const fields = new Fields(file.bytes(start, length));
  if (fields.four(0) !== signature) throw malformed(file.path, `${what} is not where it must be`);
  return fields;
}

/** Number of entries, and where and what the directory is. */
function findDirectory(file: OpenFile) {
  const { path, size } = file, from = Math.max(0, size - 22 - 65_535);
  const tail = file.bytes(from, size - from), fields = new Fields(tail);
  // The last record is followed by a comment of stated length.
  let at = tail.length - 22;
  while (
    at >= 0 && (fields.four(at) !== 0x06054b50 || fields.two(at + 20) !== tail.length - at - 22)
  ) {
    at--;
  }
  if (at < 0) throw malformed(path, "it has no directory of a zip archive at its end");
  if (fields.four(at + 4) !== 0) throw malformed(path, "it is a part of a divided archive");
  let count = fields.two(at + 10), bytes = fields.four(at + 12), start = fields.four(at + 16);
  let end = from + at;
  if (count === 0xffff || bytes === ELSEWHERE || start === ELSEWHERE) {
    const locator = record(file, end - 20, 20, 0x07064b50, "the place of its long directory");
    end = locator.eight(8);
    const long = record(file, end, 56, 0x06064b50, "its long directory");
    [count, bytes, start] = [long.eight(32), long.eight(40), long.eight(48)];
  }
  if (count > MOST_ENTRIES || bytes > MOST_DIRECTORY_BYTES) {
    throw malformed(
      path,
      `its directory has ${count} entries in ${bytes} bytes, more than is read`,
    );
  }
  if (start + bytes !== end) {
    throw malformed(path, `its directory ends at byte ${start + bytes}, not at ${end}`);
  }
  return { count, start, bytes: file.bytes(start, bytes) };
}

/** The entry that begins at `at`, where its member begins, and where the next entry does. */
function readEntry(file: OpenFile, bytes: Uint8Array, at: number) {
  const { path } = file;
  const fields = new Fields(bytes.subarray(at, at + 46));
  if (at + 46 > bytes.length || fields.four(0) !== 0x02014b50) {
    throw malformed(path, "its directory has fewer entries than stated");
  }
  const flags = fields.two(8), method = fields.two(10), crc = fields.four(16);
  const nameEnd = at + 46 + fields.two(28), extraEnd = nameEnd + fields.two(30);
  const next = extraEnd + fields.two(32);
  if (next > bytes.length) throw malformed(path, "its directory is cut");
  const nameBytes = bytes.subarray(at + 46, nameEnd), name = readName(path, nameBytes, flags);
  const what = `member ${quoted(name)}`;
  if (flags & 1) throw malformed(path, `its ${what} is encrypted`);
  if (method !== 0 && method !== 8) {
    throw malformed(path, `its ${what} is packed by method ${method}, neither stored nor deflated`);
  }
  const [size, packed, header] = longSizes(path, what, fields, bytes.subarray(nameEnd, extraEnd));
  const isDeflated = method === 8;
  if (isDeflated ? size > packed * MOST_DEFLATION : size !== packed) {
    throw malformed(path, `its ${what} cannot be ${size} bytes packed in ${packed}`);
  }
  const local = record(file, header, 30, 0x04034b50, `the header of ${what}`);
  const localName = file.size >= header + 30 + nameBytes.length
    ? file.bytes(header + 30, nameBytes.length)
    : new Uint8Array();
  if (
    local.two(8) !== method || local.two(26) !== nameBytes.length ||
    localName.some((byte, i) => byte !== nameBytes[i])
  ) {
    throw malformed(path, `the header of ${what} is not that of its directory`);
  }
  const start = header + 30 + local.two(26) + local.two(28);
  return { entry: { name, isDeflated, crc, packed, size, start }, header, next };
}

/** ASCII, or UTF-8 where the flag says so. */
function readName(path: string, bytes: Uint8Array, flags: number): string {
  try {
    const name = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    if (flags & 0x800 || /^[\x20-\x7e]*$/.test(name)) return name;
  } catch { /* not UTF-8 */ }
  throw malformed(path, "the name of a member is neither ASCII nor UTF-8");
}

/** Size, packed size and place of the header, each in the long field where the short one is full. */
function longSizes(path: string, what: string, fields: Fields, extra: Uint8Array): number[] {
  const short = [fields.four(24), fields.four(20), fields.four(42)];
  if (!short.includes(ELSEWHERE)) return short;
  const extras = new Fields(extra);
  for (let at = 0; at + 4 <= extra.length; at += 4 + extras.two(at + 2)) {
    const end = at + 4 + extras.two(at + 2);
    if (extras.two(at) !== 1) continue;
    let field = at + 4;
    return short.map((value) => {
      if (value !== ELSEWHERE) return value;
      if (field + 8 > Math.min(end, extra.length)) {
        throw malformed(path, `the sizes of its ${what} are cut`);
      }
      field += 8;
      return extras.eight(field - 8);
    });
  }
  throw malformed(path, `its ${what} lacks its long sizes`);
}
