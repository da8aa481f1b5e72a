import { malformed, quoted } from "./file.ts";

/** Space, tab, line feed and carriage return. */
const SPACES: readonly (number | undefined)[] = [32, 9, 10, 13];
const QUOTE = 34, BACKSLASH = 92;
const NUMBER = /^-?(?:0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?/;
const LONGEST_NUMBER = 64, LONGEST_STRING = 2 ** 24;
const DEEPEST = 32;
/** Entries of a list that nobody asked for. */
const MOST_SKIPPED = 65_536;

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * Reads JSON from start to end, asking for what must come next; keys of an object must differ.
 *
 * It keeps nothing but the keys, so that a hostile text costs little more memory than its own bytes.
 */
export class JsonReader {
  readonly #path: string;
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(path: string, bytes: Uint8Array) {
    this.#path = path;
    this.#bytes = bytes;
  }

  /** Calls `member` at the value of each key. */
  object(most: number, member: (key: string) => void): void {
    const keys = new Set<string>();
    this.#list("{", "}", most, () => {
      const key = this.string();
      if (keys.has(key)) throw malformed(this.#path, `its JSON has the key ${quoted(key)} twice`);
      keys.add(key);
      this.#expect(":");
      member(key);
    });
  }

  /** Calls `item` at each value. */
  array(most: number, item: () => void): void {
    this.#list("[", "]", most, item);
  }

  string(): string {
    this.#expect('"');
    const start = this.#at - 1, bytes = this.#bytes;
    let end = this.#at;
    while (end < bytes.length && bytes[end] !== QUOTE) end += bytes[end] === BACKSLASH ? 2 : 1;
    if (end - start > LONGEST_STRING) {
      throw malformed(this.#path, `a string in its JSON has over ${LONGEST_STRING} bytes`);
    }
    if (end < bytes.length) {
      this.#at = end + 1;
      try {
        const value: string = JSON.parse(utf8.decode(bytes.subarray(start, end + 1)));
        if (value.isWellFormed()) return value;
      } catch { /* not UTF-8, a control character or an unknown escape */ }
    }
    this.#at = start;
    throw this.#wrong("a string of Unicode characters in quotes");
  }

  /** An integer >= 0 that a number holds exactly. */
  count(): number {
    const [digits, fraction, exponent] = this.#number();
    const value = Number(digits);
    if (digits[0] !== "-" && !fraction && !exponent && Number.isSafeInteger(value)) return value;
    this.#at -= digits.length;
    throw this.#wrong("an integer from 0 to 2^53 - 1");
  }

  /** Passes over a value of any kind. */
  skip(depth = 0): void {
    if (depth > DEEPEST) throw malformed(this.#path, `its JSON is nested over ${DEEPEST} deep`);
    this.#space();
    const next = this.#text(5);
    if (next[0] === "{") this.object(MOST_SKIPPED, () => this.skip(depth + 1));
    else if (next[0] === "[") this.array(MOST_SKIPPED, () => this.skip(depth + 1));
    else if (next[0] === '"') this.string();
    else {
      const word = ["true", "false", "null"].find((name) => next.startsWith(name));
      if (word === undefined) this.#number();
      else this.#at += word.length;
    }
  }

  /** Nothing but spaces may be left. */
  end(): void {
    this.#space();
    if (this.#at < this.#bytes.length) throw this.#wrong("the end");
  }

  #list(open: string, close: string, most: number, item: () => void): void {
    this.#expect(open);
    if (this.#passed(close)) return;
    for (let count = 1; count <= most; count++) {
      item();
      if (this.#passed(close)) return;
      this.#expect(",");
    }
    throw malformed(this.#path, `a list in its JSON has over ${most} entries`);
  }

  /** The number, its fraction and its exponent, as written. */
  #number(): RegExpMatchArray {
    this.#space();
    const found = this.#text(LONGEST_NUMBER).match(NUMBER);
    if (found === null || found[0].length === LONGEST_NUMBER) throw this.#wrong("a number");
    this.#at += found[0].length;
    return found;
  }

  #space(): void {
    while (SPACES.includes(this.#bytes[this.#at])) this.#at++;
  }

  /** Whether the character came next, and was passed. */
  #passed(character: string): boolean {
    this.#space();
    const isNext = this.#bytes[this.#at] === character.charCodeAt(0);
    if (isNext) this.#at++;
    return isNext;
  }

  #expect(character: string): void {
    if (!this.#passed(character)) throw this.#wrong(character);
  }

  /** The next characters, one for each byte. */
  #text(length: number): string {
    return String.fromCharCode(...this.#bytes.subarray(this.#at, this.#at + length));
  }

  #wrong(expected: string): TypeError {
    const found = this.#text(20);
    return malformed(
      this.#path,
      `its JSON must have ${expected} at byte ${this.#at}: ` +
        (found === "" ? "it ends there" : `found ${quoted(found)}`),
    );
  }
}
