import fs from "node:fs";
import { dirname, join } from "node:path";

/** Bytes that are read one after the other. */
export interface ByteReader {
  /** Fills `target` with the next bytes. @throws {TypeError} where there are not so many. */
  read(target: Uint8Array): void;
  /** Checks what can only be checked at the end, such as a checksum. */
  finish(): void;
}

/** The error for a file that is not what it should be. */
export function malformed(path: string, why: string): TypeError {
  return new TypeError(
    `Cannot read ${path} as ${why}: it is damaged or of another format; get it or write it again`,
  );
}

/** A name from a file as a message shows it: quoted, and cut where it is long. */
export function quoted(name: string): string {
  return JSON.stringify(name.length > 100 ? `${name.slice(0, 97)}...` : name);
}

/** What is not at hand without opening a file: at most this many bytes are read at once. */
const MOST_AT_ONCE = 2 ** 30;

/** A regular file, open for reading; needs --allow-read of it. */
export class OpenFile {
  readonly path: string;
  readonly size: number;
  #descriptor: number | undefined;

  /** @throws {TypeError} where there is no such file, or it is a pipe or a device. */
  constructor(path: string) {
    this.path = path;
    if (!existing(path).isFile()) {
      throw new TypeError(`Cannot open ${path} as it is no regular file: give the path of a file`);
    }
    this.#descriptor = fs.openSync(path, "r");
    this.size = fs.fstatSync(this.#descriptor).size;
  }

  /** Fills `target` with the bytes from `position` on. */
  read(position: number, target: Uint8Array): void {
    if (this.#descriptor === undefined) {
      throw new TypeError(`Cannot read ${this.path} as it was closed: open it again`);
    }
    for (let filled = 0; filled < target.length;) {
      const length = Math.min(target.length - filled, MOST_AT_ONCE);
      const count = fs.readSync(this.#descriptor, target, filled, length, position + filled);
      if (count === 0) throw malformed(this.path, `it ends at byte ${position + filled}`);
      filled += count;
    }
  }

  /** The `length` bytes from `start` on. */
  bytes(start: number, length: number): Uint8Array<ArrayBuffer> {
    const bytes = new Uint8Array(length);
    this.read(start, bytes);
    return bytes;
  }

  /** Reads the `length` bytes from `start` on, one after the other. */
  range(start: number, length: number): ByteReader {
    let position = start;
    const end = start + length;
    return {
      read: (target) => {
        if (position + target.length > end) throw malformed(this.path, `it ends at byte ${end}`);
        this.read(position, target);
        position += target.length;
      },
      finish: () => {},
    };
  }

  close(): void {
    if (this.#descriptor !== undefined) fs.closeSync(this.#descriptor);
    this.#descriptor = undefined;
  }
}

/** What a path leads to. @throws {TypeError} where there is nothing. */
export function existing(path: string): fs.Stats {
  if (typeof path !== "string") {
    throw new TypeError(`Cannot open ${String(path)}: give the path of a file as a string`);
  }
  const found = fs.statSync(path, { throwIfNoEntry: false });
  if (found === undefined) {
    throw new TypeError(`Cannot open ${path} as there is no such file: check the path`);
  }
  return found;
}

/** Where a file is written, byte by byte from its start. */
export interface FileWriter {
  /** Bytes written so far. */
  readonly position: number;
  write(bytes: Uint8Array): void;
  /** Writes again what stands at a place already written. */
  patch(position: number, bytes: Uint8Array): void;
}

/**
 * Writes a file as a whole or not at all: beside its path under another name, then renamed.
 *
 * Needs --allow-read and --allow-write of the folder.
 */
export function writeWhole(path: string, write: (file: FileWriter) => void): void {
  const partial = join(dirname(path), `.${crypto.randomUUID()}.partial`);
  const descriptor = fs.openSync(partial, "wx");
  let position = 0;
  const put = (bytes: Uint8Array, at: number) => {
    for (let done = 0; done < bytes.length;) {
      done += fs.writeSync(descriptor, bytes, done, bytes.length - done, at + done);
    }
  };
  try {
    try {
      write({
        get position() {
          return position;
        },
        write: (bytes) => {
          put(bytes, position);
          position += bytes.length;
        },
        patch: (at, bytes) => put(bytes, at),
      });
      fs.fsyncSync(descriptor);
    } finally {
      fs.closeSync(descriptor);
    }
    fs.renameSync(partial, path);
  } catch (error) {
    fs.rmSync(partial, { force: true });
    throw error;
  }
}
