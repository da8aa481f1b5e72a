/** Files for the tests of lib/checkpoints. */
import { join } from "node:path";

const folder = await Deno.makeTempDir();
let count = 0;

/** The path of a new file, in a folder of its own. */
export function pathOf(name: string): string {
  const own = join(folder, String(count++));
  Deno.mkdirSync(own);
  return join(own, name);
}

/** The path of a new file of these bytes. */
export function file(name: string, bytes: Uint8Array): string {
  const path = pathOf(name);
  Deno.writeFileSync(path, bytes);
  return path;
}

/** Writes a file over and over; some file systems take milliseconds to empty one and start afresh. */
export class Rewritten implements Disposable {
  readonly #file: Deno.FsFile;

  constructor(path: string) {
    this.#file = Deno.openSync(path, { write: true, create: true });
  }

  write(bytes: Uint8Array): void {
    this.#file.seekSync(0, Deno.SeekMode.Start);
    for (let done = 0; done < bytes.length;) done += this.#file.writeSync(bytes.subarray(done));
    this.#file.truncateSync(bytes.length);
  }

  [Symbol.dispose](): void {
    this.#file.close();
  }
}

/** The bytes of a .safetensors file; the header as an object or as its very text. */
export function safetensors(header: unknown, data: number[] | Uint8Array): Uint8Array<ArrayBuffer> {
  const json = typeof header === "string" ? header : JSON.stringify(header);
  const text = new TextEncoder().encode(json),
    bytes = new Uint8Array(8 + text.length + data.length);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(text.length), true);
  bytes.set(text, 8);
  bytes.set(data, 8 + text.length);
  return bytes;
}

/** The bytes of an .npy file of that version; its header is neither padded nor checked. */
export function npy(header: string, data: number[] | Uint8Array, major = 1) {
  const text = new TextEncoder().encode(header), lengthBytes = major === 1 ? 2 : 4;
  const length = Array.from({ length: lengthBytes }, (_, i) => text.length >>> 8 * i & 255);
  return Uint8Array.of(
    0x93,
    ...new TextEncoder().encode("NUMPY"),
    major,
    0,
    ...length,
    ...text,
    ...data,
  );
}

export function toBase64(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes));
}

export function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}
